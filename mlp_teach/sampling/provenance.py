"""Where a structure comes from, written into its `info`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from ase import Atoms
from ase.constraints import FixAtoms


def marked(atoms: Atoms, sampler: str, **facts: object) -> Atoms:
    """A copy without calculator whose info says what made it: {"sampler": ..., and the facts}.

    A structure that was made from another of ours keeps the other's sampler as `sampled_from`, and
    what that one was made from before it: "slab, stepped".
    """
    made = atoms.copy()
    made.calc = None
    if "sampler" in made.info:
        before = [made.info[name] for name in ("sampled_from", "sampler") if name in made.info]
        made.info["sampled_from"] = ", ".join(before)
    made.info |= {"sampler": sampler} | facts
    return made


def generator(seed: int) -> np.random.Generator:
    """Raises ValueError for a seed that is not a whole number from 0 on."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed is {seed!r}; it must be a whole number, 0 or larger.")
    return np.random.default_rng(seed)


def seeds(seed: int, count: int) -> list[int]:
    """`count` seeds that follow from one; the first ones do not depend on the count."""
    return [int(n) for n in np.random.SeedSequence(seed).generate_state(count)]


def check_count(count: float | int) -> None:
    """Raises ValueError for a number of structures that cannot be made."""
    if isinstance(count, bool) or not isinstance(count, int | np.integer):
        raise ValueError(f"count is {count!r}; it must be a whole number, 1 or larger.")
    if count < 1:
        raise ValueError(f"count is {count!r}; at least 1 structure must be asked for.")


def split_evenly(count: int, among: int) -> list[int]:
    """`count` as `among` whole numbers that differ by 1 at most, the larger ones first."""
    return [count // among + (k < count % among) for k in range(among)]


def check_positive(**numbers: float | int) -> None:
    """Raises ValueError that names the first number that is not positive and finite."""
    for name, value in numbers.items():
        if not isinstance(value, float | int | np.number) or not 0 < value < np.inf:
            raise ValueError(f"{name} is {value!r}; it must be positive.")


def check_whole(**numbers: object) -> None:
    """Raises ValueError that names the first that is no whole number from 1 on."""
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} is {value!r}; it must be a whole number, 1 or larger.")


def check_atoms(atoms: Atoms) -> None:
    """Raises ValueError for a structure without atoms, or with a place that is not finite."""
    if not len(atoms):
        raise ValueError("The structure has no atoms.")
    if not (np.isfinite(atoms.positions).all() and np.isfinite(atoms.cell.array).all()):
        raise ValueError("A position or a vector of the cell is not a finite number.")


def check_cubic_cell(crystal: Atoms) -> None:
    """Raises ValueError for the primitive cell of an fcc or bcc lattice, where (h k l) of the cube
    would name another plane."""
    if crystal.cell.rank == 3 and crystal.cell.get_bravais_lattice().name in ("FCC", "BCC"):
        angle = crystal.cell.angles()[0]
        raise ValueError(
            f"The crystal's cell is a primitive one, with angles of {angle:.1f}°. Miller indices "
            "count along the edges of the cube: give that cell, such as bulk('Cu', cubic=True)."
        )


def movable(atoms: Atoms) -> np.ndarray:
    """Indices of the atoms that no FixAtoms holds. Raises ValueError if there is none, and for
    other constraints, which a random move would not keep."""
    check_atoms(atoms)
    for constraint in atoms.constraints:
        if not isinstance(constraint, FixAtoms):
            raise ValueError(
                f"The structure has the constraint {type(constraint).__name__}; only FixAtoms is "
                "kept here. Take it off: atoms.set_constraint(...)."
            )
    held = [c.index for c in atoms.constraints if isinstance(c, FixAtoms)]
    free = np.setdiff1d(np.arange(len(atoms)), np.concatenate([[], *held]))
    if not len(free):
        raise ValueError("All atoms are fixed (FixAtoms); none can be moved.")
    return free


def distances(atoms: Atoms) -> np.ndarray:
    """Of all pairs of atoms to the nearest image, Å; an atom alone in its cell has none."""
    return atoms.get_all_distances(mic=bool(atoms.pbc.any()))[np.triu_indices(len(atoms), 1)]


def nearest(atoms: Atoms) -> float:
    """The shortest distance between two atoms, images of one atom included, Å."""
    found = distances(atoms)
    images = [np.linalg.norm(vector) for vector in _short_vectors(atoms)]
    return float(min([*found, *images], default=np.inf))


def _short_vectors(atoms: Atoms) -> Iterable[np.ndarray]:
    cell = atoms.cell.array * atoms.pbc[:, None]
    steps = np.indices((3, 3, 3)).reshape(3, -1).T - 1
    vectors = steps @ cell
    return [v for v in vectors if np.linalg.norm(v) > 0]
