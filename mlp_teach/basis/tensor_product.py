"""Equivariant features: what turns with the atoms, and products of it.

N. Thomas et al., arXiv:1802.08219 (2018) (tensor field networks), for the idea. Equation numbers
are ours.

A feature of degree l has 2l + 1 components, which turn like the harmonics Y_lm, and a parity p: +1
if the inversion r -> -r leaves it as it is ("e", even), -1 if it changes its sign ("o", odd). "0e"
is a scalar, "1o" a vector like a force, "1e" one like a torque, "2e" a traceless symmetric tensor.

Two features make new ones by Clebsch-Gordan coefficients C (clebsch_gordan.py), for each path

    (l1 p1) x (l2 p2) -> (l3 p3),   |l1 - l2| ≤ l3 ≤ l1 + l2,   p3 = p1 p2                     (1)
    z_m3 = √(2l3+1) Σ_(m1 m2) C_(m1 m2 m3) x_m1 y_m2                                           (2)

With the root, components of size 1 make components of size 1 ("component" normalisation).

Degree and parity together name an irrep (irreducible representation of rotations and mirrors).

The one layout: an array `atoms lm channels`. All irreps have the same number of channels; their
components stand one after the other, channels are last. Whatever mixes channels is then a matrix
product with what is last, whatever turns is one with what is in the middle, and both run over
numbers that lie side by side.

    here      | code               | shape              | unit
    l p       | Irrep              | "0e", "1o", ...    | -
    x, y      | x, y               | ... m channels     | -
    √(2l3+1) C | component_coupling | m1 m2 m3          | -
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.clebsch_gordan import coupling


@dataclass(frozen=True, order=True)
class Irrep:
    """Degree l and parity p (+1 or -1) of a feature: an irreducible representation of O(3)."""

    l: int
    parity: int

    def __post_init__(self) -> None:
        if type(self.l) is not int or self.l < 0 or self.parity not in (1, -1):
            raise ValueError(
                f"l is {self.l!r} and the parity {self.parity!r}; l is a whole number from 0 on, "
                "and the parity 1 or -1."
            )

    @property
    def size(self) -> int:
        """How many components it has."""
        return 2 * self.l + 1

    def __str__(self) -> str:
        return f"{self.l}{'e' if self.parity == 1 else 'o'}"


Irreps = tuple[Irrep, ...]


def irreps_of(text: str) -> Irreps:
    """From "0e + 1o": a scalar and a vector. Raises ValueError for anything else."""
    words = [word.strip() for word in text.split("+")]
    for word in words:
        if not (word[:-1].isdecimal() and word[-1:] in ("e", "o")):
            raise ValueError(
                f"{word!r} is no irrep; one is a degree and a parity, e for even or o "
                'for odd: "0e" a scalar, "1o" a vector. Several are joined by +.'
            )
    return tuple(Irrep(int(word[:-1]), 1 if word[-1] == "e" else -1) for word in words)


def harmonics(l_max: int) -> Irreps:
    """The irreps of Y_0 ... Y_l_max: 0e + 1o + 2e + 3o ..."""
    return tuple(Irrep(l, (-1) ** l) for l in range(l_max + 1))


def both_parities(l_max: int) -> Irreps:
    """0e + 0o + 1e + 1o + ..., up to degree l_max."""
    return tuple(Irrep(l, parity) for l in range(l_max + 1) for parity in (1, -1))


def slices(irreps: Sequence[Irrep]) -> list[slice]:
    """Where the components of each irrep stand in an array `atoms lm channels`."""
    ends = list(accumulate(irrep.size for irrep in irreps))
    return [slice(end - irrep.size, end) for irrep, end in zip(irreps, ends, strict=True)]


class Path(NamedTuple):
    """(1): which irreps of two lists make which of a third; all are places in the lists."""

    first: int
    second: int
    out: int


def paths(
    first: Sequence[Irrep], second: Sequence[Irrep], out: Sequence[Irrep]
) -> tuple[Path, ...]:
    """All paths from two lists of irreps to a third, sorted by the third, then by the first."""
    return tuple(
        Path(a, b, c)
        for c, z in enumerate(out)
        for a, x in enumerate(first)
        for b, y in enumerate(second)
        if abs(x.l - y.l) <= z.l <= x.l + y.l and x.parity * y.parity == z.parity
    )


def couple(
    x: Float[Tensor, "*batch m1 channels"], y: Float[Tensor, "*batch m2 channels"], l3: int
) -> Float[Tensor, "*batch m3 channels"]:
    """(2), channel by channel: the feature of degree l3 in the product of two features.

    Two vectors, in the order (y, z, x), give a·b/√3 for l3 = 0 and a×b/√2 for l3 = 1.

    Raises ValueError where there is none.
    """
    for z in (x, y):
        if z.ndim < 2 or z.shape[-2] % 2 == 0 or not z.is_floating_point():
            raise ValueError(
                f"A feature of shape {tuple(z.shape)} in {z.dtype} was given; it needs 2l + 1 rows "
                "of channels, in floating point: (3, channels) for vectors."
            )
    l1, l2 = ((z.shape[-2] - 1) // 2 for z in (x, y))
    c = component_coupling(l1, l2, l3).to(x)
    return torch.einsum("abm,...ac,...bc->...mc", c, x, y)  # (2)


def component_coupling(l1: int, l2: int, l3: int) -> Float[Tensor, "m1 m2 m3"]:
    """√(2l3+1) C."""
    return sqrt(2 * l3 + 1) * coupling(l1, l2, l3)
