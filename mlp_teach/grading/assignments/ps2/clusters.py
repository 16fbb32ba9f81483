"""Clusters of atoms to try descriptors on, and what the library's descriptors say of them."""

from __future__ import annotations

import numpy as np

COPPER = 29


def compact(chance: np.random.Generator, n_atoms: int) -> tuple[np.ndarray, float]:
    """Positions of up to eight atoms, no two of them farther apart than the cutoff, and that."""
    r_c = float(chance.uniform(6.0, 8.0))
    corners = 0.32 * r_c * np.array(list(np.ndindex(2, 2, 2)))
    return _shaken(corners, n_atoms, r_c, chance), r_c


def wide(chance: np.random.Generator, n_atoms: int) -> tuple[np.ndarray, float]:
    """Positions of up to twelve atoms, some of them beyond each other's cutoff, and that."""
    r_c = float(chance.uniform(4.0, 5.0))
    places = 0.55 * r_c * np.array(list(np.ndindex(3, 2, 2)))
    return _shaken(places, n_atoms, r_c, chance), r_c


def _shaken(places, n_atoms: int, r_c: float, chance: np.random.Generator) -> np.ndarray:
    chosen = places[chance.permutation(len(places))[:n_atoms]]
    return chosen + chance.uniform(-0.06, 0.06, chosen.shape) * r_c


def turned(vectors: np.ndarray, chance: np.random.Generator, mirror: bool = False) -> np.ndarray:
    """The same, turned at random; with `mirror` mirrored as well."""
    q, _ = np.linalg.qr(chance.normal(size=(3, 3)))
    return vectors @ (q * np.linalg.det(q) * (-1 if mirror else 1)).T


def between(positions: np.ndarray, r_c: float) -> tuple[np.ndarray, np.ndarray]:
    """r_ij and its length for all i and j; from an atom to itself it is called twice r_c."""
    vectors = positions[None] - positions[:, None]
    return vectors, np.sqrt((vectors**2).sum(2)) + 2 * r_c * np.eye(len(positions))


def fade(r: np.ndarray, r_c: float) -> np.ndarray:
    """The cosine cutoff."""
    return np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)


def features(
    positions: np.ndarray, r_c: float, g2: tuple = (), g4: tuple = (), g5: tuple = ()
) -> np.ndarray:
    """The library's symmetry functions g2, g4 and g5 of every atom, one row an atom."""
    from ase import Atoms

    from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
    from mlp_teach.neighbors import atom_graph

    graph = atom_graph(Atoms(numbers=[COPPER] * len(positions), positions=positions), r_c)
    return symmetry_functions(graph, SymmetryFunctions(r_c, (COPPER,), g2=g2, g4=g4, g5=g5)).numpy()
