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
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from mlp_teach.graph import AtomGraph, Labels, collate, collate_labels
from mlp_teach.potential import predict
from mlp_teach.training.checkpoint import CheckpointError, read_checkpoint, save_checkpoint
from mlp_teach.training.losses import Weights, loss

Data = Sequence[tuple[AtomGraph, Labels]]


@dataclass(frozen=True)
class Settings:
    """How to train. Energies in eV, lengths in Å (see losses.Weights for the weights' units)."""

    epochs: int = 200
    batch_size: int = 8
    learning_rate: float = 5e-3
    last_learning_rate: float = 1e-5
    weights: Weights = field(default_factory=Weights)
    optimizer: str = "adam"  # or "sgd"
    l2: float = 0.0  # weight decay, added to the gradient as l2 times the parameter
    average: float = 0.99  # decay of the moving average of the parameters; 0 turns it off
    patience: int = 0  # epochs without a better validation loss before stopping; 0: never
    clip: float = 10.0  # longest gradient that a step follows; spares it a single odd batch
    seed: int = 0


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave: losses, the learning rate at its end, seconds since the start."""

    number: int
    training_loss: float
    validation_loss: float
    learning_rate: float
    seconds: float


class TrainingError(RuntimeError):
    """Training that cannot go on; the message says why and what to do."""


def fit(
    model: nn.Module,
    training: Data,
    validation: Data,
    settings: Settings,
    *,
    checkpoint: Path | str | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
) -> list[Epoch]:
    """Trains `model` in place and returns the history.

    With `checkpoint` the state is saved there at most every 10 s and at the end, and a run that
    finds a checkpoint of the same settings goes on from it. Raises TrainingError for data that
    cannot be learnt from and for a loss that is no longer finite.
    """
    check_data(training, validation)
    state = _State(model, settings)
    history = state.resume(checkpoint, settings) if checkpoint else []
    before, started, saved = (history[-1].seconds if history else 0.0), time.monotonic(), 0.0
    steps = math.ceil(len(training) / settings.batch_size)
    for number in range(len(history), settings.epochs):
        if settings.patience and number - state.best_epoch > settings.patience:
            break
        torch.manual_seed(settings.seed + 1_000_003 * number)
        order = torch.randperm(len(training)).tolist()
        model.train()
        total = 0.0
        for step in range(steps):
            chosen = order[step * settings.batch_size : (step + 1) * settings.batch_size]
            rate = _learning_rate(number * steps + step, settings.epochs * steps, settings)
            value = state.step([training[i] for i in chosen], rate)
            total += value * len(chosen) / len(training)
        epoch = Epoch(
            number,
            total,
            state.validate(validation, number),
            rate,
            before + time.monotonic() - started,
        )
        history.append(epoch)
        if checkpoint and (time.monotonic() - saved > 10 or number + 1 == settings.epochs):
            state.save(checkpoint, settings, history)
            saved = time.monotonic()
        if on_epoch:
            on_epoch(epoch)
    if checkpoint and history:
        state.save(checkpoint, settings, history)
    model.load_state_dict(state.best)
    model.eval()
    return history


class _State:
    """Model, optimiser, moving average and the best average so far: all that a checkpoint holds."""

    def __init__(self, model: nn.Module, settings: Settings):
        optimizers = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
        if settings.optimizer not in optimizers:
            raise TrainingError(
                f"The optimizer is {settings.optimizer!r}; choose one of {sorted(optimizers)}."
            )
        self.model, self.weights, self.clip = model, settings.weights, settings.clip
        self.optimizer = optimizers[settings.optimizer](
            model.parameters(), lr=settings.learning_rate, weight_decay=settings.l2
        )
        self.decay = settings.average
        self.average = {name: value.clone() for name, value in model.state_dict().items()}
        self.best = {name: value.clone() for name, value in self.average.items()}
        self.best_loss, self.best_epoch = math.inf, -1

    def step(self, batch: Data, rate: float) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        value = batch_loss(self.model, batch, self.weights, train=True)
        if not math.isfinite(value.item()):
            raise TrainingError(
                f"The loss became {value.item()}. The learning rate ({rate:g}) may be too high, or "
                "a label wrong: check the data with mlp_teach.datasets.check_labels."
            )
        value.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        for name, new in self.model.state_dict().items():
            if new.is_floating_point():
                self.average[name].lerp_(new, 1 - self.decay)
            else:
                self.average[name].copy_(new)
        return value.item()

    def validate(self, data: Data, epoch: int) -> float:
        last = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.average)
        self.model.eval()
        value = sum(batch_loss(self.model, [one], self.weights).item() for one in data) / len(data)
        if value < self.best_loss:
            self.best_loss, self.best_epoch = value, epoch
            self.best = {name: one.clone() for name, one in self.average.items()}
        self.model.load_state_dict(last)
        return value

    def save(self, path, settings: Settings, history: list[Epoch]) -> None:
        extra = {f"average.{name}": value for name, value in self.average.items()}
        extra |= {f"best.{name}": value for name, value in self.best.items()}
        for number, state in self.optimizer.state_dict()["state"].items():
            extra |= {
                f"optimizer.{number}.{name}": value
                for name, value in state.items()
                if isinstance(value, Tensor)
            }
        save_checkpoint(
            path,
            self.model,
            extra=extra,
            training=asdict(settings),
            history=[asdict(epoch) for epoch in history],
            best=[self.best_loss, self.best_epoch],
        )

    def resume(self, path, settings: Settings) -> list[Epoch]:
        """Takes over a checkpoint's state, if there is one, and returns its history."""
        if not Path(path).exists():
            return []
        model, extra, facts = read_checkpoint(path)
        if facts.get("training") != asdict(settings) or model.settings() != self.model.settings():
            raise CheckpointError(
                f"{path} comes from a training with other settings. Continue with those, or choose "
                "another file for this one."
            )
        self.model.load_state_dict(model.state_dict())
        groups: dict[str, dict[str, Tensor]] = {"average": {}, "best": {}}
        optimizer: dict[int, dict[str, Tensor]] = {}
        for name, value in extra.items():
            kind, _, rest = name.partition(".")
            if kind == "optimizer":
                number, _, key = rest.partition(".")
                optimizer.setdefault(int(number), {})[key] = value
            else:
                groups[kind][rest] = value
        self.average, self.best = groups["average"], groups["best"]
        self.best_loss, self.best_epoch = facts["best"]
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": optimizer})
        return [Epoch(**epoch) for epoch in facts["history"]]


def batch_loss(model: nn.Module, batch: Data, weights: Weights, *, train: bool = False) -> Tensor:
    """The loss of a batch; with `train` it can be differentiated by the parameters."""
    graphs, labels = zip(*batch, strict=True)
    graph = collate(graphs)
    prediction = predict(
        model, graph, forces=weights.forces > 0, stress=weights.stress > 0, create_graph=train
    )
    return loss(prediction, collate_labels(labels), graph, weights)


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
