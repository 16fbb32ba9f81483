"""Products of several equivariant features that do not depend on the order of the factors.

I. Batatia et al., NeurIPS 35 (2022), arXiv:2206.07697, for the generalised Clebsch-Gordan
coefficients of MACE. Equation numbers here are ours.

Of ν factors, all of them components A_a of one list of features, a = lm, sums of products are made
that turn like degree L:

    B_(η LM) = Σ_(a ≤ b ≤ ...) U_(η M, ab...) A_a A_b ...                                     (1)

One such way is to couple factor after factor, (((l1 l2) l12, l3) l123 ...) L, with Clebsch-Gordan
coefficients. The order of the factors does not count, so U is averaged over all orders; many ways
then become the same, or 0. What is left, made orthogonal, are the paths η. They are few and full of
zeros: of the 16³ = 4096 products of three components with l up to 3, a scalar needs 77, in 8 paths.

For speed, the last and largest factor is drawn out of the sums for all ν up to ν_max,

    B_(LM) = Σ_c A_c Σ_q T_(M, c q) Q_q,   Q = 1, A_a, A_a A_b (a ≤ b), ...                    (2)
    T_(M, c q) = Σ_(ν η) w_(ν η) U_(η M, qc)                                                  (3)

so that weights w, which a model learns for each element and channel, are summed up before any atom
is met. (2) is a matrix product over many atoms, whatever the number of paths.

    here    | code            | shape                | unit
    U of (1)| coefficients    | paths products M     | -
    a b ... | factors         | products nu          | numbers of lm components
    U of (3)| drawn_out       | paths M·lm·q         | -
    Q       | products        | q ...                | -
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement, permutations
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.basis.clebsch_gordan import coupling
from mlp_teach.basis.kept import kept

NOTHING = 1e-9  # a number or length below this is rounding


class SymmetricProducts(NamedTuple):
    """(1) for one number of factors and one L."""

    factors: Int[Tensor, "products nu"]  # sorted in each row
    coefficients: Float[Tensor, "paths products m"]


@kept
def symmetric_products(l_max: int, nu: int, degree: int) -> SymmetricProducts:
    """All paths from nu factors with l = 0 ... l_max, parities (-1)^l, to (degree, (-1)^degree)."""
    blocks, factors = [], {}  # factors: sorted components -> the row that they have
    for ls in combinations_with_replacement(range(l_max + 1), nu):
        if (sum(ls) + degree) % 2 == 0:  # else the parities do not agree
            blocks += [(ls, path) for path in _independent(ls, degree)]
    size = 2 * degree + 1
    rows = []
    for ls, path in blocks:
        row = {}
        for place in (path.abs().amax(-1) > NOTHING).nonzero().tolist():
            key = tuple(sorted(l * l + m for l, m in zip(ls, place, strict=True)))
            factors.setdefault(key, len(factors))
            row[key] = row.get(key, 0) + path[tuple(place)]
        rows.append(row)
    table = torch.zeros(len(rows), len(factors), size, dtype=torch.float64)
    for row, found in zip(table, rows, strict=True):
        for key, value in found.items():
            row[factors[key]] = value
    return SymmetricProducts(torch.tensor(list(factors)).view(-1, nu), table)


def _independent(ls: Sequence[int], degree: int) -> Float[Tensor, "paths *m"]:
    """Orthogonal couplings of factors with these degrees to one degree, the same in any order."""
    coupled = [(ls[0], torch.eye(2 * ls[0] + 1, dtype=torch.float64))]
    for l in ls[1:]:
        coupled = [
            (l_new, torch.tensordot(c, coupling(l_old, l, l_new), 1))
            for l_old, c in coupled
            for l_new in range(abs(l_old - l), l_old + l + 1)
        ]
    found = [c for l, c in coupled if l == degree]
    if not found:
        return torch.zeros(0, *(2 * l + 1 for l in ls), 2 * degree + 1, dtype=torch.float64)
    ways, nu = torch.stack(found), len(ls)
    orders = [
        order for order in permutations(range(nu)) if all(ls[order[n]] == ls[n] for n in range(nu))
    ]
    averaged = sum(ways.permute(0, *(1 + n for n in order), nu + 1) for order in orders)
    # Gram and Schmidt, not a singular value decomposition: where that is free to choose, it chooses
    # otherwise on another machine, and learned weights would mean something else there.
    kept = ways.new_zeros(0, ways[0].numel())
    for way in averaged.flatten(1) / len(orders):
        for _ in range(2):  # the second time takes away what the first left by rounding
            way = way - (kept @ way) @ kept
        if (length := torch.linalg.vector_norm(way)) > NOTHING:
            kept = torch.cat([kept, (way / length)[None]])
    return kept.view(-1, *ways.shape[1:])


class Products(NamedTuple):
    """Q of (2), all products of up to so many factors; factors of each are sorted."""

    factors: tuple[tuple[int, ...], ...]  # of each q
    longer: tuple[
        tuple[Int[Tensor, " q"], Int[Tensor, " q"]], ...
    ]  # a shorter one, one more factor

    def __call__(self, a: Float[Tensor, "lm *batch"]) -> Float[Tensor, "q *batch"]:
        found = [torch.ones_like(a[:1])]
        for shorter, last in self.longer:
            found.append(found[-1].index_select(0, shorter) * a.index_select(0, last))
        return torch.cat(found)


@kept
def products(n_components: int, nu: int, device: torch.device) -> Products:
    """All products of at most nu factors."""
    order, factors, longer = [()], [()], []
    for _ in range(nu):
        found = [
            (n, (*shorter, last))
            for n, shorter in enumerate(order)
            for last in range(shorter[-1] if shorter else 0, n_components)
        ]
        order = [sorted_factors for _, sorted_factors in found]
        factors += order
        shorter = torch.tensor([n for n, _ in found], device=device)
        longer.append((shorter, torch.tensor([a[-1] for a in order], device=device)))
    return Products(tuple(factors), tuple(longer))


@kept
def drawn_out(
    l_max: int, nu_max: int, degree: int, dtype: torch.dtype, device: torch.device
) -> Float[Tensor, "paths m_lm_q"]:
    """U of (3): the paths of all ν up to nu_max, ν = 1 first; M, the component c and q in one."""
    size = (l_max + 1) ** 2
    row = {f: q for q, f in enumerate(products(size, nu_max - 1, torch.device("cpu")).factors)}
    tables = []
    for nu in range(1, nu_max + 1):
        factors, u = symmetric_products(l_max, nu, degree)
        table = u.new_zeros(len(u), 2 * degree + 1, size, len(row))
        for f, coefficients in zip(factors.tolist(), u.unbind(1), strict=True):
            table[:, :, f[-1], row[tuple(f[:-1])]] = coefficients
        tables.append(table.flatten(1))
    return torch.cat(tables).to(device, dtype)
