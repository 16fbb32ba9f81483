"""One experiment from its data to its errors, in one folder: what `mlp-teach train` does.

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
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

import torch

from mlp_teach.training import processes
from mlp_teach.training.checkpoint import save_checkpoint
from mlp_teach.training.device import check_tf32, choose_device, tf32_products
from mlp_teach.training.experiment import (
    Data,
    Experiment,
    build_model,
    load_frames,
    make_data,
    train,
)
from mlp_teach.training.lock import alone_in
from mlp_teach.training.metrics import compare
from mlp_teach.training.model_card import Circumstances, circumstances, model_card
from mlp_teach.training.progress import Epoch, append_epoch, reported, write_epochs
from mlp_teach.training.regression import Regression
from mlp_teach.training.whole_file import make_folder, write_whole

PARTS = ("training", "validation", "test")
Errors = dict[str, dict[str, dict[str, float]]]  # part: quantity: mae, rmse, r2


def run(
    experiment: Experiment,
    folder: Path | str,
    *,
    device: str = "cpu",
    tf32: bool = False,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    progress: Callable[[Sequence, str], Sequence] = lambda items, what: items,
) -> Errors:
    """Trains what the experiment asks for and writes all files of the folder; the same call again
    goes on with what was cut off. Returns the errors of each part that has structures; of several
    processes (processes.py) only the first one writes and returns them.

    With `tf32` the products on a GPU are made in TF32 (device.py), while it trains.
    `progress` is shown the structures whose graphs are made, and those a regression reads. Raises
    ValueError for a folder that holds another kind of training and for a regression by several
    processes, InUseError for a folder to which another training writes, otherwise what `train`
    does.
    """
    begun, folder, settings = time.process_time(), Path(folder), experiment.training
    where = choose_device(device)  # refused now rather than after the graphs are made
    if tf32:
        check_tf32(where)
    model = build_model(experiment)
    make_folder(folder)
    state = folder / "training.safetensors"
    if isinstance(settings, Regression):
        _refuse_regression(state)
    first = processes.rank() == 0
    epochs = getattr(settings, "epochs", 0)  # a regression has none
    products = tf32_products(where) if tf32 else nullcontext()
    with _writing(folder, epochs) if first else nullcontext():
        frames = dict(zip(PARTS, load_frames(experiment), strict=True))
        data = {
            name: make_data(model, part, experiment.precision, lambda s: progress(s, "graphs"))
            for name, part in frames.items()
        }

        def told(epoch: Epoch) -> None:
            append_epoch(folder, epoch)
            on_epoch(epoch)

        with products:
            history = train(
                model,
                data["training"],
                data["validation"],
                settings,
                checkpoint=state,
                on_start=partial(write_epochs, folder),
                on_epoch=told,
                progress=lambda items: progress(items, "structures"),
                device=device,
                weights_from=experiment.weights_from,
            )
        if not first:
            return {}
        regression = isinstance(settings, Regression)
        made = circumstances(
            torch.device("cpu") if regression else where,
            products="TF32" if tf32 else f"{experiment.precision}".removeprefix("torch."),
            processes=processes.count(),
            wall_seconds=history[-1].seconds if history else 0.0,
            cpu_seconds=time.process_time() - begun,
        )
        return _finish(experiment, model, data, history, folder, made)


@contextmanager
def _writing(folder: Path, epochs: int) -> Iterator[None]:
    with alone_in(folder), reported(folder, epochs):
        yield


def _refuse_regression(state: Path) -> None:
    if state.exists():
        raise ValueError(
            f"{state.parent} holds the training of a network. Choose another folder for this model."
        )
    if processes.count() > 1:
        raise ValueError("A regression is done by one process: start it without torchrun.")


def _finish(
    experiment: Experiment,
    model: torch.nn.Module,
    data: dict[str, Data],
    history: Sequence[Epoch],
    folder: Path,
    made: Circumstances,
) -> Errors:
    """Measures the errors, and writes them, the model and its card."""
    errors = {name: compare(model, part).as_dict() for name, part in data.items() if part}
    counts = {name: len(part) for name, part in data.items()}
    card = model_card(experiment, model, counts, history, errors, made)
    write_whole(folder / "errors.json", (json.dumps(errors, indent=2) + "\n").encode())
    write_whole(folder / "model_card.md", card.encode())
    save_checkpoint(folder / "model.safetensors", model, errors=errors, card=card)
    return errors
