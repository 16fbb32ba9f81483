"""Structures made from a structure: shaken, turned, strained, freed, boxed.

The given one stays as it is. Lengths in Å, strain as a number; rows of a cell are lattice vectors.
"""

from __future__ import annotations

import numpy as np
from ase import Atoms
from jaxtyping import Float

from mlp_teach.neighbors import neighbor_pairs


def shaken(atoms: Atoms, rng: np.random.Generator, amplitude: float = 0.05) -> Atoms:
    """Each coordinate moved by up to `amplitude`: no force vanishes by symmetry any more."""
    new = Atoms(atoms.numbers, atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
    new.positions += rng.uniform(-amplitude, amplitude, new.positions.shape)
    return new


def random_orthogonal(rng: np.random.Generator, determinant: int) -> Float[np.ndarray, "3 3"]:
    """A random rotation (determinant 1) or a rotation after a reflection (determinant -1)."""
    q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    q[:, 0] *= determinant * np.linalg.det(q)  # one axis the other way round, if need be
    return q


def turned(atoms: Atoms, q: Float[np.ndarray, "3 3"]) -> Atoms:
    """Positions and cell under an orthogonal matrix: r -> q r."""
    return Atoms(atoms.numbers, atoms.positions @ q.T, cell=atoms.cell.array @ q.T, pbc=atoms.pbc)


def strained(atoms: Atoms, strain: Float[np.ndarray, "3 3"]) -> Atoms:
    """Positions and cell under a strain: r -> r (1 + ε), h -> h (1 + ε)."""
    change = np.eye(3) + strain
    return Atoms(
        atoms.numbers, atoms.positions @ change, cell=atoms.cell.array @ change, pbc=atoms.pbc
    )


def free_cluster(atoms: Atoms) -> Atoms:
    """The same atoms without a cell."""
    return Atoms(atoms.numbers, atoms.positions)


def boxed(atoms: Atoms, space: float) -> Atoms:
    """Periodic in all directions: where it was not, the box is `space` (Å) wider than the atoms."""
    new = Atoms(atoms.numbers, atoms.positions, cell=atoms.cell, pbc=True)
    if atoms.pbc.all():
        return new
    cell = (atoms.cell.array * atoms.pbc[:, None]).copy()
    normals = np.linalg.svd(cell)[2]  # the last ones are at right angles to the given vectors
    for axis in np.flatnonzero(~atoms.pbc):
        normal, normals = normals[-1], normals[:-1]
        cell[axis] = normal * (np.ptp(atoms.positions @ normal) + space)
    new.set_cell(cell)
    return new


def nearest_to(atoms: Atoms, radius: float) -> list[tuple[int, Float[np.ndarray, "3"], float]]:
    """For each two elements the pair whose distance is nearest to `radius`.

    Gives the second atom, the direction towards it and the distance (Å). Raises ValueError where
    no two atoms are within radius + 1 Å.
    """
    i, j, images, d = neighbor_pairs(atoms, radius + 1.0)
    vectors = atoms.positions[j] + images @ atoms.cell.array - atoms.positions[i]
    movable = i != j  # an atom and its own image keep their distance
    kinds = np.sort(atoms.numbers[np.stack([i, j])], axis=0).T
    if not movable.any():
        raise ValueError(f"No two atoms are within {radius + 1:g} Å; give a denser structure.")
    found = []
    for kind in np.unique(kinds[movable], axis=0):
        mine = np.flatnonzero(movable & (kinds == kind).all(axis=1))
        best = mine[np.abs(d[mine] - radius).argmin()]
        found.append((int(j[best]), vectors[best] / d[best], float(d[best])))
    return found
