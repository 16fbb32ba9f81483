"""MACE: messages of many bodies from one sum over neighbours.

I. Batatia, D. P. Kovács, G. N. C. Simm, C. Ortner and G. Csányi, NeurIPS 35 (2022),
arXiv:2206.07697. Equation numbers are ours.

Every atom carries channels k of scalars, vectors and so on (basis/tensor_product.py), at first one
scalar for its element. A layer sums over neighbours once, then multiplies the sum with itself:

    A_(i lm) = 1/√n Σ_paths W Σ_j R(r_ij) [h_j ⊗ Y(r̂_ij)]_lm             neighbor_sums.py      (1)
    B_(i LM) = Σ_ν Σ_η w^z_(L η) Σ_(a≤b...) U_(η M, ab...) A_ia A_ib ...   symmetric_products.py (2)
    h_i <- V_L B_i + S^z h_i                                                                   (3)
    E_i = E0_z + Σ_layers readout(scalars of h_i)                                              (4)

z is the element of atom i; W, V and S mix channels, (2) is taken in each channel by itself. With ν
factors A, each a sum over neighbours, B holds all terms of ν + 1 bodies, yet costs one sum over
neighbours: two layers with ν up to 3 do what other networks need many layers for. All is
equivariant because (1) and (2) couple by Clebsch-Gordan coefficients, and (3) mixes channels alone.

Fast, because (1) is a matrix product at each atom over neighbours and components, and (2) is one
over all atoms of an element, whatever the number of paths; the two headers say how.

    paper | code       | shape               | unit
    h     | h          | atoms lm channels   | -; all l ≤ l_hidden, in the last layer l = 0
    A     | a          | atoms lm channels   | -; all l ≤ l_max
    R     | radial     | half paths·channels | -; each pair of atoms once
    n     | n_neighbors | number             | -; as many as the training data has on average

Unlike the paper, and as in mace-torch: in the first layer, where h_i says no more than z does,
S^z h_i is left out of (3) and A <- S^z A stands before (2); not so with `residual_first`. Unlike
both: (1) has 1/√n, not 1/n, since a sum of n independent numbers grows like √n.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.equivariant_linear import ElementLinear, EquivariantLinear, PathLinear
from mlp_teach.basis.radial_network import RadialNetwork, wave_size
from mlp_teach.basis.symmetric_products import drawn_out, products
from mlp_teach.basis.tensor_product import harmonics
from mlp_teach.elements import checked_elements
from mlp_teach.graph import AtomGraph
from mlp_teach.models import neighbor_sums as messages
from mlp_teach.models.first_sizes import even_out
from mlp_teach.models.precision import check_precision
from mlp_teach.models.reference_energies import set_scales
from mlp_teach.models.sizes import check_sizes


class MACE(nn.Module):
    """Energies (eV); cutoff in Å, `correlation` is the largest ν, `elements` atomic numbers."""

    def __init__(
        self,
        elements: tuple[int, ...],
        cutoff: float | int = 5.0,
        channels: int = 32,
        l_hidden: int = 1,
        l_max: int = 3,
        correlation: int = 3,
        layers: int = 2,
        n_radial: int = 8,
        radial_widths: tuple[int, ...] = (64, 64, 64),
        n_readout: int = 16,
        envelope: int = 5,
        residual_first: bool = False,
    ):
        super().__init__()
        self.elements, self.cutoff = checked_elements(elements), float(cutoff)
        self.sizes = {"channels": channels, "l_hidden": l_hidden, "l_max": l_max}
        self.sizes |= {"correlation": correlation, "layers": layers, "n_radial": n_radial}
        self.sizes |= {"radial_widths": list(radial_widths), "n_readout": n_readout}
        self.sizes |= {"envelope": envelope, "residual_first": residual_first}
        check_sizes(self.sizes, cutoff)
        if l_hidden > l_max:
            raise ValueError(f"l_hidden is {l_hidden}; degrees up to l_max, {l_max}, are made.")
        self.embedding = nn.Embedding(len(elements), channels)
        degrees = [0, *[l_hidden] * (layers - 1), 0]  # the highest l of h before and after a layer
        self.layers = nn.ModuleList(
            Layer(len(elements), cutoff, self.sizes, degrees[t : t + 2], residual_first or t > 0)
            for t in range(layers)
        )
        self.readouts = nn.ModuleList(nn.Linear(channels, 1, bias=False) for _ in range(layers - 1))
        self.readouts.append(RadialNetwork([channels, n_readout, 1]))
        self.register_buffer("n_neighbors", torch.ones((), dtype=torch.float64))
        self.register_buffer("reference", torch.zeros(len(elements), dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", torch.ones((), dtype=torch.float64))  # eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        check_precision(graph.positions, self.embedding.weight)
        element, order, rank, counts = messages.by_element(graph.numbers, self.elements)
        near = messages.pairs(graph, rank, self.cutoff, self.sizes)
        couplings = {layer.coupling for layer in self.layers}
        d = {coupling: messages.turned(near, coupling) for coupling in couplings}
        h = self.embedding(element[order])[:, None]
        energies = torch.zeros_like(h[:, 0, 0])
        for layer, readout in zip(self.layers, self.readouts, strict=True):
            h = layer(h, near.e, d[layer.coupling], counts, self.n_neighbors)
            energies = energies + readout(h[:, 0])[:, 0]  # (4)
        energies = energies.index_select(0, rank)
        return energies * self.energy_scale.to(h) + self.reference.to(h)[element]

    def adapt(self, graphs: Sequence[AtomGraph], energies: Float[Tensor, " systems"]) -> None:
        """From training data: n, E0 and energy scale in eV (reference_energies.py), and how large
        W is, so that A is near 1 (first_sizes.py)."""
        set_scales(self, graphs, energies)
        even_out(self, [layer.mix for layer in self.layers], graphs, float(self.n_neighbors) ** 0.5)

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        return {"elements": list(self.elements), "cutoff": self.cutoff} | self.sizes

    @classmethod
    def from_settings(cls, settings: dict) -> MACE:
        read = {"elements": tuple, "radial_widths": tuple}
        return cls(**{name: read.get(name, lambda x: x)(v) for name, v in settings.items()})


class Layer(nn.Module):
    """(1) to (3); `degrees` are the highest l of h before and after."""

    def __init__(
        self,
        n_elements: int,
        cutoff: float | int,
        sizes: dict,
        degrees: Sequence[int],
        residual: bool,
    ):
        super().__init__()
        channels, all_l = sizes["channels"], harmonics(sizes["l_max"])
        l_in, l_out = degrees
        self.coupling, self.residual = messages.Coupling(harmonics(l_in), all_l, all_l), residual
        paths = self.coupling.paths
        self.up = EquivariantLinear(harmonics(l_in), channels, channels)
        self.radial = RadialNetwork(
            [sizes["n_radial"], *sizes["radial_widths"], len(paths) * channels],
            wave_size(cutoff),
        )
        self.mix = PathLinear(paths, all_l, all_l, channels)  # W
        here, there = (harmonics(l_in), harmonics(l_out)) if residual else (all_l, all_l)
        self.skip = ElementLinear(n_elements, here, there, channels)  # S
        self.product = SymmetricContraction(n_elements, channels, sizes, l_out)
        self.out = EquivariantLinear(harmonics(l_out), channels, channels)  # V

    def forward(
        self,
        h: Float[Tensor, "atoms lm_in channels"],
        e: Float[Tensor, "half n_radial"],
        d: messages.Turned,
        counts: Sequence[int],
        n_neighbors: Float[Tensor, ""],
    ) -> Float[Tensor, "atoms lm_out channels"]:
        sums = messages.neighbor_sums(self.up(h), self.radial(e), d)
        a = self.mix(sums) * n_neighbors.to(h).rsqrt()  # (1)
        if not self.residual:
            return self.out(self.product(self.skip(a, counts), counts))
        return self.out(self.product(a, counts)) + self.skip(h, counts)  # (3)


class SymmetricContraction(nn.Module):
    """(2): one weight for each element, path and channel."""

    def __init__(self, n_elements: int, channels: int, sizes: dict, l_out: int):
        super().__init__()
        self.l_max, self.nu_max = sizes["l_max"], sizes["correlation"]
        self.weights = nn.ParameterList()
        for degree in range(l_out + 1):
            n_paths = len(self.coefficients(degree, torch.zeros(1)))
            self.weights.append(torch.randn(n_elements, channels, n_paths) / n_paths)

    def coefficients(self, degree: int, like: Tensor) -> Float[Tensor, "paths m_lm_q"]:
        """U, with the largest factor drawn out of the sums."""
        return drawn_out(self.l_max, self.nu_max, degree, like.dtype, like.device)

    def forward(
        self, a: Float[Tensor, "atoms lm channels"], counts: Sequence[int]
    ) -> Float[Tensor, "atoms lm_out channels"]:
        n_lm, channels = a.shape[1:]
        q_of = products(n_lm, self.nu_max - 1, a.device)
        found = []
        for z, x in enumerate(a.split(counts)):  # the atoms of an element
            if not len(x):
                continue
            x = x.permute(1, 2, 0).contiguous()  # lm channels atoms
            q = q_of(x)
            t = [w[z] @ self.coefficients(l, a) for l, w in enumerate(self.weights)]
            t = torch.cat([one.view(channels, -1, len(q)) for one in t], 1)  # channels M·lm q
            by_factor = (t @ q.transpose(0, 1)).unflatten(1, (-1, n_lm))
            found.append((by_factor * x.transpose(0, 1)[:, None]).sum(2).permute(2, 1, 0))  # (2)
        return torch.cat(found)
