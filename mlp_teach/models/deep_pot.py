"""DeepPot-SE: neighbours as a matrix, contracted with itself until no direction is left.

L. Zhang, J. Han, H. Wang, W. A. Saidi, R. Car and W. E, NeurIPS 31 (2018), arXiv:1805.09003; in
DeePMD-kit it is se_e2_a. Equation numbers are ours; a, b are the elements of the atoms i, j.

    s(r) = u(r)/r             u is 1 up to r_s, then falls to 0 at r_c                          (1)
    R_ij = (s [1, r̂_ij] - μ_a) / σ_a        four numbers                                        (2)
    T_i = 1/N Σ_j R_ij ⊗ g_ab(R_ij1)        4 x M_1; a network g for each pair of elements      (3)
    D_i = T_iᵀ T_i<                         M_1 x M_2; T_i< is the first M_2 columns            (4)
    E_i = f_a(D_i)                          a network f for each element                        (5)

It is invariant because a rotation mixes three of T's rows, whose scalar products it keeps, and
because a sum knows no order. D_i is a sum of s_j s_k (1 + cos θ_jik) g_j g_k over neighbours j and
k (without μ and σ): it sees angles at the cost of a single sum. How (1) to (3) are done, and what
the slots are, is told in environment_matrix.py; the layers of g and f, in basis/tanh_layers.py.

    paper     | code               | shape                        | unit
    G         | g of embedding     | one for a pair of elements   | -
    T         | t                  | atoms 4 M_1                  | -
    μ, σ, N_b | mean, width, slots | elements 4, same, elements   | 1/Å, 1/Å, -

Unlike the paper, but as in DeePMD-kit 3: u is a polynomial where the paper has a cosine, so that
the second slope has no jump; μ, σ; N = Σ_b N_b slots, free ones included; steps dt learned in f.
Unlike DeePMD-kit: neighbours beyond N_b are not left out, which would be a jump.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.tanh_layers import tanh_layers
from mlp_teach.elements import checked_elements
from mlp_teach.graph import AtomGraph
from mlp_teach.models import environment_matrix as matrix
from mlp_teach.models.precision import check_precision
from mlp_teach.models.reference_energies import reference_energies


class DeepPot(nn.Module):
    """Energies (eV); r_c and r_s in Å, the widths of the layers of g and f, and M_2 as `axes`."""

    def __init__(
        self,
        elements: tuple[int, ...],
        cutoff: float | int,
        smooth_from: float | int,
        embedding: tuple[int, ...] = (25, 50, 100),
        axes: int = 16,
        fitting: tuple[int, ...] = (120, 120, 120),
    ):
        super().__init__()
        possible = all(n > 0 for n in (*embedding, *fitting)) and embedding and fitting
        if not (possible and 0 <= smooth_from < cutoff < inf and 0 < axes <= embedding[-1]):
            raise ValueError(
                f"smooth_from is {smooth_from}, cutoff {cutoff}, embedding {embedding}, axes "
                f"{axes}, fitting {fitting}. Needed: 0 <= smooth_from < cutoff, one layer at least "
                "in both networks, no width of 0, and 0 < axes <= the last width of embedding."
            )
        self.elements, n = checked_elements(elements), len(elements)
        self.smooth_from, self.cutoff = float(smooth_from), float(cutoff)
        self.widths, self.axes, inputs = (embedding, fitting), axes, axes * embedding[-1]
        g = [nn.Sequential(*tanh_layers(1, embedding)) for _ in range(n * n)]
        f = [tanh_layers(inputs, fitting, learned_step=True) for _ in range(n)]
        self.embedding = nn.ModuleList(g)
        self.fitting = nn.ModuleList(nn.Sequential(*x, nn.Linear(fitting[-1], 1)) for x in f)
        zeros = torch.zeros(n, 4, dtype=torch.float64)
        self.register_buffer("mean", zeros)
        self.register_buffer("width", zeros + 1)
        self.register_buffer("slots", torch.ones(n, dtype=torch.float64))
        self.register_buffer("reference", torch.zeros(n, dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", zeros.new_ones(()))  # eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        check_precision(graph.positions, self.fitting[0][-1].weight)
        found = self.environments(graph)
        scales = matrix.Scales(*(x.to(found.rows) for x in (self.mean, self.width, self.slots)))
        t = matrix.contracted(found, scales, self.embedding)
        order = torch.argsort(found.element)  # all atoms of the first element come first
        counts = torch.bincount(found.element, minlength=len(self.elements)).tolist()
        parts = zip(t[order].split(counts), self.fitting, strict=True)
        outputs = torch.cat([self.outputs(part, network) for part, network in parts])
        outputs = torch.empty_like(outputs).index_copy(0, order, outputs)
        return outputs * self.energy_scale.to(t) + self.reference.to(t)[found.element]

    def outputs(self, t: Float[Tensor, "some 4 m1"], f: nn.Module) -> Float[Tensor, " some"]:
        """E of atoms of one element, from their T and that element's network."""
        d = t.mT @ t[:, :, : self.axes]  # (4)
        return f(d.flatten(1))[:, 0]  # (5)

    def environments(self, graph: AtomGraph) -> matrix.Environments:
        return matrix.environments(graph, self.elements, self.smooth_from, self.cutoff)

    @torch.no_grad()
    def adapt(self, graphs: Sequence[AtomGraph], energies: Float[Tensor, " systems"]) -> None:
        """Sets μ, σ, N_b, E0 and the scale of the energies from training data (eV)."""
        found = (self.environments(graph) for graph in graphs)
        scales = matrix.scales_of(found, len(self.elements))
        for name, values in scales._asdict().items():
            self.get_buffer(name).copy_(values)
        reference, per_atom = reference_energies(graphs, energies, self.elements)
        self.reference.copy_(reference)
        shares = per_atom * torch.tensor([graph.n_atoms for graph in graphs]).sqrt()
        self.energy_scale.fill_(float(shares.std(correction=0).clamp(min=1e-3)))

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        elements, embedding, fitting = map(list, (self.elements, *self.widths))
        sizes = {"elements": elements, "embedding": embedding, "fitting": fitting}
        return sizes | {name: getattr(self, name) for name in ("cutoff", "smooth_from", "axes")}

    @classmethod
    def from_settings(cls, settings: dict) -> DeepPot:
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()})
