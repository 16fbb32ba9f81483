"""From a structure to its graph: who is within the cutoff of whom, through every periodic image.

`neighbor_pairs` asks vesin (Fraux et al., https://luthaf.fr/vesin), a cell list in compiled code
whose cost grows linearly with the atoms. `neighbor_pairs_by_loops` is the same search as one reads
it: try every pair of atoms and every image of the cell that can be within reach. How many images
that is follows from the distance between the faces of the cell: along the lattice vector a_1 they
lie V / |a_2 × a_3| apart. In a cell smaller than the cutoff an atom meets images of itself, and
they count; the atom itself does not.

`batch_graph` makes one graph of many structures. A call costs more than the search itself where
molecules are small, so it tries all pairs of atoms of all molecules in one sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from numbers import Real

import numpy as np
import torch
from ase import Atoms
from ase.stress import voigt_6_to_full_3x3_stress
from jaxtyping import Float, Int

from mlp_teach.graph import AtomGraph, Labels

SMALL = 100  # atoms: in a molecule up to this size, trying all pairs beats a cell list
TOO_WIDE = 1e4  # cutoffs; the cell list of the neighbour search fails some ten times beyond
LONGEST = 100.0  # Å: a cutoff beyond means 10^6 neighbours of each atom, or a search without end
THIN = 0.1  # Å between the faces of a cell
TOO_CLOSE = 1e-3  # Å: no two nuclei of a real structure come nearer; a repeated line in a file does


class StructureError(ValueError):
    """A structure from which no graph can be made; the message says why and what to do."""


def atom_graph(atoms: Atoms, cutoff: float | int, dtype: torch.dtype = torch.float64) -> AtomGraph:
    """The graph of one structure: all pairs, both ways, with r_ij below `cutoff` (Å).

    Raises StructureError for NaN or infinite positions, for two atoms at one place, for a periodic
    direction without a lattice vector, for a cell or structure of a size that cannot be meant, and
    for a cutoff that is not a length up to LONGEST.
    """
    _check(atoms, cutoff)
    centers, neighbors, images, distances = neighbor_pairs(atoms, cutoff)
    closest = distances.min(initial=np.inf)
    if closest < TOO_CLOSE:
        i, j = (int(index[distances.argmin()]) for index in (centers, neighbors))
        raise StructureError(
            f"Atoms {i} and {j} lie {closest:.1e} Å apart: no energy is defined there. "
            "Was an atom listed twice? Remove one, or separate them by 0.1 Å or more."
        )
    return AtomGraph(
        positions=torch.tensor(atoms.positions, dtype=dtype),
        numbers=torch.tensor(atoms.numbers, dtype=torch.long),
        cells=torch.tensor(atoms.cell.array * atoms.pbc[:, None], dtype=dtype)[None],
        system=torch.zeros(len(atoms), dtype=torch.long),
        centers=torch.from_numpy(centers),
        neighbors=torch.from_numpy(neighbors),
        images=torch.from_numpy(images),
        cutoff=float(cutoff),
    )


def batch_graph(
    frames: Sequence[Atoms], cutoff: float | int, dtype: torch.dtype = torch.float64
) -> AtomGraph:
    """The graph of many structures at once: what `collate` makes of their graphs, but for the
    order of the pairs, and many times faster where they are small molecules.

    Raises StructureError as `atom_graph` does.
    """
    positions, cells, sizes = _sound(frames, cutoff)
    firsts = np.cumsum(sizes) - sizes
    alone = [k for k, atoms in enumerate(frames) if sizes[k] > SMALL or atoms.pbc.any()]
    together = np.delete(np.arange(len(frames)), alone) if alone else slice(None)
    found = molecule_pairs(positions, firsts[together], sizes[together], cutoff)
    if alone:
        parts = [found, *(_moved(neighbor_pairs(frames[k], cutoff), int(firsts[k])) for k in alone)]
        found = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    centers, neighbors, images, distances = found
    if distances.min(initial=np.inf) < TOO_CLOSE:
        _one_by_one(atom_graph, frames, cutoff)  # says which two atoms
    if alone:
        cells = cells * np.array([atoms.pbc for atoms in frames])[:, :, None]
    return AtomGraph(
        positions=torch.from_numpy(positions).to(dtype),
        numbers=torch.from_numpy(np.concatenate([atoms.numbers for atoms in frames])).long(),
        cells=torch.from_numpy(cells if alone else np.zeros_like(cells)).to(dtype),
        system=torch.from_numpy(np.repeat(np.arange(len(frames)), sizes)),
        centers=torch.from_numpy(centers),
        neighbors=torch.from_numpy(neighbors),
        images=torch.from_numpy(images),
        cutoff=float(cutoff),
    )


def molecule_pairs(
    positions: Float[np.ndarray, "atoms 3"],
    firsts: Int[np.ndarray, " molecules"],
    sizes: Int[np.ndarray, " molecules"],
    cutoff: float | int,
) -> tuple[
    Int[np.ndarray, " pairs"],
    Int[np.ndarray, " pairs"],
    Int[np.ndarray, "pairs 3"],
    Float[np.ndarray, " pairs"],
]:
    """The same for many molecules without a cell, by trying all pairs of atoms of each.

    Molecule m has the atoms from firsts[m] on, sizes[m] of them. Pairs are ordered by centre.
    """
    first = np.repeat(firsts, sizes)
    partners = np.repeat(sizes, sizes)  # of each atom: how many atoms its molecule has
    atoms = np.arange(len(first)) + first - np.repeat(np.cumsum(sizes) - sizes, sizes)
    centers = np.repeat(atoms, partners)
    # Counting up from the first atom of the molecule, anew for each centre.
    neighbors = np.repeat(first + partners - np.cumsum(partners), partners)
    neighbors += np.arange(len(neighbors))
    # A column at a time: gathering rows of three is several times slower.
    columns = np.ascontiguousarray(positions.T)
    square = sum((c.take(neighbors) - c.take(centers)) ** 2 for c in columns)
    near = np.flatnonzero((square < cutoff**2) & (centers != neighbors))
    images = np.zeros((len(near), 3), dtype=np.int32)
    return centers[near], neighbors[near], images, np.sqrt(square[near])


def neighbor_pairs(
    atoms: Atoms, cutoff: float | int
) -> tuple[
    Int[np.ndarray, " pairs"],
    Int[np.ndarray, " pairs"],
    Int[np.ndarray, "pairs 3"],
    Float[np.ndarray, " pairs"],
]:
    """Centres i, neighbours j, images S and distances (Å), by vesin's cell list.

    The second half of the pairs is the first half seen from the other end.
    """
    from vesin import NeighborList

    search = NeighborList(cutoff=cutoff, full_list=False, n_threads=1)
    i, j, images, distances = search.compute(
        atoms.positions, atoms.cell.complete().array, atoms.pbc, quantities="ijSd"
    )
    i, j = i.view(np.int64), j.view(np.int64)
    return (
        np.concatenate([i, j]),
        np.concatenate([j, i]),
        np.concatenate([images, -images]),
        np.concatenate([distances, distances]),
    )


def neighbor_pairs_by_loops(
    atoms: Atoms, cutoff: float | int
) -> tuple[
    Int[np.ndarray, " pairs"],
    Int[np.ndarray, " pairs"],
    Int[np.ndarray, "pairs 3"],
    Float[np.ndarray, " pairs"],
]:
    """The same search with nothing hidden: every atom, every atom, every image within reach."""
    cell = atoms.cell.complete().array
    fractional = atoms.positions @ np.linalg.inv(cell)
    volume = abs(np.linalg.det(cell))
    ranges = []
    for axis in range(3):
        between_faces = volume / np.linalg.norm(np.cross(cell[axis - 2], cell[axis - 1]))
        # Atoms may lie anywhere, also outside the cell: their own spread counts as well.
        reach = int(np.ceil(cutoff / between_faces + np.ptp(fractional[:, axis])))
        ranges.append(range(-reach, reach + 1) if atoms.pbc[axis] else range(1))
    found = []
    for i, j in product(range(len(atoms)), repeat=2):
        for image in product(*ranges):
            vector = atoms.positions[j] + np.array(image) @ cell - atoms.positions[i]
            distance = np.linalg.norm(vector)
            if distance < cutoff and not (i == j and image == (0, 0, 0)):
                found.append((i, j, *image, distance))
    table = np.array(found).reshape(-1, 6)
    i, j, images = (table[:, columns].astype(int) for columns in (0, 1, slice(2, 5)))
    return i, j, images, table[:, 5]


def labels(atoms: Atoms, dtype: torch.dtype = torch.float64) -> Labels:
    """What the structure's calculator knows: energy (eV), forces (eV/Å), stress (eV/Å^3).

    Raises StructureError where there is none of them or where one is not finite.
    """
    known = {} if atoms.calc is None else atoms.calc.results
    for name, value in known.items():
        if name in ("energy", "forces", "stress") and not np.isfinite(value).all():
            raise StructureError(
                f"The label '{name}' of {atoms.get_chemical_formula()} is not finite. Was the "
                "reference calculation converged? Leave the structure out, or label it again."
            )
    if "forces" in known and np.shape(known["forces"]) != (len(atoms), 3):
        raise StructureError(
            f"The forces of {atoms.get_chemical_formula()} have the shape "
            f"{np.shape(known['forces'])}; {len(atoms)} atoms need ({len(atoms)}, 3)."
        )
    if "energy" not in known and "forces" not in known:
        raise StructureError(
            f"{atoms.get_chemical_formula()} carries no energy and no forces. Attach them with "
            "atoms.calc = SinglePointCalculator(atoms, energy=..., forces=...), or read a file that"
            " has them."
        )
    stress = known.get("stress")
    if stress is not None and np.shape(stress) == (6,):
        stress = voigt_6_to_full_3x3_stress(stress)
    return Labels(
        energy=torch.tensor([known["energy"]], dtype=dtype) if "energy" in known else None,
        forces=torch.tensor(known["forces"], dtype=dtype) if "forces" in known else None,
        stress=None if stress is None else torch.tensor(stress, dtype=dtype)[None],
    )


def _moved(pairs: tuple, first: int) -> tuple:
    centers, neighbors, *others = pairs
    return (centers + first, neighbors + first, *others)


def _sound(
    frames: Sequence[Atoms], cutoff: float | int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions, cells and sizes of all frames, checked: one by one only where one is unsound."""
    if not frames:
        raise StructureError("No structures were given; a batch needs one at least.")
    usual = isinstance(cutoff, Real) and 0 < cutoff <= LONGEST
    if not usual or not all(
        isinstance(a, Atoms) and 0 < len(a) <= SMALL and not a.pbc.any() for a in frames
    ):
        _one_by_one(_check, frames, cutoff)
    positions = np.concatenate([atoms.positions for atoms in frames])
    cells = np.array([atoms.cell.array for atoms in frames])
    if not np.isfinite(positions.sum() + cells.sum()):  # one sum is faster than many questions
        _one_by_one(_check, frames, cutoff)
    return positions, cells, np.array([len(atoms) for atoms in frames])


