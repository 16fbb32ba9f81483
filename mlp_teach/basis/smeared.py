"""What radial functions see of a neighbour that is smeared into a Gaussian.

A. P. Bartók, R. Kondor and G. Csányi, Phys. Rev. B 87, 184115 (2013),
doi:10.1103/PhysRevB.87.184115. Equation numbers are ours.

A neighbour at R is the density exp(-|r - R|²/2σ²). Its overlap with a function f_k(r) Y_lm(r̂) is
again a harmonic, of R, times a function of the distance R alone:

    ∫ f_k(r) Y_lm(r̂) exp(-|r - R|²/2σ²) dr = g_kl(R²) · R^l Y_lm(R̂)                        (1)
    g_kl = 4π R^-l ∫ r² f_k(r) exp(-(r² + R²)/2σ²) i_l(rR/σ²) dr                              (2)

with the modified spherical Bessel function i_l. R^l is split off since g_kl is smooth at R = 0
then. For Gaussian orbitals (2) is a Gaussian again (orbitals.py); for all else it is computed here,
once, and tabulated.

Of simple functions f_k, orthonormal ones are sums: with S^(-1/2) of their overlaps S the sums that
are closest to the f_k (Löwdin). A table holds the g of these sums. Where a pair costs less with the
simple functions (orbitals), the sums Σ_k mixing_nk f_k are taken after that over neighbours.

    here     | code             | shape | unit
    R, r     | distances, radii | x, r  | Å
    σ        | sigma            | number | Å
    x^-l i_l | scaled_bessel, but for e^x | l ... | -
    s_l, the integrand of (2) but for r² f_k | shells | l r x | Å^-l
    S        | overlaps         | k k   | -
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, pi, sqrt
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

ORTHONORMAL = 1e-3  # how far scalar products may be from 0 and 1
DECAY = 1e-3  # of its height: what is left of a neighbour's density at the cutoff, at `reach`


@dataclass(frozen=True)
class Expansion:
    """What every radial basis has: cutoff (Å), n_max functions, harmonics up to l_max, σ (Å).

    Raises ValueError for a number that makes no sense.
    """

    shortest: ClassVar[float] = 0.0  # Å, what the cutoff must be above
    widths: ClassVar[tuple[float, float]] = (0.1, 5.0)  # Å, of σ: finer ones need finer tables

    cutoff: float | int
    n_max: int
    l_max: int
    sigma: float | int

    def __post_init__(self) -> None:
        for name, least in (("n_max", 1), ("l_max", 0)):
            value = getattr(self, name)
            if type(value) is not int or value < least:
                raise ValueError(f"{name} is {value!r}; a whole number from {least} on is needed.")
        for name, least in (("cutoff", self.shortest), ("sigma", 0.0)):
            value = getattr(self, name)
            if type(value) not in (int, float) or not least < value < inf:
                raise ValueError(f"{name} is {value!r}; it must be a length above {least:g} Å.")

        narrow, wide = self.widths
        if not narrow <= self.sigma <= wide:
            raise ValueError(
                f"sigma is {self.sigma!r} Å; {type(self).__name__} can be computed for {narrow:g} "
                f"to {wide:g} Å. An atom's surroundings are usually smeared by 0.2 to 1 Å."
            )

    @property
    def reach(self) -> float:
        """How far neighbours are seen, Å: while their density still reaches the cutoff."""
        return self.cutoff + self.sigma * sqrt(-2 * log(DECAY))

    @property
    def mixing(self) -> Float[Tensor, "l n k"]:
        """What makes orthonormal functions of those in `primitives`: nothing, if they are it."""
        return torch.eye(self.n_max, dtype=torch.float64).expand(self.l_max + 1, -1, -1)


def shells(
    basis: Expansion, radii: Float[np.ndarray, " r"], distances: Float[np.ndarray, " x"]
) -> tuple[Float[np.ndarray, "l r x"], Float[np.ndarray, "l r x"]]:
    """s_l = 4π R^-l exp(-(r² + R²)/2σ²) i_l(rR/σ²), and its slope by R.

    By (1), s_l R^l Y_lm(R̂) is the part of a neighbour's density that is like Y_lm, on a sphere of
    radius r (Å). From (x^-l i_l)' = x^-l i_(l+1): ∂s_l/∂R = rR/σ² s_(l+1) - R/σ² s_l.
    """
    x = np.outer(radii, distances) / basis.sigma**2
    gaussian = np.exp(-((radii[:, None] - distances) ** 2) / (2 * basis.sigma**2))
    powers = (radii[:, None] / basis.sigma**2) ** np.arange(basis.l_max + 2)[:, None, None]
    s = 4 * pi * gaussian * powers * scaled_bessel(basis.l_max + 1, x)
    return s[:-1], x * s[1:] - distances / basis.sigma**2 * s[:-1]


def scaled_bessel(l_max: int, x: Float[np.ndarray, "*batch"]) -> Float[np.ndarray, "l *batch"]:
    """e^-x x^-l i_l(x) of the modified spherical Bessel functions i_l, for x ≥ 0 up to some 1000.

    i_(l-1) = i_(l+1) + (2l+1)/x i_l makes the ratio q_l = i_l / (x i_(l-1)) a continued fraction of
    positive terms, q_l = 1/(2l + 1 + x² q_(l+1)): read downwards it forgets where it started.
    """
    start = l_max + 50 + int(np.max(x, initial=0.0))
    ratio, ratios = np.zeros_like(x), []
    for l in range(start, 0, -1):
        ratio = 1 / (2 * l + 1 + x * x * ratio)
        if l <= l_max:
            ratios.append(ratio)
    # e^-x sinh(x)/x, and its series where the difference of 1 and e^-2x would lose digits
    small = np.where(x > 1e-4, x, 1.0)
    first = np.where(x > 1e-4, -np.expm1(-2 * small) / (2 * small), 1 - x + 2 * x * x / 3)
    return np.cumprod([first, *ratios[::-1]], axis=0)


def inverse_root(overlaps: Float[Tensor, "k k"]) -> Float[Tensor, "k k"]:
    """Löwdin's S^(-1/2). With S = L Lᵀ and L⁻¹ = U D Vᵀ it is V D Vᵀ.

    The eigenvalues of S lie as far apart as the squares of D do; D keeps twice as many digits.
    Raises ValueError where even these are too few.
    """
    identity = torch.eye(len(overlaps), dtype=overlaps.dtype)
    lower, failed = torch.linalg.cholesky_ex(overlaps)
    inverse = torch.linalg.solve_triangular(lower, identity, upper=False)
    if not failed and inverse.isfinite().all():
        _, d, vt = torch.linalg.svd(inverse)
        root = vt.T * d @ vt
        if (root @ overlaps @ root - identity).abs().max() < ORTHONORMAL:
            return root
    raise ValueError(
        f"{len(overlaps)} radial functions up to this cutoff are too much alike to be made "
        "orthonormal in double precision. Take fewer (a smaller n_max)."
    )
