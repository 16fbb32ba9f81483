"""Leaks between training and test sets: structures that are the same up to symmetry.

Rotated, mirrored, shifted or with its atoms in another order, a structure keeps all its distances.
So two structures are compared by their sorted list of interatomic distances, as a fingerprint that
needs no alignment. (Different structures with equal distance lists exist, but are rare.) A model
that was trained on one copy has seen the other: an error on it is a training error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from jaxtyping import Float

REACH = 6.0  # Å: neighbours in the first four shells of a metal, all of a small molecule
TOLERANCE = 1e-4  # Å: files carry 6 digits or more


@dataclass(frozen=True)
class Copy:
    """Frame number `frame` of one list is a copy of frame number `of` of the other."""

    frame: int
    of: int
    energy_difference: float  # eV, labels of `frame` minus `of`; NaN where one has none


def symmetry_copies(frames: Sequence[Atoms], among: Sequence[Atoms]) -> list[Copy]:
    """Each of `frames` that equals one of `among` up to symmetry, with the closest in energy.

    Copies should have equal energies; where they have not, the difference is the noise of the
    labels. In mlearn_Cu 13 of the 31 test frames are copies, 9 of them with an energy equal to
    2e-6 eV.
    """
    known: dict[tuple, list[tuple[int, Float[np.ndarray, " pairs"]]]] = {}
    for index, atoms in enumerate(among):
        known.setdefault(_composition(atoms), []).append((index, _distances(atoms)))
    copies = []
    for index, atoms in enumerate(frames):
        distances = _distances(atoms)
        same = [
            Copy(index, other, _energy(atoms) - _energy(among[other]))
            for other, theirs in known.get(_composition(atoms), [])
            if _agree(distances, theirs)
        ]
        if same:
            copies.append(min(same, key=lambda copy: abs(copy.energy_difference)))
    return copies


def repeats(frames: Sequence[Atoms]) -> list[Copy]:
    """Each frame that equals an earlier one of the list up to symmetry, with the first such one."""
    known: dict[tuple, list[tuple[int, Float[np.ndarray, " pairs"]]]] = {}
    found = []
    for index, atoms in enumerate(frames):
        distances, alike = _distances(atoms), known.setdefault(_composition(atoms), [])
        first = next((other for other, theirs in alike if _agree(distances, theirs)), None)
        if first is None:
            alike.append((index, distances))
        else:
            found.append(Copy(index, first, _energy(atoms) - _energy(frames[first])))
    return found


def _composition(atoms: Atoms) -> tuple:
    return tuple(sorted(atoms.numbers)), tuple(sorted(atoms.pbc))


def _distances(atoms: Atoms) -> Float[np.ndarray, " pairs"]:
    """All distances up to REACH, sorted; each pair of elements apart from the others."""
    from mlp_teach.neighbors import neighbor_pairs  # here, as it imports torch

    centers, neighbors, _, distances = neighbor_pairs(atoms, REACH)
    low, high = np.sort([atoms.numbers[centers], atoms.numbers[neighbors]], axis=0)
    return distances[np.lexsort([distances, high, low])]


def _agree(ours: Float[np.ndarray, " ours"], theirs: Float[np.ndarray, " theirs"]) -> bool:
    return len(ours) == len(theirs) and bool(np.allclose(ours, theirs, rtol=0, atol=TOLERANCE))


def _energy(atoms: Atoms) -> float:
    known = {} if atoms.calc is None else atoms.calc.results
    return float(known.get("energy", np.nan))
