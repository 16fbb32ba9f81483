"""ANI: atomic environment vectors, one network for each element, and several such nets as a jury.

J. S. Smith, O. Isayev, A. E. Roitberg, Chem. Sci. 8, 3192 (2017), doi:10.1039/C6SC05720A. Ensemble:
J. S. Smith et al., J. Chem. Phys. 148, 241733 (2018), doi:10.1063/1.5023802; equation numbers are
those of the first.

The total energy is a sum over atoms, and each atom's share comes from its surroundings alone:

    E_T = Σ_i E_i                                                                         (1)
    E_i = E0_X(i) + s <N_m,X(i)(G_i)>_m
    N(G) = W_4 f(W_3 f(W_2 f(W_1 G + b_1) + b_2) + b_3) + b_4

X(i) is the element of atom i, G_i its AEV (descriptors/aev.py) and f = CELU, a straight line above
zero that runs smoothly into -α below. <...>_m is the mean over the members m of an ensemble:
networks trained from other random weights on other parts of the data. Where the data were dense
they agree; where there were none, nothing makes them agree. So their spread is an alarm (`spread`).

Fast because the members are evaluated together: their first layers, one above the other, are one
tall matrix, and each later layer is one batched product of matrices for all of them.

    paper | code       | shape                                | unit
    G_i   | features   | atoms features                       | -
    W, b  | networks   | members out in, members 1 out        | -
    E0    | reference  | elements                             | eV
    s     | energy_scale | -                                  | eV
    E_i   | the result | atoms                                | eV

Unlike the paper: CELU (α = 0.1) instead of a Gaussian as f, as in ANI-1x and all later ones; and
the scale s, 1 Hartree in ANI's own files, is the spread of the training energies in `adapt`, so
that the network has numbers of the order of one to learn. The AEV is neither shifted nor scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.descriptors.aev import AEV, aev, places
from mlp_teach.graph import AtomGraph
from mlp_teach.models.precision import check_precision
from mlp_teach.models.reference_energies import reference_energies

ALPHA = 0.1  # of CELU


class ANI(nn.Module):
    """Energies (eV) from AEVs; `hidden` has the width of each hidden layer, for each element."""

    def __init__(self, functions: AEV, hidden: tuple[tuple[int, ...], ...], members: int = 1):
        super().__init__()
        whole = [type(n) is int and n > 0 for widths in hidden for n in (*widths, members)]
        if len(hidden) != len(functions.elements) or not whole or not all(whole):
            raise ValueError(
                f"hidden is {hidden} and members {members}: give the widths of the hidden layers "
                f"for each of the {len(functions.elements)} elements, and whole numbers above 0."
            )
        self.functions = functions
        self.hidden = tuple(tuple(widths) for widths in hidden)
        self.members = members
        self.cutoff = functions.cutoff
        self.networks = nn.ModuleList(
            _networks((functions.n_features, *widths, 1), members) for widths in self.hidden
        )
        self.register_buffer("reference", torch.zeros(len(hidden), dtype=torch.float64))  # E0, eV
        self.register_buffer("energy_scale", torch.ones((), dtype=torch.float64))  # s, eV

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        element = places(graph.numbers, self.functions.elements)
        return self._in_eV(self._outputs(graph, element).mean(0), element)

    def member_energies(self, graph: AtomGraph) -> Float[Tensor, "members atoms"]:
        """What each member says of each atom, in eV."""
        element = places(graph.numbers, self.functions.elements)
        return self._in_eV(self._outputs(graph, element), element)

    def spread(self, graph: AtomGraph) -> Float[Tensor, " systems"]:
        """How far the members disagree about each structure: their standard deviation, in eV.

        It grows with the square root of the number of atoms if their errors are independent.
        """
        outputs = self._outputs(graph, places(graph.numbers, self.functions.elements))
        sums = outputs.new_zeros(self.members, graph.n_systems)
        sums = sums.index_add(1, graph.system, outputs)
        return sums.std(0, correction=0) * self.energy_scale.to(outputs)

    def _outputs(self, graph: AtomGraph, element: Tensor) -> Float[Tensor, "members atoms"]:
        features = aev(graph, self.functions)
        weight = self.networks[0][0].weight
        check_precision(features, weight)
        # All atoms of the first element, then those of the second: each network gets its own rows.
        order = torch.argsort(element)
        counts = torch.bincount(element, minlength=len(self.networks)).tolist()
        groups = features.index_select(0, order).split(counts)
        answers = [
            networks(group)
            for networks, group in zip(self.networks, groups, strict=True)
            if len(group)
        ]
        outputs = features.new_zeros(self.members, graph.n_atoms)
        return outputs.index_add(1, order, torch.cat(answers, 1).squeeze(2))

    def _in_eV(self, outputs: Float[Tensor, "*members atoms"], element: Tensor) -> Tensor:
        reference = self.reference.to(outputs).index_select(0, element)
        return outputs * self.energy_scale.to(outputs) + reference

    @torch.no_grad()
    def adapt(self, graphs: Sequence[AtomGraph], energies: Float[Tensor, " systems"]) -> None:
        """Sets E0 (reference_energies.py) and the energy scale from training data (eV)."""
        reference, per_atom = reference_energies(graphs, energies, self.functions.elements)
        self.reference.copy_(reference)
        self.energy_scale.fill_(float(per_atom.std(correction=0).clamp(min=1e-3)))

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        hidden = [list(widths) for widths in self.hidden]
        return {"functions": asdict(self.functions), "hidden": hidden, "members": self.members}

    @classmethod
    def from_settings(cls, settings: dict) -> ANI:
        functions = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in settings["functions"].items()
        }
        others = {name: settings[name] for name in settings if name not in ("functions", "hidden")}
        hidden = tuple(tuple(widths) for widths in settings["hidden"])
        return cls(AEV(**functions), hidden, **others)


@torch.no_grad()
def ensemble(models: Sequence[ANI]) -> ANI:
    """One ANI whose members are those of all the models, say four that were trained one by one.

    Members must be trained each by itself: a loss of their mean energy would let them differ as
    they like. Each brings its own E0 and scale; they go into its last layer.
    """
    first = models[0]
    if any((m.functions, m.hidden) != (first.functions, first.hidden) for m in models):
        raise ValueError("The models have other AEVs or layers; an ensemble needs the same in all.")
    joined = ANI(first.functions, first.hidden, sum(m.members for m in models))
    joined.to(first.networks[0][0].weight)
    joined.load_state_dict(
        {
            name: torch.cat([m.state_dict()[name] for m in models]) if "networks" in name else value
            for name, value in first.state_dict().items()
        }
    )
    members = torch.tensor([m.members for m in models])
    ratio = torch.stack([m.energy_scale / first.energy_scale for m in models])
    shift = torch.stack([(m.reference - first.reference) / first.energy_scale for m in models])
    ratio, shift = ratio.repeat_interleave(members), shift.repeat_interleave(members, 0)
    for place, networks in enumerate(joined.networks):
        networks[-1].weight.mul_(ratio[:, None, None])
        networks[-1].bias.mul_(ratio[:, None, None]).add_(shift[:, place, None, None])
    return joined.eval()


class Layer(nn.Module):
    """W x + b of all members; x is one AEV for all of them, or each member's own vector."""

    def __init__(self, members: int, n_in: int, n_out: int):
        super().__init__()
        start = n_in**-0.5  # as torch starts a layer
        self.weight = nn.Parameter(torch.empty(members, n_out, n_in).uniform_(-start, start))
        self.bias = nn.Parameter(torch.empty(members, 1, n_out).uniform_(-start, start))

    def forward(self, x: Float[Tensor, "*members atoms n_in"]) -> Float[Tensor, "members atoms n"]:
        if x.dim() == 3:
            return torch.baddbmm(self.bias, x, self.weight.mT)
        # One tall matrix: a member's rows above the next one's.
        tall = torch.addmm(self.bias.flatten(), x, self.weight.flatten(0, 1).T)
        return tall.view(-1, *self.weight.shape[:2]).transpose(0, 1)


def _networks(widths: tuple[int, ...], members: int) -> nn.Sequential:
    """The networks of one element, all members at once."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(widths):
        layers += [Layer(members, n_in, n_out), nn.CELU(ALPHA)]
    return nn.Sequential(*layers[:-1])
