"""Cutoff functions: they let a neighbour fade out instead of vanishing at the cutoff r_c.

    f_c(r) = ½ [cos(π r / r_c) + 1]  for r < r_c, 0 beyond          Behler 2011, eq. (5)

Value and slope are zero at r_c, so energies and forces stay continuous when an atom crosses it; the
second derivative jumps, there and nowhere else. The same half wave can be kept to the last w before
the cutoff, 1 up to there (Bartók 2013 has it so, and QUIP).

J. Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717.
J. Klicpera, J. Groß and S. Günnemann, ICLR 2020, arXiv:2003.03123.
"""

from math import pi

import torch
from jaxtyping import Float
from torch import Tensor


def cosine_cutoff(distances: Float[Tensor, "..."], cutoff: float | int) -> Float[Tensor, "..."]:
    """f_c of distances in Å, a pure number between 1 (at r = 0) and 0 (from r = cutoff on)."""
    inside = distances.clamp(max=cutoff)  # beyond it cos stands still at -1, value and slope zero
    return 0.5 * (torch.cos(inside * (pi / cutoff)) + 1)


def cosine_transition(
    distances: Float[Tensor, "..."], cutoff: float | int, width: float | int
) -> Float[Tensor, "..."]:
    """1 up to cutoff - width (Å), then a half cosine down to 0 at the cutoff, 0 beyond."""
    late = (distances - (cutoff - width)).clamp(min=0.0)
    return cosine_cutoff(late, width)


def polynomial_cutoff(x: Float[Tensor, "*batch"], p: int = 6) -> Float[Tensor, "*batch"]:
    """u of distances in units of the cutoff, a pure number between 1 (at 0) and 0 (from 1 on)."""
    inside = x.clamp(max=1.0)
    square = -p * (p + 1) / 2 * inside + p * (p + 2)
    return 1 + inside**p * (square * inside - (p + 1) * (p + 2) / 2)
