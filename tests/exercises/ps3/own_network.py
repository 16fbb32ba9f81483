"""Right and wrong answers to the exercise of this name."""

import torch

from mlp_teach.graph import displacements as vectors_of


def _lengths(graph):
    return torch.linalg.vector_norm(vectors_of(graph), dim=1)


def _fade(r):
    return (torch.cos(torch.pi * r / 3.0) + 1) / 2


def _summed(graph, terms):
    return terms.new_zeros(graph.n_atoms, *terms.shape[1:]).index_add(0, graph.centers, terms)


def _start(graph):
    return torch.where(graph.numbers == 6, 0.4, 0.9).to(graph.positions)


def right_schnet(graph):
    chance = torch.Generator().manual_seed(3)
    w, mix = (torch.randn(4, 4, generator=chance, dtype=torch.float64) for _ in range(2))
    r = _lengths(graph)[:, None]
    centers = torch.tensor([0.5, 1.2, 1.9, 2.6], dtype=r.dtype)
    filters = torch.tanh(torch.exp(-((r - centers) ** 2)) @ w) * _fade(r)
    x = torch.stack([_start(graph) * k for k in (1.0, -1.0, 0.5, 2.0)], 1)
    for _ in range(3):
        x = x + torch.tanh(_summed(graph, filters * (x @ mix)[graph.neighbors]))
    return x.sum(1)


def right_vectors(graph):
    r = _lengths(graph)
    unit = vectors_of(graph) / r[:, None]
    s = _start(graph)
    for _ in range(2):
        v = _summed(graph, (s[graph.neighbors] * _fade(r) ** 2)[:, None] * unit)
        s = s + 0.3 * (v * v).sum(1) + 0.1 * _summed(graph, s[graph.neighbors] * _fade(r))
    return torch.sin(s)


def _one_layer(graph, weight):
    return torch.tanh(_start(graph) + _summed(graph, _start(graph)[graph.neighbors] * weight))


def _two_layers(graph, weight, x=None):
    x = _start(graph) if x is None else x
    for _ in range(2):
        x = torch.tanh(x + _summed(graph, x[graph.neighbors] * weight))
    return x


def wrong_single_precision(graph):
    r, x = _lengths(graph).float(), graph.numbers.float() / 8
    for _ in range(2):
        x = torch.tanh(x.index_add(0, graph.centers, _fade(r) * x[graph.neighbors]))
    return x


def wrong_one_layer(graph):
    return _one_layer(graph, _fade(_lengths(graph)))


def wrong_same_message_twice(graph):
    x0 = _start(graph)
    x = x0
    for _ in range(2):
        x = x + torch.tanh(_summed(graph, x0[graph.neighbors] * _fade(_lengths(graph))))
    return x


def wrong_no_elements(graph):
    return _two_layers(graph, _fade(_lengths(graph)), torch.ones_like(graph.positions[:, 0]))


def wrong_no_fade(graph):
    return _two_layers(graph, torch.exp(-_lengths(graph)))


def wrong_components(graph):
    r = _lengths(graph)
    return _two_layers(graph, _fade(r) * (1 + 0.2 * vectors_of(graph)[:, 2] / r))


def wrong_triple_product(graph):
    r, vectors = _lengths(graph), vectors_of(graph)
    sums = [_summed(graph, (_fade(r) * r**n)[:, None] * vectors) for n in range(3)]
    return _two_layers(graph, _fade(r)) + 0.1 * torch.linalg.det(torch.stack(sums, 1))


def wrong_last_neighbour_wins(graph):
    x, weight = _start(graph), _fade(_lengths(graph))
    for _ in range(2):
        y = torch.zeros_like(x)
        y[graph.centers] = x[graph.neighbors] * weight
        x = x + y
    return x


def wrong_normalised_over_all(graph):
    x = _two_layers(graph, _fade(_lengths(graph)))
    return (x - x.mean()) / (1 + x.var(correction=0))


def wrong_mean_of_neighbours(graph):
    weight = _fade(_lengths(graph))
    x = _start(graph)
    for _ in range(2):
        x = x + _summed(graph, x[graph.neighbors] * weight) / _summed(graph, weight)
    return x


def wrong_detached(graph):
    weight = _fade(_lengths(graph)).detach()
    return _two_layers(graph, weight)


def wrong_no_images(graph):
    vectors = graph.positions[graph.neighbors] - graph.positions[graph.centers]
    return _two_layers(graph, _fade(torch.sqrt((vectors**2).sum(1) + 1e-9)))
