"""Splitting data: what a model learns from, what decides when to stop, and what judges it.

The three parts must not share information: frames that follow each other in time, or symmetry
copies of one structure, belong to the same part. `random_split` is right for independent
structures.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def random_split(
    items: Sequence[T], fractions: tuple[float, float, float] = (0.8, 0.1, 0.1), seed: int = 0
) -> tuple[list[T], list[T], list[T]]:
    """Training, validation and test parts, drawn by `seed`.

    Raises ValueError if the fractions do not add up to one, or if a part that should have items
    would get none.
    """
    if abs(sum(fractions) - 1) > 1e-9 or min(fractions) < 0:
        raise ValueError(f"The fractions are {fractions}; three shares of one are needed.")
    order = np.random.default_rng(seed).permutation(len(items))
    ends = np.round(np.cumsum(fractions) * len(items)).astype(int)
    parts = [[items[i] for i in part] for part in np.split(order, ends[:2])]
    for part, share, name in zip(parts, fractions, ("training", "validation", "test"), strict=True):
        if share > 0 and not part:
            raise ValueError(
                f"{len(items)} structures are too few for a split of {fractions}: the {name} part "
                "would be empty. Add structures, or set its share to 0."
            )
    return parts[0], parts[1], parts[2]
