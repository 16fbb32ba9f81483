"""The neighbour search: fast one, readable twin and ASE's agree, also on awkward cells."""

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, fcc111, molecule
from ase.calculators.singlepoint import SinglePointCalculator
from ase.neighborlist import neighbor_list

from mlp_teach.graph import collate, displacements
from mlp_teach.neighbors import (
    StructureError,
    atom_graph,
    batch_graph,
    labels,
    neighbor_pairs,
    neighbor_pairs_by_loops,
)


def random_atoms(seed: int, cell, pbc, n: int = 4, spread: float = 1.0) -> Atoms:
    """Atoms anywhere in `spread` cells, so that some of them lie outside the cell."""
    fractional = np.random.default_rng(seed).uniform(-spread, spread, size=(n, 3))
    atoms = Atoms(f"Ar{n}", cell=cell, pbc=pbc)
    atoms.positions = fractional @ atoms.cell.complete().array
    return atoms


SKEWED = [[4.0, 0, 0], [3.5, 3.0, 0], [-2.0, 2.5, 5.0]]
LEFT_HANDED = [[0, 4.0, 0], [4.0, 0, 0], [0.5, 0, 5.0]]
TINY = [[1.5, 0.2, 0], [0, 1.7, 0], [0.3, 0, 1.6]]
PARTLY = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]

CASES = {
    "one atom in a cell smaller than the cutoff": (bulk("Cu"), 6.0),
    "a conventional cell": (bulk("Cu", cubic=True), 4.0),
    "two elements": (bulk("NaCl", "rocksalt", a=5.64), 4.5),
    "a molecule without a cell": (molecule("CH3CH2OH"), 3.0),
    "a slab without a third lattice vector": (fcc111("Cu", (2, 2, 3)), 4.0),
    "one atom alone": (Atoms("Ar"), 5.0),
    "two atoms out of reach": (Atoms("Ar2", positions=[[0, 0, 0], [0, 0, 9]]), 5.0),
    "a skewed cell": (random_atoms(0, SKEWED, True), 5.0),
    "a left-handed cell": (random_atoms(1, LEFT_HANDED, True), 5.0),
    "a tiny cell": (random_atoms(2, TINY, True, n=2), 4.0),
    "atoms five cells away": (random_atoms(3, SKEWED, True, spread=5.0), 4.0),
    "a cell that is given but not periodic": (random_atoms(4, SKEWED, False), 5.0),
    "a flat cell": (random_atoms(5, [[20.0, 0, 0], [0, 20, 0], [0, 0, 1.1]], True), 3.0),
} | {
    f"periodic along {pbc}, atoms outside": (random_atoms(6 + n, SKEWED, pbc, spread=2.0), 5.0)
    for n, pbc in enumerate(PARTLY)
}


def as_table(i, j, images) -> np.ndarray:
    table = np.column_stack([i, j, images]).astype(int)
    return table[np.lexsort(table.T)]


@pytest.mark.parametrize(("atoms", "cutoff"), CASES.values(), ids=CASES.keys())
def test_the_fast_search_finds_the_pairs_of_its_readable_twin_and_of_ase(atoms, cutoff):
    i, j, images, distances = neighbor_pairs(atoms, cutoff)
    fast = as_table(i, j, images)
    np.testing.assert_array_equal(fast, as_table(*neighbor_pairs_by_loops(atoms, cutoff)[:3]))
    np.testing.assert_array_equal(fast, as_table(*neighbor_list("ijS", atoms, cutoff)))
    vectors = atoms.positions[j] + images @ atoms.cell.array - atoms.positions[i]
    np.testing.assert_allclose(distances, np.linalg.norm(vectors, axis=1), rtol=1e-12)


@pytest.mark.parametrize(("atoms", "cutoff"), CASES.values(), ids=CASES.keys())
def test_every_pair_is_listed_both_ways(atoms, cutoff):
    i, j, images, _ = neighbor_pairs(atoms, cutoff)
    np.testing.assert_array_equal(as_table(i, j, images), as_table(j, i, -images))


