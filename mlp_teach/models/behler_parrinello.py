"""Behler-Parrinello: symmetry functions, then one small network for each element.

J. Behler and M. Parrinello, Phys. Rev. Lett. 98, 146401 (2007), doi:10.1103/PhysRevLett.98.146401.

The energy is a sum over atoms, so that a network trained on a hundred atoms serves for a million:

    E = Σ_i E_i                                                                       (2)
    E_i = f_a(w_01 + Σ_j w_j1 f_a(w_0j + Σ_μ w_μj G_i^μ))                              (1)

(1) is written there for one hidden layer; f_a bends in the hidden layers and is the identity at the
end. All atoms of one element share one network, so exchanging two of them changes nothing;
rotations and translations are taken care of by G.

    paper | code            | shape          | unit
    G_i   | features        | atoms features | -
    f_a, w | networks       | one an element |
    E_i   | the result      | atoms          | eV

Unlike the paper: f_a may be any smooth function of torch.nn, not only tanh. tanh goes flat where
its input is large, so that the steep repulsion of two atoms that meet is hard to learn; SiLU, x /
(1 + exp(-x)), does not. Also, each feature is shifted and scaled to the range its element shows in
the training data (Behler 2011 advises it), the network's output is scaled by `energy_scale`, and
the energy of a free or reference atom E0 is added, so that the network has numbers of the order of
one to learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.descriptors.first_order import (
    FirstOrderGraph,
    extrapolate,
    first_order,
    first_order_radial,
)
from mlp_teach.descriptors.symmetry_functions import (
    SymmetryFunctions,
    columns,
    element_index,
    symmetry_functions,
)
from mlp_teach.graph import AtomGraph
from mlp_teach.models.activations import activation_of
from mlp_teach.models.precision import check_precision
from mlp_teach.models.reference_energies import reference_energies


class BehlerParrinello(nn.Module):
    """Energies (eV) from symmetry functions; `hidden` is the width of each hidden layer and
    `activation` the name of f_a in torch.nn.

    `dropout` is there to be tried, not to be used: it makes energies jump (see lesson 05).
    """

    def __init__(
        self,
        functions: SymmetryFunctions,
        hidden: tuple[int, ...] = (20, 20),
        activation: str = "SiLU",
        dropout: float = 0.0,
    ):
        super().__init__()
        if not functions.n_features or not all(type(n) is int and n > 0 for n in hidden):
            raise ValueError(
                f"A network from {functions.n_features} features through hidden layers of "
                f"{list(hidden)} nodes cannot be: give one function at least, and whole numbers "
                "above 0."
            )
        self.functions = functions
        self.hidden = tuple(hidden)
        self.activation = activation
        self.dropout = dropout
        self.cutoff = functions.cutoff
        elements, features = len(functions.elements), functions.n_features
        self.networks = nn.ModuleList(
            _network(features, self.hidden, activation, dropout) for _ in range(elements)
        )
        self.register_buffer("shift", torch.zeros(elements, features))
        self.register_buffer("scale", torch.ones(elements, features))
        self.register_buffer("reference", torch.zeros(elements, dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", torch.ones(()))  # eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        known = isinstance(graph, FirstOrderGraph)
        features = extrapolate(graph) if known else symmetry_functions(graph, self.functions)
        weights = self.networks[0][0].weight
        check_precision(features, weights)
        element = element_index(graph.numbers, self.functions.elements)
        x = (features - self.shift[element].to(features)) * self.scale[element].to(features)
        outputs = x.new_zeros(graph.n_atoms)
        for number, network in enumerate(self.networks):  # (1)
            (mine,) = torch.where(element == number)
            outputs = outputs.index_add(0, mine, network(x[mine]).squeeze(1))
        return outputs * self.energy_scale.to(x) + self.reference[element].to(x)

    def prepare(self, graph: AtomGraph) -> FirstOrderGraph:
        """The graph with this model's features and slopes, for a fast training."""
        angular = self.functions.g4 or self.functions.g5
        made = first_order if angular else first_order_radial
        return made(graph, lambda vectors, g: columns(vectors, g, self.functions))

    @torch.no_grad()
    def adapt(self, graphs: Sequence[FirstOrderGraph], energies: Float[Tensor, " systems"]) -> None:
        """Sets shift, scale, E0 and the energy scale from training data (energies in eV).

        E0 as in reference_energies.py. Features that never change get scale 1.
        """
        values = torch.cat([graph.values for graph in graphs]).double()
        numbers = torch.cat([graph.numbers for graph in graphs])
        element = element_index(numbers, self.functions.elements)
        for place in range(len(self.functions.elements)):
            mine = values[element == place]
            if len(mine) > 1:
                spread = mine.std(0)
                self.shift[place] = mine.mean(0)
                self.scale[place] = torch.where(spread > 1e-10, 1 / spread.clamp(min=1e-10), 1.0)
        reference, per_atom = reference_energies(graphs, energies, self.functions.elements)
        self.reference.copy_(reference)
        self.energy_scale.fill_(float(per_atom.std().clamp(min=1e-3)))

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        return {
            "functions": asdict(self.functions),
            "hidden": list(self.hidden),
            "activation": self.activation,
            "dropout": self.dropout,
        }

    @classmethod
    def from_settings(cls, settings: dict) -> BehlerParrinello:
        functions = {
            name: tuple(tuple(v) if isinstance(v, list) else v for v in value)
            if isinstance(value, list)
            else value
            for name, value in settings["functions"].items()
        }
        others = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in settings.items()
            if name != "functions"
        }
        return cls(SymmetryFunctions(**functions), **others)


def _network(
    features: int, hidden: tuple[int, ...], activation: str, dropout: float
) -> nn.Sequential:
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise((features, *hidden)):
        layers += [nn.Linear(n_in, n_out), activation_of(activation)]
        layers += [nn.Dropout(dropout)] * (dropout > 0)
    return nn.Sequential(*layers, nn.Linear((features, *hidden)[-1], 1))
