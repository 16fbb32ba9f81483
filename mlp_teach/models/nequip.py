"""NequIP: message passing with features of any degree.

S. Batzner et al., Nat. Commun. 13, 2453 (2022), arXiv:2101.03164. Equation numbers are ours.

Every atom carries channels of scalars, vectors, tensors, of both parities if asked for
(basis/tensor_product.py), at first one scalar for its element. A layer is a message from the
neighbours and a gate, by which scalars g decide how much of the other features goes on:

    m_i = Σ_j R(r_ij) [V h_j/√n ⊗ Y(r̂_ij)],   for each path             neighbor_sums.py      (1)
    x_i = W m_i + S^z h_i,   and scalars g_i likewise                                         (2)
    h_i <- x_i silu(g_i),   but silu(x_i) of even, tanh(x_i) of odd scalars                   (3)
    E_i = E0_z + readout(even scalars of h_i)                                                 (4)

z is the element of atom i; V, W and S mix channels, with a matrix for each irrep. It is equivariant
because features meet only by Clebsch-Gordan coefficients, and else are mixed with each other or
scaled by even scalars. Odd scalars, which a mirror turns to -x, may pass through an odd function.

    paper | code        | shape               | unit
    h     | h           | atoms lm channels   | -
    x, g  | parts, gates | atoms lm channels for each irrep | -
    R     | radial      | half paths·channels | -; each pair of atoms once
    n     | n_neighbors | elements            | -; average in the training data, of the sender's z

Unlike the paper, and as in nequip 0.19: the first layer has no S.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.equivariant_linear import ElementLinear, EquivariantLinear, PathLinear
from mlp_teach.basis.radial_network import RadialNetwork, wave_size
from mlp_teach.basis.silu import silu
from mlp_teach.basis.tensor_product import Irrep, Irreps, both_parities, harmonics, paths
from mlp_teach.elements import checked_elements
from mlp_teach.graph import AtomGraph
from mlp_teach.models import neighbor_sums as messages
from mlp_teach.models.first_sizes import even_out
from mlp_teach.models.precision import check_precision
from mlp_teach.models.reference_energies import set_scales
from mlp_teach.models.sizes import check_sizes

SCALAR, ODD_SCALAR = Irrep(0, 1), Irrep(0, -1)


class NequIP(nn.Module):
    """Energies (eV); cutoff in Å; `parity`: of both parities; `elements` are atomic numbers."""

    def __init__(
        self,
        elements: tuple[int, ...],
        cutoff: float | int = 5.0,
        channels: int = 32,
        l_max: int = 1,
        parity: bool = True,
        layers: int = 4,
        n_radial: int = 8,
        radial_widths: tuple[int, ...] = (64, 64),
        readout_widths: tuple[int, ...] = (),
        envelope: int = 6,
    ):
        super().__init__()
        self.elements, self.cutoff = checked_elements(elements), float(cutoff)
        self.sizes = {"channels": channels, "l_max": l_max, "parity": parity, "layers": layers}
        self.sizes |= {"n_radial": n_radial, "radial_widths": list(radial_widths)}
        self.sizes |= {"readout_widths": list(readout_widths), "envelope": envelope}
        check_sizes(self.sizes, cutoff)
        self.embedding = nn.Embedding(len(elements), channels)
        self.layers, irreps = nn.ModuleList(), (SCALAR,)
        hidden = both_parities(l_max) if parity else harmonics(l_max)
        sizes = self.sizes | {"cutoff": cutoff}
        for t in range(layers):
            wanted = hidden if t + 1 < layers else (SCALAR,)
            self.layers.append(Layer(len(elements), sizes, irreps, wanted, first=t == 0))
            irreps = self.layers[-1].out
        self.readout = RadialNetwork([channels, *readout_widths, 1])
        self.register_buffer("n_neighbors", torch.ones(len(elements), dtype=torch.float64))
        self.register_buffer("reference", torch.zeros(len(elements), dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", torch.ones(len(elements), dtype=torch.float64))  # eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        check_precision(graph.positions, self.embedding.weight)
        element, order, rank, counts = messages.by_element(graph.numbers, self.elements)
        near = messages.pairs(graph, rank, self.cutoff, self.sizes)
        couplings = {layer.coupling for layer in self.layers}
        d = {coupling: messages.turned(near, coupling) for coupling in couplings}
        h = self.embedding(element[order])[:, None]
        per_root = self.n_neighbors.to(h).rsqrt()[element[order]][:, None, None]
        for layer in self.layers:
            h = layer(h, near.e, d[layer.coupling], counts, per_root)
        energies = self.readout(h[:, 0])[:, 0].index_select(0, rank)
        return energies * self.energy_scale.to(h)[element] + self.reference.to(h)[element]  # (4)

    def adapt(self, graphs: Sequence[AtomGraph], energies: Float[Tensor, " systems"]) -> None:
        """From training data: n, E0 and energy scale in eV (reference_energies.py), and how large
        W is, so that W m is near 1 (first_sizes.py)."""
        set_scales(self, graphs, energies)
        even_out(self, [layer.mix for layer in self.layers], graphs)

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        return {"elements": list(self.elements), "cutoff": self.cutoff} | self.sizes

    @classmethod
    def from_settings(cls, settings: dict) -> NequIP:
        read = dict.fromkeys(("elements", "radial_widths", "readout_widths"), tuple)
        return cls(**{name: read.get(name, lambda x: x)(v) for name, v in settings.items()})


class Layer(nn.Module):
    """(1) to (3). Of the irreps that are wanted, `out` are those that a path leads to."""

    def __init__(self, n_elements: int, sizes: dict, irreps: Irreps, wanted: Irreps, first: bool):
        super().__init__()
        y, channels = harmonics(sizes["l_max"]), sizes["channels"]
        self.out = tuple(irrep for irrep in wanted if paths(irreps, y, (irrep,)))
        self.gated = [irrep for irrep in self.out if irrep.l > 0]
        self.coupling = messages.Coupling(irreps, y, self.out)
        n_paths = len(self.coupling.paths)
        self.up = EquivariantLinear(irreps, channels, channels)  # V
        widths = [sizes["n_radial"], *sizes["radial_widths"], n_paths * channels]
        self.radial = RadialNetwork(widths, wave_size(sizes["cutoff"]))
        made = (*self.out, *[SCALAR] * len(self.gated))  # x, g
        self.mix = PathLinear(self.coupling.paths, self.out, made, channels)  # W
        self.skip = None if first else ElementLinear(n_elements, irreps, made, channels)  # S

    def forward(
        self,
        h: Float[Tensor, "atoms lm_in channels"],
        e: Float[Tensor, "half n_radial"],
        d: messages.Turned,
        counts: Sequence[int],
        per_root: Float[Tensor, "atoms one one"],
    ) -> Float[Tensor, "atoms lm_out channels"]:
        x = self.mix(messages.neighbor_sums(self.up(h) * per_root, self.radial(e), d))  # (1)
        if self.skip is not None:
            x = x + self.skip(h, counts)  # (2)
        *parts, gates = x.split([*(irrep.size for irrep in self.out), len(self.gated)], 1)
        through = [{SCALAR: silu, ODD_SCALAR: torch.tanh}[x] for x in self.out if x.l == 0]
        scalars = [f(part) for f, part in zip(through, parts, strict=False)]
        gates = silu(gates).split(1, 1) if self.gated else ()
        others = [part * g for part, g in zip(parts[len(scalars) :], gates, strict=True)]
        return torch.cat([*scalars, *others], 1)  # (3)
