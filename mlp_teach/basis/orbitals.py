"""Gaussian orbitals as radial functions: the overlap with a smeared neighbour in closed form.

L. Himanen et al., Comput. Phys. Commun. 247, 106949 (2020), doi:10.1016/j.cpc.2019.106949, where
DScribe is described (`rbf="gto"`). Equation numbers go on from those of smeared.py.

    f_kl(r) = r^l exp(-α_kl r²)                                                               (3)
    g_kl(R²) = (2πσ²ν)^(3/2) ν^l exp(-α_kl ν R²),   ν = 1/(1 + 2α_kl σ²)                      (4)

r^l Y_lm exp(-αr²) times a Gaussian at R is a Gaussian at νR, and a harmonic's mean over a Gaussian
is its value at the centre: that is (4). So a pair costs one exponential for each k and l.

    here   | code       | shape            | unit
    α_kl   | alpha      | k for each l     | 1/Å²
    ν      | nu         | k for each l     | -
    α_kl ν | decays     | l k              | 1/Å²
    g_kl   | primitives | k ... for each l | -, the factor before exp stands in `mixing`
    -      | mixing     | l n k            | Å^(3/2-l)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, lgamma, log, pi
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.kept import kept
from mlp_teach.basis.smeared import DECAY, Expansion, inverse_root


@dataclass(frozen=True)
class GaussianOrbitals(Expansion):
    """r^l exp(-α_kl r²), orthonormal by Löwdin.

    α_kl lets r^l exp(-α r²) fall to 1e-3 at r_k, evenly spaced from 1 Å to the cutoff (Å). There is
    no cutoff function: a neighbour counts while its density reaches the cutoff (`reach`).
    """

    shortest: ClassVar[float] = 1.0
    widths: ClassVar[tuple[float, float]] = (1e-3, 100.0)

    @property
    def mixing(self) -> Float[Tensor, "l n k"]:
        """S^(-1/2) and the factors that `primitives` leaves out."""
        return _decays_and_mixing(self)[1]

    def primitives(self, squares: Float[Tensor, "*batch"]) -> Iterator[Float[Tensor, "k *batch"]]:
        """For l = 0, 1, ...: g_kl for squared distances (Å²), without its factor before exp."""
        for decay in _decays_and_mixing(self)[0].to(squares):
            exponent = (-decay / log(2)).view(-1, *[1] * squares.ndim)
            yield (exponent * squares).exp2_()  # (4); 2^x is twice as fast as e^x

    def orthonormal(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "l n *batch"]:
        """The orthonormal functions of distances (Å), unit Å^(-3/2); others for each l."""
        found = []
        for l, (alpha, root) in enumerate(_exponents_and_roots(self)):
            alpha = alpha.to(distances).view(-1, *[1] * distances.ndim)
            orbitals = distances**l * torch.exp(-alpha * distances**2)  # (3)
            found.append(torch.tensordot(root.to(distances), orbitals, 1))
        return torch.stack(found)


def _exponents_and_roots(
    basis: GaussianOrbitals,
) -> Iterator[tuple[Float[Tensor, " k"], Float[Tensor, "k k"]]]:
    """For each l: α_kl and S^(-1/2)."""
    radii = torch.linspace(1, basis.cutoff, basis.n_max, dtype=torch.float64)
    for l in range(basis.l_max + 1):
        alpha = (l * radii.log() - log(DECAY)) / radii**2
        # ∫ r^2 r^2l exp(-(α + α')r²) dr = ½ Γ(l + 3/2) (α + α')^(-l-3/2)
        overlaps = 0.5 * exp(lgamma(l + 1.5)) * (alpha[:, None] + alpha) ** (-l - 1.5)
        yield alpha, inverse_root(overlaps)


@kept
def _decays_and_mixing(
    basis: GaussianOrbitals,
) -> tuple[Float[Tensor, "l k"], Float[Tensor, "l n k"]]:
    """α_kl ν, and S^(-1/2) times the factors of (4)."""
    decays, mixing = [], []
    for l, (alpha, root) in enumerate(_exponents_and_roots(basis)):
        nu = 1 / (1 + 2 * alpha * basis.sigma**2)
        decays.append(alpha * nu)
        mixing.append(root * (2 * pi * basis.sigma**2 * nu) ** 1.5 * nu**l)
    return torch.stack(decays), torch.stack(mixing)
