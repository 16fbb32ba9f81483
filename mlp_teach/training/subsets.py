"""Parts of a training set: how many frames a learning curve is measured with, and for how long.

The training part lies in a random order already (split.py), so its first n frames are n drawn at
random, and every smaller part lies within the larger ones: from size to size frames are added, none
is exchanged. What decides when to stop and what judges the model stay the same for all sizes.

A small part has few batches. If all sizes had the same number of epochs, a model of 50 frames would
make a nineteenth of the steps of one of 950 and end untrained, and the curve would show that rather
than what the frames teach. So an epoch of a small part shows it several times, and there are as
many steps at each size as the epochs make with the whole training part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeVar

from mlp_teach.training.regression import Regression
from mlp_teach.training.state import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Sizes:
    """The sizes of a learning curve, rising; `epochs` counts passes over the whole training part.

    Without epochs each size has those of the training. Raises ValueError, which names the entry,
    for a value that makes no sense.
    """

    frames: list | tuple
    epochs: list | tuple = ()

    def __post_init__(self) -> None:
        for name in ("frames", "epochs"):
            values = getattr(self, name)
            if any(type(one) is not int for one in values):
                raise ValueError(f"{name} is {values!r}; a list of whole numbers is needed.")
        if not self.frames or min(self.frames) < 2 or list(self.frames) != sorted(set(self.frames)):
            raise ValueError(f"frames is {self.frames!r}; give rising numbers from 2 on.")
        if self.epochs and len(self.epochs) != len(self.frames):
            raise ValueError(
                f"There are {len(self.epochs)} epochs for {len(self.frames)} sizes; give one for "
                "each, or none: then all are those of [training]."
            )
        if self.epochs and min(self.epochs) < 1:
            raise ValueError(f"epochs is {self.epochs!r}; give numbers from 1 on.")


@dataclass(frozen=True)
class Size:
    """One point of a learning curve: its frames, how often an epoch shows them, and settings."""

    frames: int
    times: int
    settings: Settings | Regression

    @property
    def steps(self) -> int:
        """Of the optimiser, in all; a regression makes none."""
        if isinstance(self.settings, Regression):
            return 0
        return self.settings.epochs * ceil(self.times * self.frames / self.settings.batch_size)

    def part(self, training: Sequence[T]) -> list[T]:
        """What an epoch shows, out of the whole training part."""
        return list(training[: self.frames]) * self.times


def sizes_of(sizes: Sizes, whole: int, settings: Settings | Regression) -> list[Size]:
    """How to train at each size, where `whole` frames are there to learn from.

    Raises ValueError for a size above that, and for epochs where a regression fits.
    """
    if max(sizes.frames) > whole:
        raise ValueError(
            f"A size of the learning curve is {max(sizes.frames)}, but the training part has only "
            f"{whole} frames. Lower it."
        )
    if isinstance(settings, Regression):
        if sizes.epochs:
            raise ValueError("A regression has no epochs; remove them from [learning_curve].")
        return [Size(frames, 1, settings) for frames in sizes.frames]
    found = []
    for frames, epochs in zip(
        sizes.frames, sizes.epochs or [settings.epochs] * len(sizes.frames), strict=True
    ):
        times = whole // frames
        own = max(1, round(epochs * whole / (times * frames)))  # an epoch of 2 · 400 is not 950
        found.append(Size(frames, times, replace(settings, epochs=own)))
    return found
