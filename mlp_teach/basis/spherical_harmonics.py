"""Real spherical harmonics, as the polynomials r^l Y_lm(x, y, z).

F. Bigi, G. Fraux, N. J. Browning and M. Ceriotti, J. Chem. Phys. 159, 064802 (2023),
doi:10.1063/5.0156307, for the idea; (2) is the recursion of the associated Legendre functions.

A harmonic times r^l is a polynomial in x, y, z: no angle is computed, so nothing is special at the
poles, and at r = 0 value and slope are what they should be. With c_m + i s_m = (x + i y)^m

    r^l Y_l,+m = n_lm q_lm c_m        r^l Y_l,-m = n_lm q_lm s_m        m = 0, 1, ..., l       (1)
    q_mm = 1,   q_lm = z q_(l-1)m - [(l-1)² - m²] / [(2l-1)(2l-3)] r² q_(l-2)m                 (2)

and n_lm makes ∫ Y² dΩ = 1. The gradient of a harmonic of degree l consists of harmonics of degree
l - 1, with fixed coefficients:

    ∂(r^l Y_l)/∂r_a = G_l^a (r^(l-1) Y_(l-1))                                                 (3)

so no derivative has to be taken by the machine: autograd is told (3).

    here       | code              | shape             | unit
    r          | vectors           | ... 3             | Å
    r^l Y_lm   | solid_harmonics   | n_lm ...          | Å^l, row l² + l + m
    c_m, s_m   | c, s              | ... for one m     | Å^m
    q_lm       | q, below          | ... for one l, m  | Å^(l-m)
    n_lm       | _norm             | number            | -
    G_l        | gradient_matrices | 3 2l+1 2l-1       | -

Axes and signs: the polar axis is z, m runs from -l to l, there is no Condon-Shortley sign. So
l = 1 is (y, z, x) times √(3/4π). e3nn's polar axis is y, its l = 1 is (x, y, z): its harmonics of
(x, y, z) are ours of (z, x, y) times √4π ("component" normalisation).
"""

from __future__ import annotations

from math import factorial, pi, prod, sqrt

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.kept import kept


def solid_harmonics(vectors: Float[Tensor, "*batch 3"], l_max: int) -> Float[Tensor, "n_lm *batch"]:
    """r^l Y_lm of every vector (Å) for l = 0 ... l_max: row l² + l + m, unit Å^l.

    Any number of derivatives. Raises ValueError for a negative l_max.
    """
    if l_max < 0:
        raise ValueError(f"l_max is {l_max}; the lowest degree of a harmonic is 0.")
    return _SolidHarmonics.apply(vectors.movedim(-1, 0).contiguous(), l_max)


def spherical_harmonics(
    vectors: Float[Tensor, "*batch 3"], l_max: int
) -> Float[Tensor, "n_lm *batch"]:
    """Y_lm of the directions of the vectors (Å), pure numbers; of length 0: Y_00 and else zeros.

    Raises ValueError for a negative l_max.
    """
    squares = (vectors * vectors).sum(-1, keepdim=True)
    # Two `where`: the one outside alone would leave 0 · ∞ = NaN in the gradient at r = 0.
    lengths = torch.where(squares > 0, squares, 1.0).sqrt()
    return solid_harmonics(torch.where(squares > 0, vectors / lengths, 0.0 * vectors), l_max)


def solid_harmonics_gradient(
    harmonics: Float[Tensor, "n_lm *batch"],
) -> Float[Tensor, "3 n_lm *batch"]:
    """∂(r^l Y_lm)/∂r_a, unit Å^(l-1), from the values r^l Y_lm themselves."""
    l_max = int(sqrt(len(harmonics))) - 1
    rows = [torch.zeros_like(harmonics[:1]).expand(3, *harmonics[:1].shape)]
    for l in range(1, l_max + 1):
        matrix = gradient_matrices(l).to(harmonics)
        rows.append(torch.tensordot(matrix, harmonics[(l - 1) ** 2 : l**2], 1))  # (3)
    return torch.cat(rows, 1)


class _SolidHarmonics(torch.autograd.Function):
    """(1) and (2) row by row into one table; and (3)."""

    @staticmethod
    def forward(
        ctx, vectors: Float[Tensor, "3 *batch"], l_max: int
    ) -> Float[Tensor, "n_lm *batch"]:
        x, y, z = vectors
        r2 = x * x + y * y + z * z
        table = x.new_empty((l_max + 1) ** 2, *x.shape)
        c, s = torch.ones_like(x), torch.zeros_like(x)
        for m in range(l_max + 1):
            below, q = torch.zeros_like(x), torch.ones_like(x)
            for l in range(m, l_max + 1):
                if l > m:
                    ratio = ((l - 1) ** 2 - m**2) / ((2 * l - 1) * (2 * l - 3))
                    below, q = q, torch.addcmul(z * q, r2, below, value=-ratio)  # (2)
                scaled = q * _norm(l, m)
                torch.mul(scaled, c, out=table[l * l + l + m])  # (1)
                if m:
                    torch.mul(scaled, s, out=table[l * l + l - m])
            c, s = x * c - y * s, x * s + y * c
        ctx.save_for_backward(table)
        return table

    @staticmethod
    def backward(ctx, gradient):
        # Made of the output and differentiable operations, so that it can be differentiated again.
        (table,) = ctx.saved_tensors
        return (solid_harmonics_gradient(table) * gradient).sum(1), None


def _norm(l: int, m: int) -> float:
    """n_lm of (1): the usual norm, times the leading coefficient that (2) leaves out."""
    leading = prod(range(1, 2 * l, 2)) / factorial(l - m)
    return _usual_norm(l, m) * leading


def _usual_norm(l: int, m: int) -> float:
    """√[(2l+1)/4π (l-m)!/(l+m)!], for m > 0 times √2: cos mφ and sin mφ share the norm."""
    twice = 2 if m else 1
    return sqrt(twice * (2 * l + 1) / (4 * pi) * factorial(l - m) / factorial(l + m))


@kept
def gradient_matrices(l: int) -> Float[Tensor, "3 rows columns"]:
    """G_l of (3), l ≥ 1: axis a, row m of degree l, column m' of degree l - 1.

    With H_l^m = r^l P_l^m e^(imφ): ∂_z H_l^m = (l+m) H_(l-1)^m, and (∂_x + i∂_y) H_l^m =
    -H_(l-1)^(m+1), (∂_x - i∂_y) H_l^m = (l+m)(l+m-1) H_(l-1)^(m-1). Real and imaginary part are
    the harmonics with +m and -m.
    """
    matrix = torch.zeros(3, 2 * l + 1, 2 * l - 1, dtype=torch.float64)

    def put(axis: int, m: int, m_below: int, value: float | int) -> None:
        if abs(m_below) < l:
            ratio = _usual_norm(l, abs(m)) / _usual_norm(l - 1, abs(m_below))
            matrix[axis, l + m, l - 1 + m_below] += value * ratio

    for m in range(l + 1):
        for sign in (1, -1) if m else (1,):  # cosine, sine
            up, down = -1 if m == 0 else -0.5, (l + m) * (l + m - 1) / 2
            put(2, sign * m, sign * m, l + m)
            put(0, sign * m, sign * (m + 1), up)
            put(1, sign * m, -sign * (m + 1), sign * up)
            if m > 1 or (m == 1 and sign == 1):  # there is no sine with m = 0
                put(0, sign * m, sign * (m - 1), down)
            if m > 1 or (m == 1 and sign == -1):
                put(1, sign * m, -sign * (m - 1), -sign * down)
    return matrix
