"""The angular sums of the symmetry functions, G4 and G5, as fast as the equations allow.

J. Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717, eqs. (9) and (10):

    G4 = 2^(1-ζ) Σ_j<k (1 + λ cos θ)^ζ exp(-η (r_ij² + r_ik² + r_jk²)) f_c(r_ij) f_c(r_ik) f_c(r_jk)
    G5 = 2^(1-ζ) Σ_j<k (1 + λ cos θ)^ζ exp(-η (r_ij² + r_ik²)) f_c(r_ij) f_c(r_ik)

G4 is a sum over triangles. Its three cutoffs ask that all three sides are shorter than r_c, and its
radial part is the same whichever corner is the centre; only the angle differs. So each triangle is
listed once and serves its three corners. To meet it once only, put all atoms of the infinite
crystal into one order, by the image S and then by the index. A pair goes up if it leads to a later
atom: S > 0 in the order of words, or S = 0 and j > i. Shifting the crystal keeps the order, and
every triangle has one lowest corner, from which both edges go up: two edges that start there, with
ends less than r_c apart, are one triangle.

G5 with a whole ζ is linear in the neighbours. With the unit vectors u, v of two of them the power
is a product of four-vectors, (1 + λ cos θ)^ζ = [(1, u) · (1, λ v)]^ζ, and the multinomial theorem
makes it a sum of products of monomials m of (1, u) and (1, v):

    Σ_jk F_j F_k (1 + λ cos θ)^ζ = Σ_m ζ! / Π e! λ^deg M_m²,    M_m = Σ_j F_j m(1, u_j)

There are (ζ+1)(ζ+2)(ζ+3)/6 monomials, each a sum over n neighbours, instead of n (n-1)/2 pairs: the
smaller count decides, and where it is that of the pairs, all j < k are listed.

    paper   | code            | shape
    r_ij    | vectors, d      | edges 3, edges
    f_c     | fade            | edges
    F_j     | weight          | edges
    j < k   | first, second   | triplets, as places in the list of edges
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb, factorial, inf, prod

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.graph import AtomGraph, triplets

Parameters = tuple[tuple[float | int, ...], ...]  # (eta, zeta, lambda) of each function

BLOCK = 2**18  # triplets listed at a time: the backward pass keeps one block, not the whole list


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


def goes_up(graph: AtomGraph) -> Bool[Tensor, " pairs"]:
    """Which pairs lead from an earlier atom of the infinite crystal to a later one."""
    if graph.n_pairs == 0:
        return torch.zeros_like(graph.centers, dtype=torch.bool)
    base = 2 * int(graph.images.abs().max()) + 1
    x, y, z = graph.images.long().unbind(1)
    word = (x * base + y) * base + z  # positive if the first image that is not 0 is positive
    return (word > 0) | ((word == 0) & (graph.neighbors > graph.centers))


def g4(
    listed: Edges, cutoff: float, parameters: Parameters, *, triangles: bool
) -> list[Float[Tensor, "atoms kinds"]]:
    """(9) of every atom, one table a function.

    `listed` holds the edges that go up if `triangles`, else all pairs.

    With triangles each listed one counts at its three corners; without, at its centre alone, so
    that G of an atom depends on the vectors of its own pairs only.
    """
    return _in_blocks(_g4_block, listed, cutoff, parameters, cutoff, triangles)


def g5(listed: Edges, cutoff: float, parameters: Parameters) -> list[Float[Tensor, "atoms kinds"]]:
    """(10) of every atom, one table a function, from all pairs."""
    neighbors = len(listed.centers) / len(listed.element)
    by_moments = tuple(
        (eta, zeta, sign)
        for eta, zeta, sign in parameters
        if zeta == int(zeta) and comb(int(zeta) + 3, 3) < neighbors / 2
    )
    by_list = tuple(p for p in parameters if p not in by_moments)
    tables = g5_by_moments(listed, cutoff, by_moments) if by_moments else []
    tables += _in_blocks(_g5_block, listed, cutoff, by_list, inf) if by_list else []
    return [tables[(*by_moments, *by_list).index(p)] for p in parameters]


def _g4_block(listed: Edges, first, second, cutoff: float, parameters: Parameters, triangles: bool):
    squares = torch.einsum("ex,ex->e", listed.vectors, listed.vectors)
    d = squares.sqrt()
    fade = cosine_cutoff(d, cutoff)
    dot = _dot(listed.vectors, first, second)
    ij2, ik2 = squares.index_select(0, first), squares.index_select(0, second)
    jk2 = ij2 + ik2 - 2 * dot
    ij, ik, jk = d.index_select(0, first), d.index_select(0, second), jk2.sqrt()
    fades = fade.index_select(0, first) * fade.index_select(0, second) * cosine_cutoff(jk, cutoff)
    radial = {
        eta: torch.exp(-eta * (ij2 + ik2 + jk2)) * fades for eta in {eta for eta, *_ in parameters}
    }
    i = listed.centers.index_select(0, first)
    j, k = listed.neighbors.index_select(0, first), listed.neighbors.index_select(0, second)
    cos, rows = [dot / (ij * ik)], [listed.row(i, j, k)]
    if triangles:
        cos += [(ij2 - dot) / (ij * jk), (ik2 - dot) / (ik * jk)]
        rows += [listed.row(j, i, k), listed.row(k, i, j)]
    return _sum(torch.stack(cos), torch.cat(rows), radial, listed, parameters)  # (9)


def _g5_block(listed: Edges, first, second, cutoff: float, parameters: Parameters):
    squares = torch.einsum("ex,ex->e", listed.vectors, listed.vectors)
    d = squares.sqrt()
    cos = _dot(listed.vectors / d[:, None], first, second)
    fade = cosine_cutoff(d, cutoff)
    radial = {}
    for eta in {eta for eta, *_ in parameters}:
        weight = torch.exp(-eta * squares) * fade
        radial[eta] = weight.index_select(0, first) * weight.index_select(0, second)
    i = listed.centers.index_select(0, first)
    j, k = listed.neighbors.index_select(0, first), listed.neighbors.index_select(0, second)
    return _sum(cos[None], listed.row(i, j, k), radial, listed, parameters)  # (10)


def _sum(cos, rows, radial, listed: Edges, parameters: Parameters) -> list[Tensor]:
    """2^(1-ζ) Σ (1 + λ cos θ)^ζ · radial of each function, by atom and pair of elements."""
    length = len(listed.element) * listed.n_kinds
    powers = {
        (zeta, sign): _power(1 + sign * cos, zeta)
        for zeta, sign in {(zeta, sign) for _, zeta, sign in parameters}
    }
    return [
        cos.new_zeros(length).index_add(0, rows, (powers[zeta, sign] * radial[eta]).flatten())
        * 2 ** (1 - zeta)
        for eta, zeta, sign in parameters
    ]


def g5_by_moments(listed: Edges, cutoff: float, parameters: Parameters) -> list[Tensor]:
    """(10) for whole ζ, from sums over single neighbours."""
    squares = torch.einsum("ex,ex->e", listed.vectors, listed.vectors)
    d = squares.sqrt()
    fade = cosine_cutoff(d, cutoff)
    four = torch.cat([torch.ones_like(d)[None], (listed.vectors / d[:, None]).T])
    n_atoms, n = len(listed.element), listed.n_elements
    rows = listed.centers * n + listed.element.index_select(0, listed.neighbors)
    a, b = torch.triu_indices(n, n, device=d.device)

    def summed(terms: Tensor) -> Tensor:
        """Of terms of each edge, the sum for each atom and element of the neighbour."""
        sums = terms.new_zeros(len(terms), n_atoms * n).index_add(1, rows, terms)
        return sums.view(len(terms), n_atoms, n)

    features = []
    moments: dict[tuple[float, float], Tensor] = {}
    for eta, zeta, sign in parameters:
        weight = torch.exp(-eta * squares) * fade
        factors, degrees, monomials = _monomials(four, int(zeta))
        if (eta, zeta) not in moments:
            moments[eta, zeta] = summed(monomials * weight)
        moment = moments[eta, zeta]
        pairs = torch.einsum(
            "mpk,mpk,m->pk", moment[:, :, a], moment[:, :, b], factors * sign**degrees
        )
        # j = k is not a pair; and between like neighbours the double sum has met each pair twice.
        itself = summed((weight**2)[None])[0] * (1 + sign) ** zeta
        pairs = torch.where(a == b, (pairs - itself[:, a]) / 2, pairs)
        features.append(pairs * 2 ** (1 - zeta))
    return features


def _monomials(four: Float[Tensor, "4 edges"], zeta: int):
    """Multinomial factors, degrees in u, and values of the monomials of degree ζ in (1, u)."""
    words = list(combinations_with_replacement(range(4), zeta))
    factors = [factorial(zeta) // prod(factorial(w.count(c)) for c in range(4)) for w in words]
    degrees = [sum(c > 0 for c in w) for w in words]
    values = {(): torch.ones_like(four[0])}
    for length in range(1, zeta + 1):
        for word in combinations_with_replacement(range(4), length):
            values[word] = values[word[:-1]] * four[word[-1]]
    return (
        torch.tensor(factors).to(four),
        torch.tensor(degrees).to(four),
        torch.stack([values[w] for w in words]),
    )


def _in_blocks(block, listed: Edges, cutoff, parameters, reach: float, *more) -> list[Tensor]:
    """Adds up `block` over groups of centres whose triplets fit into memory."""
    counts = torch.bincount(listed.centers, minlength=len(listed.element))
    group = (counts * (counts - 1) // 2).cumsum(0) // BLOCK
    lengths = [n for n in torch.bincount(group[listed.centers]).tolist() if n]
    sums = [listed.vectors.new_zeros(len(listed.element) * listed.n_kinds)] * len(parameters)
    for vectors, centers, neighbors in zip(
        listed.vectors.split(lengths),
        listed.centers.split(lengths),
        listed.neighbors.split(lengths),
        strict=True,
    ):
        part = Edges(vectors, centers, neighbors, listed.element, listed.n_elements)
        first, second = _close(vectors.detach(), *triplets(centers), reach)
        arguments = (part, first, second, cutoff, parameters, *more)
        if len(lengths) > 1 and torch.is_grad_enabled():
            parts = checkpoint(block, *arguments, use_reentrant=False)
        else:
            parts = block(*arguments)
        sums = [sum_ + part for sum_, part in zip(sums, parts, strict=True)]
    return [sum_.view(len(listed.element), -1) for sum_ in sums]


def _close(vectors, first, second, reach: float):
    """The triplets whose ends are less than `reach` apart."""
    if reach == inf:
        return first, second
    apart = 0
    for column in vectors.T.contiguous():  # three columns are read faster than rows of three
        apart = apart + (column.index_select(0, first) - column.index_select(0, second)).square()
    (close,) = torch.where(apart < reach**2)
    return first.index_select(0, close), second.index_select(0, close)


def _dot(vectors, first, second) -> Float[Tensor, " triplets"]:
    a, b = vectors.index_select(0, first), vectors.index_select(0, second)
    return torch.einsum("tx,tx->t", a, b)


def _power(base: Tensor, exponent: float) -> Tensor:
    """base^exponent. Whole exponents by squaring: exact, and several times faster."""
    if exponent != int(exponent):
        # Rounding may bring 1 - cos 0 to zero or below, where x^1.5 has no finite curvature: cut
        # where float32 can still hold it, and no second derivative becomes NaN.
        return base.clamp(min=1e-30) ** exponent
    result, n = None, int(exponent)
    while n:
        if n % 2:
            result = base if result is None else result * base
        n //= 2
        base = base * base if n else base
    return result
