"""Sums over neighbours of products with harmonics: the messages of NequIP and MACE.

N. Thomas et al., arXiv:1802.08219 (2018), for the message (1). Equation numbers are ours.

For each path (l1 p1) x (l2 p2) -> (l3 p3), a feature of the neighbour, the harmonics of its
direction and a learned function R of its distance give, in each channel k,

    m_(i m3) = Σ_j R(r_ij) Σ_(m1 m2) √(2l3+1) C_(m1 m2 m3) h_(j m1) Y_m2(r̂_ij)                (1)

The harmonics know nothing of channels. So C and Y are joined first, for all paths in one matrix
product and once for all layers,

    D_(ij, m3 m1) = Σ_m2 √(2l3+1) C_(m1 m2 m3) Y_m2(r̂_ij)                                     (2)
    m_(i m3) = Σ_(j m1) D_(ij, m3 m1) [R(r_ij) h_(j m1)]                                      (3)

and what is left, (3), is one matrix product at each atom, for all channels, whose inner index runs
over neighbours and components together. Each atom's neighbours stand in a table (crossings.py).

    here | code       | shape                 | unit
    Y    | pairs.y    | atoms n lm            | -
    D    | turned     | atoms m3 n·m1         | -; one for each path
    R    | radial     | half paths·channels   | -
    h, m | h, the result | atoms m channels   | -
"""

from __future__ import annotations

from math import pi, sqrt
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.basis import tensor_product
from mlp_teach.basis.cutoffs import polynomial_cutoff
from mlp_teach.basis.kept import kept
from mlp_teach.basis.radial import sine_bessel
from mlp_teach.basis.spherical_harmonics import spherical_harmonics
from mlp_teach.basis.tensor_product import Irreps, Path, component_coupling, harmonics, slices
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.graph import AtomGraph, undirected
from mlp_teach.models.crossings import Crossings, crossings


class ByElement(NamedTuple):
    """Atoms sorted by element, so that those of each stand side by side."""

    element: Int[Tensor, " atoms"]  # of each atom as it came: its place among the model's elements
    order: Int[Tensor, " atoms"]  # which atom stands first, second, ...
    rank: Int[Tensor, " atoms"]  # where each atom stands
    counts: list[int]  # how many there are of each element


def by_element(numbers: Int[Tensor, " atoms"], elements: tuple[int, ...]) -> ByElement:
    element = element_index(numbers, elements)
    order = torch.argsort(element, stable=True)
    counts = torch.bincount(element, minlength=len(elements)).tolist()
    return ByElement(element, order, torch.argsort(order), counts)


class Pairs(NamedTuple):
    """What a network reads of the pairs of a graph."""

    at: Crossings
    e: Float[Tensor, "half n_radial"]  # sine waves of r_ij, faded out at the cutoff, Å^(-3/2)
    y: Float[Tensor, "atoms n lm"]  # harmonics of the directions, of mean square 1; 0 for nobody
    senders: Int[Tensor, "atoms n"]  # j; 0 for nobody


def pairs(graph: AtomGraph, rank: Int[Tensor, " atoms"], cutoff: float, sizes: dict) -> Pairs:
    """Pairs closer than `cutoff` (Å), of atoms renumbered by `rank`.

    Of a model's sizes it reads n_radial, l_max, and envelope, the p of basis/cutoffs.py.
    """
    i, j, vectors = undirected(graph, cutoff)
    r = torch.linalg.vector_norm(vectors, dim=1)
    fade = polynomial_cutoff(r / cutoff, sizes["envelope"])[:, None]
    at = crossings(rank[i], rank[j], graph.n_atoms)
    y = sqrt(4 * pi) * spherical_harmonics(vectors, sizes["l_max"]).T
    signs = [irrep.parity for irrep in harmonics(sizes["l_max"]) for _ in range(irrep.size)]
    from_j = y * torch.tensor(signs, dtype=y.dtype, device=y.device)
    senders = torch.zeros(at.n_atoms * at.n, dtype=at.j.dtype, device=at.j.device)
    senders = senders.index_copy(0, at.places.flatten(), torch.cat([at.j, at.i]))
    return Pairs(
        at,
        fade * sine_bessel(r, sizes["n_radial"], cutoff),
        at.incoming(torch.stack([y, from_j])),
        senders.view(at.n_atoms, at.n),
    )


class Coupling(NamedTuple):
    """The paths of a layer: first and out are irreps of features, second those of harmonics."""

    first: Irreps
    second: Irreps
    out: Irreps

    @property
    def paths(self) -> tuple[Path, ...]:
        return tensor_product.paths(self.first, self.second, self.out)


@kept
def joined(c: Coupling, dtype: torch.dtype, device: torch.device) -> Float[Tensor, "lm columns"]:
    """√(2l3+1) C of all paths, from harmonics to the numbers m3·m1 of each path in turn."""
    places = slices(c.second)
    columns = []
    for path in c.paths:
        x, y, z = c.first[path.first], c.second[path.second], c.out[path.out]
        column = torch.zeros(sum(irrep.size for irrep in c.second), z.size * x.size, dtype=dtype)
        coefficients = component_coupling(x.l, y.l, z.l).permute(1, 2, 0)
        column[places[path.second]] = coefficients.flatten(1).to(dtype)
        columns.append(column)
    return torch.cat(columns, 1).to(device)


class Turned(NamedTuple):
    """D of (2) for each path."""

    pairs: Pairs
    coupling: Coupling
    matrices: tuple[Float[Tensor, "atoms _ _"], ...]  # m3 n·m1


def turned(pairs: Pairs, coupling: Coupling) -> Turned:
    """(2), once for all layers that have these paths."""
    n_atoms, n = pairs.senders.shape
    d = pairs.y @ joined(coupling, pairs.y.dtype, pairs.y.device)  # (2)
    sizes = [(coupling.out[p.out].size, coupling.first[p.first].size) for p in coupling.paths]
    matrices = tuple(
        of_path.view(n_atoms, n, m3, m1).transpose(1, 2).reshape(n_atoms, m3, n * m1)
        for of_path, (m3, m1) in zip(d.split([m3 * m1 for m3, m1 in sizes], 2), sizes, strict=True)
    )
    return Turned(pairs, coupling, matrices)


def neighbor_sums(
    h: Float[Tensor, "atoms lm channels"], radial: Float[Tensor, "half paths_channels"], d: Turned
) -> list[Float[Tensor, "atoms _ _"]]:  # m3 paths·channels
    """(3): for each irrep that comes out, its paths side by side."""
    weights = radial.unflatten(1, (len(d.matrices), 1, h.shape[2])).unbind(1)
    sent = h.index_select(0, d.pairs.senders.flatten()).unflatten(0, d.pairs.senders.shape)
    sent = sent.split([irrep.size for irrep in d.coupling.first], 2)
    sums = [[] for _ in d.coupling.out]
    for path, matrix, weight in zip(d.coupling.paths, d.matrices, weights, strict=True):
        table = d.pairs.at.incoming(weight.expand(2, *weight.shape))
        sums[path.out].append(matrix @ (table * sent[path.first]).flatten(1, 2))  # (3)
    return [torch.cat(alike, 2) for alike in sums]
