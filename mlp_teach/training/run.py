"""One experiment from its data to its errors, in one folder: what `mlp-teach train` does.

run.json                   what was asked for; any other experiment is refused (asked.py)
training.safetensors       the state, from which a killed run goes on (state.py)
epochs.csv, progress.json  how far it is, to follow from elsewhere (progress.py)
model.safetensors          the trained model
errors.json                its errors on each part: MAE and RMSE in meV/atom, meV/Å, GPa
model_card.md              all that a stranger must know of it (model_card.py)
lock                       held while a training writes here, so that no second one does (lock.py)
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import torch

from mlp_teach.training import processes
from mlp_teach.training.asked import CURVE, MODEL, STATE, asked, check_asked, keep_asked
from mlp_teach.training.checkpoint import load_model, save_checkpoint
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
    train,
)
from mlp_teach.training.lock import alone_in
from mlp_teach.training.metrics import errors_of
from mlp_teach.training.model_card import Circumstances, circumstances, model_card
from mlp_teach.training.prepared import PARTS, Prepared
from mlp_teach.training.progress import Epoch, append_epoch, read_progress, reported, write_epochs
from mlp_teach.training.regression import Regression
from mlp_teach.training.state import read_training
from mlp_teach.training.whole_file import make_folder, write_whole

CARD = "model_card.md"
Errors = dict[str, dict[str, dict[str, float]]]  # part: quantity: mae, rmse, r2
QUANTITIES, MEASURES = ("energy", "forces", "stress"), {"mae", "rmse", "r2"}


def run(
    experiment: Experiment,
    folder: Path | str,
    *,
    device: str = "cpu",
    tf32: bool = False,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    progress: Callable[[Sequence, str], Sequence] = lambda items, what: items,
    prepared: Prepared | None = None,
) -> Errors:
    """Trains what the experiment asks for and writes all files of the folder; the same call again
    goes on with what was cut off, and reads what is finished. Returns the errors of each part that
    has structures; of several processes (processes.py) only the first one writes and returns them.

    With `tf32` the products on a GPU are made in TF32 (device.py), while it trains.
    `progress` is shown the structures whose graphs are made, and those a regression reads;
    `prepared` keeps these graphs from one experiment to the next (prepared.py). Raises, before
    anything is written, ExperimentError for a folder of another experiment, CheckpointError for one
    whose training cannot be gone on with and ValueError for a regression by several processes;
    InUseError for a folder to which another training writes, DeviceMemoryError for a GPU without
    memory left, otherwise what `train` does.
    """
    begun, folder = time.process_time(), Path(folder)
    where = choose_device(device)  # refused now rather than after the graphs are made
    if tf32:
        check_tf32(where)
    model, wanted = build_model(experiment), asked(experiment)
    _check(experiment, wanted, model, folder)
    known, epochs = _finished(experiment, folder), getattr(experiment.training, "epochs", 0)
    first = processes.rank() == 0
    with _writing(folder, wanted, epochs) if first else nullcontext(), memory_in_words():
        if known:
            return known if first else {}
        data = (prepared or Prepared()).parts(experiment, model, progress)
        before, plain = [], []  # epochs of the checkpoint; whether the compiler failed

        def started(history: list[Epoch]) -> None:
            before.extend(history)
            write_epochs(folder, history)

        def told(epoch: Epoch) -> None:
            append_epoch(folder, epoch)
            on_epoch(epoch)

        with tf32_products(where) if tf32 else nullcontext():
            history = train(
                model,
                data["training"],
                data["validation"],
                experiment.training,
                checkpoint=folder / STATE,
                on_start=started,
                on_epoch=told,
                on_plain=lambda: plain.append(True),
                progress=lambda items: progress(items, "structures"),
                device=device,
                weights_from=experiment.weights_from,
            )
        if not first:
            return {}
        if isinstance(experiment.training, Regression):
            where = torch.device("cpu")
        made = circumstances(
            where,
            products="TF32" if tf32 else f"{experiment.precision}".removeprefix("torch."),
            processes=processes.count(),
            wall_seconds=history[-1].seconds if history else 0.0,
            cpu_seconds=time.process_time() - begun,
            before=len(before),
            plain_steps=bool(plain),
        )
        return _finish(experiment, model, data, history, folder, made, judge_on(where))


@contextmanager
def _writing(folder: Path, wanted: dict, epochs: int) -> Iterator[None]:
    with alone_in(folder):
        check_asked(folder, wanted)  # again: another may have written here until now
        keep_asked(folder, wanted)
        with reported(folder, epochs):
            yield


def _check(experiment: Experiment, wanted: dict, model: torch.nn.Module, folder: Path) -> None:
    """Refuses, as `run` says, what cannot be done in the folder."""
    regression, state = isinstance(experiment.training, Regression), folder / STATE
    if regression and processes.count() > 1:
        raise ValueError("A regression is done by one process: start it without torchrun.")
    make_folder(folder)
    check_asked(folder, wanted)
    if (folder / CURVE).exists() or any(folder.glob(f"frames_*/{STATE}")):
        raise ExperimentError(f"{folder} holds a learning curve. Choose another folder.")
    if regression and state.exists():  # of a version that did not keep what was asked
        raise ExperimentError(
            f"{folder} holds the training of a network. Choose another folder for this model."
        )
    if state.exists():
        read_training(state, model, experiment.training)


def are_errors(found: object) -> bool:
    """Whether what a file holds has the form of errors: of the training part at least."""
    return (
        isinstance(found, dict)
        and "training" in found
        and set(found) <= set(PARTS)
        and all(isinstance(part, dict) and set(part) <= set(QUANTITIES) for part in found.values())
        and all(map(_is_measured, (one for part in found.values() for one in part.values())))
    )


def _is_measured(one: object) -> bool:
    return (
        isinstance(one, dict)
        and set(one) == MEASURES
        and all(type(number) is float for number in one.values())  # NaN too: see Comparison.r2
    )


def _finished(experiment: Experiment, folder: Path) -> Errors:
    """The errors of a training that is done, with all its files in place; otherwise nothing."""
    with suppress(OSError, ValueError, RecursionError):  # not there, or spoilt: it is made anew
        progress = read_progress(folder)
        errors = json.loads((folder / "errors.json").read_text("utf-8"))
        told = progress.history or isinstance(experiment.training, Regression)
        whole = (folder / CARD).exists() and are_errors(errors)
        if progress.state == "finished" and told and whole:
            load_model(folder / MODEL)
            return errors
    return {}


def _finish(
    experiment: Experiment,
    model: torch.nn.Module,
    data: dict[str, Data],
    history: Sequence[Epoch],
    folder: Path,
    made: Circumstances,
    where: torch.device,
) -> Errors:
    """Measures the errors on a device, and writes them, the model and its card."""
    errors = errors_of(model, data, where)
    counts = {name: len(part) for name, part in data.items()}
    card = model_card(experiment, model, counts, history, errors, made)
    write_whole(folder / "errors.json", (json.dumps(errors, indent=2) + "\n").encode())
    write_whole(folder / CARD, card.encode())
    save_checkpoint(folder / MODEL, model, errors=errors, card=card)
    return errors
