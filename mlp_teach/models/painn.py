"""PaiNN: message passing with scalars and vectors.

K. T. Schütt, O. T. Unke and M. Gastegger, ICML 2021, arXiv:2102.03150. Equation numbers are ours.

Every atom carries F scalars s_i and F vectors v_i (at first 0). A layer is a message from the
neighbours, filtered by distance, and an update within the atom:

    φ(s) = A_2 silu(A_1 s + a_1) + a_2,   W(r) = [w e(r) + b] f_c(r)    in three parts 1, 2, 3
    s_i <- s_i + Σ_j φ_1(s_j) ∘ W_1(r_ij)                                                    (1)
    v_i <- v_i + Σ_j φ_2(s_j) ∘ W_2(r_ij) r̂_ij + φ_3(s_j) ∘ W_3(r_ij) v_j                    (2)

    a = B_2 silu(B_1 [s_i, |V v_i|] + b_1) + b_2                           in three parts 1, 2, 3
    s_i <- s_i + a_1 + a_3 ∘ (V v_i · U v_i)                                                 (3)
    v_i <- v_i + a_2 ∘ U v_i                                                                 (4)

It is equivariant because vectors are only scaled by scalars, added, and mixed with each other
(U and V act on the F vectors, not on their three components); scalars come from their lengths and
products. So v_i turns with the molecule, and tells a neighbour's side from the other side, which
distances alone cannot.

A filter is the same from both ends and r̂_ij = -r̂_ji, so each pair of atoms is visited once. W is
made as w [e f_c] + b f_c, one matrix product: f_c meets the few numbers of e, not the many of W.

    paper      | code          | shape             | unit
    s_i        | s             | atoms features    | -
    v_i        | v             | atoms 3 features  | -
    r̂_ij       | directions    | pairs 3           | -
    e f_c, f_c | faded         | pairs n+1         | -
    W          | filters       | pairs features    | -; its parts 1, 2, 3

Unlike the paper: the length |V v| is √(Σ + 1e-8), as in SchNetPack: a plain norm has no slope at 0,
where all vectors start. The last energies are scaled and E0 is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

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

EPSILON = 1e-8  # within the root of a vector's length


class PaiNN(nn.Module):
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
        self.filters = nn.ModuleList(nn.Linear(expansion.n, 3 * features) for _ in range(layers))
        self.messages = nn.ModuleList(Message(features) for _ in range(layers))
        self.updates = nn.ModuleList(Update(features) for _ in range(layers))
        self.readout = two_layers(features, features // 2, 1)
        self.register_buffer("reference", torch.zeros(len(elements), dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", torch.ones((), dtype=torch.float64))  # eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        check_precision(graph.positions, self.embedding.weight)
        element = element_index(graph.numbers, self.elements)
        i, j, vectors = undirected(graph, self.cutoff)
        distances = torch.linalg.vector_norm(vectors, dim=1)
        directions = vectors / distances[:, None]
        fade = cosine_cutoff(distances, self.cutoff)[:, None]
        faded = torch.cat([self.expansion(distances) * fade, fade], 1)
        s = self.embedding(element)
        v = None  # at first all vectors are 0
        for filter_, message, update in zip(self.filters, self.messages, self.updates, strict=True):
            matrices = torch.cat([filter_.weight, filter_.bias[:, None]], 1).chunk(3)  # w and b
            filters = [faded @ matrix.T for matrix in matrices]
            s, v = message(s, v, filters, directions, i, j)
            s, v = update(s, v)
        outputs = self.readout(s)[:, 0]
        return outputs * self.energy_scale.to(s) + self.reference.to(s)[element]

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
            "layers": len(self.messages),
        }

    @classmethod
    def from_settings(cls, settings: dict) -> PaiNN:
        read = {"elements": tuple, "expansion": expansion_of}
        return cls(**{name: read.get(name, lambda x: x)(v) for name, v in settings.items()})


class Message(nn.Module):
    """(1) and (2)."""

    def __init__(self, features: int):
        super().__init__()
        self.phi = two_layers(features, features, 3 * features)

    def forward(
        self,
        s: Float[Tensor, "atoms features"],
        v: Float[Tensor, "atoms 3 features"] | None,
        filters: Sequence[Float[Tensor, "pairs features"]],
        directions: Float[Tensor, "pairs 3"],
        i: Int[Tensor, " pairs"],
        j: Int[Tensor, " pairs"],
    ) -> tuple[Float[Tensor, "atoms features"], Float[Tensor, "atoms 3 features"]]:
        sent_1, sent_2, sent_3 = self.phi(s).chunk(3, dim=1)
        w_1, w_2, w_3 = filters
        ready = None if v is None else sent_3[:, None] * v  # φ_3(s_j) ∘ v_j, once for each atom
        ds, dv = torch.zeros_like(s), s.new_zeros(len(s), 3, s.shape[1])
        for to, sender, sign in ((i, j, 1.0), (j, i, -1.0)):  # from both ends
            ds = ds.index_add(0, to, sent_1.index_select(0, sender) * w_1)  # (1)
            along = sent_2.index_select(0, sender) * w_2
            vectors = along[:, None] * (sign * directions)[:, :, None]
            if ready is not None:
                vectors = vectors + w_3[:, None] * ready.index_select(0, sender)
            dv = dv.index_add(0, to, vectors)  # (2)
        return s + ds, dv if v is None else v + dv


class Update(nn.Module):
    """(3) and (4)."""

    def __init__(self, features: int):
        super().__init__()
        self.mix = nn.Linear(features, 2 * features, bias=False)  # V and U
        self.gate = two_layers(2 * features, features, 3 * features)

    def forward(
        self, s: Float[Tensor, "atoms features"], v: Float[Tensor, "atoms 3 features"]
    ) -> tuple[Float[Tensor, "atoms features"], Float[Tensor, "atoms 3 features"]]:
        mixed_v, mixed_u = self.mix(v).chunk(2, dim=2)
        lengths = (mixed_v.square().sum(1) + EPSILON).sqrt()
        a1, a2, a3 = self.gate(torch.cat([s, lengths], 1)).chunk(3, dim=1)
        s = s + a1 + a3 * (mixed_v * mixed_u).sum(1)  # (3)
        return s, v + a2[:, None] * mixed_u  # (4)


def two_layers(n_in: int, hidden: int, n_out: int) -> nn.Sequential:
    """A network with one hidden layer and silu(x) = x / (1 + e^-x)."""
    return nn.Sequential(nn.Linear(n_in, hidden), nn.SiLU(), nn.Linear(hidden, n_out))
