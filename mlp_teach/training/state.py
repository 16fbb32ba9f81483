"""What a training run consists of at any moment, and how a checkpoint keeps it.

The optimiser moves the parameters; an exponential moving average follows them and is what gets
validated; the best average so far is what the run is for.
"""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from mlp_teach.graph import AtomGraph, Labels, collate, collate_labels
from mlp_teach.potential import predict
from mlp_teach.training import processes
from mlp_teach.training.checkpoint import CheckpointError, read_checkpoint, save_checkpoint
from mlp_teach.training.losses import Weights, is_finite, loss
from mlp_teach.training.progress import Epoch

Data = Sequence[tuple[AtomGraph, Labels]]
OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
LEAST = 1e-300  # of a rate: dividing by a smaller number may give infinity


@dataclass(frozen=True)
class Settings:
    """How to train. Energies in eV, lengths in Å (see losses.Weights for the weights' units).

    Raises ValueError, which names the entry, for a value that makes no sense.
    """

    epochs: int = 200
    batch_size: int = 8
    learning_rate: float | int = 5e-3
    last_learning_rate: float | int = 1e-5
    weights: Weights = field(default_factory=Weights)
    optimizer: str = "adam"  # or "sgd"
    l2: float | int = 0.0  # weight decay, added to the gradient as l2 times the parameter
    average: float | int = 0.99  # decay of the moving average of the parameters; 0 turns it off
    patience: int = 0  # epochs without a better validation loss before stopping; 0: never
    clip: float | int = 10.0  # longest gradient that a step follows; spares it a single odd batch
    seed: int = 0
    compile: bool = False  # faster steps, once they are compiled: see compiled.py

    def __post_init__(self) -> None:
        if self.optimizer not in tuple(OPTIMIZERS):
            raise ValueError(
                f"optimizer is {self.optimizer!r}; choose one of {', '.join(OPTIMIZERS)}."
            )
        for name, least in (("epochs", 1), ("batch_size", 1), ("patience", 0), ("seed", 0)):
            value = getattr(self, name)
            if type(value) is not int or value < least:
                raise ValueError(f"{name} is {value!r}; a whole number from {least} on is needed.")
            if value >= 2**62:  # with what is added to a seed, PyTorch takes little more
                raise ValueError(f"{name} is {value}; it must be below 2^62, about 4.6e18.")
        if type(self.compile) is not bool:
            raise ValueError(f"compile is {self.compile!r}; it is a switch, true or false.")
        positive = ("learning_rate", "last_learning_rate", "clip")
        for name in (*positive, "l2", "average"):
            value = getattr(self, name)
            if not is_finite(value) or value < 0:
                raise ValueError(f"{name} is {value!r}; a number that is not negative is needed.")
            if value < LEAST and name in positive:
                raise ValueError(
                    f"{name} is {value}, with which no parameter would change; raise it."
                )
        if self.average >= 1:
            raise ValueError(
                f"average is {self.average}: the average would keep its first value for ever. "
                "Choose a number below 1, such as 0.99, or 0 for no average."
            )


class TrainingError(RuntimeError):
    """Training that cannot go on; the message says why and what to do."""


