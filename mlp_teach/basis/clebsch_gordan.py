"""Clebsch-Gordan coefficients: how two things that turn make a third.

G. Racah, Phys. Rev. 62, 438 (1942), doi:10.1103/PhysRev.62.438, for the sum (1). Equation numbers
are ours.

A feature of degree l has 2l + 1 components, which a rotation mixes as it mixes the harmonics Y_lm.
Products of the components of two features, of degrees l1 and l2, can be added up to a feature of
any degree l3 from |l1 - l2| to l1 + l2, and for each l3 in one way only. Two vectors give their dot
product (l3 = 0), their cross product (1) and the traceless part of their table of products (2).

Physics has these coefficients for complex harmonics, m3 = m1 + m2:

    <l1 m1 l2 m2 | l3 m3> = √N Σ_k (-1)^k / [k! (l1+l2-l3-k)! (l1-m1-k)! (l2+m2-k)!
                                             (l3-l2+m1+k)! (l3-l1-m2+k)!]                     (1)
    N = (2l3+1) (l3+l1-l2)! (l3-l1+l2)! (l1+l2-l3)! / (l1+l2+l3+1)! Π_i (l_i+m_i)! (l_i-m_i)!

Real harmonics are made of complex ones by a matrix Q, and a factor (-i)^l that comes with each
degree leaves real numbers. Divided by √(2l3+1) their squares add up to 1:

    C_(m1 m2 m3) = (-i)^(l1+l2-l3)/√(2l3+1)
                   Σ_(μ1 μ2 μ3) Q*_(m1 μ1) Q*_(m2 μ2) Q_(m3 μ3) <l1 μ1 l2 μ2 | l3 μ3>         (2)
    Q_00 = 1,  √2 Q_(m,m) = (-1)^m,  √2 Q_(m,-m) = 1,  √2 Q_(-m,m) = -i (-1)^m,  √2 Q_(-m,-m) = i,
    m > 0, all others 0                                                                       (3)

    here | code         | shape      | unit
    C    | coupling     | m1 m2 m3   | -
    Q    | _real_rows   | m μ        | -

With Σ C² = 1, C is Wigner's 3j symbol in real form: the same for any order of the three degrees,
but for its sign. Components stand in the order and with the signs of spherical_harmonics.py: l = 1
is (y, z, x). e3nn 0.6 has the same numbers in wigner_3j; its l = 1 is (x, y, z), other names
for the same axes. In e3nn 0.4 those with degrees 1, l, l in any order, l > 1, have the other sign.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, prod, sqrt

import torch
from jaxtyping import Complex, Float
from torch import Tensor

from mlp_teach.basis.kept import kept


@kept
def coupling(l1: int, l2: int, l3: int) -> Float[Tensor, "m1 m2 m3"]:
    """C of (2), pure numbers in double precision; do not change it in place: it is kept.

    Raises ValueError for degrees that do not couple.
    """
    if min(l1, l2, l3) < 0 or not abs(l1 - l2) <= l3 <= l1 + l2:
        raise ValueError(
            f"Degrees {l1} and {l2} do not couple to {l3}: they make those from |l1 - l2| to "
            "l1 + l2, and a degree is 0 or more."
        )
    usual = torch.zeros(2 * l1 + 1, 2 * l2 + 1, 2 * l3 + 1, dtype=torch.complex128)
    for m1 in range(-l1, l1 + 1):
        for m2 in range(max(-l2, -l3 - m1), min(l2, l3 - m1) + 1):
            usual[l1 + m1, l2 + m2, l3 + m1 + m2] = clebsch_gordan(l1, m1, l2, m2, l3)
    real = torch.einsum("am,mnp->anp", _real_rows(l1).conj(), usual)  # one index after the other
    real = torch.einsum("bn,anp->abp", _real_rows(l2).conj(), real)
    real = torch.einsum("cp,abp->abc", _real_rows(l3), real)
    return (real * (-1j) ** (l1 + l2 - l3)).real / sqrt(2 * l3 + 1)  # (2)


def clebsch_gordan(l1: int, m1: int, l2: int, m2: int, l3: int) -> float:
    """<l1 m1 l2 m2 | l3 m1+m2> of (1), exact but for the last rounding."""
    m3 = m1 + m2
    fixed = (l1 + l2 - l3, l1 - m1, l2 + m2)  # each less k
    rising = (l3 - l2 + m1, l3 - l1 - m2)  # each and k
    total = Fraction(0)
    for k in range(max(0, *(-n for n in rising)), min(fixed) + 1):
        below = [k, *(n - k for n in fixed), *(n + k for n in rising)]
        total += Fraction((-1) ** k, _factorials(*below))
    square = Fraction(
        (2 * l3 + 1) * _factorials(l3 + l1 - l2, l3 - l1 + l2, l1 + l2 - l3),
        factorial(l1 + l2 + l3 + 1),
    ) * _factorials(l1 + m1, l1 - m1, l2 + m2, l2 - m2, l3 + m3, l3 - m3)
    return float(total) * sqrt(square)  # (1)


def _factorials(*numbers: int) -> int:
    return prod(factorial(n) for n in numbers)


def _real_rows(l: int) -> Complex[Tensor, "m mu"]:
    """Q of (3)."""
    rows = torch.zeros(2 * l + 1, 2 * l + 1, dtype=torch.complex128)
    rows[l, l] = 1
    for m in range(1, l + 1):
        rows[l + m, l + m], rows[l + m, l - m] = (-1) ** m, 1
        rows[l - m, l + m], rows[l - m, l - m] = -1j * (-1) ** m, 1j
    rows[torch.arange(2 * l + 1) != l] /= sqrt(2)
    return rows
