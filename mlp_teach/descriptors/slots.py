"""Neighbours in rows of slots: the same number of places for each atom, some of them empty.

A sum over the neighbours of every atom of products of two functions is a matrix product for each
atom, if its neighbours stand in one row; matrix products are what computers do best. An empty
slot holds a neighbour so far away that all functions vanish there (a harmonic of degree l is 1000^l
there, so in single precision l may be 12 at most).

    code              | shape        | what
    slots             | atoms places | index of the pair, or the number of pairs for none
    with_far_neighbor | 3 more       | r_ij in Å
"""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from mlp_teach.graph import AtomGraph

FAR = 1e3  # Å: where an empty slot's neighbour stands


def slots(graph: AtomGraph, chosen: Bool[Tensor, " pairs"]) -> Int[Tensor, "atoms places"]:
    """The chosen pairs of each atom, one row an atom, in the order of the graph."""
    (index,) = torch.where(chosen)
    centers = graph.centers.index_select(0, index)
    if (centers.diff() < 0).any():
        centers, order = centers.sort(stable=True)
        index = index[order]
    counts = torch.bincount(centers, minlength=graph.n_atoms)
    width = int(counts.max()) if len(index) else 0
    first = (counts.cumsum(0) - counts).index_select(0, centers)
    place = torch.arange(len(index), device=index.device) - first
    table = torch.full((graph.n_atoms * width,), graph.n_pairs, device=index.device)
    table[centers * width + place] = index
    return table.view(graph.n_atoms, width)


def with_far_neighbor(vectors: Float[Tensor, "pairs 3"]) -> Float[Tensor, "3 more"]:
    """The vectors in three rows x, y, z and, after them, that of the neighbour in empty slots."""
    return torch.cat([vectors.T, vectors.new_tensor([[0.0], [0.0], [FAR]])], dim=1)
