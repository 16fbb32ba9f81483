"""The density of neighbours itself, to be looked at: smeared exactly, and as its expansion has it.

A. P. Bartók, R. Kondor and G. Csányi, Phys. Rev. B 87, 184115 (2013),
doi:10.1103/PhysRevB.87.184115; equation numbers are ours.

    ρ_i(r) = Σ_j f_c(r_ij) exp(-|r - r_ij|²/2σ²)             (1), i itself included
    ρ_i(r) ≈ Σ_nlm c_nlm g_n(r) Y_lm(r̂)                      (2)

The power spectrum knows what (2) knows, and nothing more; where n_max and l_max are small, two
neighbours at a distance blur into a shell.

    paper | code        | shape              | unit
    r     | points      | points 3           | Å, from the atom
    ρ_i   | the results | elements points    | -
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.cutoffs import cosine_transition
from mlp_teach.basis.spherical_harmonics import spherical_harmonics
from mlp_teach.descriptors.soap import SOAP, density_coefficients
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.graph import AtomGraph, displacements


@torch.no_grad()
def smeared_density(
    graph: AtomGraph, atom: int, points: Float[Tensor, "points 3"], parameters: SOAP
) -> Float[Tensor, "elements points"]:
    """(1) around one atom at points given from it (Å), one row an element.

    The graph must reach to `parameters.cutoff`. Raises ValueError for an element that is not among
    the parameters' ones; so does `expanded_density`.
    """
    mine = graph.centers == atom
    vectors = torch.cat([displacements(graph)[mine], points.new_zeros(1, 3)])
    atoms = torch.cat([graph.neighbors[mine], graph.neighbors.new_tensor([atom])])
    distances = torch.linalg.vector_norm(vectors, dim=1)
    weights = (distances < parameters.cutoff).to(points)
    if parameters.transition:
        fade = cosine_transition(distances, parameters.radial.cutoff, parameters.transition)
        weights = weights * fade
    squares = torch.cdist(vectors, points).square()
    each = weights[:, None] * torch.exp(-squares / (2 * parameters.radial.sigma**2))
    element = element_index(graph.numbers, parameters.elements)[atoms]
    return points.new_zeros(len(parameters.elements), len(points)).index_add(0, element, each)


@torch.no_grad()
def expanded_density(
    graph: AtomGraph, atom: int, points: Float[Tensor, "points 3"], parameters: SOAP
) -> Float[Tensor, "elements points"]:
    """(2) around one atom at points given from it (Å), one row an element."""
    distances = torch.linalg.vector_norm(points, dim=1)
    radial = parameters.radial.orthonormal(distances)
    harmonics = spherical_harmonics(points, parameters.radial.l_max)
    return sum(
        torch.einsum(
            "snm,np,mp->sp",
            c_l[atom].unflatten(0, (len(parameters.elements), -1)),
            radial[l],
            harmonics[l * l : (l + 1) ** 2],
        )
        for l, c_l in enumerate(density_coefficients(graph, parameters))
    )
