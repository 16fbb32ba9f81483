"""Radial functions: four bases to expand a density in, and the sine waves by themselves.

A. P. Bartók, R. Kondor and G. Csányi, Phys. Rev. B 87, 184115 (2013),
doi:10.1103/PhysRevB.87.184115; L. Himanen et al., Comput. Phys. Commun. 247, 106949 (2020),
doi:10.1016/j.cpc.2019.106949 (orbitals, polynomials).

- GaussianOrbitals, f_kl = r^l exp(-α_kl r²): closed form, as in DScribe (orbitals.py).
- Polynomials, f_k = (r_c - r)^(k+2): tabulated, as in DScribe.
- SineBessel, f_k = √(2/r_c) sin(kπr/r_c)/r: tabulated; the waves of SchNet's successors.
- RadialPoints, f_k = δ(r - r_k)/r²: the density on spheres of radius r_k; tabulated, as in QUIP.

All are plain data with the same properties; smeared.py has the integrals (1) and (2) behind them.

    here        | code         | shape            | unit
    -           | reach        | number           | Å, how far a neighbour is seen
    g_n         | orthonormal  | l n ...          | Å^(-3/2), Σ_k coefficients_nk f_k
    g_nl of (1) | primitives   | n ... for each l | Å^(3/2-l); of orbitals, those of f_k
    -           | mixing       | l n k            | makes the former of the latter
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.kept import kept
from mlp_teach.basis.orbitals import GaussianOrbitals
from mlp_teach.basis.smeared import Expansion, inverse_root, shells
from mlp_teach.basis.tables import cubic_table, interpolate


@dataclass(frozen=True)
class Polynomials(Expansion):
    """(r_c - r)^(k+2), k = 1 ... n_max, orthonormal by Löwdin; as in DScribe (`rbf="polynomial"`).

    They are nearly sums of each other: of `coefficients` 9 digits are certain with n_max = 6, 7
    with n_max = 8.
    """

    @property
    def coefficients(self) -> Float[Tensor, "n k"]:
        """S^(-1/2)."""
        k = torch.arange(1, self.n_max + 1, dtype=torch.float64)
        both = k[:, None] + k
        return inverse_root(2 * self.cutoff ** (both + 7) / ((both + 5) * (both + 6) * (both + 7)))

    def functions(self, r: Float[Tensor, "*batch"]) -> Float[Tensor, "n *batch"]:
        inside = (self.cutoff - r).clamp(min=0.0)
        simple = torch.stack([inside ** (k + 2) for k in range(1, self.n_max + 1)])
        return torch.tensordot(self.coefficients.to(r), simple, 1)

    def orthonormal(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "l n *batch"]:
        """The orthonormal functions of distances in Å, unit Å^(-3/2); the same for each l."""
        return self.functions(distances).expand(self.l_max + 1, -1, *distances.shape)

    def primitives(self, squares: Float[Tensor, "*batch"]) -> Iterator[Float[Tensor, "n *batch"]]:
        """For l = 0, 1, ...: g_nl of the orthonormal functions, for squared distances in Å²."""
        return interpolate(_integrals(self), squares)


@dataclass(frozen=True)
class SineBessel(Expansion):
    """√(2/r_c) sin(kπr/r_c)/r, the s waves of a hard ball; orthonormal as they are."""

    def functions(self, r: Float[Tensor, "*batch"]) -> Float[Tensor, "n *batch"]:
        waves = sine_bessel(r, self.n_max, self.cutoff)
        return torch.where(r[..., None] < self.cutoff, waves, 0.0).movedim(-1, 0)

    def orthonormal(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "l n *batch"]:
        """The waves for distances in Å, unit Å^(-3/2); the same for each l."""
        return self.functions(distances).expand(self.l_max + 1, -1, *distances.shape)

    def primitives(self, squares: Float[Tensor, "*batch"]) -> Iterator[Float[Tensor, "n *batch"]]:
        """For l = 0, 1, ...: g_nl for squared distances in Å²."""
        return interpolate(_integrals(self), squares)


@dataclass(frozen=True)
class RadialPoints(Expansion):
    """The density on spheres r_k, as in QUIP: n_max points from 0, evenly spaced.

    A sum Σ_k a_k exp(-(r - r_k)²/2σ²) that takes the density's values at the r_k stands for it, and
    is orthonormalised by Cholesky's factor of the overlaps of these Gaussians. QUIP spaces them so
    that one more point would stand where a Gaussian at the cutoff has fallen to 1e-10.
    """

    @property
    def reach(self) -> float | int:
        """How far neighbours are seen, Å: to the cutoff, whatever σ."""
        return self.cutoff

    @property
    def points(self) -> Float[np.ndarray, " k"]:
        """r_k, Å."""
        end = self.cutoff + self.sigma * sqrt(2 * 10 * log(10.0))
        return np.arange(self.n_max) * (end / self.n_max)

    @property
    def coefficients(self) -> Float[Tensor, "n k"]:
        """From values at the r_k to the a_k, and on to coefficients of the orthonormal sums."""
        points = torch.from_numpy(self.points)
        values = torch.exp(-((points[:, None] - points) ** 2) / (2 * self.sigma**2))
        return torch.linalg.solve(values, torch.linalg.cholesky(_gaussian_overlaps(self))).T

    def orthonormal(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "l n *batch"]:
        """The orthonormal sums of Gaussians for distances in Å, unit Å^(-3/2); for each l alike."""
        points = torch.from_numpy(self.points).to(distances).view(-1, *[1] * distances.ndim)
        gaussians = torch.exp(-((distances - points) ** 2) / (2 * self.sigma**2)).flatten(1)
        factor = torch.linalg.cholesky(_gaussian_overlaps(self)).to(distances)
        found = torch.linalg.solve_triangular(factor, gaussians, upper=False)
        return found.view(self.n_max, *distances.shape).expand(self.l_max + 1, -1, *distances.shape)

    def primitives(self, squares: Float[Tensor, "*batch"]) -> Iterator[Float[Tensor, "n *batch"]]:
        """For l = 0, 1, ...: g_nl for squared distances in Å²; of (2) only the r = r_k are left."""
        return interpolate(_values_on_spheres(self), squares)


RadialBasis = GaussianOrbitals | Polynomials | SineBessel | RadialPoints


def sine_bessel(
    distances: Float[Tensor, "*batch"], n_max: int, cutoff: float | int
) -> Float[Tensor, "*batch n"]:
    """√(2/r_c) sin(nπr/r_c)/r for n = 1 ... n_max, unit Å^(-3/2); finite at r = 0."""
    n = torch.arange(1, n_max + 1, dtype=distances.dtype, device=distances.device)
    # sin(πx)/(πx) as one function is smooth at x = 0.
    return sqrt(2 / cutoff) * n * (pi / cutoff) * torch.sinc(distances[..., None] * n / cutoff)


@kept
def _integrals(basis: Polynomials | SineBessel) -> Float[Tensor, "l knots four n"]:
    """(2) by Gauss-Legendre quadrature over r, as a table over R."""
    x, weights = np.polynomial.legendre.leggauss(100)
    r, weights = (x + 1) * basis.cutoff / 2, weights * basis.cutoff / 2
    return _table(basis, r, basis.functions(torch.from_numpy(r)).numpy() * (weights * r**2))


@kept
def _values_on_spheres(basis: RadialPoints) -> Float[Tensor, "l knots four n"]:
    return _table(basis, basis.points, basis.coefficients.numpy())


def _table(
    basis: Expansion, radii: Float[np.ndarray, " r"], matrix: Float[np.ndarray, "n r"]
) -> Float[Tensor, "l knots four n"]:
    """The sums over radii of `matrix` times the part of a neighbour's density there."""

    def summed(distances: Float[np.ndarray, " x"]) -> tuple[np.ndarray, ...]:
        return tuple(matrix @ one for one in shells(basis, radii, distances))

    return cubic_table(summed, basis.reach)


def _gaussian_overlaps(basis: RadialPoints) -> Float[Tensor, "k k"]:
    """∫ r² exp(-a(r - r_k)²) exp(-a(r - r_k')²) dr from 0 on, with a = 1/2σ²."""
    points, a = torch.from_numpy(basis.points), 1 / (2 * basis.sigma**2)
    total, apart = points[:, None] + points, points[:, None] - points
    at_zero = torch.exp(-a * (points[:, None] ** 2 + points**2)) * sqrt(2.0) * a**1.5 * total
    inside = a * torch.exp(-a / 2 * apart**2) * sqrt(pi) * (1 + a * total**2)
    return (at_zero + inside * (1 + torch.erf(sqrt(a / 2) * total))) / sqrt(128 * a**5)
