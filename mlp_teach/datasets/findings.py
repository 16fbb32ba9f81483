"""What a check of a data set found: one sentence with what to do, and the frames it is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ase import Atoms


@dataclass(frozen=True)
class Finding:
    """One thing that is odd: what kind, in which frames (empty: the set as a whole), in words."""

    kind: str
    frames: tuple[int, ...]
    message: str

    def __str__(self) -> str:
        return self.message


def labels_of(atoms: Atoms) -> dict:
    """The labels that a frame carries, by ASE's names."""
    return {} if atoms.calc is None else atoms.calc.results


def value_of(atoms: Atoms, name: str) -> np.ndarray:
    """A label, or positions or cell, as an array; zero where the frame has none."""
    geometry = {"positions": atoms.positions, "cell": atoms.cell.array}
    return np.asarray(geometry.get(name, labels_of(atoms).get(name, 0.0)), dtype=float)


def listed(indices: tuple[int, ...], total: int) -> str:
    """Which frames, in few words: `3 of 262 frames (5, 8, 9)`."""
    shown = ", ".join(str(index) for index in indices[:5]) + (", …" if len(indices) > 5 else "")
    return f"{len(indices)} of {total} frames ({shown})"
