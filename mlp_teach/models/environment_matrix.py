"""The environment matrix of DeepPot-SE: a row for each neighbour, and rows for places left free.

L. Zhang et al., arXiv:1805.09003; equation numbers are those of deep_pot.py. a, b are the elements
of the atoms i, j.

    s(r) = u(r)/r,   u = 1 - 10 x³ + 15 x⁴ - 6 x⁵,   x from 0 at r_s to 1 at r_c               (1)
    R_ij = (s [1, r̂_ij] - μ_a) / σ_a                                                           (2)
    T_i = 1/N Σ_j R_ij ⊗ g_ab(R_ij1)                                                           (3)

j runs over N slots: N_b for neighbours of each element b. A free slot has s = 0 like a neighbour at
r_c, so its R is -μ_a/σ_a, and all free ones of an element are one row that counts several times.
As neighbours stand in a table (crossings.py), (3) is one product of small matrices at each atom.

s is the same from both ends of a pair: for like elements g, which a network must find, is too, and
it is found once.

    paper | code          | shape          | unit
    s r̂   | rows          | both half 4    | 1/Å
    μ, σ  | mean, width   | elements 4     | 1/Å
    N_b   | slots         | elements       | -
    T     | the result    | atoms 4 M_1    | -
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from mlp_teach.basis.cutoffs import polynomial_cutoff
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.graph import AtomGraph, undirected
from mlp_teach.models.crossings import Crossings, crossings


class Scales(NamedTuple):
    """μ and σ (1/Å) of each element, and N_b."""

    mean: Float[Tensor, "elements 4"]
    width: Float[Tensor, "elements 4"]
    slots: Float[Tensor, " elements"]


class Environments(NamedTuple):
    """s [1, r̂] of each pair of atoms, seen from i and from j, and the elements at its ends."""

    at: Crossings
    rows: Float[Tensor, "both half 4"]
    a: Int[Tensor, "both half"]
    b: Int[Tensor, "both half"]
    element: Int[Tensor, " atoms"]
    n_elements: int

    def neighbors_of_each(self) -> Int[Tensor, "atoms elements"]:
        """How many neighbours of each element an atom has."""
        places = self.at.receivers * self.n_elements + self.b.flatten()
        counts = torch.bincount(places, minlength=self.at.n_atoms * self.n_elements)
        return counts.view(self.at.n_atoms, self.n_elements)


def environments(
    graph: AtomGraph, elements: tuple[int, ...], smooth_from: float, cutoff: float
) -> Environments:
    """Of all atoms; elements are atomic numbers, r_s and r_c in Å."""
    element = element_index(graph.numbers, elements)
    i, j, vectors = undirected(graph, cutoff)
    r = torch.linalg.vector_norm(vectors, dim=1, keepdim=True)
    x = (r - smooth_from).clamp(min=0) / (cutoff - smooth_from)
    s = polynomial_cutoff(x, p=3) / r  # (1)
    along = s / r * vectors
    rows = torch.stack([torch.cat([s, along], 1), torch.cat([s, -along], 1)])
    ends = element[torch.stack([i, j])]
    at = crossings(i, j, graph.n_atoms)
    return Environments(at, rows, ends, ends.flip(0), element, len(elements))


def contracted(
    found: Environments, scales: Scales, networks: nn.ModuleList
) -> Float[Tensor, "atoms 4 m"]:
    """(3); the networks are g_ab, with b running fastest."""
    (at, rows, a, b, element, n), (mean, width, slots) = found, scales
    rows, free_row = (rows - mean[a]) / width[a], -mean / width  # (2)
    # What the networks are asked: each pair as i sees it, unlike ones also as j does, free slots.
    (asked,) = torch.where(torch.stack([a[0] >= 0, a[0] != b[0]]).flatten())
    kind = (a * n + b).flatten()[asked]
    kind = torch.cat([kind, torch.arange(n * n, device=kind.device)])
    s = rows[..., 0].flatten().index_select(0, asked)
    s = torch.cat([s, free_row[:, 0].repeat_interleave(n)])
    order = torch.argsort(kind, stable=True)
    parts = s.index_select(0, order)[:, None].split(torch.bincount(kind).tolist())
    g = torch.cat([network(part) for network, part in zip(networks, parts, strict=True)])
    # Which row of g belongs to each neighbour in the table, and to the free slots behind them.
    line = torch.argsort(order)
    of_pair = line[: a.shape[1]].repeat(2).index_copy(0, asked, line[: len(asked)])
    table = torch.zeros(at.n_atoms * at.n, dtype=line.dtype, device=line.device)
    table = table.index_copy(0, at.places.flatten(), of_pair).view(at.n_atoms, at.n)
    table = torch.cat([table, line[len(asked) :].view(n, n)[element]], 1)
    free = slots - found.neighbors_of_each()
    free_rows = free[:, :, None] * free_row[element][:, None]
    rows = torch.cat([at.incoming(rows), free_rows], 1)
    g = g.index_select(0, table.flatten()).view(*table.shape, -1)
    return rows.mT @ g / slots.sum()  # (3)


def scales_of(found: Iterable[Environments], n_elements: int) -> Scales:
    """N_b, the largest number seen at one atom; μ and σ over all slots, the free ones too.

    As DeePMD-kit has it, except that there N_b may be larger, and σ of the last three, which have
    μ = 0, is taken around their mean, which turns with the structure. σ is 0.01/Å at least.
    """
    slots = torch.ones(n_elements, dtype=torch.float64)
    atoms, sums = torch.zeros_like(slots), slots.new_zeros(2, n_elements, 4)
    for one in found:
        slots = torch.maximum(slots, one.neighbors_of_each().amax(0).to(slots))
        atoms += torch.bincount(one.element, minlength=n_elements).to(slots)
        powers = torch.stack([one.rows, one.rows**2]).flatten(1, 2)
        sums = sums.index_add(1, one.a.flatten().to(slots.device), powers.to(slots))
    mean, square = sums / (atoms * slots.sum()).clamp(min=1)[:, None]
    mean[:, 1:] = 0
    square[:, 1:] = square[:, 1:].mean(1, keepdim=True)
    return Scales(mean, (square - mean**2).clamp(min=1e-4).sqrt(), slots)