@pytest.mark.parametrize(("atoms", "cutoff"), CASES.values(), ids=CASES.keys())
def test_the_vectors_of_a_graph_are_those_of_ase(atoms, cutoff):
    graph = atom_graph(atoms, cutoff)
    i, j, images, vectors = neighbor_list("ijSD", atoms, cutoff)
    order = np.lexsort(np.column_stack([i, j, images]).T)
    ours = np.column_stack([graph.centers, graph.neighbors, graph.images])
    mine = np.lexsort(ours.T)
    np.testing.assert_allclose(displacements(graph)[mine], vectors[order], atol=1e-12)


@pytest.mark.parametrize(("cutoff", "count"), [(2.6, 12), (3.7, 18), (4.5, 42), (5.2, 54)])
def test_the_shells_of_copper_by_hand(cutoff, count):
    # fcc, a = 3.61 Å: 12 neighbours at 2.55, 6 at 3.61, 24 at 4.42, 12 at 5.11 Å
    assert atom_graph(bulk("Cu", a=3.61), cutoff).n_pairs == count


def test_a_graph_has_what_the_structure_has():
    atoms = bulk("NaCl", "rocksalt", a=5.64)
    graph = atom_graph(atoms, 4.0)
    np.testing.assert_array_equal(graph.positions, atoms.positions)
    np.testing.assert_array_equal(graph.cells[0], atoms.cell.array)
    assert graph.numbers.tolist() == [11, 17]
    assert graph.system.tolist() == [0, 0]
    assert graph.positions.dtype == torch.float64


def test_a_direction_that_is_not_periodic_has_no_lattice_vector():
    atoms = Atoms("Ar", cell=[3, 4, 5], pbc=[True, False, True])
    expected = [[3.0, 0, 0], [0, 0, 0], [0, 0, 5]]
    assert atom_graph(atoms, 2.0).cells[0].tolist() == expected


def test_single_precision_is_made_on_request():
    graph = atom_graph(bulk("Cu"), 4.0, torch.float32)
    assert (graph.positions.dtype, graph.cells.dtype) == (torch.float32, torch.float32)


def test_an_atom_alone_has_a_graph_without_pairs():
    graph = atom_graph(Atoms("Ar"), 5.0)
    assert (graph.n_atoms, graph.n_pairs) == (1, 0)
    assert displacements(graph).shape == (0, 3)


def test_the_graph_does_not_change_with_the_structure_afterwards():
    atoms = bulk("Cu", cubic=True)
    graph = atom_graph(atoms, 4.0)
    before = graph.positions.clone()
    atoms.positions += 1.0
    assert torch.equal(graph.positions, before)


# Bad input gets a sentence -----------------------------------------------------------------------

NAN, INF = float("nan"), float("inf")


def two(position, **more) -> Atoms:
    return Atoms("Ar2", positions=[[0, 0, 0], position], **more)


