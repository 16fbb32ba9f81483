"""Records measured learning curves in the package: for lesson 11.

    python tools/record_learning_curves.py [--out FILE] [--machine TEXT] [--add] FOLDER ...

Each FOLDER was left by `mlp-teach learning-curve`. Written are the errors, steps and CPU seconds of
its points with what decides them (mlp_teach/training/recorded_curves.py); weights are not kept. A
point is recorded only when a file of experiments/ asks for exactly it, the seed of the training
aside, so that the command beside it makes it again; and all of them must have learnt from one and
the same order of frames. Points of one experiment and seed may come from several folders. The whole
file is written anew, from these folders alone; with --add what it holds stays.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import torch

from mlp_teach.training.experiment import load_frames, read_experiment
from mlp_teach.training.experiment_file import Experiment
from mlp_teach.training.learning_curve import FILE, Point, read_points
from mlp_teach.training.recorded_curves import (
    RECORDED,
    RecordedCurve,
    RecordedPoint,
    read_curves,
    write_curves,
)
from mlp_teach.training.subsets import Size, sizes_of

ROOT = Path(__file__).resolve().parent.parent
MACHINE = "one thread of a virtual AMD EPYC core that others used too"
DATA = ("dataset", "test", "validation", "seed", "precision")  # what all curves must share, but
SHARED = DATA[:-1]  # for the precision


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=RECORDED / "ethanol_learning_curves.json")
    parser.add_argument("--machine", default=MACHINE)
    parser.add_argument("--add", action="store_true", help="keep the curves that the file has")
    options = parser.parse_args(arguments)
    known = read_curves(options.out) if options.add else []
    asked = asked_for(ROOT / "experiments")
    curves, problems = collect(options.folders, asked, options.machine, known)
    for problem in problems:
        print(problem, file=sys.stderr)
    write_curves(curves, options.out)
    for curve in curves:
        sizes = [point.frames for point in curve.points]
        print(f"{curve.name} ({curve.experiment}, seed {curve.seed}): {sizes}")
    return 1 if problems else 0


def asked_for(folder: Path) -> list[tuple[str, Experiment, list[Size]]]:
    """Name, experiment and sizes of each file that has a learning curve, the longest first."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        experiment = read_experiment(path)
        if experiment.sizes is not None:
            whole = len(load_frames(experiment)[0])
            found.append(
                (path.stem, experiment, sizes_of(experiment.sizes, whole, experiment.training))
            )
    return sorted(found, key=lambda one: -len(one[2]))


def collect(
    folders: list[Path],
    asked: list[tuple[str, Experiment, list[Size]]],
    machine: str,
    known: Sequence[RecordedCurve] = (),
) -> tuple[list[RecordedCurve], list[str]]:
    """The known curves with those of the folders, and what is wrong with points left out."""
    curves = {(curve.experiment, curve.seed): curve for curve in known}
    problems: list[str] = []
    for folder in folders:
        points = read_points(folder)
        if not points:
            problems.append(f"{folder} has no {FILE}.")
        for point in points:
            where = f"{folder}, {point.frames} frames"
            name = experiment_of(point, asked)
            if name is None:
                problems.append(f"{where}: no file of experiments/ asks for it.")
                continue
            written = datetime.fromtimestamp((folder / FILE).stat().st_mtime, UTC).date()
            new = _curve(point, name, str(written), machine)
            first = next(iter(curves.values()), new)
            if any(new.data[key] != first.data[key] for key in SHARED):
                problems.append(f"{where}: other frames than {first.experiment} has.")
                continue
            key = name, new.seed
            curves[key] = _joined(curves[key], new, problems) if key in curves else new
    return list(curves.values()), problems


def experiment_of(point: Point, asked: list[tuple[str, Experiment, list[Size]]]) -> str | None:
    """The name of the file that asks for this point, whatever the seed of its training."""
    for name, experiment, sizes in asked:
        for size in sizes:
            wanted = asdict(experiment) | {"precision": str(experiment.precision)}
            wanted["sizes"] = asdict(size)
            if _agrees(_without_seed(point.asked), wanted):
                return name
    return None


def _without_seed(asked: dict) -> dict:
    settings = {k: v for k, v in asked["sizes"]["settings"].items() if k != "seed"}
    return asked | {"sizes": asked["sizes"] | {"settings": settings}}


def _agrees(recorded, wanted) -> bool:
    """Whether all that a point was asked for is what the file says. The file may say more: the
    settings of a training grow with the library."""
    if isinstance(recorded, dict):
        return isinstance(wanted, dict) and all(
            key in wanted and _agrees(value, wanted[key]) for key, value in recorded.items()
        )
    if isinstance(recorded, list):
        return isinstance(wanted, list | tuple) and all(
            len(recorded) == len(wanted) and _agrees(*pair)
            for pair in zip(recorded, wanted, strict=False)
        )
    return recorded == wanted


def _curve(point: Point, name: str, date: str, machine: str) -> RecordedCurve:
    asked, settings = point.asked, dict(point.asked["sizes"]["settings"])
    seed = settings.pop("seed", 0)
    settings.pop("epochs", None)  # each size has its own: `steps`
    return RecordedCurve(
        model=asked["model"],
        experiment=name,
        seed=seed,
        model_settings=asked["model_settings"],
        training=settings,
        data={key: asked[key] for key in DATA},
        points=[_point(point)],
        date=date,
        machine=machine,
        versions={"torch": str(torch.__version__)},
    )


def _point(point: Point) -> RecordedPoint:
    errors = {
        part: {
            quantity: {measure: float(f"{values[measure]:.4g}") for measure in ("mae", "rmse")}
            for quantity, values in of_part.items()
        }
        for part, of_part in point.errors.items()
    }
    return RecordedPoint(point.frames, point.steps, point.cpu_seconds, errors)


def _joined(known: RecordedCurve, new: RecordedCurve, problems: list[str]) -> RecordedCurve:
    """Both, in one curve. Of one size that was measured twice, the first is kept."""
    (point,) = new.points
    for old in known.points:
        if old.frames == point.frames:
            if old.errors != point.errors:
                problems.append(
                    f"{known.experiment}, {point.frames} frames: measured twice, with different "
                    "errors; the first is kept."
                )
            return known
    points = sorted([*known.points, point], key=lambda one: one.frames)
    return replace(known, points=points, date=max(known.date, new.date))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
