"""What the player of a simulation shows of each frame: energy, temperature, and how sure one is.

E - E(0)   total energy for an atom, meV: constant in NVE, exchanged with a thermostat in NVT
T          2 K / (k_B f), K; f is 3 N, or 3 N - 3 where the atoms as a whole are at rest
spread     of the forces of an ensemble of models, the largest of any atom, if it is given
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from ase import Atoms
from jaxtyping import Float

from mlp_teach.units import BOLTZMANN
from mlp_teach.widgets.drawing import Event

AT_REST = 1e-6  # of the largest momentum of an atom: as much as rounding leaves
Values = Float[np.ndarray, "frames"]


@dataclass(frozen=True, eq=False)
class Film:
    """A trajectory with all that is shown of it."""

    frames: tuple[Atoms, ...]
    times: Values  # ps
    drift: Values  # meV/atom
    temperature: Values  # K
    spread: Values | None  # eV/Å


@dataclass(frozen=True)
class PlayerState:
    """The frame that is shown, counted from 0."""

    frame: int = 0


def film(frames: Sequence[Atoms], interval_fs: float | int, spread: Sequence[float] | None) -> Film:
    """Asks each frame for its energies. Raises ValueError for too few frames or values."""
    if len(frames) < 2:
        raise ValueError(f"The player was given {len(frames)} frame(s); a film needs two or more.")
    if spread is not None and len(spread) != len(frames):
        raise ValueError(f"There are {len(frames)} frames, but {len(spread)} values of the spread.")
    energies = np.array([atoms.get_total_energy() / len(atoms) for atoms in frames])
    return Film(
        tuple(frames),
        np.arange(len(frames)) * interval_fs / 1000,
        1e3 * (energies - energies[0]),
        np.array([temperature(atoms) for atoms in frames]),
        None if spread is None else np.asarray(spread, dtype=float),
    )


def temperature(atoms: Atoms) -> float:
    """The motion of the whole, which never changes in NVE, is no warmth (K)."""
    momenta = atoms.get_momenta()
    resting = np.abs(momenta.sum(axis=0)).max() <= AT_REST * np.abs(momenta).max()
    ways = 3 * len(atoms) - (3 if resting and len(atoms) > 1 else 0)
    return float(2 * atoms.get_kinetic_energy() / (BOLTZMANN * ways))


def player_update(film: Film, state: PlayerState, event: Event) -> PlayerState:
    """What a control means; the last frame and the first are the ends."""
    frame = {
        "frame": lambda: round(event.value),
        "back": lambda: state.frame - 1,
        "on": lambda: state.frame + 1,
        "start": lambda: 0,
    }[event.name]()
    return replace(state, frame=int(np.clip(frame, 0, len(film.frames) - 1)))
