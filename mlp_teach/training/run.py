"""One experiment from its data to its errors, in one folder: what `mlp-teach train` does.

training.safetensors       the state, from which a killed run goes on (state.py)
epochs.csv, progress.json  how far it is, to follow from elsewhere (progress.py)
model.safetensors          the trained model
errors.json                its errors on each part: MAE and RMSE in meV/atom, meV/Å, GPa
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from mlp_teach.training.checkpoint import make_folder, save_checkpoint, write_whole
from mlp_teach.training.device import choose_device
from mlp_teach.training.experiment import Experiment, build_model, load_frames, make_data, train
from mlp_teach.training.metrics import compare
from mlp_teach.training.progress import append_epoch, reported, write_epochs
from mlp_teach.training.regression import Regression
from mlp_teach.training.state import Epoch

PARTS = ("training", "validation", "test")
Errors = dict[str, dict[str, dict[str, float]]]  # part: quantity: mae, rmse, r2


def run(
    experiment: Experiment,
    folder: Path | str,
    *,
    device: str = "cpu",
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    progress: Callable[[Sequence, str], Sequence] = lambda items, what: items,
) -> Errors:
    """Trains what the experiment asks for and writes all files of the folder; the same call again
    goes on with what was cut off. Returns the errors of each part that has structures.

    `progress` is shown the structures whose graphs are made, and those a regression reads. Raises
    ValueError for a folder that holds another kind of training, otherwise what `train` does.
    """
    folder, settings = Path(folder), experiment.training
    choose_device(device)  # refused now rather than after the graphs are made
    model = build_model(experiment)
    make_folder(folder)
    state = folder / "training.safetensors"
    if isinstance(settings, Regression) and state.exists():
        raise ValueError(
            f"{folder} holds the training of a network. Choose another folder for this model."
        )
    with reported(folder, getattr(settings, "epochs", 0)):  # a regression has none
        frames = dict(zip(PARTS, load_frames(experiment), strict=True))
        data = {
            name: make_data(model, part, experiment.precision, lambda s: progress(s, "graphs"))
            for name, part in frames.items()
        }

        def told(epoch: Epoch) -> None:
            append_epoch(folder, epoch)
            on_epoch(epoch)

        train(
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
        errors = {name: compare(model, part).as_dict() for name, part in data.items() if part}
        save_checkpoint(folder / "model.safetensors", model, errors=errors)
        write_whole(folder / "errors.json", (json.dumps(errors, indent=2) + "\n").encode())
    return errors
