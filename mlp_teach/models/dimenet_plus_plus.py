"""DimeNet++: DimeNet with small arrays where there are many triplets.

J. Klicpera, S. Giri, J. T. Margraf and S. Günnemann, arXiv:2011.14115 (2020). Equation numbers are
ours.

As in DimeNet the message m_ji from atom j to atom i is made anew in each layer of the messages that
come to j. Before they meet, messages are projected down, and the product with the angular basis is
number by number instead of bilinear. With x = r/r_c and the envelope u (basis/cutoffs.py)

    e_n(r) = u(x)/x sin(f_n x),   a_ln(r, θ) = u(x)/x R_ln(x) Y_l0(cos θ)                      (1)
    m_ji = silu(M [x_i, x_j, silu(w e(r_ij) + b)] + c)                                         (2)
    p_kj = silu(D [silu(P m_kj + p) ∘ G' G e(r_kj)])                                           (3)
    q_ji = silu(Q m_ji + q) + silu(U Σ_(k≠i) (S' S a(r_kj, θ)) ∘ p_kj)                         (4)
    m_ji <- ρ(ρ(silu(N ρ(q_ji) + n) + m_ji)),   ρ: residual layers (basis/residual.py)         (5)
    E_i = Σ_layers v · f(V Σ_j H e(r_ij) ∘ m_ji),   f: three layers, each silu(F_s y + g_s)    (6)

R_ln and Y_l0 are the waves of a ball (basis/fourier_bessel.py). (2) makes the first term of the sum
in (6), each layer (3) to (5) another one. The f_n start at nπ and are learned; p of u is 6, which
PyG's envelope_exponent calls 5.

    paper  | code         | shape            | unit
    m      | m            | both half F      | -; j->i, then i->j of each pair of atoms
    e      | e            | half n_radial    | -
    S a    | s            | atoms k i b      | -; a table at each atom j (crossings.py)
    p, q   | carried, q   | both half ...    | -
    E_i    | the result   | atoms            | eV

Unlike the paper, and as in PyG: θ is the angle between r_jk reversed and r_ji, which is 180 degrees
less the angle at j; lengths are in units of r_c, so that √(2/r_c³) is missing; a is divided by x
like e. The last energies are scaled and E0 is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, pi, sqrt

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.cutoffs import polynomial_cutoff
from mlp_teach.basis.fourier_bessel import radial_waves, zonal_harmonics
from mlp_teach.basis.residual import Residual, orthogonal
from mlp_teach.basis.silu import silu
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.elements import checked_elements
from mlp_teach.graph import AtomGraph, undirected
from mlp_teach.models.crossings import Crossings, angular_weights, crossings, first_messages
from mlp_teach.models.precision import check_precision
from mlp_teach.models.reference_energies import set_scales


class DimeNetPlusPlus(nn.Module):
    """Energies (eV) from messages; cutoff in Å, `features` is F, `elements` are atomic numbers."""

    def __init__(
        self,
        elements: tuple[int, ...],
        cutoff: float | int = 5.0,
        features: int = 128,
        layers: int = 4,
        n_radial: int = 6,
        n_angular: int = 7,
        n_meeting: int = 64,
        n_basis: int = 8,
        n_output: int = 256,
    ):
        super().__init__()
        self.elements, self.cutoff = checked_elements(elements), float(cutoff)
        self.sizes = {"features": features, "layers": layers, "n_radial": n_radial}
        self.sizes |= {"n_angular": n_angular, "n_meeting": n_meeting}
        self.sizes |= {"n_basis": n_basis, "n_output": n_output}
        if min(self.sizes.values()) < 1 or not 0 < cutoff < inf:
            raise ValueError(
                f"The sizes are {self.sizes}: each must be 1 or more; the cutoff is {cutoff}: it "
                "must be a positive length in Å."
            )
        self.frequencies = nn.Parameter(torch.arange(1, n_radial + 1) * pi)
        self.embedding = nn.Embedding(len(elements), features)
        nn.init.uniform_(self.embedding.weight, -sqrt(3), sqrt(3))
        self.near = nn.Linear(n_radial, features)
        self.join = nn.Linear(3 * features, features)
        self.layers = nn.ModuleList(
            Interaction(features, n_radial, n_radial * n_angular, n_meeting, n_basis)
            for _ in range(layers)
        )
        self.outputs = nn.ModuleList(
            Output(features, n_radial, n_output) for _ in range(layers + 1)
        )
        self.register_buffer("reference", torch.zeros(len(elements), dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", torch.ones((), dtype=torch.float64))  # eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        check_precision(graph.positions, self.embedding.weight)
        element = element_index(graph.numbers, self.elements)
        i, j, vectors = undirected(graph, self.cutoff)
        at = crossings(i, j, graph.n_atoms)
        x = torch.linalg.vector_norm(vectors, dim=1) / self.cutoff
        fade = (polynomial_cutoff(x) / x)[:, None]
        e = fade * torch.sin(self.frequencies * x[:, None])  # (1)
        turned = self.by_angles(x, fade, vectors, at)
        near = silu(self.near(e))
        m = silu(first_messages(self.join, self.embedding.weight, element, near, at))  # (2)
        energies = self.outputs[0](m, e, at)
        for layer, output, s in zip(self.layers, self.outputs[1:], turned, strict=True):
            m = layer(m, e, s, at)
            energies = energies + output(m, e, at)  # (6)
        return energies * self.energy_scale.to(x) + self.reference.to(x)[element]

    def by_angles(
        self,
        x: Float[Tensor, " half"],
        fade: Float[Tensor, "half one"],
        vectors: Float[Tensor, "half 3"],
        at: Crossings,
    ) -> Sequence[Float[Tensor, "atoms k i b"]]:
        """S a of all triplets, for each layer."""
        l_max = self.sizes["n_angular"] - 1
        waves = fade[:, :, None] * radial_waves(x, l_max, self.sizes["n_radial"])
        directions = vectors / (x * self.cutoff)[:, None]
        arms = at.incoming(torch.stack([directions, -directions]))
        harmonics = zonal_harmonics(-(arms @ arms.mT), l_max)
        return angular_weights(
            waves, harmonics, [layer.by_angle.weight for layer in self.layers], at
        )

    def adapt(self, graphs: Sequence[AtomGraph], energies: Float[Tensor, " systems"]) -> None:
        """Sets E0 and the energy scale in eV (reference_energies.py) from training data."""
        set_scales(self, graphs, energies)

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        return {"elements": list(self.elements), "cutoff": self.cutoff} | self.sizes

    @classmethod
    def from_settings(cls, settings: dict) -> DimeNetPlusPlus:
        return cls(**settings | {"elements": tuple(settings["elements"])})


class Interaction(nn.Module):
    """(3) to (5)."""

    def __init__(self, features: int, n_radial: int, n_2d: int, n_meeting: int, n_basis: int):
        super().__init__()
        self.own = orthogonal(features, features)  # Q
        self.carry = orthogonal(features, features)  # P
        self.by_distance = nn.Sequential(  # G' G
            orthogonal(n_radial, n_basis, bias=False), orthogonal(n_basis, features, bias=False)
        )
        self.by_angle = orthogonal(n_2d, n_basis, bias=False)  # S
        self.spread = orthogonal(n_basis, n_meeting, bias=False)  # S'
        self.down = orthogonal(features, n_meeting, bias=False)  # D
        self.up = orthogonal(n_meeting, features, bias=False)  # U
        self.before, self.middle = Residual(features), orthogonal(features, features)
        self.after = nn.Sequential(Residual(features), Residual(features))

    def forward(
        self,
        m: Float[Tensor, "both half f"],
        e: Float[Tensor, "half n_radial"],
        s: Float[Tensor, "atoms k i b"],
        at: Crossings,
    ) -> Float[Tensor, "both half f"]:
        carried = at.incoming(silu(self.down(silu(self.carry(m)) * self.by_distance(e))))  # (3)
        gathered = (s.flatten(2).mT @ carried).unflatten(1, s.shape[2:])  # Σ_k of (4)
        gathered = (gathered * self.spread.weight.T.contiguous()).sum(2)  # S', after Σ_k
        q = silu(self.own(m)).add_(silu(self.up(at.outgoing(gathered))))  # (4)
        return self.after(silu(self.middle(self.before(q))).add_(m))  # (5)


class Output(nn.Module):
    """One term of (6)."""

    def __init__(self, features: int, n_radial: int, n_output: int):
        super().__init__()
        self.by_distance = orthogonal(n_radial, features, bias=False)  # H
        self.up = orthogonal(features, n_output, bias=False)  # V
        self.layers = nn.ModuleList(orthogonal(n_output, n_output) for _ in range(3))
        self.last = nn.Linear(n_output, 1, bias=False)  # v
        nn.init.zeros_(self.last.weight)  # a new model says E0

    def forward(
        self, m: Float[Tensor, "both half f"], e: Float[Tensor, "half n_radial"], at: Crossings
    ) -> Float[Tensor, " atoms"]:
        y = self.up(at.received(m * self.by_distance(e)))
        for layer in self.layers:
            y = silu(layer(y))
        return self.last(y)[:, 0]
