"""Free surfaces, steps, particles, and where a molecule can sit on them.

A surface is named by the Miller indices (h k l) of its plane. A slab of some layers, periodic in
the plane and with vacuum above and below, stands for it. Sites of the topmost layer are named by
how many atoms they touch: on one (top), between two (bridge), among three or four (hollow); those
of three have an atom of the second layer below them (hcp) or not (fcc).

Sites follow from the Delaunay triangles of the topmost atoms: their corners, middles of edges, and
centres. In a square layer each hollow is two right triangles with one centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.build import surface
from ase.cluster import wulff_construction
from scipy.spatial import Delaunay
from scipy.spatial.transform import Rotation

from mlp_teach.sampling.provenance import (
    check_atoms,
    check_count,
    check_cubic_cell,
    check_positive,
    check_whole,
    generator,
    marked,
)

SAME = 0.3  # Å: sites nearer than this in the plane are one


def slab(
    crystal: Atoms,
    miller: Sequence[int | np.integer],
    layers: int = 4,
    vacuum: float | int = 10.0,
    repeat: tuple[int, int] = (1, 1),
) -> Atoms:
    """The surface (h k l) of a crystal's cubic cell; `vacuum` Å above and below.

    A layer holds as many atoms as that cell, in one plane or more, and is a/√(h² + k² + l²) thick.
    Raises ValueError for a primitive cell of an fcc or bcc crystal, and for indices that are none.
    """
    check_positive(vacuum=vacuum)
    check_whole(layers=layers, repeat_of_the_first=repeat[0], repeat_of_the_second=repeat[1])
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in miller)
    if len(miller) != 3 or not any(miller) or not whole:
        raise ValueError(f"miller is {miller!r}; three whole numbers, not all 0, name a plane.")
    check_cubic_cell(crystal)
    made = surface(crystal, tuple(miller), layers, vacuum=vacuum)
    made = made.repeat((*repeat, 1))
    made.pbc = (True, True, False)
    return marked(made, "slab", miller=[int(n) for n in miller], layers=layers)


def stepped(flat: Atoms, along: int = 0) -> Atoms:
    """A slab with a step: half of its topmost layer is taken off, along one vector of the cell.

    Of an odd number of rows the smaller half goes. Raises ValueError if there is one row only.
    """
    if along not in (0, 1):
        raise ValueError(f"along is {along}; it must be 0 or 1, a vector in the plane.")
    top = _topmost(flat)
    share = (flat.get_scaled_positions(wrap=False)[top, along] + 1e-6) % 1
    gone = top[share - share.min() >= 0.5 - 1e-6]
    if not len(gone):
        raise ValueError("The topmost layer is one row wide; repeat the slab along that vector.")
    made = marked(flat, "stepped", along=along, removed=len(gone))
    del made[gone.tolist()]
    return made


def nanoparticle(
    symbol: str,
    energies: dict[tuple[int, int, int], float | int],
    size: int,
    structure: str = "fcc",
) -> Atoms:
    """A particle of about `size` atoms in Wulff's shape: facets far out where their energy is high.

    `energies` of the surfaces in any unit; only their ratios count. Raises ValueError for none, for
    one that is not positive (the particle would have no end), and for a size that is none.
    """
    check_whole(size=size)
    if not energies:
        raise ValueError("There are no energies: a particle has one kind of facet at least.")
    check_positive(**{f"energy of {plane}": energy for plane, energy in energies.items()})
    values = [float(energy) for energy in energies.values()]
    made = wulff_construction(symbol, list(energies), values, size, structure, rounding="closest")
    plain = Atoms(made.numbers, positions=made.positions)
    facets = {"facets": [list(plane) for plane in energies], "energies": values}
    return marked(plain, "nanoparticle", **facets, size=size)


@dataclass(frozen=True)
class Site:
    """A place on a surface; `kind` is top, bridge, hollow, fcc or hcp."""

    kind: str
    position: np.ndarray  # Å, in the plane of the topmost atoms
    atoms: tuple[int, ...]  # those that it touches


def adsorption_sites(surface_slab: Atoms) -> list[Site]:
    """All sites within the cell, sorted by kind. Raises ValueError if there is no such layer."""
    top = _topmost(surface_slab)
    cell = surface_slab.cell.array[:2]
    shifts = np.indices((5, 5)).reshape(2, -1).T - 2
    around = np.concatenate([surface_slab.positions[top] + s @ cell for s in shifts])
    names = np.tile(top, len(shifts))
    found = [("top", place, (name,)) for place, name in zip(around, names, strict=True)]
    edges, centers = _triangles(around, cell)
    found += [("bridge", around[list(e)].mean(0), tuple(names[list(e)])) for e in edges]
    found += [("hollow", place, tuple(names[list(corners)])) for place, corners in centers]
    inside = [site for site in found if _in_cell(site[1], cell)]
    sites = [
        Site(_kind(kind, place, touched, surface_slab, top), place, tuple(map(int, touched)))
        for kind, place, touched in inside
    ]
    return sorted(sites, key=lambda site: (site.kind, *site.position.round(4)))


def adsorbed(surface_slab: Atoms, molecule: Atoms, site: Site, height: float | int) -> Atoms:
    """The molecule on a site, its first atom `height` Å above the topmost layer."""
    check_positive(height=height)
    check_atoms(molecule)
    put = molecule.copy()
    put.positions += site.position + np.array([0, 0, height]) - molecule.positions[0]
    made = marked(surface_slab, "adsorbed", site=site.kind, height=float(height))
    made += put
    return made


def adsorbed_anywhere(
    surface_slab: Atoms,
    molecule: Atoms,
    count: int,
    heights: tuple[float | int, float | int],
    seed: int = 0,
) -> list[Atoms]:
    """The molecule on `count` random places, turned at random, its first atom at random heights.

    `heights` (Å, the lowest and the highest) count from the topmost layer.
    """
    check_count(count)
    check_atoms(molecule)
    if not 0 < heights[0] <= heights[1] < np.inf:
        raise ValueError(f"heights is {heights}; it must be the lowest, above 0, and the highest.")
    rng, found = generator(seed), []
    level = surface_slab.positions[_topmost(surface_slab), 2].mean()
    for number in range(count):
        put = molecule.copy()
        turn = Rotation.from_quat(rng.normal(size=4))  # each is as likely as any other
        place = rng.uniform(size=2) @ surface_slab.cell.array[:2]
        place[2] = level + rng.uniform(*heights)
        put.positions = turn.apply(put.positions - put.positions[0]) + place
        facts = {"heights": list(heights), "seed": seed, "number": number}
        made = marked(surface_slab, "adsorbed_anywhere", **facts)
        made += put
        found.append(made)
    return found


def _topmost(atoms: Atoms) -> np.ndarray:
    """Atoms of the topmost layer: within 0.5 Å of the highest."""
    if len(atoms) == 0 or atoms.pbc[2]:
        raise ValueError("A slab is needed: atoms, with vacuum along the third vector.")
    heights = atoms.positions[:, 2]
    return np.nonzero(heights > heights.max() - 0.5)[0]


def _triangles(points: np.ndarray, cell: np.ndarray) -> tuple[list, list]:
    """Edges of Delaunay's triangles without the diagonals of squares, centres of faces in the cell.

    A centre comes with the corners of its triangle or square.
    """
    triangles = Delaunay(points[:, :2]).simplices
    edges, centers = set(), []
    for corners in triangles:
        sides = [(corners[a], corners[b]) for a, b in ((0, 1), (1, 2), (2, 0))]
        lengths = [np.linalg.norm(points[a] - points[b]) for a, b in sides]
        longest = int(np.argmax(lengths))
        right = np.isclose(lengths[longest] ** 2, sum(l**2 for l in lengths) / 2, rtol=0.02)
        for n, side in enumerate(sides):
            if not (right and n == longest):
                edges.add(tuple(sorted(map(int, side))))
        middle = points[list(sides[longest])].mean(0) if right else points[corners].mean(0)
        if not _in_cell(middle, cell):
            continue
        same = [n for n, (place, _) in enumerate(centers) if np.linalg.norm(place - middle) < SAME]
        if same:
            place, touched = centers[same[0]]
            centers[same[0]] = place, tuple(sorted({*touched, *map(int, corners)}))
        else:
            centers.append((middle, tuple(map(int, corners))))
    return sorted(edges), centers


def _in_cell(place: np.ndarray, cell: np.ndarray) -> bool:
    share = np.linalg.lstsq(cell[:, :2].T, place[:2], rcond=None)[0]
    return bool(((share > -1e-6) & (share < 1 - 1e-6)).all())


def _kind(kind: str, place: np.ndarray, touched: tuple, atoms: Atoms, top: np.ndarray) -> str:
    if kind != "hollow" or len(touched) != 3:
        return kind
    below = np.delete(np.arange(len(atoms)), top)
    if not len(below):
        return kind
    second = below[atoms.positions[below, 2] > atoms.positions[below, 2].max() - 0.5]
    apart = atoms.positions[second] - place
    apart[:, 2] = 0
    shares = np.linalg.lstsq(atoms.cell.array[:2, :2].T, apart[:, :2].T, rcond=None)[0].T
    flat = (shares - np.round(shares)) @ atoms.cell.array[:2, :2]
    return "hcp" if np.linalg.norm(flat, axis=1).min() < SAME else "fcc"
