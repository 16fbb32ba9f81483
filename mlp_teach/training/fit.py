"""Training: change the parameters, step by step, so that the loss becomes small.

One epoch shows every training structure once, in batches and in a fresh order. After each batch an
optimiser (Adam, or plain gradient descent) makes a step; the learning rate η falls from its first
to its last value, η(t) = η_0 (η_1/η_0)^(t/T). After each epoch the validation part is predicted
with an exponential moving average of the parameters, which is smoother than the last step; the best
of these averages is what `fit` leaves in the model. It stops early when `patience` epochs brought
nothing better.

Everything that chance decides follows from the seed and the number of the epoch, and the schedule
from the number of the step. So a run that was killed and continued from its checkpoint gives the
same model as one that was left alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from mlp_teach.training import processes
from mlp_teach.training.state import (
    Data,
    Epoch,
    Settings,
    State,
    TrainingError,
    fingerprint,
)

__all__ = ["Epoch", "Settings", "TrainingError", "check_data", "fit"]


def fit(
    model: nn.Module,
    training: Data,
    validation: Data,
    settings: Settings,
    *,
    checkpoint: Path | str | None = None,
    on_start: Callable[[list[Epoch]], None] | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    on_plain: Callable[[], None] | None = None,
) -> list[Epoch]:
    """Trains `model` in place and returns the history.

    With `checkpoint` the state is saved there at most every 10 s and at the end, and a run that
    finds a checkpoint of the same settings and data goes on from it. `on_start` is told the epochs
    that came from there, `on_epoch` each further one, `on_plain` when steps that shall be compiled
    will be plain ones, since the compiler failed. Of several processes (processes.py) only the
    first one saves and tells. Raises TrainingError for data that cannot be learnt from, for a loss
    that is no longer finite, and for a step that shall be compiled and cannot be (compiled.py).
    """
    check_data(training, validation)
    state = State(model, settings, fingerprint(training, validation) if checkpoint else "")
    history = state.resume(checkpoint, settings) if checkpoint else []
    if processes.rank() > 0:
        checkpoint = on_start = on_epoch = None
    if on_start:
        on_start(history)
    try:
        if settings.compile and len(history) < settings.epochs:
            from mlp_teach.training.compiled import compiled_step  # brings much of PyTorch with it

            state.compiled, training = compiled_step(model, training, settings)
            if on_plain and state.compiled is None:
                on_plain()
        _epochs(state, training, validation, settings, history, checkpoint, on_epoch)
    finally:  # also after an interrupt the model is the best one so far
        if history:
            model.load_state_dict(state.best)
        model.eval()
    return history


def _epochs(
    state: State,
    training: Data,
    validation: Data,
    settings: Settings,
    history,
    checkpoint,
    on_epoch,
) -> None:
    """Adds epochs to the history until all are done or patience ends."""
    before, started, saved = (history[-1].seconds if history else 0.0), time.monotonic(), 0.0
    for number in range(len(history), settings.epochs):
        if settings.patience and number - state.best_epoch > settings.patience:
            break
        mean, rate = _epoch(state, training, settings, number)
        judged = state.validate(validation, number)
        history.append(Epoch(number, mean, judged, rate, before + time.monotonic() - started))
        if checkpoint and time.monotonic() - saved > 10:
            state.save(checkpoint, settings, history)
            saved = time.monotonic()
        if on_epoch:
            on_epoch(history[-1])
    if checkpoint and history:
        state.save(checkpoint, settings, history)
    if state.best_epoch < 0:
        raise TrainingError(
            f"After {len(history)} epoch(s) no loss on the validation part was finite, so no model "
            "is the best. Is one of its labels NaN? Look with mlp_teach.datasets.check_labels; or "
            "lower the learning rate."
        )


def _epoch(state: State, training: Data, settings: Settings, number: int) -> tuple[float, float]:
    """Shows every training structure once; returns the mean loss and the last learning rate."""
    torch.manual_seed(settings.seed + 1_000_003 * number)
    order = torch.randperm(len(training)).tolist()
    state.model.train()
    size, total = settings.batch_size, 0.0
    steps = math.ceil(len(training) / size)
    for step in range(steps):
        chosen = [training[i] for i in order[step * size : (step + 1) * size]]
        done = number * steps + step
        rate = _learning_rate(done, settings.epochs * steps, settings)
        total += state.step(chosen, rate, done) * len(chosen) / len(training)
    return total, rate


def _learning_rate(step: int, steps: int, settings: Settings) -> float:
    fall = settings.last_learning_rate / settings.learning_rate
    return settings.learning_rate * fall ** (step / max(steps - 1, 1))


def check_data(training: Data, validation: Data) -> None:
    """Raises TrainingError for parts that are too small to learn from."""
    if len(training) < 2:
        raise TrainingError(
            f"The training part has {len(training)} structure(s). One structure cannot show how "
            "the energy changes: give two at least, better a hundred."
        )
    if not validation:
        raise TrainingError("The validation part is empty; it decides which epoch was best.")
