"""Explorer of the symmetry functions G2 and G4: move neighbours and parameters, watch the numbers.

Every number here is the library's: the curve of G2 is G2 of a centre with one neighbour at each
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
from mlp_teach.widgets.drawing import (
    Ball,
    Choice,
    Control,
    Dot,
    Drawing,
    Event,
    Handle,
    Line,
    Moved,
    Panel,
    Ring,
    Slider,
    Table,
    Text,
    number,
)

CUTOFF = 6.0  # Å
COPPER, COPPER_COLOR = 29, "#c88033"
DISTANCES = np.linspace(0.5, CUTOFF, 111)  # Å, of the curve of G2
ANGLES = np.radians(np.arange(2, 181, 2))  # of the angular factor; at 0 two atoms would be one
CLOSEST = 0.5  # Å: no two atoms come nearer
ETA_STEPS = np.round(np.geomspace(0.001, 4.0, 60), 4)  # 1/Å², what the sliders of η run through
WORDS = {
    "en": {
        "description": "A centre atom with neighbours to move, the curve of the symmetry function "
        "G2 with each neighbour's share, and the angular factor of G4 with each pair's angle.",
        "atoms": "Centre 0, neighbours, cutoff {cutoff:g} Å",
        "handle": "neighbour {i}",
        "distance": "distance r / Å",
        "share": "share of G2",
        "angle": "Angular factor of G4 at angle θ",
        "g4_eta": "η of G4",
        "g2_eta": "η of G2",
        "r_s": "R_s of G2",
        "zeta": "ζ of G4",
        "lambda": "λ of G4",
        "header": ("neighbour or pair", "r / Å", "θ / °", "G2", "G4"),
        "sum": "sum",
        "summary": "G2 = {g2}, G4 = {g4}",
    },
    "ja": {
        "description": "中心原子と動かせる隣接原子、対称性関数 G2 の曲線と各隣接原子の寄与、"
        "G4 の角度因子と各原子対の角度を示します。",
        "atoms": "中心 0 と隣接原子、カットオフ {cutoff:g} Å",
        "handle": "隣接原子 {i}",
        "distance": "距離 r / Å",
        "share": "G2 への寄与",
        "angle": "角度 θ での G4 の角度因子",
        "g4_eta": "G4 の η",
        "g2_eta": "G2 の η",
        "r_s": "G2 の R_s",
        "zeta": "G4 の ζ",
        "lambda": "G4 の λ",
        "header": ("隣接原子・原子対", "r / Å", "θ / °", "G2", "G4"),
        "sum": "和",
        "summary": "G2 = {g2}、G4 = {g4}",
    },
}


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
    g4_shares: tuple[float, ...]  # one a pair, in the order of itertools.combinations
    curve: np.ndarray  # share of G2 at DISTANCES
    angular: np.ndarray  # 2^(1-ζ) (1 + λ cos θ)^ζ at ANGLES


def symmetry_explorer(neighbors: Sequence[tuple[float, float]] | None = None, lang: str = "en"):
    """The widget; `neighbors` (x, y in Å around the centre) replace its own four."""
    from mlp_teach.widgets.canvas import Canvas

    state = SymmetryState()
    if neighbors is not None:
        state = replace(state, neighbors=tuple((float(x), float(y)) for x, y in neighbors))
    return Canvas(state, lambda state: symmetry_picture(state, lang), symmetry_update, lang)


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
    pairs = combinations(state.neighbors, 2)
    parts = [_cluster(state.neighbors), *(_cluster([place]) for place in state.neighbors)]
    parts += [_cluster(pair) for pair in pairs]
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


def symmetry_picture(state: SymmetryState, lang: str = "en") -> Drawing:
    """Atoms, curve, angular factor and numbers for one state."""
    words, numbers = WORDS[lang], symmetry_numbers(state)
    g2, g4 = number(numbers.g2, 4), number(numbers.g4, 4)
    return Drawing(
        panels=(
            _atoms(state, words),
            _radial(state, numbers, words),
            _angular(state, numbers, words),
        ),
        table=_table(state, numbers, words),
        description=words["description"],
        summary=words["summary"].format(g2=g2, g4=g4),
        controls=_controls(state, words),
    )


def _controls(state: SymmetryState, words: dict) -> tuple[Control, ...]:
    def eta(name: str, value: float) -> Slider:
        place = float(np.abs(ETA_STEPS - value).argmin())
        text = f"{words[name]}: {value:g} Å⁻²"
        return Slider(name, words[name], place, 0.0, float(len(ETA_STEPS) - 1), 1.0, text)

    r_s, zeta = f"{words['r_s']}: {state.r_s:.1f} Å", f"{words['zeta']}: {state.zeta:g}"
    return (
        eta("g2_eta", state.g2_eta),
        Slider("r_s", words["r_s"], state.r_s, 0.0, CUTOFF, 0.1, r_s),
        eta("g4_eta", state.g4_eta),
        Slider("zeta", words["zeta"], state.zeta, 1.0, 32.0, 1.0, zeta),
        Choice("lambda_", words["lambda"], f"{state.lambda_:g}", (("1", "+1"), ("-1", "\u22121"))),
    )


def _atoms(state: SymmetryState, words: dict) -> Panel:
    edge = CUTOFF + 0.5
    rays = (Line((0.0, x), (0.0, y), "muted", 1.5) for x, y in state.neighbors)
    balls = (
        Ball(x, y, 0.6, COPPER_COLOR, str(i)) for i, (x, y) in enumerate(state.neighbors, start=1)
    )
    handles = (
        Handle(str(i), x, y, words["handle"].format(i=i + 1), radius=0.6, step=0.1)
        for i, (x, y) in enumerate(state.neighbors)
    )
    return Panel(
        (-edge, edge),
        (-edge, edge),
        marks=(
            Ring(0.0, 0.0, CUTOFF),
            *rays,
            Ball(0.0, 0.0, 0.6, "#8a8f98", "0"),
            *balls,
            *handles,
        ),
        title=words["atoms"].format(cutoff=CUTOFF),
        equal=True,
        bare=True,
    )


def _radial(state: SymmetryState, numbers: SymmetryNumbers, words: dict) -> Panel:
    """The share of a neighbour at each distance, and where the neighbours stand."""
    marks: list = [Line(DISTANCES, numbers.curve, "blue", 2.5)]
    for i, ((x, y), share) in enumerate(zip(state.neighbors, numbers.g2_shares, strict=True), 1):
        r = float(np.hypot(x, y))
        marks += [
            Line((r, r), (0.0, share), "orange", 2.5),
            Dot(r, share, "orange"),
            Text(r, share, str(i), "ink", dy=-9.0),
        ]
    return Panel(
        (0.0, CUTOFF + 0.5),
        (0.0, 1.1),
        marks,
        title=f"G2 = {number(numbers.g2, 4)}",
        x_label=words["distance"],
        y_label=words["share"],
    )


def _angular(state: SymmetryState, numbers: SymmetryNumbers, words: dict) -> Panel:
    """The angular factor as a polar curve: its distance from the middle, at most 2, along θ."""
    x, y = numbers.angular * np.cos(ANGLES), numbers.angular * np.sin(ANGLES)
    marks: list = [Ring(0.0, 0.0, radius, "grid", dashed=False) for radius in (0.5, 1.0, 1.5, 2.0)]
    marks += [Text(0.0, -radius, f"{radius:g}", dy=-3.0) for radius in (1.0, 2.0)]
    marks += [
        Line((-2.0, 2.0), (0.0, 0.0), "grid", 1.0),
        Line(np.append(x, x[::-1]), np.append(y, -y[::-1]), "blue", 2.5),
        Text(2.2, 0.0, "0°", dy=18.0),
        Text(-2.25, 0.0, "180°", dy=18.0),
    ]
    for (i, j), angle in zip(_pairs(state), _angles(state), strict=True):
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        far = float(np.interp(angle, ANGLES, numbers.angular))
        marks += [
            Line((0.0, 2.0 * cos), (0.0, 2.0 * sin), "muted", 1.0, dashed=True),
            Dot(far * cos, far * sin, "orange"),
            Text(2.25 * cos, 2.18 * sin, f"{i + 1}-{j + 1}", "ink", dy=3.0),
        ]
    title = f"G4 = {number(numbers.g4, 4)}"
    return Panel(
        (-2.6, 2.6), (-2.1, 2.5), marks, title, x_label=words["angle"], equal=True, bare=True
    )


def _pairs(state: SymmetryState) -> list[tuple[int, int]]:
    return list(combinations(range(len(state.neighbors)), 2))


def _angles(state: SymmetryState) -> list[float]:
    """θ of each pair of neighbours, 0 to π."""
    directions = [np.arctan2(y, x) for x, y in state.neighbors]
    return [
        abs((directions[i] - directions[j] + np.pi) % (2 * np.pi) - np.pi) for i, j in _pairs(state)
    ]


def _table(state: SymmetryState, numbers: SymmetryNumbers, words: dict) -> Table:
    radii = [float(np.hypot(x, y)) for x, y in state.neighbors]
    radial = (
        (str(i), number(r, 2), "", number(share, 4), "")
        for i, (r, share) in enumerate(zip(radii, numbers.g2_shares, strict=True), start=1)
    )
    angular = (
        (f"{i + 1}-{j + 1}", "", number(float(np.degrees(angle)), 1), "", number(share, 4))
        for (i, j), angle, share in zip(
            _pairs(state), _angles(state), numbers.g4_shares, strict=True
        )
    )
    total = (words["sum"], "", "", number(numbers.g2, 4), number(numbers.g4, 4))
    return Table(words["header"], (*radial, *angular, total))
