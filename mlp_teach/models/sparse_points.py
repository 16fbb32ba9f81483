"""Which surroundings a sparse Gaussian process keeps: two ways to choose few of many.

M. W. Mahoney and P. Drineas, PNAS 106, 697 (2009), doi:10.1073/pnas.0803205106 (CUR);
Y. Eldar, M. Lindenbaum, M. Porat and Y. Zeevi, IEEE Trans. Image Process. 6, 1305 (1997),
doi:10.1109/83.623193 (farthest points).

Surroundings are rows p̂ of unit length. In data of a crystal most of them are nearly the same; a
good choice holds the rare ones too. CUR draws rows by chance, each as likely as its leverage, its
share in the directions that span the table. Farthest-point sampling always takes the row that is
least like all chosen ones: no chance in it but the first.
"""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor


def cur(rows: Float[Tensor, "atoms features"], n: int, seed: int = 0) -> Int[Tensor, " n"]:
    """n different rows, drawn with probabilities that grow as their leverage scores.

    With X = U S Vᵀ the leverage of row i is Σ_k U_ik², over the k whose S counts in float64. Raises
    ValueError if there are fewer than n rows.
    """
    _check(rows, n)
    values, vectors = torch.linalg.eigh(rows.T @ rows)  # S², V: as good as the SVD, and smaller
    kept = values > 1e-12 * values[-1]
    scores = (rows @ vectors[:, kept]).square() @ (1 / values[kept])
    generator = torch.Generator().manual_seed(seed)
    # The n smallest of -ln(u)/w with u from (0, 1]: n draws without replacement.
    waiting = torch.empty_like(scores).exponential_(generator=generator) / scores.clamp(min=1e-300)
    return waiting.argsort()[:n].sort().values


def farthest(rows: Float[Tensor, "atoms features"], n: int, seed: int = 0) -> Int[Tensor, " n"]:
    """n rows, the first by chance, each further one as far from all before it as there is any.

    Raises ValueError if there are fewer than n rows.
    """
    _check(rows, n)
    first = torch.randint(len(rows), (), generator=torch.Generator().manual_seed(seed))
    chosen = [int(first)]
    nearest = torch.full((len(rows),), torch.inf, dtype=rows.dtype)
    for _ in range(n - 1):
        apart = 1 - rows @ rows[chosen[-1]]  # half the squared distance of unit vectors
        nearest = torch.minimum(nearest, apart)
        nearest[chosen[-1]] = -torch.inf
        chosen.append(int(nearest.argmax()))
    return torch.tensor(chosen)


def _check(rows: Tensor, n: int) -> None:
    if not 0 < n <= len(rows):
        raise ValueError(
            f"{n} sparse points were asked for, but the data hold {len(rows)} atoms of the "
            "element. Ask for fewer, or give more structures."
        )