@pytest.mark.parametrize(
    ("atoms", "cutoff", "sentence"),
    [
        (two([NAN, 0, 1]), 5.0, r"position of atom 1 .*finite lengths in Å"),
        (two([0, INF, 1]), 5.0, r"position of atom 1 .*explode"),
        (two([0, 0, 1e-5]), 5.0, r"Atoms 0 and 1 lie 1\.0e-05 Å apart.*listed twice"),
        (two([0, 0, 3], cell=[3, 3, 3], pbc=True), 2.0, r"Atoms \d and \d lie 0.*Å apart"),
        (two([0, 0, 1]), 0.0, r"cutoff is 0\.0; .*positive length in Å"),
        (two([0, 0, 1]), -1.0, "positive length"),
        (two([0, 0, 1]), NAN, "positive length"),
        (two([0, 0, 1]), INF, "positive length"),
        (Atoms(), 5.0, "no atoms"),
        (two([0, 0, 1], pbc=True), 5.0, r"periodic along \[True, True, True\].*pbc to False"),
        (two([0, 0, 1], cell=[[1, 1, 0], [2, 2, 0], [0, 0, 1]], pbc=True), 5.0, "full cell"),
        (two([0, 0, 1], cell=[NAN, 1, 1], pbc=True), 5.0, "cell holds NaN"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(atoms, cutoff, sentence):
    with pytest.raises(StructureError, match=f"(?s){sentence}"):
        atom_graph(atoms, cutoff)


def test_a_cell_into_which_no_atom_fits_is_refused():
    # also because the neighbour search would look for its images for ever
    for cell in ([1e-4, 3, 3], [[3, 0, 0], [3, 1e-4, 0], [0, 0, 3]]):
        with pytest.raises(StructureError, match=r"1\.0e-04 Å thin"):
            atom_graph(Atoms("Ar", cell=cell, pbc=True), 2.0)


@pytest.mark.parametrize("cutoff", [100.5, 1e6])
def test_a_cutoff_that_is_no_potentials_is_refused(cutoff):
    # the neighbour search would not come to an end
    for search in (lambda: atom_graph(molecule("CO"), cutoff), lambda: batch_graph(MIXED, cutoff)):
        with pytest.raises(StructureError, match="above 100 Å the search for neighbours"):
            search()


def test_a_structure_that_flew_apart_is_refused():
    # the neighbour search would end the process
    exploded = Atoms("N2", positions=[[0, 0, 0], [0, 0, 1e6]])
    with pytest.raises(StructureError, match=r"1\.0e\+06 Å wide, 2\.0e\+05 cutoffs"):
        atom_graph(exploded, 5.0)
    wide = Atoms("N", cell=[1e200, 3, 3], pbc=True)
    with pytest.raises(StructureError, match=r"1\.0e\+200 Å wide"):
        atom_graph(wide, 5.0)


# Many structures at once -------------------------------------------------------------------------

MIXED = [
    molecule("CH3CH2OH"),
    bulk("NaCl", "rocksalt", a=5.64),
    Atoms("Ar"),
    molecule("C60") + Atoms("Ar40", positions=[[9 + 2 * n, 0, 0] for n in range(40)]),
    fcc111("Cu", (2, 2, 3)),
    molecule("C60") + Atoms("Ar41", positions=[[9 + 2 * n, 0, 0] for n in range(41)]),
    random_atoms(4, SKEWED, False),
    molecule("H2O"),
]


def sorted_pairs(graph) -> np.ndarray:
    table = as_table(graph.centers, graph.neighbors, graph.images)
    assert len(np.unique(table, axis=0)) == len(table)
    return table


@pytest.mark.parametrize("cutoff", [1.2, 5.2])
@pytest.mark.parametrize("frames", [MIXED, MIXED[::-1], MIXED[:1], MIXED[1:2], MIXED[2:3]])
def test_a_batch_graph_is_the_graphs_of_its_members_but_for_the_order_of_the_pairs(frames, cutoff):
    batch = batch_graph(frames, cutoff)
    joined = collate([atom_graph(atoms, cutoff) for atoms in frames])
    np.testing.assert_array_equal(sorted_pairs(batch), sorted_pairs(joined))
    for name in ("positions", "numbers", "cells", "system"):
        assert torch.equal(getattr(batch, name), getattr(joined, name)), name
    for name in ("centers", "neighbors", "images"):
        assert getattr(batch, name).dtype == getattr(joined, name).dtype, name


def test_the_sweep_over_molecules_lists_pairs_by_centre():
    centers = batch_graph([molecule("CH3OH"), molecule("H2O")], 5.0).centers
    assert (centers.diff() >= 0).all()


def test_a_batch_graph_in_single_precision():
    graph = batch_graph([bulk("Cu"), molecule("H2O")], 4.0, torch.float32)
    assert (graph.positions.dtype, graph.cells.dtype) == (torch.float32, torch.float32)


def test_a_batch_graph_does_not_change_with_the_structure_afterwards():
    atoms = molecule("H2O")
    graph = batch_graph([atoms], 4.0)
    before = graph.positions.clone()
    atoms.positions += 1.0
    assert torch.equal(graph.positions, before)


@pytest.mark.parametrize(
    ("atoms", "sentence"),
    [
        (two([NAN, 0, 1]), r"Structure 1 of 3: The position of atom 1 .*finite lengths"),
        (two([0, 0, 1e-5]), r"Structure 1 of 3: Atoms 0 and 1 lie 1\.0e-05 Å apart"),
        (two([0, 0, 3], cell=[3, 3, 3], pbc=True), "Structure 1 of 3: Atoms .* Å apart"),
        (two([0, 0, 1], cell=[1, NAN, 1]), "Structure 1 of 3: The cell holds NaN"),
        (two([0, 0, 1], pbc=True), r"Structure 1 of 3: .*pbc to False"),
        (Atoms(), "Structure 1 of 3: The structure has no atoms"),
    ],
)
def test_a_bad_structure_in_a_batch_is_named(atoms, sentence):
    with pytest.raises(StructureError, match=f"(?s){sentence}"):
        batch_graph([molecule("H2O"), atoms, molecule("CO")], 2.0)


@pytest.mark.parametrize("cutoff", [0.0, -1.0, NAN, INF])
def test_a_batch_with_a_cutoff_that_is_no_length_is_refused(cutoff):
    with pytest.raises(StructureError, match="positive length"):
        batch_graph([molecule("H2O")], cutoff)


def test_a_batch_of_no_structures_is_refused():
    with pytest.raises(StructureError, match="No structures were given"):
        batch_graph([], 4.0)


# Labels ------------------------------------------------------------------------------------------


def labelled(**results) -> Atoms:
    atoms = two([0, 0, 2])
    atoms.calc = SinglePointCalculator(atoms, **results)
    return atoms


def test_labels_are_what_the_calculator_knows():
    found = labels(labelled(energy=-1.5, forces=np.arange(6.0).reshape(2, 3)))
    assert found.energy.tolist() == [-1.5]
    assert found.forces.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found.stress is None


def test_forces_alone_are_enough():
    assert labels(labelled(forces=np.zeros((2, 3)))).energy is None


def test_six_numbers_of_a_stress_become_a_matrix_in_voigts_order():
    xx, yy, zz, yz, xz, xy = range(1, 7)
    found = labels(labelled(energy=0.0, stress=np.array([xx, yy, zz, yz, xz, xy], dtype=float)))
    assert found.stress.tolist() == [[[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]]


def test_a_stress_given_as_a_matrix_stays_one():
    matrix = np.array([[1.0, 4, 5], [4, 2, 6], [5, 6, 3]])
    assert labels(labelled(energy=0.0, stress=matrix)).stress[0].tolist() == matrix.tolist()


def test_labels_have_the_precision_that_is_asked_for():
    found = labels(labelled(energy=1.0, forces=np.zeros((2, 3))), dtype=torch.float32)
    assert found.energy.dtype == found.forces.dtype == torch.float32


def test_a_structure_without_labels_is_refused_with_a_sentence():
    with pytest.raises(StructureError, match=r"Ar2 carries no energy and no forces.*Attach"):
        labels(two([0, 0, 2]))


@pytest.mark.parametrize(
    ("name", "results"),
    [
        ("energy", {"energy": NAN}),
        ("forces", {"energy": 0.0, "forces": np.array([[0, 0, INF], [0, 0, 0]])}),
        ("stress", {"energy": 0.0, "stress": np.full(6, NAN)}),
    ],
)
def test_a_label_that_is_not_finite_is_refused_by_name(name, results):
    with pytest.raises(StructureError, match=f"label '{name}' of Ar2 is not finite"):
        labels(labelled(**results))


def test_forces_for_another_number_of_atoms_are_refused():
    atoms = bulk("Cu", cubic=True)
    atoms.calc = SinglePointCalculator(atoms)
    atoms.calc.results["forces"] = np.zeros((1, 3))
    with pytest.raises(StructureError, match=r"shape \(1, 3\); 4 atoms need \(4, 3\)"):
        labels(atoms)
