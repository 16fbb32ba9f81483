"""Which values have a row for each atom, and which for each pair."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from mlp_teach.graph import AtomGraph, collate, displacements
from mlp_teach.potential import Model
from mlp_teach.trace.recorder import Recorder, recorded
from mlp_teach.trace.steps import Value


def grown_rows(model: Model, graph: AtomGraph, recorder: Recorder) -> list[tuple]:
    """For each value its i and j, and by how many rows it grows with the atoms added far away.

    None instead of the rows where the second run went another way: its sums came in blocks.
    """
    unknown = [(pairs, None) for pairs in recorder.indices]
    if type(graph) is not AtomGraph or not graph.n_atoms:
        return unknown
    other = recorded(model, collate([graph, *_probes(graph)]))
    if [s.line for s in other.steps] != [s.line for s in recorder.steps]:
        return unknown
    both = zip(recorder.steps, other.steps, strict=True)
    sizes = [pair for a, b in both for pair in zip(a.values, b.values, strict=False)]
    if len(sizes) != len(recorder.indices):
        return unknown
    grown = [b.shape[0] - a.shape[0] if a.shape and b.shape else 0 for a, b in sizes]
    return list(zip(recorder.indices, grown, strict=True))


def _probes(graph: AtomGraph) -> list[AtomGraph]:
    """The graph's first atom, alone, and its closest pair, far from all else."""
    lonely = _molecule(graph, graph.numbers[:1], graph.positions[:1], [])
    if not graph.n_pairs:
        return [lonely]
    vectors = displacements(graph)
    closest = int(vectors.square().sum(1).argmin())
    numbers = graph.numbers[[int(graph.centers[closest]), int(graph.neighbors[closest])]]
    places = torch.stack([torch.zeros_like(vectors[closest]), vectors[closest]])
    return [lonely, _molecule(graph, numbers, places, [(0, 1), (1, 0)])]


def _molecule(graph: AtomGraph, numbers: Tensor, positions: Tensor, pairs: list) -> AtomGraph:
    index = graph.centers.new_tensor(pairs).reshape(-1, 2)
    return AtomGraph(
        positions=positions,
        numbers=numbers,
        cells=torch.zeros_like(graph.cells[:1]),
        system=torch.zeros_like(numbers, dtype=graph.system.dtype),
        centers=index[:, 0],
        neighbors=index[:, 1],
        images=graph.images.new_zeros(len(index), 3),
    )


def with_rows(value: Value, found: tuple, graph: AtomGraph) -> Value:
    pairs, grown = found
    if not value.shape or not value.shape[0]:
        return value
    rows, alone = value.shape[0], 3 if graph.n_pairs else 1
    if pairs is None and rows == graph.n_pairs:
        pairs = graph.centers, graph.neighbors
    is_atoms = rows == graph.n_atoms and grown in (None, alone)
    is_pairs = pairs is not None and grown in (None, 1, 2) and graph.n_pairs > 0
    if is_atoms and not (grown is None and is_pairs):  # both, and nothing to tell: say nothing
        return replace(value, rows="atoms")
    if is_pairs and not is_atoms:
        i, j = (one.detach().clone().cpu() for one in pairs)
        return replace(value, rows="pairs", pairs=(i, j))
    return value