def _one_by_one(check: Callable, frames: Sequence[Atoms], cutoff: float | int) -> None:
    for k, atoms in enumerate(frames):
        try:
            check(atoms, cutoff)
        except StructureError as error:
            raise StructureError(f"Structure {k} of {len(frames)}: {error}") from error


def _check(atoms: Atoms, cutoff: float | int) -> None:
    if not isinstance(atoms, Atoms):
        raise StructureError(
            f"A graph is made from one ase.Atoms; a {type(atoms).__name__} was given. From a list "
            "of structures make a list of graphs, [atom_graph(a, cutoff) for a in frames]."
        )
    if not isinstance(cutoff, Real) or not (np.isfinite(cutoff) and cutoff > 0):
        raise StructureError(f"The cutoff is {cutoff!r}; it must be a positive length in Å.")
    if cutoff > LONGEST:
        raise StructureError(
            f"The cutoff is {cutoff:g} Å; above {LONGEST:g} Å the search for neighbours would not "
            "come to an end. Those of potentials are 3 to 10 Å."
        )
    if len(atoms) == 0:
        raise StructureError("The structure has no atoms; a graph needs one at least.")
    bad = ~np.isfinite(atoms.positions).all(axis=1)
    if bad.any():
        raise StructureError(
            f"The position of atom {int(bad.argmax())} is {atoms.positions[bad.argmax()]}; "
            "positions must be finite lengths in Å. Did a simulation explode, or a file lose a "
            "column?"
        )
    if not np.isfinite(atoms.cell.array).all():
        raise StructureError(f"The cell holds NaN or infinity:\n{atoms.cell.array}")
    size = max(np.ptp(atoms.positions), np.abs(atoms.cell.array).max())
    if size > TOO_WIDE * cutoff:
        raise StructureError(
            f"The structure is {size:.1e} Å wide, {size / cutoff:.1e} cutoffs. Did a simulation "
            "explode, or is a length in another unit than Å?"
        )
    periodic = atoms.cell.array[atoms.pbc]
    if len(periodic) and np.linalg.matrix_rank(periodic) < len(periodic):
        raise StructureError(
            f"The structure is periodic along {atoms.pbc.tolist()}, but its lattice vectors are\n"
            f"{atoms.cell.array}\nGive a full cell, or set atoms.pbc to False where there is none."
        )
    if atoms.pbc.all():
        cell, volume = atoms.cell.array, abs(atoms.cell.volume)
        faces = [np.linalg.norm(np.cross(cell[k - 2], cell[k - 1])) for k in range(3)]
        if volume < THIN * max(faces):
            raise StructureError(
                f"The cell is {volume / max(faces):.1e} Å thin: no atom fits into it. Its lattice "
                f"vectors are\n{cell}"
            )
