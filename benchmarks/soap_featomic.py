"""Our side of the comparison of SOAP with featomic; compare.py starts it.

n = 8, l = 6, cutoff 5 Å, fading over the last 0.5 Å, featomic's orbitals; from ase.Atoms, neighbour
search included. featomic lists every p_nn' and p_n'n, 448 features where 252 are different; ours
are listed so when they are compared, not while the time is taken.
"""

from dataclasses import dataclass
from functools import cache
from math import pi, sqrt

import numpy as np
import torch
from later import Later
from work import copper, serve

from mlp_teach.basis.smeared import Expansion, inverse_root, shells
from mlp_teach.basis.tables import cubic_table, interpolate
from mlp_teach.descriptors.soap import SOAP, power_spectrum
from mlp_teach.descriptors.soap_slopes import power_spectrum_slopes
from mlp_teach.neighbors import atom_graph


@dataclass(frozen=True)
class FeatomicOrbitals(Expansion):
    """r^n exp(-r²/2σ_n²), σ_n = r_c max(√n, 1)/n_max, n from 0, orthonormal by Löwdin."""

    @property
    def reach(self) -> float | int:
        return self.cutoff

    def primitives(self, squares: torch.Tensor) -> torch.Tensor:
        return interpolate(_table(self), squares)


@cache
def _table(basis: FeatomicOrbitals) -> torch.Tensor:
    x, weights = np.polynomial.legendre.leggauss(200)
    r, weights = (x + 1) * 1.5 * basis.cutoff, weights * 1.5 * basis.cutoff  # they reach beyond it
    n = np.arange(basis.n_max)[:, None]
    widths = basis.cutoff * np.maximum(np.sqrt(n), 1) / basis.n_max
    functions = r**n * np.exp(-(r**2) / (2 * widths**2))
    functions /= np.sqrt((functions**2 * weights * r**2).sum(1, keepdims=True))
    overlaps = np.einsum("nr,mr,r->nm", functions, functions, weights * r**2)
    matrix = inverse_root(torch.from_numpy(overlaps)).numpy() @ functions * (weights * r**2)
    return cubic_table(
        lambda away: tuple(matrix @ one for one in shells(basis, r, away)), basis.reach
    )


PARAMETERS = SOAP(FeatomicOrbitals(5.0, 8, 6, 0.5), (29,), transition=0.5)


def as_featomic_lists(features: torch.Tensor) -> np.ndarray:
    """All n and n' of each l, with the norms of featomic's Gaussians and without that of (2)."""
    n, n_prime = np.triu_indices(8)
    place = np.zeros((8, 8), int)
    place[n, n_prime] = place[n_prime, n] = range(36)
    full = features.numpy().reshape(-1, 7, 36)[..., place.ravel()].reshape(-1, 448)
    return full / ((pi * PARAMETERS.radial.sigma**2) ** 1.5 * sqrt(8 * pi**2))


def tasks() -> dict:
    atoms = copper(256)
    given = atom_graph(atoms, PARAMETERS.cutoff)

    def values() -> Later:
        found = power_spectrum(atom_graph(atoms, PARAMETERS.cutoff), PARAMETERS)
        return Later(lambda: as_featomic_lists(found))

    def values_and_slopes() -> Later:
        _, _, slopes = power_spectrum_slopes(atom_graph(atoms, PARAMETERS.cutoff), PARAMETERS)
        return Later(lambda: as_featomic_lists(slopes))

    return {
        "values": values,
        "values_and_slopes": values_and_slopes,
        "values_graph_given": lambda: power_spectrum(given, PARAMETERS),
    }


if __name__ == "__main__":
    serve(tasks())
