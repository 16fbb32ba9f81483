"""What the labels of a structure are for each weight of a GAP: the rows K_d of its linear system.

Energy, forces and virial are linear in the weights, E = Σ_i Σ_m k(i, m) α_m, with the kernel of
models/gap.py. The slopes of the unit vectors p̂_i come from descriptors/soap_slopes.py:

    K_E,m = Σ_i k(i, m)
    ∂k(i, m)/∂r_ij = δ² ζ (p̂_i · ξ_m)^(ζ-1) (∂p̂_i/∂r_ij · ξ_m)                              (1)
    K_F of atom a = -Σ_i,j (δ_ja - δ_ia) ∂k(i, m)/∂r_ij,   K_W = Σ_i,j r_ij ⊗ ∂k(i, m)/∂r_ij

    here  | code     | shape               | unit
    K_E   | energy   | one points          | eV
    K_F   | forces   | atoms 3 points      | eV/Å
    K_W   | virial   | 3 3 points          | eV, of V σ
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.descriptors.angular import power
from mlp_teach.descriptors.first_order import FirstOrderGraph, RadialFirstOrderGraph
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.models.gap import GAP

COLUMNS = 2**10  # sparse points at a time, for which the slopes of k are written down


@dataclass(frozen=True)
class Rows:
    """K_d of one structure: what its energy, forces and virial are for each weight set to 1."""

    energy: Float[Tensor, "one points"]
    forces: Float[Tensor, "atoms 3 points"]
    virial: Float[Tensor, "3 3 points"]


def design_rows(model: GAP, graph: FirstOrderGraph) -> Rows:
    """K_d of the energy, forces and virial of one structure (without E0).

    Raises TypeError for slopes s_ij along the pairs alone: those of SOAP point elsewhere too.
    """
    if isinstance(graph, RadialFirstOrderGraph):
        raise TypeError(
            "This graph keeps one slope a pair, as functions of the distances alone have it. A GAP "
            "needs all three components: make the graph by first_order_soap."
        )
    element = element_index(graph.numbers, model.descriptor.elements)
    energy = model.similarity(graph.values, element).sum(0, keepdim=True)
    forces = graph.values.new_empty(graph.n_atoms, 3, model.n_points)
    virial = graph.values.new_empty(3, 3, model.n_points)
    own = graph.slopes.new_zeros(graph.n_atoms, 3, graph.slopes.shape[2])
    own.index_add_(0, graph.centers, graph.slopes)  # by the atom itself, which is in all its r_ij
    same = element[:, None] == model.point_element
    for first in range(0, model.n_points, COLUMNS):
        some = slice(first, first + COLUMNS)
        points = model.points[some].T
        steep = power(graph.values @ points, model.zeta - 1) * same[:, some]
        steep = steep * (model.zeta * model.delta**2)  # dk/d(p̂·ξ) of (1)
        slopes = (graph.slopes @ points).mul_(steep.index_select(0, graph.centers)[:, None])
        towards = (own @ points) * steep[:, None]
        forces[:, :, some] = towards.index_add_(0, graph.neighbors, slopes, alpha=-1)
        virial[:, :, some] = torch.tensordot(graph.origin.T, slopes, 1)
    return Rows(energy, forces, (virial + virial.transpose(0, 1)) / 2)
