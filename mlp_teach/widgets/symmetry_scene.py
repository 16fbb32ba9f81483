"""The library's side of the symmetry explorer: G2 and G4 of what the learner has arranged.

Every number is the library's: the curve of G2 is G2 of a centre with one neighbour at each
distance, the angular factor of G4 is G5 with η = 0 of a centre with two neighbours at each angle,
divided by their cutoff functions (two G1), and each neighbour's or pair's share is the function of
a centre with only these neighbours. The shares add up to the whole, as the sums of the paper say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import numpy as np
import torch
from ase import Atoms

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.graph import AtomGraph, collate
from mlp_teach.neighbors import atom_graph
from mlp_teach.widgets.drawing import Event, Moved

CUTOFF = 6.0  # Å
COPPER = 29
DISTANCES = np.linspace(0.5, CUTOFF, 111)  # Å, of the curve of G2
ANGLES = np.radians(np.arange(2, 181, 2))  # of the angular factor; at 0 two atoms would be one
CLOSEST = 0.5  # Å: no two atoms come nearer
ETA_STEPS = np.round(np.geomspace(0.001, 4.0, 60), 4)  # 1/Å², what the sliders of η run through


@dataclass(frozen=True)
class SymmetryState:
    """Places of the neighbours (Å, the centre is at the origin) and the parameters."""

    neighbors: tuple[tuple[float, float], ...] = (
        (2.5, 0.2),
        (1.2, 2.7),
        (-3.2, 1.6),
        (-1.4, -4.3),
    )
    g2_eta: float = 1.0  # 1/Å²
    r_s: float = 2.5  # Å
    g4_eta: float = 0.01  # 1/Å²
    zeta: float = 2.0
    lambda_: float = 1.0

    def functions(self) -> SymmetryFunctions:
        return SymmetryFunctions(
            cutoff=CUTOFF,
            elements=(COPPER,),
            g1=True,
            g2=((self.g2_eta, self.r_s),),
            g4=((self.g4_eta, self.zeta, self.lambda_),),
            g5=((0.0, self.zeta, self.lambda_),),
        )


@dataclass(frozen=True)
class SymmetryNumbers:
    """What the library says of one state: sums, shares, and both curves."""

    g2: float
    g4: float
    g2_shares: tuple[float, ...]  # one a neighbour
    g4_shares: tuple[float, ...]  # one a pair, in the order of `pairs`
    curve: np.ndarray  # share of G2 at DISTANCES
    angular: np.ndarray  # 2^(1-ζ) (1 + λ cos θ)^ζ at ANGLES


def symmetry_update(state: SymmetryState, event: Event) -> SymmetryState:
    """What a moved neighbour or a new parameter means; no two atoms come nearer than CLOSEST."""
    if isinstance(event, Moved):
        places = list(state.neighbors)
        places[int(event.name)] = (event.x, event.y)
        distances = [np.hypot(x, y) for x, y in places]
        distances += [np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places, 2)]
        return state if min(distances) < CLOSEST else replace(state, neighbors=tuple(places))
    if event.name in ("g2_eta", "g4_eta"):
        return replace(state, **{event.name: float(ETA_STEPS[int(event.value)])})
    return replace(state, **{event.name: float(event.value)})


def symmetry_numbers(state: SymmetryState) -> SymmetryNumbers:
    """One call of the library for the whole cluster, all its parts and both curves."""
    parts = [_cluster(state.neighbors), *(_cluster([place]) for place in state.neighbors)]
    parts += [_cluster(pair) for pair in combinations(state.neighbors, 2)]
    graph = collate([*parts, _curves()])
    centres = torch.bincount(graph.system).cumsum(0).roll(1)
    centres[0] = 0
    rows = symmetry_functions(graph, state.functions())[centres].numpy()
    g1, g2, g4, g5 = rows.T
    angular = slice(len(rows) - len(ANGLES), None)
    radial = slice(len(parts), angular.start)
    first_pair = 1 + len(state.neighbors)
    return SymmetryNumbers(
        g2=float(g2[0]),
        g4=float(g4[0]),
        g2_shares=tuple(g2[1:first_pair].tolist()),
        g4_shares=tuple(g4[first_pair : len(parts)].tolist()),
        curve=g2[radial],
        angular=g5[angular] / (g1[angular] / 2) ** 2,
    )


def _cluster(neighbors: Sequence[tuple[float, float]]) -> AtomGraph:
    places = [(0.0, 0.0, 0.0), *((x, y, 0.0) for x, y in neighbors)]
    return atom_graph(Atoms([COPPER] * len(places), places), CUTOFF)


@cache
def _curves() -> AtomGraph:
    """A centre with one neighbour at each of DISTANCES, then with two at each of ANGLES."""
    trimers = [[(3.0, 0.0), (3.0 * np.cos(a), 3.0 * np.sin(a))] for a in ANGLES]
    return collate([_cluster([(r, 0.0)]) for r in DISTANCES] + [_cluster(t) for t in trimers])


def pairs(state: SymmetryState) -> list[tuple[int, int]]:
    """Each pair of neighbours once, as indices, in the order of the shares of G4."""
    return list(combinations(range(len(state.neighbors)), 2))


def angles(state: SymmetryState) -> list[float]:
    """θ of each pair of neighbours, 0 to π."""
    directions = [np.arctan2(y, x) for x, y in state.neighbors]
    return [
        abs((directions[i] - directions[j] + np.pi) % (2 * np.pi) - np.pi) for i, j in pairs(state)
    ]
