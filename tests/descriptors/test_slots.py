"""Slots: every chosen pair in a row of its atom, once, in the graph's order; the rest empty."""

from dataclasses import replace

import pytest
import torch
from ase import Atoms
from ase.build import molecule

from mlp_teach.descriptors.slots import FAR, slots, with_far_neighbor
from mlp_teach.graph import AtomGraph
from mlp_teach.neighbors import atom_graph


def graph_with(centers: list[int], n_atoms: int) -> AtomGraph:
    graph = atom_graph(
        Atoms(n_atoms * "H", positions=[[9.0 * n, 0, 0] for n in range(n_atoms)]), 1.0
    )
    index = torch.tensor(centers, dtype=torch.int64)
    nothing = torch.zeros(len(centers), 3, dtype=torch.int64)
    return replace(graph, centers=index, neighbors=index * 0, images=nothing)


def test_rows_by_hand():
    graph = graph_with([0, 0, 0, 2, 2], n_atoms=3)
    found = slots(graph, torch.tensor([True, False, True, True, True]))
    assert found.tolist() == [[0, 2], [5, 5], [3, 4]]  # 5: there is no such pair


def test_pairs_in_any_order_keep_that_order_within_a_row():
    graph = graph_with([2, 0, 2, 1, 0], n_atoms=3)
    found = slots(graph, torch.ones(5, dtype=torch.bool))
    assert found.tolist() == [[1, 4], [3, 5], [0, 2]]


@pytest.mark.parametrize("centers", [[], [1, 0]])
def test_where_no_pair_is_chosen_there_are_no_places(centers):
    graph = graph_with(centers, n_atoms=2)
    assert slots(graph, torch.zeros(len(centers), dtype=torch.bool)).shape == (2, 0)


def test_each_pair_stands_in_its_centres_row_once():
    graph = atom_graph(molecule("CH3CH2OH"), 2.0)
    table = slots(graph, torch.ones(graph.n_pairs, dtype=torch.bool))
    row, column = torch.where(table < graph.n_pairs)
    assert sorted(table[row, column].tolist()) == list(range(graph.n_pairs))
    assert torch.equal(graph.centers[table[row, column]], row)
    assert (table < graph.n_pairs).sum(1).max() == table.shape[1]  # no column is all empty


def test_the_neighbour_of_empty_slots_is_far_away_and_in_the_same_precision():
    vectors = torch.ones(4, 3, dtype=torch.float32)
    found = with_far_neighbor(vectors)
    assert found.dtype == torch.float32
    assert torch.equal(found[:, :4], vectors.T)
    assert found[:, 4].tolist() == [0, 0, FAR]
