"""Places where no simulation goes by itself: large displacements, and Metropolis Monte Carlo.

N. Metropolis et al., J. Chem. Phys. 21, 1087 (1953), doi:10.1063/1.1699114, for (1).

Large random displacements show a model what is improbable, but atoms must not come so close that no
label makes sense: a move that brings two of them nearer than a minimum distance is drawn again.
Monte Carlo moves one atom at a time and accepts the new structure with the probability

    p = min(1, exp(-ΔE / k_B T))                                                              (1)

A rejected move leaves the old structure, which then counts once more. Moves are as likely as their
reverse, so that every pair of structures is visited in the ratio of exp(-E / k_B T) (detailed
balance), with energies alone and no forces.

    here | code             | unit
    ΔE   | change           | eV
    T    | temperature_K    | K
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator

from mlp_teach.sampling.provenance import (
    check_atoms,
    check_count,
    check_positive,
    check_whole,
    generator,
    marked,
    movable,
    nearest,
)
from mlp_teach.units import BOLTZMANN

TRIALS = 1000  # moves of one atom before we give up


class TooDenseError(RuntimeError):
    """No place was found where atoms keep their distance."""


def displaced(
    atoms: Atoms, count: int, largest: float = 1.0, minimum_distance: float = 1.0, seed: int = 0
) -> list[Atoms]:
    """`count` copies, each atom that is not fixed moved at random, `largest` Å at most.

    No two atoms are nearer than `minimum_distance` Å: atoms are moved one after the other, and a
    place too near to the others is drawn again. Raises TooDenseError where none is found, and
    ValueError for a structure that is itself too dense.
    """
    check_count(count)
    check_atoms(atoms)
    check_positive(largest=largest, minimum_distance=minimum_distance)
    if nearest(atoms) < minimum_distance:
        raise ValueError(
            f"Two atoms are {nearest(atoms):.2f} Å apart already, nearer than {minimum_distance} Å."
        )
    rng = generator(seed)
    found = []
    for number in range(count):
        new = marked(atoms, "displaced", largest=largest, seed=seed, number=number)
        new.info["minimum_distance"] = minimum_distance
        for index in rng.permutation(movable(atoms)):
            _move(new, int(index), atoms.positions[index], largest, minimum_distance, rng)
        found.append(new)
    return found


def _move(atoms: Atoms, index: int, home: np.ndarray, largest: float, least: float, rng) -> None:
    others = np.delete(np.arange(len(atoms)), index)
    for _ in range(TRIALS):
        atoms.positions[index] = home + _in_a_ball(rng) * largest
        if not len(others):
            return
        apart = atoms.get_distances(index, others, mic=bool(atoms.pbc.any()))
        if apart.min() >= least:
            return
    raise TooDenseError(
        f"In {TRIALS} trials atom {index} found no place within {largest} Å of its own that is "
        f"{least} Å from all others. Allow a smaller minimum_distance, or a larger cell."
    )


def _in_a_ball(rng: np.random.Generator) -> np.ndarray:
    direction = rng.normal(size=3)
    return direction / np.linalg.norm(direction) * rng.uniform() ** (1 / 3)


@dataclass(frozen=True)
class MonteCarlo:
    """What a run gave: frames, the energy after each trial (eV), the share of moves accepted."""

    frames: list[Atoms]
    energies: np.ndarray
    accepted: float


def monte_carlo(
    atoms: Atoms,
    calculator: Calculator,
    temperature_K: float | int,
    count: int,
    sweeps_between: int = 10,
    largest_move: float = 0.2,
    seed: int = 0,
) -> MonteCarlo:
    """`count` frames, `sweeps_between` sweeps apart; a sweep is one trial for each free atom.

    A trial takes one of them to a random place in a ball of radius `largest_move` Å about its own.
    Raises ValueError where the first structure has no finite energy: no move could be judged.
    """
    check_count(count)
    check_positive(temperature_K=temperature_K, largest_move=largest_move)
    check_whole(sweeps_between=sweeps_between)
    rng, beta = generator(seed), 1 / (BOLTZMANN * temperature_K)
    work, free = atoms.copy(), movable(atoms)
    work.calc = calculator
    energy, energies, frames, accepted = work.get_potential_energy(), [], [], 0
    if not np.isfinite(energy):
        raise ValueError(f"The energy of the first structure is {energy}; relax it before.")
    settings = {"sweeps_between": sweeps_between, "largest_move": largest_move, "seed": seed}
    for number in range(count):
        for _ in range(sweeps_between * len(free)):
            index, move = rng.choice(free), _in_a_ball(rng) * largest_move
            place = work.positions[index].copy()
            work.positions[index] += move
            change = work.get_potential_energy() - energy
            if accepts(change, beta, rng):
                energy, accepted = energy + change, accepted + 1
            else:
                work.positions[index] = place  # to the last bit, which - move would not
            energies.append(energy)
        facts = {"temperature_K": float(temperature_K), "number": number}
        frames.append(marked(work, "monte_carlo", **facts, **settings))
    return MonteCarlo(frames, np.array(energies), accepted / len(energies))


def accepts(change: float, beta: float, rng: np.random.Generator) -> bool:
    """(1), for a change of energy in eV and β = 1/k_B T in 1/eV. Not a number is never accepted."""
    return bool(change <= 0 or rng.uniform() < np.exp(-beta * change))
