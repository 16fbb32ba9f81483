"""Lennard-Jones: the oldest pair potential, two numbers, and the smallest model of the course.

J. E. Lennard-Jones, Proc. R. Soc. Lond. A 106, 463 (1924), doi:10.1098/rspa.1924.0082.

Atoms attract each other as r^-6 (van der Waals) and repel each other as r^-12 (closed shells):

    v(r) = 4 ε [(σ/r)^12 - (σ/r)^6],    minimum -ε at r = 2^(1/6) σ
    E_i  = ½ Σ_j v(r_ij) f_c(r_ij)

Each pair is listed both ways, so half of its energy goes to either end. It is invariant because
only distances enter.

    paper | code    | unit
    ε, σ  | epsilon, sigma | eV, Å
    f_c   | cosine_cutoff  | -

Unlike the paper: the cosine cutoff, so that energy and forces stay continuous at r_c.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.graph import AtomGraph, displacements


class LennardJones(torch.nn.Module):
    """E_i in eV from ε (eV), σ (Å) and the cutoff r_c (Å). The defaults are argon's."""

    def __init__(self, epsilon: float = 0.0104, sigma: float = 3.40, cutoff: float = 8.5):
        super().__init__()
        self.epsilon = torch.nn.Parameter(torch.tensor(epsilon, dtype=torch.float64))
        self.sigma = torch.nn.Parameter(torch.tensor(sigma, dtype=torch.float64))
        self.cutoff = cutoff

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        r = torch.linalg.vector_norm(displacements(graph), dim=1)
        attraction = (self.sigma.to(r) / r) ** 6
        v = 4 * self.epsilon.to(r) * (attraction**2 - attraction)
        energies = r.new_zeros(graph.n_atoms)
        return energies.index_add(0, graph.centers, 0.5 * v * cosine_cutoff(r, self.cutoff))
