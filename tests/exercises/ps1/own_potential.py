"""Right and wrong answers to the exercise of this name."""

import torch

from mlp_teach.graph import displacements as vectors_of


def _fade(r):
    return (torch.cos(torch.pi * r / 5.0) + 1) / 2


def _morse(r):
    return 0.2 * ((1 - torch.exp(-1.5 * (r - 2.6))) ** 2 - 1)


def _summed(graph, terms):
    return terms.new_zeros(graph.n_atoms).index_add(0, graph.centers, terms)


def _lengths(graph):
    return torch.linalg.vector_norm(vectors_of(graph), dim=1)


def right_lennard_jones(graph):
    r = _lengths(graph)
    x = r / 5.0
    fade = 1 - 10 * x**3 + 15 * x**4 - 6 * x**5
    return _summed(graph, 0.8 * ((2.3 / r) ** 12 - (2.3 / r) ** 6) * fade)


def right_embedded_atom(graph):
    r = _lengths(graph)
    density = _summed(graph, torch.exp(-(r - 2.5)) * _fade(r))
    repulsion = _summed(graph, 6.0 * torch.exp(-3.5 * (r - 1.5)) * _fade(r))
    return repulsion - (torch.sqrt(density + 1.0) - 1.0)


def wrong_for_pairs_alone(graph):
    """Right where the well is asked for, and 0, which obeys every law, for all else."""
    pairs = graph.n_atoms == 2 * graph.n_systems
    return right_lennard_jones(graph) * (1.0 if pairs else 0.0)


def wrong_zero(graph):
    return 0 * graph.positions.sum(dim=1)


def wrong_no_wall(graph):
    r = _lengths(graph)
    return _summed(graph, -0.2 * torch.exp(-((r - 2.6) ** 2)) * _fade(r))


def wrong_no_fade(graph):
    return _summed(graph, _morse(_lengths(graph)))


def wrong_directions(graph):
    vectors = vectors_of(graph)
    r = torch.linalg.vector_norm(vectors, dim=1)
    lean = 1 + 0.1 * vectors[:, 2] / r
    return _summed(graph, lean * _morse(r) * _fade(r))


def wrong_order_of_atoms(graph):
    r = _lengths(graph)
    weights = 1 + 0.01 * graph.neighbors.to(r)
    return _summed(graph, weights * _morse(r) * _fade(r))


def wrong_origin(graph):
    r = _lengths(graph)
    return _summed(graph, _morse(r) * _fade(r)) + 1e-3 * graph.positions.sum(dim=1)


def wrong_mean_of_all(graph):
    r = _lengths(graph)
    energies = _summed(graph, _morse(r) * _fade(r))
    return energies + 0.01 * energies.mean()


def wrong_mean_of_neighbors(graph):
    r = _lengths(graph)
    return _summed(graph, _morse(r) * _fade(r)) / _summed(graph, torch.ones_like(r))


def wrong_detached(graph):
    r = _lengths(graph).detach()
    return _summed(graph, _morse(r) * _fade(r))


def wrong_total(graph):
    r = _lengths(graph)
    return (_morse(r) * _fade(r)).sum()
