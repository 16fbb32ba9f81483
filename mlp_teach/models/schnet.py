"""SchNet: atoms send messages that are filtered by distance.

K. T. Schütt et al., NeurIPS 30, 991 (2017), arXiv:1706.08566. Equation numbers are ours.

Every atom carries F numbers x_i, at first the same for all atoms of an element. In each layer atom
i adds up what its neighbours send; each of the F numbers is weighted by a filter that a small
network makes from the distance:

    e(r) = Gaussians at many distances (basis/expansions.py)
    W(r) = [w_2 ssp(w_1 e(r) + b_1) + b_2] f_c(r)                                        (1)
    y_i = Σ_j (A x_j) ∘ W(r_ij)                                                          (2)
    x_i <- x_i + B_2 ssp(B_1 y_i + c_1) + c_2                                            (3)
    E_i = v_2 ssp(v_1 x_i + d_1) + d_2,   ssp(x) = ln(½ + ½ e^x)                         (4)

Distances alone enter, so nothing changes when the molecule is turned; and nothing can tell two
molecules apart that agree in the distances between neighbours. After L layers atom i knows of atoms
L cutoffs away.

A filter is the same seen from both ends, so each pair of atoms is visited once, gets one filter,
and both of its atoms receive a message.

    paper  | code         | shape          | unit
    x_i    | x            | atoms features | -
    e(r)   | expanded     | pairs n        | -
    W      | filters      | pairs features | -
    E_i    | the result   | atoms          | eV

Unlike the paper: f_c, the cosine cutoff, fades the filter out at the cutoff, as in SchNetPack and
PyG (the paper had no cutoff in its filters and 300 Gaussians); the last energies are scaled and E0
is added, so that the network has numbers of the order of one to learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import log

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.basis.expansions import Expansion, expansion_of
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.elements import checked_elements
from mlp_teach.graph import AtomGraph, undirected
from mlp_teach.models.precision import check_precision
from mlp_teach.models.reference_energies import set_scales


class SchNet(nn.Module):
    """Energies (eV) from messages; `features` is F, `elements` are atomic numbers."""

    def __init__(
        self,
        elements: tuple[int, ...],
        expansion: Expansion,
        features: int = 128,
        layers: int = 3,
    ):
        super().__init__()
        if features < 2 or layers < 1:
            raise ValueError(
                f"features is {features} and layers {layers}; 2 and 1 are the least that work."
            )
        self.elements, self.expansion = checked_elements(elements), expansion
        self.features, self.cutoff = features, float(expansion.cutoff)
        self.embedding = nn.Embedding(len(elements), features)
        self.layers = nn.ModuleList(Interaction(features, expansion.n) for _ in range(layers))
        self.readout = nn.Sequential(
            nn.Linear(features, features // 2), ShiftedSoftplus(), nn.Linear(features // 2, 1)
        )
        self.register_buffer("reference", torch.zeros(len(elements), dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", torch.ones((), dtype=torch.float64))  # eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        check_precision(graph.positions, self.embedding.weight)
        element = element_index(graph.numbers, self.elements)
        i, j, vectors = undirected(graph, self.cutoff)
        distances = torch.linalg.vector_norm(vectors, dim=1)
        expanded = self.expansion(distances)
        fade = cosine_cutoff(distances, self.cutoff)[:, None]
        x = self.embedding(element)
        for layer in self.layers:
            x = x + layer(x, expanded, fade, i, j)
        outputs = self.readout(x)[:, 0]  # (4)
        return outputs * self.energy_scale.to(x) + self.reference.to(x)[element]

    def adapt(self, graphs: Sequence[AtomGraph], energies: Float[Tensor, " systems"]) -> None:
        """Sets E0 and the energy scale in eV (reference_energies.py) from training data."""
        set_scales(self, graphs, energies)

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        expansion = {"kind": type(self.expansion).__name__} | asdict(self.expansion)
        return {
            "elements": list(self.elements),
            "expansion": expansion,
            "features": self.features,
            "layers": len(self.layers),
        }

    @classmethod
    def from_settings(cls, settings: dict) -> SchNet:
        read = {"elements": tuple, "expansion": expansion_of}
        return cls(**{name: read.get(name, lambda x: x)(v) for name, v in settings.items()})


class Interaction(nn.Module):
    """(1) to (3) without the first x_i of (3)."""

    def __init__(self, features: int, n_expansion: int):
        super().__init__()
        self.filter = nn.Sequential(
            nn.Linear(n_expansion, features), ShiftedSoftplus(), nn.Linear(features, features)
        )
        self.send = nn.Linear(features, features, bias=False)
        self.update = nn.Sequential(
            nn.Linear(features, features), ShiftedSoftplus(), nn.Linear(features, features)
        )

    def forward(
        self,
        x: Float[Tensor, "atoms features"],
        expanded: Float[Tensor, "pairs n"],
        fade: Float[Tensor, "pairs one"],
        i: Int[Tensor, " pairs"],
        j: Int[Tensor, " pairs"],
    ) -> Float[Tensor, "atoms features"]:
        filters = self.filter(expanded) * fade  # (1)
        sent = self.send(x)
        y = torch.zeros_like(x)
        y = y.index_add(0, i, sent.index_select(0, j) * filters)  # (2), to i from j
        y = y.index_add(0, j, sent.index_select(0, i) * filters)  # and to j from i
        return self.update(y)  # (3)


class ShiftedSoftplus(nn.Module):
    """ssp of (4): smooth, 0 at 0, a straight line far above."""

    def forward(self, x: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
        return nn.functional.softplus(x) - log(2)
