"""Radial functions, and what they see of a neighbour that is smeared into a Gaussian.

A. P. Bartók, R. Kondor and G. Csányi, Phys. Rev. B 87, 184115 (2013),
doi:10.1103/PhysRevB.87.184115; L. Himanen et al., Comput. Phys. Commun. 247, 106949 (2020),
doi:10.1016/j.cpc.2019.106949 (orbitals, polynomials). Equation numbers are ours.

A neighbour at R is the density exp(-|r - R|²/2σ²). Its overlap with a function f_n(r) Y_lm(r̂) is
again a harmonic, of R, times a function of the distance R alone:

    ∫ f_n(r) Y_lm(r̂) exp(-|r - R|²/2σ²) dr = g_nl(R²) · R^l Y_lm(R̂)                        (1)
    g_nl = 4π R^-l ∫ r² f_n(r) exp(-(r² + R²)/2σ²) i_l(rR/σ²) dr                              (2)

with the modified spherical Bessel function i_l. R^l is split off since g_nl is smooth at R = 0
then. Four bases, all plain data with the same properties (`reach`, `mixing`, `primitives`,
`orthonormal`):

- GaussianOrbitals, f_kl = r^l exp(-α_kl r²): the integral is a Gaussian in R. Closed form.
- Polynomials, f_k = (r_c - r)^(k+2), and SineBessel, f_k = √(2/r_c) sin(kπr/r_c)/r: tabulated.
- RadialPoints, f_k = δ(r - r_k)/r²: the density itself on spheres of radius r_k. Tabulated.

What is evaluated for each pair are the primitives g_kl; orthonormal functions are sums of them,
f_n = Σ_k mixing_nk f_k, taken after the sum over neighbours, when there is less to do. Löwdin's
choice is mixing = S^(-1/2) with the overlaps S: of all orthonormal sets the one closest to the
primitives.

    here      | code             | shape               | unit
    R²        | squares          | ...                 | Å²
    g_kl      | primitives       | l k ...             | Å^-l times that of ∫ f exp(...) dr
    mixing    | mixing           | l n k               | -
    f_n       | orthonormal      | l n ...             | Å^(-3/2)
    α, σ      | exponents, sigma | l k, number         | 1/Å², Å
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp, inf, lgamma, log, pi, sqrt

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.tables import cubic_table, interpolate

DECAY = 1e-3  # how small an orbital is at its radius, and a neighbour's density at `reach`


@dataclass(frozen=True)
class GaussianOrbitals:
    """r^l exp(-α_kl r²), orthonormal by Löwdin; as in DScribe (`rbf="gto"`).

    α_kl lets r^l exp(-α r²) fall to 1e-3 at r_k, evenly spaced from 1 Å to the cutoff (Å). There is
    no cutoff function: a neighbour counts while its density reaches the cutoff (`reach`).
    """

    cutoff: float
    n_max: int
    l_max: int
    sigma: float  # Å, width of a neighbour

    def __post_init__(self) -> None:
        _check(self, shortest=1.0)

    @property
    def reach(self) -> float:
        """How far neighbours are seen, Å."""
        return self.cutoff + self.sigma * sqrt(-2 * log(DECAY))

    @property
    def mixing(self) -> Float[Tensor, "l n k"]:
        return _orbitals(self)[1]

    def primitives(self, squares: Float[Tensor, "*batch"]) -> Float[Tensor, "l k *batch"]:
        """g_kl up to the factor that stands in `mixing`: exp(-γ R²), γ = α / (1 + 2ασ²)."""
        exponent = -_orbitals(self)[0].to(squares) / log(2)  # 2^x is twice as fast as e^x
        return torch.exp2(exponent.view(*exponent.shape, *[1] * squares.ndim) * squares)

    def orthonormal(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "l n *batch"]:
        """f_n of distances in Å, one row for each l."""
        return torch.stack(
            [
                torch.tensordot(root, distances**l * torch.exp(-alpha * distances**2), 1)
                for l, (alpha, root) in enumerate(_exponents_and_roots(self, distances.ndim))
            ]
        )


@dataclass(frozen=True)
class Polynomials:
    """(r_c - r)^(k+2), k = 1 ... n_max, orthonormal by Löwdin; as in DScribe (`rbf="polynomial"`).

    The overlaps are nearly singular: from n_max = 8 on, few digits of `mixing` are certain.
    """

    cutoff: float
    n_max: int
    l_max: int
    sigma: float

    def __post_init__(self) -> None:
        _check(self)

    @property
    def reach(self) -> float:
        return self.cutoff + self.sigma * sqrt(-2 * log(DECAY))

    @property
    def mixing(self) -> Float[Tensor, "l n k"]:
        k = torch.arange(1, self.n_max + 1, dtype=torch.float64)
        both = k[:, None] + k
        overlaps = 2 * self.cutoff ** (both + 7) / ((both + 5) * (both + 6) * (both + 7))
        return _inverse_root(overlaps).expand(self.l_max + 1, -1, -1)

    def functions(self, r: Float[Tensor, "*batch"]) -> Float[Tensor, "k *batch"]:
        inside = (self.cutoff - r).clamp(min=0.0)
        return torch.stack([inside ** (k + 2) for k in range(1, self.n_max + 1)])

    def orthonormal(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "l n *batch"]:
        return torch.tensordot(self.mixing.to(distances), self.functions(distances), 1)

    def primitives(self, squares: Float[Tensor, "*batch"]) -> Float[Tensor, "l k *batch"]:
        return interpolate(_smeared(self), squares)


@dataclass(frozen=True)
class SineBessel:
    """√(2/r_c) sin(kπr/r_c)/r, the s waves of a hard ball; orthonormal as they are."""

    cutoff: float
    n_max: int
    l_max: int
    sigma: float

    def __post_init__(self) -> None:
        _check(self)

    @property
    def reach(self) -> float:
        return self.cutoff + self.sigma * sqrt(-2 * log(DECAY))

    @property
    def mixing(self) -> Float[Tensor, "l n k"]:
        return torch.eye(self.n_max, dtype=torch.float64).expand(self.l_max + 1, -1, -1)

    def functions(self, r: Float[Tensor, "*batch"]) -> Float[Tensor, "k *batch"]:
        waves = sine_bessel(r, self.n_max, self.cutoff)
        return torch.where(r[..., None] < self.cutoff, waves, 0.0).movedim(-1, 0)

    def orthonormal(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "l n *batch"]:
        return torch.tensordot(self.mixing.to(distances), self.functions(distances), 1)

    def primitives(self, squares: Float[Tensor, "*batch"]) -> Float[Tensor, "l k *batch"]:
        return interpolate(_smeared(self), squares)


@dataclass(frozen=True)
class RadialPoints:
    """The density on spheres r_k, as in QUIP: n_max points from 0, evenly spaced.

    A sum Σ_k a_k exp(-(r - r_k)²/2σ²) that takes the density's values at the r_k stands for it, and
    is orthonormalised by Cholesky's factor of the overlaps of these Gaussians. QUIP spaces them
    so that the last but one step ends where a Gaussian at the cutoff has fallen to 1e-10.
    """

    cutoff: float
    n_max: int
    l_max: int
    sigma: float

    def __post_init__(self) -> None:
        _check(self)

    @property
    def reach(self) -> float:
        return self.cutoff

    @property
    def points(self) -> Float[np.ndarray, " k"]:
        """r_k, Å."""
        end = self.cutoff + self.sigma * sqrt(2 * 10 * log(10.0))
        return np.arange(self.n_max) * (end / self.n_max)

    @property
    def mixing(self) -> Float[Tensor, "l n k"]:
        return _points_mixing(self).expand(self.l_max + 1, -1, -1)

    def primitives(self, squares: Float[Tensor, "*batch"]) -> Float[Tensor, "l k *batch"]:
        return interpolate(_density_on_spheres(self), squares)

    def orthonormal(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "l n *batch"]:
        apart = distances - torch.from_numpy(self.points).to(distances).view(
            -1, *[1] * distances.ndim
        )
        gaussians = torch.exp(-(apart**2) / (2 * self.sigma**2)).flatten(1)
        factor = torch.linalg.cholesky(_point_overlaps(self)).to(distances)
        found = torch.linalg.solve_triangular(factor, gaussians, upper=False)
        return found.view(self.n_max, *distances.shape).expand(self.l_max + 1, -1, *distances.shape)


RadialBasis = GaussianOrbitals | Polynomials | SineBessel | RadialPoints


def sine_bessel(
    distances: Float[Tensor, "*batch"], n_max: int, cutoff: float
) -> Float[Tensor, "*batch n"]:
    """√(2/r_c) sin(nπr/r_c)/r for n = 1 ... n_max, unit Å^(-3/2); finite at r = 0."""
    n = torch.arange(1, n_max + 1, dtype=distances.dtype, device=distances.device)
    # sin(πx)/(πx) as one function is smooth at x = 0.
    return sqrt(2 / cutoff) * n * (pi / cutoff) * torch.sinc(distances[..., None] * n / cutoff)


def scaled_bessel(l_max: int, x: Float[np.ndarray, "*batch"]) -> Float[np.ndarray, "l *batch"]:
    """e^-x x^-l i_l(x) of the modified spherical Bessel functions i_l, for x ≥ 0 up to some 1000.

    i_(l-1) = i_(l+1) + (2l+1)/x i_l makes the ratio q_l = i_l / (x i_(l-1)) a continued fraction of
    positive terms, q_l = 1/(2l + 1 + x² q_(l+1)): read downwards it forgets where it started.
    """
    start = l_max + 50 + int(np.max(x, initial=0.0))
    ratio, ratios = np.zeros_like(x), []
    for l in range(start, 0, -1):
        ratio = 1 / (2 * l + 1 + x * x * ratio)
        ratios.append(ratio)
    # e^-x sinh(x)/x, and its series where the difference of 1 and e^-2x would lose digits
    small = np.where(x > 1e-4, x, 1.0)
    first = np.where(x > 1e-4, -np.expm1(-2 * small) / (2 * small), 1 - x + 2 * x * x / 3)
    return np.cumprod([first, *ratios[::-1][:l_max]], axis=0)


def _check(basis: RadialBasis, shortest: float = 0.0) -> None:
    for name, least in (("n_max", 1), ("l_max", 0)):
        value = getattr(basis, name)
        if type(value) is not int or value < least:
            raise ValueError(f"{name} is {value!r}; a whole number from {least} on is needed.")
    for name, least in (("cutoff", shortest), ("sigma", 0.0)):
        value = getattr(basis, name)
        if not isinstance(value, int | float) or not least < value < inf:
            raise ValueError(f"{name} is {value!r}; it must be a length above {least:g} Å.")


def _inverse_root(overlaps: Float[Tensor, "k k"]) -> Float[Tensor, "k k"]:
    """S^(-1/2). The root of the inverse keeps more digits than the inverse of the root."""
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(overlaps))
    values, vectors = torch.linalg.eigh(inverse)
    return vectors * values.sqrt() @ vectors.T


def _exponents_and_roots(basis: GaussianOrbitals, ndim: int):
    """For each l: α, shaped to stand before `ndim` axes, and S^(-1/2)."""
    radii = torch.linspace(1, basis.cutoff, basis.n_max, dtype=torch.float64)
    for l in range(basis.l_max + 1):
        alpha = (l * radii.log() - log(DECAY)) / radii**2
        # ∫ r^2 r^2l exp(-(α + α')r²) dr = ½ Γ(l + 3/2) (α + α')^(-l-3/2)
        overlaps = 0.5 * exp(lgamma(l + 1.5)) * (alpha[:, None] + alpha) ** (-l - 1.5)
        yield alpha.view(-1, *[1] * ndim), _inverse_root(overlaps)


@cache
def _orbitals(basis: GaussianOrbitals) -> tuple[Float[Tensor, "l k"], Float[Tensor, "l n k"]]:
    """γ_kl, and S^(-1/2) times the factors of (1) for Gaussians."""
    decays, mixing = [], []
    for l, (alpha, root) in enumerate(_exponents_and_roots(basis, 0)):
        narrow = 1 / (1 + 2 * alpha * basis.sigma**2)  # η/(α + η) with η = 1/2σ²
        decays.append(alpha * narrow)
        mixing.append(root * (2 * pi * basis.sigma**2 * narrow) ** 1.5 * narrow**l)
    return torch.stack(decays), torch.stack(mixing)


@cache
def _smeared(basis: Polynomials | SineBessel) -> Tensor:
    """(2) by Gauss-Legendre quadrature, as a table over the distance R."""
    x, weights = np.polynomial.legendre.leggauss(100)
    r, weights = (x + 1) * basis.cutoff / 2, weights * basis.cutoff / 2
    functions = basis.functions(torch.from_numpy(r)).numpy() * (weights * r**2)

    def values(distances):
        return np.einsum("kr,lrx->lkx", functions, _overlap(basis, r, distances))

    return cubic_table(values, basis.reach)


@cache
def _density_on_spheres(basis: RadialPoints) -> Tensor:
    return cubic_table(lambda distances: _overlap(basis, basis.points, distances), basis.reach)


def _overlap(basis: RadialBasis, r: np.ndarray, distances: np.ndarray):
    """4π R^-l exp(-(r² + R²)/2σ²) i_l(rR/σ²) for all l, r, R."""
    x = np.outer(r, distances) / basis.sigma**2
    gaussian = np.exp(-((r[:, None] - distances) ** 2) / (2 * basis.sigma**2))
    powers = (r[:, None] / basis.sigma**2) ** np.arange(basis.l_max + 1)[:, None, None]
    return 4 * pi * gaussian * powers * scaled_bessel(basis.l_max, x)


@cache
def _points_mixing(basis: RadialPoints) -> Float[Tensor, "n k"]:
    points = torch.from_numpy(basis.points)
    values = torch.exp(-((points[:, None] - points) ** 2) / (2 * basis.sigma**2))
    return torch.linalg.solve(values, torch.linalg.cholesky(_point_overlaps(basis))).T


def _point_overlaps(basis: RadialPoints) -> Float[Tensor, "k k"]:
    """∫ r² exp(-a(r - r_k)²) exp(-a(r - r_k')²) dr from 0 on, with a = 1/2σ²."""
    points, a = torch.from_numpy(basis.points), 1 / (2 * basis.sigma**2)
    total, apart = points[:, None] + points, points[:, None] - points
    at_zero = torch.exp(-a * (points[:, None] ** 2 + points**2)) * sqrt(2.0) * a**1.5 * total
    inside = a * torch.exp(-a / 2 * apart**2) * sqrt(pi) * (1 + a * total**2)
    return (at_zero + inside * (1 + torch.erf(sqrt(a / 2) * total))) / sqrt(128 * a**5)
