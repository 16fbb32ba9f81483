"""The angular sums of the symmetry functions, G4 and G5, as fast as the equations allow.

J. Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717, eqs. (9) and (10):

    G4 = 2^(1-ζ) Σ_j<k (1 + λ cos θ)^ζ exp(-η (r_ij² + r_ik² + r_jk²)) f_c(r_ij) f_c(r_ik) f_c(r_jk)
    G5 = 2^(1-ζ) Σ_j<k (1 + λ cos θ)^ζ exp(-η (r_ij² + r_ik²)) f_c(r_ij) f_c(r_ik)

G4 is a sum over triangles. Its three cutoffs ask that all three sides are shorter than r_c, and its
radial part is the same whichever corner is the centre; only the angle differs. So each triangle is
listed once and serves its three corners: from its lowest corner, in an order of all atoms that
edges.py explains, both edges go up, and two such edges whose ends are less than r_c apart are one
triangle.

G5 with a whole ζ is linear in the neighbours: moments.py writes the power as a sum over
(ζ+1)(ζ+2)(ζ+3)/6 monomials, each a sum over n neighbours instead of n (n-1)/2 pairs. The smaller
count decides; where it is that of the pairs, all j < k are listed.

    paper   | code            | shape
    r_ij    | vectors, d      | edges 3, edges
    f_c     | fade            | edges
    F_j     | weight          | edges
    j < k   | first, second   | triplets, as places in the list of edges
"""

from __future__ import annotations

from math import comb, inf

import torch
from jaxtyping import Float
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.descriptors.edges import Edges, Parameters
from mlp_teach.descriptors.moments import g5_by_moments
from mlp_teach.graph import triplets

BLOCK = 2**18  # triplets listed at a time: the backward pass keeps one block, not the whole list


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
        (zeta, sign): power(1 + sign * cos, zeta)
        for zeta, sign in {(zeta, sign) for _, zeta, sign in parameters}
    }
    return [
        cos.new_zeros(length).index_add(0, rows, (powers[zeta, sign] * radial[eta]).flatten())
        * 2 ** (1 - zeta)
        for eta, zeta, sign in parameters
    ]


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


def power(base: Tensor, exponent: float) -> Tensor:
    """base^exponent. Whole exponents by squaring: exact, and several times faster."""
    if exponent != int(exponent):
        # Rounding may bring 1 - cos 0 to zero or below, where x^1.5 has no finite curvature: cut
        # where float32 can still hold it, and no second derivative becomes NaN.
        return base.clamp(min=1e-30) ** exponent
    if exponent == 0:
        return torch.ones_like(base)
    result, n = None, int(exponent)
    while n:
        if n % 2:
            result = base if result is None else result * base
        n //= 2
        base = base * base if n else base
    return result
