"""The descriptor-collision hunt: make two surroundings differ while a descriptor calls them equal.

Left the learner's four neighbours over the fixed ones; right how far apart the surroundings are,
and how far three descriptors put them, on a scale from rounding up.
"""

from __future__ import annotations

from math import log10

import numpy as np

from mlp_teach.widgets.collision_scene import (
    DESCRIPTORS,
    DIFFERENT,
    EDGE,
    EQUAL,
    FIXED,
    RADIUS,
    CollisionNumbers,
    CollisionState,
    collision_numbers,
    collision_update,
    corners,
)
from mlp_teach.widgets.drawing import (
    Ball,
    Button,
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

COPPER_COLOR = "#c88033"
LEAST = -17.0  # log10, where the meter begins
DECADES = (-16.0, -12.0, -8.0, -4.0, 0.0)
BARS = ("rmsd", *DESCRIPTORS, "everyone")
LINES = (0, 1, 0, 1, 2)  # in which each bar's words stand, so that none lie on others
WORDS = {
    "en": {
        "description": "A centre with four neighbours to move over four fixed ones on the corners "
        "of an octagon, and a meter on a logarithmic scale: how far apart the two surroundings "
        "are, and how far apart three descriptors put them.",
        "descriptor": "to be fooled",
        "radial": "G2",
        "angular": "G2 and G4",
        "soap": "SOAP",
        "rmsd": "atoms (Å)",
        "everyone": "SOAP of all atoms",
        "height": "centre below the plane",
        "hint": "show a collision",
        "start": "back to the start",
        "map": "Drag a neighbour; rings: fixed",
        "meter": "How different the two are",
        "units": "descriptors: |x − x′| / |x|",
        "empty": "no difference at all",
        "equal": "equal",
        "handle": "neighbour {i}",
        "header": ("", "fixed", "yours"),
        "distance": "distance {i} (Å)",
        "angle": "angle {i} (°)",
        "apart": "difference: {name}",
        "collision": "collision",
        "same": "the same surroundings",
        "told": "told apart",
        "summary": "{name}: {verdict}. Atoms {rmsd} Å apart, |x − x′| / |x| = {apart}",
    },
    "ja": {
        "description": "正八角形の頂点に固定した 4 個の隣接原子に重ねて、動かせる 4 個の隣接原子を"
        "示します。対数目盛りの計器は、2 つの環境がどれだけ離れているか、3 つの記述子では"
        "どれだけ離れているかを示します。",
        "descriptor": "だます記述子",
        "radial": "G2",
        "angular": "G2 と G4",
        "soap": "SOAP",
        "rmsd": "原子（Å）",
        "everyone": "全原子の SOAP",
        "height": "面から中心までの深さ",
        "hint": "衝突の例を見る",
        "start": "はじめに戻す",
        "map": "隣接原子をドラッグ（輪は固定）",
        "meter": "2 つの環境の違い",
        "units": "記述子：|x − x′| / |x|",
        "empty": "違いはまったくない",
        "equal": "等しい",
        "handle": "隣接原子 {i}",
        "header": ("", "固定", "あなた"),
        "distance": "距離 {i}（Å）",
        "angle": "角度 {i}（°）",
        "apart": "違い：{name}",
        "collision": "衝突",
        "same": "同じ環境",
        "told": "区別できる",
        "summary": "{name}：{verdict}。原子の隔たり {rmsd} Å、|x − x′| / |x| = {apart}",
    },
}


def collision_hunt(lang: str = "en", descriptor: str = "radial"):
    """The widget; at first with this descriptor to be fooled: radial, angular or soap."""
    from mlp_teach.widgets.canvas import Canvas

    if descriptor not in DESCRIPTORS:
        raise ValueError(f"descriptor is {descriptor!r}; the hunt knows {', '.join(DESCRIPTORS)}.")
    state = CollisionState(descriptor)
    return Canvas(
        state,
        lambda state: collision_picture(state, lang),
        collision_update,
        lang,
        "collision_hunt",
    )


def collision_picture(state: CollisionState, lang: str = "en") -> Drawing:
    """Neighbours, meter and numbers for one state."""
    words, numbers = WORDS[lang], collision_numbers(state)
    return Drawing(
        panels=(_map(state, words), _meter(state, numbers, words)),
        table=_table(numbers, words),
        description=words["description"],
        summary=words["summary"].format(
            name=words[state.descriptor],
            verdict=words[verdict(state, numbers)],
            rmsd=number(numbers.rmsd, 3),
            apart=f"{numbers.apart[state.descriptor]:.1e}",
        ),
        controls=_controls(state, words),
    )


def verdict(state: CollisionState, numbers: CollisionNumbers) -> str:
    """told, same or collision: what the chosen descriptor makes of the two."""
    if numbers.apart[state.descriptor] > EQUAL:
        return "told"
    return "collision" if numbers.rmsd > DIFFERENT else "same"


def _controls(state: CollisionState, words: dict) -> tuple[Control, ...]:
    height = f"{words['height']}: {number(state.height, 1)} Å"
    options = [(name, words[name]) for name in DESCRIPTORS]
    return (
        Choice("descriptor", words["descriptor"], state.descriptor, options),
        Slider("height", words["height"], state.height, 0.0, 2.0, 0.1, height),
        Button("hint", words["hint"]),
        Button("start", words["start"]),
    )


def _map(state: CollisionState, words: dict) -> Panel:
    """The circle and its corners, which catch a neighbour that comes near."""
    marks: list = [Ring(0.0, 0.0, RADIUS, "grid", dashed=False)]
    marks += [Dot(x, y, "muted", 3.0) for x, y in corners(tuple(range(8)))]
    marks += [Ring(x, y, 0.46, "blue", dashed=False) for x, y in corners(FIXED)]
    marks.append(Ball(0.0, 0.0, 0.32, "#8a8f98", "0"))
    for n, (x, y) in enumerate(state.neighbors):
        marks.append(Ball(x, y, 0.32, COPPER_COLOR, str(n + 1)))
    for n, (x, y) in enumerate(state.neighbors):
        label = words["handle"].format(i=n + 1)
        marks.append(Handle(str(n), x, y, label, radius=0.32, step=0.3))
    edges = (-EDGE, EDGE)
    return Panel(edges, edges, marks, title=words["map"], equal=True, bare=True)


def _meter(state: CollisionState, numbers: CollisionNumbers, words: dict) -> Panel:
    """Bars of log10; the atoms' and the chosen descriptor's are in colour."""
    end, marks = len(BARS) - 0.5, []
    for power in DECADES:
        marks.append(Line((-0.5, end), (power, power), "grid", 1.0))
        marks.append(Text(-0.6, power, f"1e{power:+.0f}" if power else "1", anchor="end", dy=4.0))
    edge = log10(EQUAL)
    marks.append(Line((-0.5, end), (edge, edge), "muted", 1.0, dashed=True))
    marks.append(Text(end, edge, words["equal"], "muted", "start", dy=4.0))
    for n, name in enumerate(BARS):
        value = numbers.rmsd if name == "rmsd" else numbers.apart[name]
        place, high = float(n), max(log10(max(value, 1e-300)), LEAST)
        chosen = {"rmsd": "blue", state.descriptor: "orange"}.get(name, "muted")
        marks += [Line((place, place), (LEAST, high), chosen, 9.0), Dot(place, high, chosen, 5.0)]
        marks.append(Text(place, LEAST, words[name], "ink", dy=16.0 + 14.0 * LINES[n]))
    if max(numbers.rmsd, *numbers.apart.values()) < 10**LEAST:
        marks.append(Text(end / 2, edge, words["empty"], "ink", dy=-60.0))
    across, range_ = (-1.6, end + 1.1), (LEAST - 3.6, 1.5)  # with room for the words
    return Panel(across, range_, marks, words["meter"], words["units"], bare=True, share=1.2)


def _table(numbers: CollisionNumbers, words: dict) -> Table:
    """Distances and angles side by side: where these agree, no function of pairs can differ."""
    rows = [(words["apart"].format(name=words["rmsd"]), "", f"{numbers.rmsd:.1e}")]
    for name, value in numbers.apart.items():
        rows.append((words["apart"].format(name=words[name]), "", f"{value:.1e}"))
    for kind, both, digits in (
        ("distance", numbers.distances, 3),
        ("angle", numbers.angles, 1),
    ):
        for n, pair in enumerate(np.transpose(both)):
            texts = (number(float(value), digits) for value in pair)
            rows.append((words[kind].format(i=n + 1), *texts))
    return Table(words["header"], rows)
