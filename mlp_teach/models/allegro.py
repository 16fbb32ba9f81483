"""Allegro: features on pairs of atoms, strictly local.

A. Musaelian et al., Nat. Commun. 14, 579 (2023), arXiv:2204.05249. Equation numbers are ours.

Every pair ij carries scalars s and channels of equivariant features V, and no atom passes anything
on: however many layers, an atom's energy depends on its neighbours within the cutoff alone, so that
a large system can be cut into pieces. Layers raise the body order: each multiplies V by the
surroundings A of atom i.

    x_ij = network([c_z(i), d_z(j)] ∘ B b(r_ij)),   b: sine waves that fade out at the cutoff (1)
    V_ij = (G x_ij) Y(r̂_ij),   [s⁰_ij, w_ij] = F x_ij                                         (2)
    A_i = Σ_j w_ij Y(r̂_ij) / √n                                                              (3)
    V_ij <- Σ_paths W [V_ij ⊗ A_i]                                                            (4)
    [s¹_ij, w_ij] = network([s⁰_ij, scalars of V_ij]),   and so on, to s^T                    (5)
    E_i = E0_z + Σ_j readout([s⁰_ij, ..., s^T_ij]) / √(2n)                                    (6)

(4) is equivariant by Clebsch-Gordan coefficients (basis/tensor_product.py), and linear in V_ij: W,
C and A_i are joined first, to one matrix for each atom and channel (pair_products.py).

    paper | code        | shape                | unit
    s, x  | s, x        | atoms n scalars      | -; a table of its neighbours at each atom
    V     | v           | channels atoms lm n  | -
    A     | a           | atoms lm channels    | -
    n     | n_neighbors | elements             | -; average in the training data, of z_i

Unlike the paper, and as in nequip-allegro 0.8: (5) and (6) read the scalars of all layers as they
are; only b is made to fade out (networks without biases leave 0 at 0: all else fades with it).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.basis.radial_network import RadialNetwork
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.elements import checked_elements
from mlp_teach.graph import AtomGraph
from mlp_teach.models.first_sizes import even_out
from mlp_teach.models.neighbor_sums import pairs
from mlp_teach.models.pair_products import couplings, joined
from mlp_teach.models.precision import check_precision
from mlp_teach.models.reference_energies import set_scales
from mlp_teach.models.sizes import check_sizes


class Allegro(nn.Module):
    """Energies (eV); cutoff in Å; `parity`: of both parities; `elements` are atomic numbers."""

    def __init__(
        self,
        elements: tuple[int, ...],
        cutoff: float | int = 5.0,
        scalars: int = 64,
        channels: int = 32,
        l_max: int = 1,
        parity: bool = True,
        layers: int = 2,
        n_radial: int = 8,
        pair_widths: tuple[int, ...] = (64,),
        layer_widths: tuple[int, ...] = (64,),
        readout_widths: tuple[int, ...] = (32,),
        envelope: int = 6,
    ):
        super().__init__()
        self.elements, self.cutoff = checked_elements(elements), float(cutoff)
        self.sizes = {"scalars": scalars, "channels": channels, "l_max": l_max, "parity": parity}
        self.sizes |= {"layers": layers, "n_radial": n_radial, "pair_widths": list(pair_widths)}
        self.sizes |= {"layer_widths": list(layer_widths), "readout_widths": list(readout_widths)}
        self.sizes |= {"envelope": envelope}
        check_sizes(self.sizes, cutoff)
        if scalars % 2:
            raise ValueError(f"scalars is {scalars}; one half is for each element of a pair.")
        self.center = nn.Embedding(len(elements), scalars // 2)
        self.neighbor = nn.Embedding(len(elements), scalars // 2)
        self.radial = nn.Linear(n_radial, scalars, bias=False)  # B
        self.pair = RadialNetwork([scalars, *pair_widths, scalars])
        per_l = channels * (l_max + 1)
        self.tensors = RadialNetwork([scalars, per_l])  # G
        self.first = RadialNetwork([scalars, scalars + per_l])  # F
        self.couplings = couplings(l_max, parity, layers)
        self.products, self.networks = nn.ParameterList(), nn.ModuleList()
        for t, coupling in enumerate(self.couplings):
            n_paths, last = len(coupling.paths), t + 1 == layers
            self.products.append(torch.randn(channels, n_paths) / sqrt(n_paths))  # W
            made = scalars if last else scalars + per_l
            given = scalars * (t + 1) + channels
            self.networks.append(RadialNetwork([given, *layer_widths, made]))
        self.readout = RadialNetwork([scalars * (layers + 1), *readout_widths, 1])
        self.register_buffer("n_neighbors", torch.ones(len(elements), dtype=torch.float64))
        self.register_buffer("reference", torch.zeros(len(elements), dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", torch.ones(len(elements), dtype=torch.float64))  # eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        check_precision(graph.positions, self.center.weight)
        z = element_index(graph.numbers, self.elements)
        near = pairs(graph, torch.arange(graph.n_atoms, device=z.device), self.cutoff, self.sizes)
        y = near.y
        radial = self.radial(near.e)
        e = near.at.incoming(radial.expand(2, *radial.shape))
        center = self.center(z)[:, None].expand(-1, y.shape[1], -1)
        x = self.pair(torch.cat([center, self.neighbor(z[near.senders])], 2) * e)  # (1)
        per_root = self.n_neighbors.to(e).rsqrt()[z][:, None]
        v = self.spread(self.tensors(x)).permute(3, 0, 2, 1) * y.mT  # (2)
        new, s = self.first(x), []
        for coupling, product, network in zip(
            self.couplings, self.products, self.networks, strict=True
        ):
            s.append(new[..., : self.sizes["scalars"]])
            w = self.spread(new[..., self.sizes["scalars"] :])
            a = (w * y[..., None]).sum(1) * per_root[..., None]  # (3)
            v = joined(coupling, product, a) @ v  # (4)
            new = network(torch.cat([*s, v[:, :, 0].permute(1, 2, 0)], 2))  # (5)
        energies = self.readout(torch.cat([*s, new], 2))[..., 0].sum(1) * per_root[:, 0] / sqrt(2)
        return energies * self.energy_scale.to(e)[z] + self.reference.to(e)[z]  # (6)

    def spread(
        self, w: Float[Tensor, "atoms n l_channels"]
    ) -> Float[Tensor, "atoms n lm channels"]:
        """A number for each l, given to its 2l + 1 components."""
        degrees = torch.arange(self.sizes["l_max"] + 1, device=w.device)
        of_component = degrees.repeat_interleave(2 * degrees + 1)
        return w.unflatten(2, (len(degrees), -1)).index_select(2, of_component)

    def adapt(self, graphs: Sequence[AtomGraph], energies: Float[Tensor, " systems"]) -> None:
        """From training data: n, E0 and energy scale in eV (reference_energies.py), and how large
        weights are, so that B e and what each network puts out are near 1 (first_sizes.py)."""
        set_scales(self, graphs, energies)
        networks = [self.pair, self.tensors, self.first, *self.networks]
        even_out(self, [self.radial, *(network.layers[-1] for network in networks)], graphs)

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        return {"elements": list(self.elements), "cutoff": self.cutoff} | self.sizes

    @classmethod
    def from_settings(cls, settings: dict) -> Allegro:
        read = dict.fromkeys(("elements", "pair_widths", "layer_widths", "readout_widths"), tuple)
        return cls(**{name: read.get(name, lambda x: x)(v) for name, v in settings.items()})
