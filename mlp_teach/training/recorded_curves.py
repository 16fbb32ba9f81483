"""Learning curves that were measured before and ship with the package: many models, two data sets.

`tools/record_learning_curves.py` makes the file from the folders that `mlp-teach learning-curve`
leaves (learning_curve.py); each curve names the file of `experiments/` that makes it again. All
curves of a data set have learnt from the same frames, in the same order, and were judged on the
same test.

Some models were trained at different sizes with different settings: a GAP of 50 frames cannot have
as many sparse points as one of 500. `line_of` joins such curves to one line of the model. Where two
have the same number of frames, the better one on the *validation* frames is taken, as one who
trains a model would; the test has no say.

Curves are held against each other by two numbers: the exponent b of

    error ≈ a n^-b                                                                        (1)

through all points of a line in the logarithms of both, and how many frames a line needs for an
error (active_learning/records.py, `labels_needed`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

RECORDED = Path(__file__).parent / "recorded"


@dataclass(frozen=True)
class RecordedPoint:
    """One size: how long it was trained, and the errors of each part (meV/atom, meV/Å)."""

    frames: int
    steps: int  # of the optimiser; a regression makes none
    cpu_seconds: float  # tests included; graphs and prepared descriptors, made once for all, not
    errors: dict  # part -> quantity -> mae, rmse


@dataclass(frozen=True)
class RecordedCurve:
    """One model at several sizes, with all that is needed to make it again."""

    model: str  # "module:class", as in an experiment file
    experiment: str  # name of the file of experiments/ that asks for it
    seed: int  # of the training; the file has 0
    model_settings: dict
    training: dict  # settings of [training], or of [regression]
    data: dict  # set, share of validation, seed of the split, precision
    points: list[RecordedPoint]
    date: str  # of the last point
    machine: str
    versions: dict[str, str]

    @property
    def name(self) -> str:
        """The class of the model."""
        return self.model.partition(":")[2]

    @property
    def command(self) -> str:
        """What makes it again; another seed than 0 has to be written into the file first."""
        return f"mlp-teach learning-curve experiments/{self.experiment}.toml --out FOLDER"


def recorded(dataset: str = "ethanol") -> list[RecordedCurve]:
    """The curves of 'ethanol' or 'mlearn_Cu' that ship with the package. Raises ValueError for a
    set that has none."""
    path = RECORDED / f"{dataset}_learning_curves.json"
    if not path.exists():
        known = ", ".join(
            sorted(
                one.name.split("_learning")[0] for one in RECORDED.glob("*_learning_curves.json")
            )
        )
        raise ValueError(f"There are no recorded curves of {dataset!r}; there are: {known}.")
    return read_curves(path)


def read_curves(path: Path | str) -> list[RecordedCurve]:
    """The curves of a file."""
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    return [
        RecordedCurve(**{**one, "points": [RecordedPoint(**point) for point in one["points"]]})
        for one in found
    ]


def write_curves(curves: Sequence[RecordedCurve], path: Path | str) -> None:
    """One curve a line, in a JSON list."""
    lines = ",\n".join(json.dumps(asdict(curve), ensure_ascii=False) for curve in curves)
    Path(path).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def points_of(curves: Sequence[RecordedCurve], name: str, seed: int = 0) -> list[RecordedPoint]:
    """The points of a model's line, by their size; of two with the same size the one with the lower
    error of the validation forces. Raises ValueError for a model that has none."""
    best: dict[int, RecordedPoint] = {}
    for curve in curves:
        for point in curve.points if (curve.name, curve.seed) == (name, seed) else ():
            known = best.get(point.frames)
            if known is None or _validation(point) < _validation(known):
                best[point.frames] = point
    if not best:
        known = ", ".join(sorted({curve.name for curve in curves}))
        raise ValueError(f"There is no curve of {name!r} with seed {seed}; there are: {known}.")
    return [best[frames] for frames in sorted(best)]


def line_of(
    curves: Sequence[RecordedCurve],
    name: str,
    quantity: str = "forces",
    *,
    part: str = "test",
    seed: int = 0,
) -> tuple[Float[np.ndarray, " sizes"], Float[np.ndarray, " sizes"]]:
    """Frames, and the MAE of 'forces' (meV/Å) or 'energy' (meV/atom) after them.

    `part` is "training" (the frames that were learnt from), "validation" or "test". Raises
    ValueError as `points_of`.
    """
    points = points_of(curves, name, seed)
    errors = [point.errors[part][quantity]["mae"] for point in points]
    return np.array([float(point.frames) for point in points]), np.array(errors)


def seeds_of(curves: Sequence[RecordedCurve], name: str) -> list[int]:
    """The seeds a model was trained from, the lowest first; not all have all sizes."""
    return sorted({curve.seed for curve in curves if curve.name == name})


def range_of(
    curves: Sequence[RecordedCurve], name: str, quantity: str = "forces", *, part: str = "test"
) -> dict[int, tuple[float, float]]:
    """The least and the largest error of a model's seeds, for each size that several seeds have."""
    found: dict[int, list[float]] = {}
    for seed in seeds_of(curves, name):
        for frames, error in zip(
            *line_of(curves, name, quantity, part=part, seed=seed), strict=True
        ):
            found.setdefault(int(frames), []).append(float(error))
    return {frames: (min(of), max(of)) for frames, of in sorted(found.items()) if len(of) > 1}


def exponent(frames: Float[np.ndarray, " sizes"], errors: Float[np.ndarray, " sizes"]) -> float:
    """b of (1). Raises ValueError for less than two points."""
    if len(frames) < 2:
        raise ValueError(f"{len(frames)} points make no slope; two at least are needed.")
    return -float(np.polyfit(np.log(frames), np.log(errors), 1)[0])


def _validation(point: RecordedPoint) -> float:
    return point.errors["validation"]["forces"]["mae"]
