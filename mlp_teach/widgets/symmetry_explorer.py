"""Explorer of the symmetry functions G2 and G4: move neighbours and parameters, watch the numbers.

Left the atoms; in the middle what a neighbour adds to G2 at each distance, with the neighbours on
it; right the angular factor of G4 as a polar curve, with each pair of neighbours at its angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlp_teach.widgets.drawing import (
    Ball,
    Choice,
    Control,
    Dot,
    Drawing,
    Handle,
    Line,
    Panel,
    Ring,
    Slider,
    Table,
    Text,
    number,
)
from mlp_teach.widgets.symmetry_scene import (
    ANGLES,
    CUTOFF,
    DISTANCES,
    ETA_STEPS,
    SymmetryNumbers,
    SymmetryState,
    angles,
    pairs,
    symmetry_numbers,
    symmetry_update,
)

COPPER_COLOR = "#c88033"
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


def symmetry_explorer(neighbors: Sequence[tuple[float, float]] | None = None, lang: str = "en"):
    """The widget; `neighbors` (x, y in Å around the centre) replace its own four."""
    from mlp_teach.widgets.canvas import Canvas

    state = SymmetryState()
    if neighbors is not None:
        state = replace(state, neighbors=tuple((float(x), float(y)) for x, y in neighbors))
    return Canvas(
        state,
        lambda state: symmetry_picture(state, lang),
        symmetry_update,
        lang,
        "symmetry_explorer",
    )


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
    for (i, j), angle in zip(pairs(state), angles(state), strict=True):
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


def _table(state: SymmetryState, numbers: SymmetryNumbers, words: dict) -> Table:
    radii = [float(np.hypot(x, y)) for x, y in state.neighbors]
    radial = (
        (str(i), number(r, 2), "", number(share, 4), "")
        for i, (r, share) in enumerate(zip(radii, numbers.g2_shares, strict=True), start=1)
    )
    angular = (
        (f"{i + 1}-{j + 1}", "", number(float(np.degrees(angle)), 1), "", number(share, 4))
        for (i, j), angle, share in zip(pairs(state), angles(state), numbers.g4_shares, strict=True)
    )
    total = (words["sum"], "", "", number(numbers.g2, 4), number(numbers.g4, 4))
    return Table(words["header"], (*radial, *angular, total))
