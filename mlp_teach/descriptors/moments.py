"""G5 with a whole ζ from moments: sums over single neighbours instead of pairs of them.

J. Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717, eq. (10).

With the unit vectors u, v of two neighbours the angular factor is a power of a product of
four-vectors, (1 + λ cos θ)^ζ = [(1, u) · (1, λ v)]^ζ, and the multinomial theorem makes it a sum of
products of monomials m of (1, u) and (1, v), with exponents e and degree deg in u:

    Σ_jk F_j F_k (1 + λ cos θ)^ζ = Σ_m ζ! / Π e! λ^deg M_m²,    M_m = Σ_j F_j m(1, u_j)

The double sum on the left holds every pair twice and j = k once; both are mended at the end.

    here   | code               | shape
    F_j    | weight             | edges
    (1, u) | four               | 4 edges
    m      | monomials          | monomials edges
    M_m    | moment             | monomials atoms elements
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import factorial, prod

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.descriptors.edges import Edges, Parameters


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
