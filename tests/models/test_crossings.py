"""Tables of messages: each has its place, and goes out where the reverse one comes in."""

import torch
from ase.build import bulk, molecule

from mlp_teach.graph import collate, undirected
from mlp_teach.models.crossings import crossings
from mlp_teach.neighbors import atom_graph


def of(*frames):
    graph = collate([atom_graph(atoms, 3.0) for atoms in frames])
    i, j, vectors = undirected(graph, 3.0)
    return crossings(i, j, graph.n_atoms), vectors


def test_each_atom_gets_the_messages_that_it_receives():
    at, _ = of(molecule("CH3OH"), molecule("O"), bulk("C", "diamond", a=3.4))
    names = torch.arange(1, 2 * len(at.i) + 1).view(2, -1, 1).float()
    table = at.incoming(names)[:, :, 0]
    for atom in range(at.n_atoms):
        expected = names.flatten()[at.receivers == atom]
        found = table[atom][table[atom] > 0]
        assert sorted(found.tolist()) == sorted(expected.tolist())
    assert torch.equal(at.received(names)[:, 0], table.sum(1))


def test_a_message_goes_out_where_the_reverse_one_comes_in():
    at, vectors = of(molecule("CH3OH"), bulk("C", "diamond", a=3.4))
    arms = torch.stack([vectors, -vectors])  # from the receiver to the sender
    assert torch.equal(at.outgoing(at.incoming(arms)), -arms)


def test_atoms_without_neighbours_have_an_empty_table():
    at, _ = of(molecule("O"))
    assert at.n == 0
    assert at.incoming(torch.zeros(2, 0, 4)).shape == (1, 0, 4)
    assert at.outgoing(torch.zeros(1, 0, 4)).shape == (2, 0, 4)
    assert at.received(torch.zeros(2, 0, 4)).tolist() == [[0.0] * 4]
