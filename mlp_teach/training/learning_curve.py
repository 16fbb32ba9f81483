"""A learning curve: the same model, trained with ever more frames, always judged on the same test.

How fast the error falls says what helps more: further data, or a better model. Each size starts
from the same untrained model, makes the steps that subsets.py gives it, and leaves its model as
`frames_50/model.safetensors`, the card beside it; the errors of all sizes stand in
`learning_curve.json`, which is written anew after each of them. When it is started again, a
finished size is read from there, and one that was cut off goes on from its checkpoint.

The validation part does not shrink with the size: a model of 50 frames has learnt from 50, but as
many frames as for all sizes chose its best epoch. plotting/learning.py draws the numbers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from mlp_teach.training.asked import CURVE as FILE
from mlp_teach.training.asked import MODEL, STATE, asked, check_asked, keep_asked, read_run
from mlp_teach.training.checkpoint import save_checkpoint
from mlp_teach.training.device import (
    check_tf32,
    choose_device,
    judge_on,
    memory_in_words,
    tf32_products,
)
from mlp_teach.training.experiment import (
    Data,
    Experiment,
    ExperimentError,
    build_model,
    load_frames,
    make_data,
    train,
)
from mlp_teach.training.lock import alone_in
from mlp_teach.training.metrics import errors_of
from mlp_teach.training.model_card import circumstances, model_card
from mlp_teach.training.prepared import PARTS
from mlp_teach.training.progress import Epoch, append_epoch, reported, write_epochs, write_state
from mlp_teach.training.regression import Regression
from mlp_teach.training.run import CARD
from mlp_teach.training.state import entries
from mlp_teach.training.subsets import Size, sizes_of
from mlp_teach.training.whole_file import make_folder, write_whole

Told = Callable[[Size, Epoch], None]


@dataclass(frozen=True)
class Point:
    """One size: how it was trained, and the errors of each part (meV/atom, meV/Å, GPa)."""

    frames: int
    steps: int
    # Of the process that finished it, without those before an interruption. Graphs and descriptors
    # that a model prepares are made once for all sizes, and not in it.
    cpu_seconds: float
    errors: dict  # part -> quantity -> mae, rmse, r2
    asked: dict  # what decides the result; a point of other settings is refused


def measure(
    experiment: Experiment,
    folder: Path | str,
    *,
    on_epoch: Told | None = None,
    on_point: Callable[[Point], None] | None = None,
    device: str = "cpu",
    tf32: bool = False,
) -> list[Point]:
    """Trains at each size of the experiment's [learning_curve]; returns a point for each.
    `device` and `tf32` are those of `run`.

    Each size tells its epochs in a folder of its own, as `run` does; `folder` itself tells in its
    message how many sizes are done (progress.py). Raises ExperimentError where the file names no
    sizes, one that is too large or no test part, and where `folder` holds a training, or points or
    checkpoints of other settings; InUseError where another writes to it; otherwise as `train` does.
    """
    folder = Path(folder)
    if tf32:
        check_tf32(choose_device(device))
    frames = dict(zip(PARTS, load_frames(experiment), strict=True))
    sizes = _sizes(experiment, frames)
    _known_points(experiment, sizes, folder)
    make_folder(folder)
    with alone_in(folder):
        known = _known_points(experiment, sizes, folder)  # again: another may have been here
        with reported(folder, 0):
            data: dict[str, Data] = {}
            for size in sizes:
                if size.frames not in known:
                    _tell(folder, sizes, known)
                    data = data or _prepared(experiment, frames)
                    known[size.frames] = _point(
                        experiment, size, data, folder, on_epoch, device, tf32
                    )
                    _write(folder, known)
                if on_point:
                    on_point(known[size.frames])
    return [known[size.frames] for size in sizes]


def _tell(folder: Path, sizes: Sequence[Size], known: dict[int, Point]) -> None:
    done = sum(size.frames in known for size in sizes)
    write_state(folder, "running", 0, f"{done} of {len(sizes)} sizes are done")


def _write(folder: Path, known: dict[int, Point]) -> None:
    content = {"points": [asdict(known[one]) for one in sorted(known)]}
    write_whole(folder / FILE, (json.dumps(content, indent=1) + "\n").encode())


def table(points: Sequence[Point]) -> str:
    """Test errors, and beside them the MAE of the frames that were learnt from."""
    units = {"energy": "meV/atom", "forces": "meV/Å", "stress": "GPa"}
    lines = [
        f"{'frames':>6} {'steps':>6}  {'':6} {'MAE':>8} {'RMSE':>8} {'training MAE':>13}  unit"
    ]
    for point in points:
        start = f"{point.frames:6} {point.steps:6}"
        for name, test in point.errors["test"].items():
            own = point.errors["training"][name]["mae"]
            numbers = f"{test['mae']:8.3f} {test['rmse']:8.3f} {own:13.3f}"
            lines.append(f"{start}  {name} {numbers}  {units[name]}")
    return "\n".join(lines)


def read_points(folder: Path | str) -> list[Point]:
    """The points that a folder holds, by size; none where there is no file yet.

    Raises ExperimentError for a file that is none of ours.
    """
    path = Path(folder) / FILE
    if not path.exists():
        return []
    try:
        return [Point(**point) for point in json.loads(path.read_text("utf-8"))["points"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ExperimentError(
            f"{path} holds no points of a learning curve ({type(error).__name__}: {error}). Remove "
            "it, or choose another folder."
        ) from error


def _sizes(experiment: Experiment, frames: dict) -> list[Size]:
    if experiment.sizes is None:
        raise ExperimentError(
            "The experiment names no sizes. Add two lines: [learning_curve] and frames = [50, 100]."
        )
    if not frames["test"]:
        raise ExperimentError("[data] has no `test`, on which the sizes could be judged.")
    try:
        return sizes_of(experiment.sizes, len(frames["training"]), experiment.training)
    except ValueError as error:
        raise ExperimentError(str(error)) from error


def _known_points(experiment: Experiment, sizes: list[Size], folder: Path) -> dict[int, Point]:
    """Those of the folder, once it is clear that they answer what the experiment asks."""
    if read_run(folder) or (folder / STATE).exists() or (folder / MODEL).exists():
        raise ExperimentError(f"{folder} holds a training. Choose another folder for the curve.")
    known = {point.frames: point for point in read_points(folder)}
    wanted = {size.frames: _asked(experiment, size) for size in sizes}
    common = _of_all_sizes(wanted[sizes[0].frames])
    for frames, point in known.items():  # also those that nobody asks for now: it is one curve
        if point.asked != wanted.get(frames, point.asked) or _of_all_sizes(point.asked) != common:
            raise ExperimentError(
                f"{folder} holds a curve of other settings: what it has for {frames} frames "
                "is not what this experiment asks for. Choose another folder for this one."
            )
    for frames in wanted.keys() - known.keys():
        check_asked(folder / f"frames_{frames}", wanted[frames])
    return known


def _asked(experiment: Experiment, size: Size) -> dict:
    """All that decides the result of a size, as JSON gives it back."""
    own = asdict(size) | {"settings": entries(size.settings)}
    found = asked(experiment) | {"sizes": json.loads(json.dumps(own))}
    del found["training"]  # the size has its own
    return found


def _of_all_sizes(one: dict) -> dict:
    """What `_asked` says, without what is of one size alone."""
    try:
        settings = one["sizes"]["settings"]
        return one | {"sizes": {name: settings[name] for name in settings if name != "epochs"}}
    except (KeyError, TypeError):  # of a file that was changed: equal to nothing that is asked
        return {}


def _prepared(experiment: Experiment, frames: dict) -> dict[str, Data]:
    """Graphs and labels of all frames that some size needs."""
    model = build_model(experiment)
    needed = frames | {"training": frames["training"][: max(experiment.sizes.frames)]}
    return {name: make_data(model, part, experiment.precision) for name, part in needed.items()}


def _point(
    experiment: Experiment,
    size: Size,
    data: dict[str, Data],
    folder: Path,
    on_epoch: Told | None,
    device: str,
    tf32: bool,
) -> Point:
    """Trains at one size, measures the model's errors, and keeps it with its card."""
    started = time.process_time()
    model, own = build_model(experiment), folder / f"frames_{size.frames}"
    keep_asked(own, _asked(experiment, size))
    regression = isinstance(experiment.training, Regression)
    where = choose_device("cpu" if regression else device)
    tf32 = tf32 and not regression
    with reported(own, getattr(size.settings, "epochs", 0)), memory_in_words():  # a regression: 0
        with tf32_products(where) if tf32 else nullcontext():
            history, before, plain = _trained(experiment, size, model, data, own, on_epoch, device)
        judged = data | {"training": data["training"][: size.frames]}
        errors = errors_of(model, judged, judge_on(where))
        made = circumstances(
            where,
            products="TF32" if tf32 else f"{experiment.precision}".removeprefix("torch."),
            processes=1,
            wall_seconds=history[-1].seconds if history else 0.0,
            cpu_seconds=time.process_time() - started,
            before=before,
            plain_steps=plain,
        )
        counts = {name: len(part) for name, part in judged.items()}
        of_size = replace(experiment, training=size.settings)
        card = model_card(of_size, model, counts, history, errors, made, size.times)
        write_whole(own / CARD, card.encode())
        save_checkpoint(own / MODEL, model, errors=errors, card=card)
    seconds = round(time.process_time() - started, 1)
    return Point(size.frames, size.steps, seconds, errors, _asked(experiment, size))


def _trained(
    experiment: Experiment,
    size: Size,
    model: torch.nn.Module,
    data: dict[str, Data],
    own: Path,
    on_epoch: Told | None,
    device: str,
) -> tuple[list[Epoch], int, bool]:
    """Trains the model in place; its epochs, how many of them a checkpoint had, and whether steps
    that were to be compiled were not."""
    before, plain = [], []

    def started(history: list[Epoch]) -> None:
        before.extend(history)
        write_epochs(own, history)

    def told(epoch: Epoch) -> None:
        append_epoch(own, epoch)
        if on_epoch:
            on_epoch(size, epoch)

    history = train(
        model,
        size.part(data["training"]),
        data["validation"],
        size.settings,
        checkpoint=own / STATE,
        on_start=started,
        on_epoch=told,
        on_plain=lambda: plain.append(True),
        device=device,
        weights_from=experiment.weights_from,
    )
    return history, len(before), bool(plain)
