"""Splitting data: what a model learns from, what decides when to stop, and what judges it.

The three parts must not share information: frames that follow each other in time, or symmetry
copies of one structure, belong to the same part. `random_split` is right for independent
structures.

`of_kinds` keeps the frames of some kinds, where a set says of what kind each frame is: bulk to
learn from, say, and surfaces to judge on.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

import numpy as np
from ase import Atoms

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


def of_kinds(frames: Sequence[Atoms], kinds: Sequence[str]) -> list[Atoms]:
    """The frames whose info entry "config_type" is like one of `kinds`, in their order.

    In a kind, * stands for any text, ? for one letter and [2-9] for one of those: "fcc*", "*surf*".
    Raises ValueError where a frame has no such entry, and for a kind that no frame is of.
    """
    if unnamed := sum("config_type" not in atoms.info for atoms in frames):
        raise ValueError(
            f"{unnamed} of {len(frames)} frames do not say of what kind they are (the info entry "
            "'config_type'), so that none can be chosen by kind. Leave `kinds` out."
        )
    names = [str(atoms.info["config_type"]) for atoms in frames]
    for kind in kinds:
        if not any(fnmatchcase(name, kind) for name in names):
            known = sorted(set(names))
            some = ", ".join(known[:: max(1, len(known) // 8)])
            raise ValueError(f"No frame is of the kind {kind!r}. Some of {len(known)}: {some}.")
    chosen = [any(fnmatchcase(name, kind) for kind in kinds) for name in names]
    return [atoms for atoms, one in zip(frames, chosen, strict=True) if one]
