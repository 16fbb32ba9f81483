"""Random clusters that the exercises are asked about."""

from __future__ import annotations

import numpy as np


def cluster(chance: np.random.Generator, n_atoms: int, edge: float) -> np.ndarray:
    """Positions (Å) in a cube, no two atoms nearer than 1 Å."""
    places: list[np.ndarray] = []
    while len(places) < n_atoms:
        new = chance.uniform(0, edge, 3)
        if all(np.linalg.norm(new - old) > 1.0 for old in places):
            places.append(new)
    return np.array(places)


def vectors_and_distances(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """r_ij of all atoms with all, and their lengths."""
    vectors = positions[None] - positions[:, None]
    return vectors, np.sqrt((vectors**2).sum(2))
