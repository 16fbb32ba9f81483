"""mlp-teach train and learning-curve."""

from __future__ import annotations

import signal

from mlp_teach.cli.error_table import print_errors, print_guesses


def stop_when_asked() -> None:
    """Takes SIGTERM, that of `scancel`, `timeout` or torchrun, as Ctrl-C: the progress files then
    tell of a stop."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def train(options) -> None:
    from mlp_teach.training.processes import joined

    stop_when_asked()
    with joined(options.device):
        _train(options)


def _train(options) -> None:
    from tqdm import tqdm

    from mlp_teach.training.experiment import read_experiment
    from mlp_teach.training.processes import rank
    from mlp_teach.training.run import run

    experiment = read_experiment(options.experiment)
    silent = True if rank() else None  # None: where nobody looks at a terminal
    epochs = getattr(experiment.training, "epochs", 0)  # a regression has none
    if getattr(experiment.training, "compile", False) and rank() == 0:
        print("The training step is compiled first, which takes about a minute of CPU time.")
    with tqdm(total=epochs, desc="epochs", disable=silent if epochs else True) as bar:

        def show(epoch) -> None:
            bar.update(epoch.number + 1 - bar.n)
            bar.set_postfix_str(f"loss {epoch.training_loss:.2e}, {epoch.validation_loss:.2e}")

        errors = run(
            experiment,
            options.out,
            device=options.device,
            tf32=options.tf32,
            on_epoch=show,
            progress=lambda items, what: tqdm(items, desc=what, disable=silent),
        )
    if rank() == 0:
        print_errors(errors)
        print_guesses(errors)
        print(f"The model is {options.out / 'model.safetensors'}, its card beside it")


def learning_curve(options) -> None:
    from tqdm import tqdm

    from mlp_teach.training.device import choose_device
    from mlp_teach.training.experiment import read_experiment
    from mlp_teach.training.learning_curve import FILE, measure, table

    stop_when_asked()
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
            read_experiment(options.experiment),
            options.out,
            on_epoch=show,
            device=options.device,
            tf32=options.tf32,
        )
    print(table(points))
    print(f"The points are in {options.out / FILE}")
