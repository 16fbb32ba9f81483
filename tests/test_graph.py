"""Graphs: vectors by hand, batches that do not mix, triplets against three nested loops."""

from dataclasses import fields

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.graph import AtomGraph, Labels, collate, collate_labels, displacements, triplets
from mlp_teach.neighbors import atom_graph


def graph_by_hand() -> AtomGraph:
    """Two atoms in a skewed cell, and one pair through the face x, listed both ways."""
    return AtomGraph(
        positions=torch.tensor([[0.5, 0.0, 0.0], [2.5, 0.0, 0.0]], dtype=torch.float64),
        numbers=torch.tensor([1, 8]),
        cells=torch.tensor([[[3.0, 0, 0], [1.0, 4, 0], [0, 0, 5]]], dtype=torch.float64),
        system=torch.tensor([0, 0]),
        centers=torch.tensor([0, 1]),
        neighbors=torch.tensor([1, 0]),
        images=torch.tensor([[-1, 0, 0], [1, 0, 0]]),
    )


def test_a_displacement_leads_from_the_centre_to_the_neighbour_through_its_image():
    expected = torch.tensor([[-1.0, 0, 0], [1.0, 0, 0]], dtype=torch.float64)
    torch.testing.assert_close(displacements(graph_by_hand()), expected)


def test_the_shift_counts_rows_of_the_cell_as_lattice_vectors():
    graph = graph_by_hand()
    images = torch.tensor([[0, 1, 0], [0, -1, 0]])
    moved = AtomGraph(**{**vars(graph), "images": images})
    # + a_2 = (1, 4, 0); were columns meant, it would be (0, 4, 0)
    expected = torch.tensor([[3.0, 4, 0], [-3.0, -4, 0]], dtype=torch.float64)
    torch.testing.assert_close(displacements(moved), expected)


def test_one_pair_through_a_face_is_enough_for_the_cells_to_count():
    water, crystal = atom_graph(molecule("H2O"), 4.0), graph_by_hand()
    batch = collate([water, crystal])
    expected = torch.cat([displacements(water), displacements(crystal)])
    torch.testing.assert_close(displacements(batch), expected, rtol=0, atol=0)


def test_counts_by_hand():
    graph = collate([graph_by_hand(), graph_by_hand(), graph_by_hand()])
    assert (graph.n_atoms, graph.n_systems, graph.n_pairs) == (6, 3, 6)


def test_collate_shifts_indices_by_hand():
    graph = collate([graph_by_hand(), graph_by_hand()])
    assert graph.centers.tolist() == [0, 1, 2, 3]
    assert graph.neighbors.tolist() == [1, 0, 3, 2]
    assert graph.system.tolist() == [0, 0, 1, 1]


STRUCTURES = [
    bulk("Cu"),
    molecule("H2O"),
    Atoms("Ar"),
    bulk("NaCl", "rocksalt", a=5.6),
]


def test_the_pairs_of_a_batch_are_those_of_its_members():
    graphs = [atom_graph(atoms, 4.0) for atoms in STRUCTURES]
    batch = collate(graphs)
    expected = torch.cat([displacements(graph) for graph in graphs])
    torch.testing.assert_close(displacements(batch), expected)
    assert (batch.system[batch.centers] == batch.system[batch.neighbors]).all()


def test_a_batch_of_batches_is_one_batch():
    a, b, c, d = (atom_graph(atoms, 4.0) for atoms in STRUCTURES)
    nested, flat = collate([collate([a, b]), collate([c, d])]), collate([a, b, c, d])
    for field in fields(AtomGraph):
        one, other = getattr(nested, field.name), getattr(flat, field.name)
        assert torch.equal(torch.as_tensor(one), torch.as_tensor(other))


def test_a_batch_reaches_as_far_as_the_shortest_of_its_graphs():
    a, b = (
        atom_graph(atoms, cutoff) for atoms, cutoff in zip(STRUCTURES, (4.0, 3.0), strict=False)
    )
    assert (a.cutoff, b.cutoff, collate([a, b]).cutoff) == (4.0, 3.0, 3.0)
    assert a.to(dtype=torch.float32).cutoff == 4.0


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no graphs"):
        collate([])


def test_another_precision_changes_lengths_and_leaves_indices():
    graph = graph_by_hand().to(dtype=torch.float32)
    assert (graph.positions.dtype, graph.cells.dtype) == (torch.float32, torch.float32)
    indices = [graph.numbers, graph.system, graph.centers, graph.neighbors, graph.images]
    assert {tensor.dtype for tensor in indices} == {torch.int64}


def test_labels_change_precision_too_and_none_stays_none():
    labels = Labels(energy=torch.tensor([1.0], dtype=torch.float64)).to(dtype=torch.float32)
    assert labels.energy.dtype == torch.float32
    assert labels.forces is None


def test_labels_are_joined_in_order_and_one_gap_makes_a_gap():
    both = Labels(torch.tensor([1.0]), torch.ones(2, 3), torch.zeros(1, 3, 3))
    lacks_stress = Labels(torch.tensor([2.0]), torch.zeros(1, 3))
    joined = collate_labels([both, lacks_stress])
    assert joined.energy.tolist() == [1.0, 2.0]
    assert joined.forces.sum(1).tolist() == [3.0, 3.0, 0.0]
    assert joined.stress is None


# Triplets ----------------------------------------------------------------------------------------


def triplets_by_loops(centers) -> set[frozenset[int]]:
    found = set()
    for first in range(len(centers)):
        for second in range(first + 1, len(centers)):
            if centers[first] == centers[second]:
                found.add(frozenset((first, second)))
    return found


def assert_triplets_are_right(centers: torch.Tensor) -> None:
    first, second = triplets(centers)
    assert (centers[first] == centers[second]).all()
    listed = [frozenset(pair) for pair in zip(first.tolist(), second.tolist(), strict=True)]
    assert len(set(listed)) == len(listed)  # each one once
    assert set(listed) == triplets_by_loops(centers.tolist())


def test_triplets_by_hand():
    first, second = triplets(torch.tensor([0, 0, 0, 1, 2, 2]))
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 2),
        (4, 5),
    ]


@pytest.mark.parametrize("atoms", STRUCTURES)
def test_triplets_are_those_of_nested_loops(atoms):
    assert_triplets_are_right(atom_graph(atoms, 3.9).centers)


@pytest.mark.parametrize("seed", range(5))
def test_triplets_are_found_in_any_order_of_the_pairs_and_with_gaps_between_centres(seed):
    centers = torch.from_numpy(np.random.default_rng(seed).integers(0, 9, size=25) * 2)
    assert_triplets_are_right(centers)


@pytest.mark.parametrize("centers", [[], [3], [0, 1, 2]])
def test_fewer_than_two_neighbours_make_no_triplet(centers):
    first, second = triplets(torch.tensor(centers, dtype=torch.long))
    assert len(first) == len(second) == 0


def test_the_number_of_triplets_is_n_times_n_minus_1_over_2():
    graph = atom_graph(bulk("Cu"), 3.0)  # the 12 nearest neighbours
    first, _ = triplets(graph.centers)
    assert len(first) == 12 * 11 // 2