class State:
    """Model, optimiser, moving average and the best average so far: all that a checkpoint holds.

    In the file the best average is the model, so that reading it gives what `fit` would leave; the
    last parameters, the average and the optimiser's memory stand beside it.
    """

    def __init__(self, model: nn.Module, settings: Settings, data: str = ""):
        self.model, self.weights, self.clip = model, settings.weights, settings.clip
        self.optimizer = OPTIMIZERS[settings.optimizer](
            model.parameters(), lr=settings.learning_rate, weight_decay=settings.l2
        )
        self.decay, self.data = settings.average, data
        self.device = next(iter(model.parameters())).device
        self.average = {name: value.clone() for name, value in model.state_dict().items()}
        self.best = {name: value.clone() for name, value in self.average.items()}
        self.best_loss, self.best_epoch = math.inf, -1
        self.compiled: Callable[[Data], float | None] | None = None  # does a batch, or does not

    def step(self, batch: Data, rate: float, number: int) -> float:
        """One step of the optimiser, the `number`-th; returns the loss before it."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        value = self._differentiate(batch)
        if not math.isfinite(value):
            raise TrainingError(
                f"The loss became {value}. The learning rate ({rate:g}) may be too high, or a "
                "label wrong: check the data with mlp_teach.datasets.check_labels."
            )
        nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        # A short memory at first: the average must forget the untrained parameters soon.
        decay = min(self.decay, (1 + number) / (10 + number))
        for name, new in self.model.state_dict().items():
            if new.is_floating_point():
                self.average[name].lerp_(new, 1 - decay)
            else:
                self.average[name].copy_(new)
        return value

    def _differentiate(self, batch: Data) -> float:
        """The loss of a batch, whose gradient stands in the parameters then (processes.py)."""
        if self.compiled and (done := self.compiled(batch)) is not None:
            return done
        value, part = 0.0, processes.share(batch)
        if part:
            weights = processes.share_of_weights(self.weights, batch, part)
            own = batch_loss(self.model, part, weights, train=True)
            own.backward()
            value = own.item()
        processes.add_gradients(self.model)
        return processes.total(value, self.device)

    def validate(self, data: Data, epoch: int) -> float:
        """The loss of the average on unseen data; keeps the average if it is the best so far."""
        last = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.average)
        self.model.eval()
        own = processes.share(data)
        value = sum(batch_loss(self.model, [one], self.weights).item() for one in own)
        value = processes.total(value, self.device) / len(data)
        if value < self.best_loss:
            self.best_loss, self.best_epoch = value, epoch
            self.best = {name: one.clone() for name, one in self.average.items()}
        self.model.load_state_dict(last)
        return value

    def save(self, path: Path | str, settings: Settings, history: list[Epoch]) -> None:
        """Writes everything that `resume` needs, in one whole file."""
        extra = {f"average.{name}": value for name, value in self.average.items()}
        extra |= {f"last.{name}": value for name, value in self.model.state_dict().items()}
        for number, state in self.optimizer.state_dict()["state"].items():
            extra |= {
                f"optimizer.{number}.{name}": value
                for name, value in state.items()
                if isinstance(value, Tensor)
            }
        best = copy.deepcopy(self.model)
        best.load_state_dict(self.best)
        save_checkpoint(
            path,
            best,
            extra=extra,
            training=entries(settings),
            history=[asdict(epoch) for epoch in history],
            best=[self.best_loss, self.best_epoch],
            data=self.data,
        )

    def resume(self, path: Path | str, settings: Settings) -> list[Epoch]:
        """Takes over a checkpoint's state, if there is one, and returns its history."""
        if not Path(path).exists():
            return []
        model, extra, facts = read_training(path, self.model, settings)
        if facts.get("data", self.data) != self.data:
            raise CheckpointError(
                f"{path} comes from a training on other data: another set, split, seed or stress "
                "offset. Continue with those, or choose another file for this one."
            )
        groups: dict[str, dict[str, Tensor]] = {"average": {}, "last": {}}
        optimizer: dict[int, dict[str, Tensor]] = {}
        for name, value in extra.items():
            kind, _, rest = name.partition(".")
            if kind == "optimizer":
                number, _, key = rest.partition(".")
                optimizer.setdefault(int(number), {})[key] = value
            else:
                groups[kind][rest] = value.to(self.device)
        self.model.load_state_dict(groups["last"])
        self.average, self.best = groups["average"], dict(model.to(self.device).state_dict())
        self.best_loss, self.best_epoch = facts["best"]
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": optimizer})
        return [Epoch(**epoch) for epoch in facts["history"]]


def entries(settings: object) -> dict:
    """The settings, of a regression too, as files keep them; those from before there was `compile`
    are still good."""
    found = asdict(settings)
    if found.get("compile") is False:
        del found["compile"]
    return found


def read_training(
    path: Path | str, model: nn.Module, settings: Settings
) -> tuple[nn.Module, dict[str, Tensor], dict]:
    """What `read_checkpoint` gives. Raises CheckpointError for a training of other settings."""
    found, extra, facts = read_checkpoint(path)
    same = type(found) is type(model) and found.settings() == model.settings()
    if facts.get("training") != entries(settings) or not same:
        raise CheckpointError(
            f"{path} comes from a training with other settings. Continue with those, or choose "
            "another file for this one."
        )
    return found, extra, facts


def fingerprint(*parts: Data) -> str:
    """A short text that is another one for other structures, labels or parts."""
    found = hashlib.sha256()
    for part in parts:
        found.update(str(len(part)).encode())
        for graph, labels in part:
            structure = (graph.numbers, graph.positions, graph.cells)
            for value in (*structure, labels.energy, labels.forces, labels.stress):
                content = b"-" if value is None else value.detach().cpu().numpy().tobytes()
                found.update(content)
    return found.hexdigest()[:16]


def batch_loss(model: nn.Module, batch: Data, weights: Weights, *, train: bool = False) -> Tensor:
    """The loss of a batch; with `train` it can be differentiated by the parameters."""
    graphs, labels = zip(*batch, strict=True)
    graph = collate(graphs)
    prediction = predict(
        model, graph, forces=weights.forces > 0, stress=weights.stress > 0, create_graph=train
    )
    return loss(prediction, collate_labels(labels), graph, weights)
