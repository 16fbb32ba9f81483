"""mlp-teach train and learning-curve."""

from __future__ import annotations

import json

from mlp_teach.cli.error_table import print_errors


def train(options) -> None:
    from tqdm import tqdm

    from mlp_teach.training.checkpoint import make_folder, save_checkpoint, write_whole
    from mlp_teach.training.device import choose_device
    from mlp_teach.training.experiment import (
        build_model,
        load_frames,
        make_data,
        read_experiment,
        train,
    )
    from mlp_teach.training.metrics import compare
    from mlp_teach.training.regression import Regression

    choose_device(options.device)  # refused now rather than after the graphs are made
    experiment = read_experiment(options.experiment)
    model = build_model(experiment)
    make_folder(options.out)
    state = options.out / "training.safetensors"
    if isinstance(experiment.training, Regression) and state.exists():
        raise ValueError(
            f"{options.out} holds the training of a network. Choose another folder for this model."
        )
    parts = [
        make_data(
            model,
            frames,
            experiment.precision,
            lambda items: tqdm(items, desc="graphs", disable=None),
        )
        for frames in load_frames(experiment)
    ]
    epochs = getattr(experiment.training, "epochs", 0)  # a regression has none
    with tqdm(total=epochs, desc="epochs", disable=None if epochs else True) as bar:

        def show(epoch) -> None:
            bar.update(epoch.number + 1 - bar.n)
            bar.set_postfix_str(f"loss {epoch.training_loss:.2e}, {epoch.validation_loss:.2e}")

        train(
            model,
            parts[0],
            parts[1],
            experiment.training,
            checkpoint=state,
            on_epoch=show,
            progress=lambda items: tqdm(items, desc="structures", disable=None),
            device=options.device,
        )
    errors = {
        name: compare(model, data).as_dict()
        for name, data in zip(("training", "validation", "test"), parts, strict=True)
        if data
    }
    path = save_checkpoint(options.out / "model.safetensors", model, errors=errors)
    write_whole(options.out / "errors.json", (json.dumps(errors, indent=2) + "\n").encode())
    print_errors(errors)
    print(f"The model is {path}")


def learning_curve(options) -> None:
    from tqdm import tqdm

    from mlp_teach.training.device import choose_device
    from mlp_teach.training.experiment import read_experiment
    from mlp_teach.training.learning_curve import FILE, measure, table

    choose_device(options.device)  # refused now rather than after the graphs are made
    begun = set()
    with tqdm(total=0, desc="epochs", disable=None) as bar:

        def show(size, epoch) -> None:
            if size.frames not in begun:
                begun.add(size.frames)
                bar.reset(size.settings.epochs)
                bar.set_description(f"{size.frames} frames")
            bar.update(epoch.number + 1 - bar.n)

        points = measure(
            read_experiment(options.experiment), options.out, on_epoch=show, device=options.device
        )
    print(table(points))
    print(f"The points are in {options.out / FILE}")
