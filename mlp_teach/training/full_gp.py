"""A full Gaussian process on SOAP, by scikit-learn: the first step towards GAP.

C. E. Rasmussen and C. K. I. Williams, Gaussian Processes for Machine Learning (MIT Press, 2006),
ISBN 978-0-262-18253-9, chapter 2. Equation numbers are ours.

The energy of a structure is a sum over its atoms, so the kernel between two structures is a sum
over pairs of them; and a power ζ = 2 of a scalar product is a scalar product again, of the products
of all features with each other:

    K(A, B) = δ² Σ_i∈A Σ_j∈B (p̂_i · p̂_j)² = δ² Φ_A · Φ_B,   Φ_A = Σ_i∈A p̂_i ⊗ p̂_i        (1)

So a Gaussian process with a plain dot product on Φ does it. Here every structure is kept and only
energies are learnt; GAP (models/gap.py) keeps a few atoms and learns forces too. With all atoms as
its sparse points and energies alone, GAP is the same Gaussian process.

    here | code              | shape                | unit
    Φ    | structure_features | systems products    | -
    σ_E  | sigma_energy      | number               | eV √atom
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct
from torch import Tensor

from mlp_teach.descriptors.soap import SOAP, soap
from mlp_teach.graph import AtomGraph


@torch.no_grad()
def structure_features(graph: AtomGraph, descriptor: SOAP) -> Float[Tensor, "systems products"]:
    """Φ of every structure. The products a b of two features with a ≠ b stand for two, times √2.

    It takes n_features² / 2 numbers a structure: for small descriptors.
    """
    features = soap(graph, descriptor)
    a, b = torch.triu_indices(descriptor.n_features, descriptor.n_features)
    counted = 1 + (a != b).to(features) * (2**0.5 - 1)
    products = features.new_zeros(graph.n_systems, descriptor.n_features, descriptor.n_features)
    for system in range(graph.n_systems):
        mine = features[graph.system == system]
        products[system] = mine.T @ mine
    return products[:, a, b] * counted


def full_gp(
    graphs: Sequence[AtomGraph],
    energies: Float[Tensor, " systems"],
    descriptor: SOAP,
    *,
    sigma_energy: float = 1e-3,
    delta: float = 1.0,
) -> GaussianProcessRegressor:
    """A Gaussian process fitted to the energies (eV) of structures, E0 already taken off.

    `gp.predict(structure_features(graph, descriptor).numpy(), return_std=True)` gives energies and
    their standard deviations, eV. A structure of N atoms may be off by sigma_energy √N. Raises
    ValueError for a sigma that is not above 0.
    """
    if not sigma_energy > 0:
        raise ValueError(f"sigma_energy is {sigma_energy!r}; a number above 0 (eV) is needed.")
    rows = torch.cat([structure_features(graph, descriptor) for graph in graphs])
    sizes = torch.tensor([graph.n_atoms for graph in graphs], dtype=torch.float64)
    kernel = ConstantKernel(delta**2, "fixed") * DotProduct(sigma_0=0.0, sigma_0_bounds="fixed")
    noise = (sigma_energy**2 * sizes).numpy()
    gp = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None)
    return gp.fit(rows.numpy(), energies.double().numpy())
