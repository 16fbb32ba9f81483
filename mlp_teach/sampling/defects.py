"""Atoms that have other neighbours than in the crystal: vacancies, interstitials, boundaries.

A model that has seen perfect crystals alone guesses wherever an atom misses a neighbour or has one
too many. Free surfaces and what sits on them are in surfaces.py.

    vacancy          an atom is taken out
    interstitial     one is put into the largest hole: where the distance to the nearest atom has a
                     maximum, a corner of the Voronoi cells
    tilt boundary    two crystals that are mirror images of each other across a plane (h k l); the
                     share of common lattice sites is 1/Σ (coincidence site lattice)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ase import Atoms
from ase.build import surface
from ase.build.tools import sort
from ase.data import atomic_numbers
from scipy.spatial import Voronoi, cKDTree

from mlp_teach.sampling.provenance import (
    check_atoms,
    check_count,
    check_cubic_cell,
    check_positive,
    check_whole,
    generator,
    marked,
)


def vacancies(atoms: Atoms, count: int, missing: int = 1, seed: int = 0) -> list[Atoms]:
    """`count` copies that lack `missing` atoms each, drawn at random; no two lack the same ones.

    Raises ValueError if so many different ones do not exist.
    """
    check_count(count)
    if isinstance(missing, bool) or not isinstance(missing, int | np.integer):
        raise ValueError(f"missing is {missing!r}; it must be a whole number.")
    if not 0 < missing < len(atoms):
        raise ValueError(f"missing is {missing}; of {len(atoms)} atoms some must go and some stay.")
    rng, drawn = generator(seed), {}
    for _ in range(100 * count):
        gone = tuple(sorted(rng.choice(len(atoms), missing, replace=False).tolist()))
        drawn.setdefault(gone, None)
        if len(drawn) == count:
            break
    else:
        raise ValueError(f"There are not {count} different ways to take {missing} atoms out of it.")
    found = []
    for number, gone in enumerate(drawn):
        new = marked(atoms, "vacancies", missing=list(gone), seed=seed, number=number)
        del new[list(gone)]
        found.append(new)
    return found


def holes(atoms: Atoms, count: int) -> np.ndarray:
    """The `count` roomiest holes of a periodic structure, positions in Å (rows), roomiest first.

    Corners of Voronoi cells; of those nearer than 0.1 Å to each other one is kept. Raises
    ValueError for a structure that is not periodic in all directions, or has fewer holes.
    """
    check_count(count)
    check_atoms(atoms)
    if not atoms.pbc.all():
        raise ValueError("Holes are looked for in structures periodic in all directions.")
    if atoms.cell.rank < 3:
        raise ValueError("The structure has no cell, or one without volume; set all its vectors.")
    around = _with_images(atoms)
    corners = Voronoi(around).vertices
    inside = np.linalg.solve(atoms.cell.array.T, corners.T).T
    corners = corners[((inside > -1e-6) & (inside < 1 - 1e-6)).all(axis=1)]
    room = cKDTree(around).query(corners)[0]
    found = []
    for place in corners[np.lexsort((*corners.T.round(4), -room.round(4)))]:
        apart = [atoms.cell.reciprocal() @ (place - other) for other in found]
        apart = [np.linalg.norm((x - np.round(x)) @ atoms.cell.array) for x in apart]
        if min(apart, default=1.0) > 0.1:
            found.append(place)
        if len(found) == count:
            return np.array(found)
    raise ValueError(f"It has {len(found)} holes; {count} were asked for.")


def _with_images(atoms: Atoms) -> np.ndarray:
    """Positions of atoms and images from which a place in the cell may count its nearest ones.

    No place is farther from an atom than half the root of a² + b² + c².
    """
    cell = atoms.cell.array
    reach = np.linalg.norm(cell) / 2 * np.linalg.norm(atoms.cell.reciprocal(), axis=1)
    most = np.ceil(reach).astype(int)
    steps = np.indices(2 * most + 1).reshape(3, -1).T - most
    shares = (steps[:, None] + atoms.get_scaled_positions(wrap=True)).reshape(-1, 3)
    near = (shares > -reach - 1e-6) & (shares < 1 + reach + 1e-6)
    return shares[near.all(axis=1)] @ cell


def interstitials(atoms: Atoms, symbol: str, count: int) -> list[Atoms]:
    """`count` copies with one more atom, in the roomiest holes (as `holes` finds them).

    Raises ValueError as `holes` does, and for a symbol that is no element's.
    """
    if not atomic_numbers.get(symbol):  # X, of number 0, is ASE's for no element
        raise ValueError(f"symbol is {symbol!r}, which is no element; write for example 'Cu'.")
    found = []
    for number, place in enumerate(holes(atoms, count)):
        new = marked(atoms, "interstitials", added=symbol, hole=place.tolist(), number=number)
        new += Atoms(symbol, positions=[place])
        found.append(new)
    return found


def tilt_boundary(
    crystal: Atoms,
    miller: Sequence[int],
    layers: int = 6,
    least: float | None = None,
    shifts: int = 1,
) -> list[Atoms]:
    """Two crystals, mirror images across (h k l); the cell has two such boundaries, no surface.

    `crystal` is the cubic cell of a crystal; each grain has `layers` times its atoms. The mirrors
    are planes of atoms at the bottom and in the middle. Two atoms nearer than `least` Å (default:
    0.7 of the shortest bond of the crystal) become one, half way between them. With shifts > 1 the
    grains are also moved along the boundary, in steps of 1/shifts of the cell's first vector: which
    shift has the least energy only a calculation tells. Raises ValueError for a primitive cell of
    an fcc or bcc crystal.
    """
    check_whole(layers=layers, shifts=shifts)
    check_cubic_cell(crystal)
    least = 0.7 * _shortest_bond(crystal) if least is None else least
    check_positive(least=least)
    grain, mirror = _grains(crystal, miller, layers)
    found = []
    for number in range(shifts):
        moved = mirror.copy()
        moved.positions += grain.cell[0] * number / shifts
        both = grain + moved
        both.wrap()
        both = _merged(both, least)
        both = sort(both, both.positions[:, 2])
        facts = {"miller": list(miller), "layers": layers, "least": least}
        facts |= {"shift": number / shifts, "number": number}
        found.append(marked(both, "tilt_boundary", **facts))
    return found


def _grains(crystal: Atoms, miller: Sequence[int], layers: int) -> tuple[Atoms, Atoms]:
    """The lower has its lowest plane on the first mirror, the upper its own on the second."""
    tall = surface(crystal, tuple(miller), layers + 1, periodic=True)
    tall.wrap(eps=1e-6)  # rounding may have put some of the lowest plane on top
    height = tall.cell[2, 2] * layers / (layers + 1)
    tall.set_cell([tall.cell[0], tall.cell[1], [0, 0, 2 * height]])
    tall.positions[:, 2] -= tall.positions[:, 2].min()
    above, below = tall.positions[:, 2] > 1e-6, tall.positions[:, 2] < height - 1e-6
    upper = tall[above & (tall.positions[:, 2] < height + 1e-6)]
    upper.positions[:, 2] *= -1
    return tall[below], upper


def _shortest_bond(crystal: Atoms) -> float:
    bigger = crystal * (2, 2, 2)
    apart = bigger.get_all_distances(mic=True)
    return float(apart[np.triu_indices(len(bigger), 1)].min())


def _merged(atoms: Atoms, least: float) -> Atoms:
    """One atom in the place of two that are too near, the nearest two first, until none are."""
    kept = atoms.copy()
    while len(kept) > 1:
        apart = kept.get_all_distances(mic=True)
        np.fill_diagonal(apart, np.inf)
        if apart.min() >= least:
            return kept
        one, other = map(int, np.unravel_index(apart.argmin(), apart.shape))
        kept.positions[one] += kept.get_distance(one, other, mic=True, vector=True) / 2
        del kept[other]
    return kept
