"""The training domain: which structures a model has seen the like of, and how far a structure is
from them.

A potential interpolates. Where it has seen nothing its energies are as smooth and as sure as ever,
and wrong. Three signs tell, in the order of what they cost:

1. An element, or a pair of elements side by side, that no training structure holds.
2. Two atoms closer than any in the training data. There the true energy climbs steeply and the
   model knows nothing of it: this hole is how most simulations end.
3. A feature of an atom outside the range that its element shows in the training data, as n2p2
   counts it (its "extrapolation warnings"; Singraber, Behler, Dellago, J. Chem. Theory Comput. 15,
   1827 (2019), doi:10.1021/acs.jctc.8b00770). The excess is measured in widths of the range,
   because this is the scale on which the model's input is made of numbers of the order of one:

    excess_i = max_μ max(G_i^μ - high_μ, low_μ - G_i^μ, 0) / (high_μ - low_μ)

The signs are necessary, not sufficient: ranges make a box, and its corners are as empty as the
outside. The spread of an ensemble (calculator.py) looks into these corners, and costs a model more
for each member. An atom is outside if it is closer to another than 0.97 of the training data's
closest approach, or has an excess above 0.25. These limits were chosen on test sets that are as
their training sets (mlearn Cu and Si, ethanol, water: none of their atoms is outside) and on copper
compressed by 10 % in length (every atom is; its excess is 1.0).

    here         | code    | shape             | unit
    closest      | closest | elements elements | Å
    low, high    | low, high | elements features | the feature's own
    excess_i     | excess  | atoms             | widths of the range
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import log10

import torch
from ase import Atoms
from jaxtyping import Bool, Float, Int
from torch import Tensor

from mlp_teach.descriptors.symmetry_functions import symmetry_functions
from mlp_teach.elements import SYMBOLS
from mlp_teach.graph import AtomGraph, displacements
from mlp_teach.neighbors import atom_graph

Describe = Callable[[AtomGraph], Float[Tensor, "atoms features"]]

NEAREST = 0.97  # of the closest approach in training; test sets come down to 0.97 (3BPA at 600 K)
MARGIN = 0.25  # widths of the range; test sets reach 0.19 (ethanol)


@dataclass(frozen=True)
class Domain:
    """What a training set shows; made by `learn_domain`."""

    cutoff: float  # Å
    elements: tuple[int, ...]  # atomic numbers, rising
    closest: Float[Tensor, "elements elements"]  # Å, infinite for elements that never met
    low: Float[Tensor, "elements features"]
    high: Float[Tensor, "elements features"]
    describe: Describe | None = None
    names: tuple[str, ...] = ()  # of the features, for messages
    nearest: float = NEAREST
    margin: float = MARGIN


@dataclass(frozen=True)
class Departure:
    """How far each atom of a structure is from a domain."""

    outside: Bool[Tensor, " atoms"]
    excess: Float[Tensor, " atoms"]  # widths of the range; infinite for an element never seen
    reason: str  # the worst of it in a sentence, empty if no atom is outside

    @property
    def share(self) -> float:
        """The share of the atoms that are outside, 0 to 1."""
        return float(self.outside.double().mean())


def learn_domain(
    structures: Iterable[Atoms],
    cutoff: float,
    describe: Describe | None = None,
    names: Iterable[str] = (),
    nearest: float = NEAREST,
    margin: float = MARGIN,
) -> Domain:
    """The domain of the training structures.

    `cutoff` (Å) and `describe` are the model's: for a Behler-Parrinello model,
    `describe=lambda graph: symmetry_functions(graph, model.functions)`. Without `describe` only
    elements and distances are looked at. Raises ValueError for no structures at all.
    """
    graphs = [atom_graph(atoms, cutoff) for atoms in structures]
    if not graphs:
        raise ValueError("A domain is learned from training structures, and none were given.")
    elements = tuple(torch.cat([graph.numbers for graph in graphs]).unique().tolist())
    closest = torch.full((len(elements),) * 2, torch.inf, dtype=torch.float64)
    rows, kinds = [], []
    for graph in graphs:
        kind = _places(graph.numbers, elements)
        pair = kind[graph.centers] * len(elements) + kind[graph.neighbors]
        closest.view(-1).scatter_reduce_(0, pair, _distances(graph), "amin")
        kinds.append(kind)
        rows.append(_features(graph, describe))
    features, kind = torch.cat(rows), torch.cat(kinds)
    low, high = (
        torch.stack([reduce(features[kind == k], 0) for k in range(len(elements))])
        for reduce in (torch.amin, torch.amax)
    )
    return Domain(cutoff, elements, closest, low, high, describe, tuple(names), nearest, margin)


def domain_of(model: torch.nn.Module, structures: Iterable[Atoms]) -> Domain:
    """The domain of a model's training structures, with its symmetry functions if it has some.

    A GAP says itself how new an atom's surroundings are to it. Its range is taken on a logarithmic
    scale, from what rounding leaves (0.1 meV) to the largest novelty of the training data.
    """
    if hasattr(model, "novelty"):
        domain = learn_domain(
            structures,
            model.cutoff,
            describe=lambda graph: model.novelty(graph)[:, None].clamp(min=1e-4).log10(),
            names=("log10 of the novelty in eV",),
        )
        # Twice the largest novelty of training, but no more than half way to δ, the largest of all.
        room = (log10(model.delta) - domain.high).clamp(min=0.0) / 2
        width = (domain.high - domain.low).clamp(min=1e-3)
        return replace(domain, margin=float((room.clamp(max=log10(2)) / width).min()))
    functions = getattr(model, "functions", None)
    if functions is None:
        return learn_domain(structures, model.cutoff)
    return learn_domain(
        structures,
        model.cutoff,
        describe=lambda graph: symmetry_functions(graph, functions),
        names=functions.names(),
    )


def departure(domain: Domain, atoms: Atoms) -> Departure:
    """Which atoms of a structure are outside the domain, how far, and the worst of it in words."""
    graph = atom_graph(atoms, domain.cutoff)
    strange = ~torch.isin(graph.numbers, torch.tensor(domain.elements))
    if strange.any():
        symbol = SYMBOLS[int(graph.numbers[strange][0])]
        known = ", ".join(SYMBOLS[z] for z in domain.elements)
        reason = f"The structure holds {symbol}, and the training data hold only {known}."
        excess = torch.where(strange, torch.inf, 0.0).double()
        return Departure(strange, excess, reason)
    kind = _places(graph.numbers, domain.elements)
    distances = _distances(graph)
    limits = domain.closest[kind[graph.centers], kind[graph.neighbors]]
    near = distances < domain.nearest * limits
    crowded = torch.zeros(graph.n_atoms, dtype=torch.bool)
    crowded[graph.centers[near]] = True
    excess, feature = _excess(_features(graph, domain.describe), kind, domain)
    outside = crowded | (excess > domain.margin)
    if near.any():
        reason = _too_close(graph, int((distances / limits).argmin()), distances, limits)
    elif outside.any():
        reason = _too_far(domain, graph, int(excess.argmax()), excess, feature)
    else:
        reason = ""
    return Departure(outside, excess, reason)


def _excess(
    features: Float[Tensor, "atoms features"], kind: Int[Tensor, " atoms"], domain: Domain
) -> tuple[Float[Tensor, " atoms"], Int[Tensor, " atoms"]]:
    """The largest excess of each atom, and the feature that has it."""
    if features.shape[1] == 0:
        return features.new_zeros(len(kind)), kind.new_zeros(len(kind))
    low, high = domain.low[kind], domain.high[kind]
    # A feature that never varied has no width; a millionth of its size keeps rounding inside.
    width = (high - low).maximum(1e-6 * high.abs().maximum(low.abs())).clamp(min=1e-30)
    beyond = torch.maximum(features - high, low - features).clamp(min=0)
    return (beyond / width).max(dim=1)


def _too_close(graph: AtomGraph, pair: int, distances: Tensor, limits: Tensor) -> str:
    i, j = int(graph.centers[pair]), int(graph.neighbors[pair])
    a, b = (SYMBOLS[int(graph.numbers[k])] for k in (i, j))
    limit = float(limits[pair])
    seen = (
        f"the closest {a}-{b} pair of the training data is {limit:.3f} Å"
        if limit < torch.inf
        else f"{a} and {b} are never neighbours in the training data"
    )
    return f"Atoms {i} ({a}) and {j} ({b}) are {float(distances[pair]):.3f} Å apart; {seen}."


def _too_far(domain: Domain, graph: AtomGraph, atom: int, excess: Tensor, feature: Tensor) -> str:
    number = int(feature[atom])
    name = domain.names[number] if domain.names else f"feature {number}"
    symbol = SYMBOLS[int(graph.numbers[atom])]
    return (
        f"Atom {atom} ({symbol}) has surroundings unlike the training data's: its {name} lies "
        f"{float(excess[atom]):.2f} widths of the range beyond the range of {symbol}."
    )


def _features(graph: AtomGraph, describe: Describe | None) -> Float[Tensor, "atoms features"]:
    if describe is None:
        return graph.positions.new_zeros(graph.n_atoms, 0)
    with torch.no_grad():
        return describe(graph)


def _distances(graph: AtomGraph) -> Float[Tensor, " pairs"]:
    return torch.linalg.vector_norm(displacements(graph), dim=1)


def _places(numbers: Int[Tensor, " atoms"], elements: tuple[int, ...]) -> Int[Tensor, " atoms"]:
    """The place of each atom's element in the rising list of elements."""
    return torch.searchsorted(torch.tensor(elements), numbers)
