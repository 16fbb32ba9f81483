"""Pairs as the angular sums want them: ordered by centre, and each triangle's edges told apart.

Which edges of a triangle start from its lowest corner, so that it is met once only? Put all atoms
of the infinite crystal into one order, by the image S and then by the index. A pair goes up if it
leads to a later atom (graph.goes_up): S > 0 as words are ordered, or S = 0, j > i. Shifts keep
the order, so every image of a triangle has the same lowest corner.

    here | code               | shape
    r_ij | vectors            | edges 3, Å
    i, j | centers, neighbors | edges
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from mlp_teach.graph import AtomGraph

Parameters = tuple[tuple[float | int, ...], ...]  # (eta, zeta, lambda) of each angular function


@dataclass(frozen=True)
class Edges:
    """Pairs ordered by their centre, and the elements (0, 1, ...) of all atoms."""

    vectors: Float[Tensor, "edges 3"]  # r_ij, Å
    centers: Int[Tensor, " edges"]
    neighbors: Int[Tensor, " edges"]
    element: Int[Tensor, " atoms"]
    n_elements: int

    @property
    def n_kinds(self) -> int:
        """How many unordered pairs of elements there are."""
        return self.n_elements * (self.n_elements + 1) // 2

    def row(self, atom: Tensor, one: Tensor, other: Tensor) -> Int[Tensor, " triplets"]:
        """Where the sum of `atom` over neighbours of the elements of `one` and `other` stands."""
        n = self.n_elements
        if n == 1:
            return atom
        kind = torch.zeros(n, n, dtype=torch.long, device=atom.device)
        a, b = torch.triu_indices(n, n, device=atom.device)
        kind[a, b] = kind[b, a] = torch.arange(self.n_kinds, device=atom.device)
        pair = self.element.index_select(0, one) * n + self.element.index_select(0, other)
        return atom * self.n_kinds + kind.view(-1).index_select(0, pair)


def edges(
    vectors: Float[Tensor, "pairs 3"],
    graph: AtomGraph,
    element: Int[Tensor, " atoms"],
    n_elements: int,
    chosen: Bool[Tensor, " pairs"] | None = None,
) -> Edges:
    """All pairs of a graph, or the chosen ones, in the order of their centres."""
    index = torch.arange(graph.n_pairs, device=vectors.device)
    index = index if chosen is None else index[chosen]
    centers = graph.centers.index_select(0, index)
    if (centers.diff() < 0).any():
        index = index[torch.argsort(centers, stable=True)]
        centers = graph.centers.index_select(0, index)
    return Edges(
        vectors.index_select(0, index),
        centers,
        graph.neighbors.index_select(0, index),
        element,
        n_elements,
    )
