"""Waves in a ball: one distance and one angle as many numbers.

J. Klicpera, J. Groß and S. Günnemann, ICLR 2020, arXiv:2003.03123. Equation numbers are ours.

A wave that is zero on the surface of a ball of radius r_c is a spherical Bessel function times a
spherical harmonic; with an angle to one axis only, the harmonic is Y_l0. With x = r/r_c

    R_ln(x) = √2 j_l(z_ln x) / |j_(l+1)(z_ln)|,   j_l(z_ln) = 0,   n = 1, 2, ...           (1)
    a_ln(r, θ) = R_ln(x) Y_l0(cos θ),   Y_l0(t) = √[(2l+1)/4π] P_l(t)                      (2)

are orthonormal in a ball of radius 1: the cutoff is the unit of length, all are pure numbers.

    j_l(y) = y^l/(2l+1)!! Σ_k (-y²/2)^k / [k! (2l+3)(2l+5)...(2l+2k+1)]                    (3)
    j_(l+1) = (2l+1)/y j_l - j_(l-1),   j_0 = sin y/y,   j_(-1) = cos y/y                  (4)
    (l+1) P_(l+1) = (2l+1) t P_l - l P_(l-1)                                               (5)

Each step of (4) loses digits where y < l: in float32 nothing is left of j_6(1). There the series
(3) serves, and (4) from y = l + 1 on; up to l = 6 that is right to 1e-6 of the largest value in
float32, to 2e-15 in float64. Derivatives are told to autograd, not found by it:

    j_l'(y) = l/y j_l - j_(l+1),   j_l'' = -2/y j_l' - [1 - l(l+1)/y²] j_l                 (6)

Angles enter by their cosines, so that nothing is special at 0 and 180 degrees.

    paper  | code            | shape     | unit
    z_ln   | bessel_roots    | l n       | -
    j_l(y) | value           | l n pairs | -
    R_ln   | radial_waves    | pairs l n | -
    Y_l0   | zonal_harmonics | ... l     | -
"""

from __future__ import annotations

from math import pi, prod, sqrt

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.basis.kept import kept

TERMS = 18  # of (3): 16 digits up to y = l + 1 for l up to 10


def radial_waves(x: Float[Tensor, " pairs"], l_max: int, n_max: int) -> Float[Tensor, "pairs l n"]:
    """R_ln at distances x > 0 in units of the cutoff: l = 0 ... l_max, n = 1 ... n_max."""
    roots, norms = bessel_roots(l_max, n_max).to(x), _norms(l_max, n_max).to(x)
    value = spherical_bessel(roots[:, :, None] * x)
    return (norms[:, :, None] * value).permute(2, 0, 1)  # (1)


def zonal_harmonics(cosines: Float[Tensor, "*batch"], l_max: int) -> Float[Tensor, "*batch l"]:
    """Y_l0 at the cosines of angles: l = 0 ... l_max."""
    legendre = [torch.ones_like(cosines), cosines]
    for l in range(1, l_max):
        above = (2 * l + 1) * cosines * legendre[l] - l * legendre[l - 1]
        legendre.append(above / (l + 1))  # (5)
    norms = [sqrt((2 * l + 1) / (4 * pi)) for l in range(l_max + 1)]
    return torch.stack(legendre[: l_max + 1], -1) * cosines.new_tensor(norms)


def spherical_bessel(y: Float[Tensor, "l n pairs"]) -> Float[Tensor, "l n pairs"]:
    """j_l in row l, for y > 0; any number of derivatives."""
    return _SphericalBessel.apply(y)[0]


@kept
def bessel_roots(l_max: int, n_max: int) -> Float[Tensor, "l n"]:
    """z_ln, the first n_max zeros of each j_l; between any two of j_l lies one of j_(l+1)."""
    roots = [np.arange(1, n_max + l_max + 1) * pi]
    for l in range(1, l_max + 1):
        low, high = roots[-1][:-1], roots[-1][1:]
        falling = _upward(l, low) > 0
        for _ in range(60):  # halve the interval to the last digit
            middle = (low + high) / 2
            left = (_upward(l, middle) > 0) == falling
            low, high = np.where(left, middle, low), np.where(left, high, middle)
        roots.append((low + high) / 2)
    return torch.from_numpy(np.stack([of_l[:n_max] for of_l in roots]))


@kept
def _norms(l_max: int, n_max: int) -> Float[Tensor, "l n"]:
    """√2 / |j_(l+1)(z_ln)| of (1)."""
    roots = bessel_roots(l_max, n_max).numpy()
    return torch.from_numpy(sqrt(2) / np.abs([_upward(l + 1, z) for l, z in enumerate(roots)]))


def _upward(l: int, y: Float[np.ndarray, " points"]) -> Float[np.ndarray, " points"]:
    """j_l by (4), for y > l."""
    below, here = np.cos(y) / y, np.sin(y) / y
    for k in range(l):
        below, here = here, (2 * k + 1) / y * here - below
    return here


class _SphericalBessel(torch.autograd.Function):
    """j_l and j_l' in row l, and (6)."""

    @staticmethod
    def forward(
        ctx, y: Float[Tensor, "l n pairs"]
    ) -> tuple[Float[Tensor, "l n pairs"], Float[Tensor, "l n pairs"]]:
        ctx.set_materialize_grads(False)
        value, above = _by_recursion(y)
        small = (y < _degrees(y) + 1).nonzero(as_tuple=True)
        value[small], above[small] = _by_series(small[0], y[small])
        slope = _degrees(y) / y * value - above  # (6)
        ctx.save_for_backward(y, value, slope)
        return value, slope

    @staticmethod
    def backward(ctx, by_value, by_slope):
        # Made of the outputs and differentiable operations, so that it can be differentiated again.
        y, value, slope = ctx.saved_tensors
        result = None if by_value is None else by_value * slope
        if by_slope is not None:
            l = _degrees(y)
            bend = -2 / y * slope - (1 - l * (l + 1) / y.square()) * value  # (6)
            result = by_slope * bend if result is None else result + by_slope * bend
        return result


def _degrees(y: Float[Tensor, "l n pairs"]) -> Float[Tensor, "l one one"]:
    return torch.arange(len(y), dtype=y.dtype, device=y.device)[:, None, None]


def _by_recursion(
    y: Float[Tensor, "l n pairs"],
) -> tuple[Float[Tensor, "l n pairs"], Float[Tensor, "l n pairs"]]:
    """(4): j_l and j_(l+1) in row l."""
    value, above = torch.empty_like(y), torch.empty_like(y)
    inverse = 1 / y
    below, here = torch.cos(y) * inverse, torch.sin(y) * inverse
    for l in range(len(y)):
        below, here = here, (2 * l + 1) * inverse[l:] * here - below
        value[l], above[l] = below[0], here[0]
        below, here = below[1:], here[1:]  # row l has got what it needs
    return value, above


def _by_series(
    l: Int[Tensor, " points"], y: Float[Tensor, " points"]
) -> tuple[Float[Tensor, " points"], Float[Tensor, " points"]]:
    """(3): j_l and j_(l+1)."""
    odd_products = [prod(range(1, 2 * n + 2, 2)) for n in range(int(l.max()) + 1 if len(l) else 0)]
    front = y**l / y.new_tensor(odd_products)[l]
    half, sums, odd = y.square() / -2, [], (2 * l + 1).to(y)
    for first in (odd, odd + 2):
        total = torch.ones_like(y)
        for k in range(TERMS, 0, -1):
            total = total * half / (k * (first + 2 * k)) + 1
        sums.append(total)
    return front * sums[0], front * sums[1] * y / (odd + 2)
