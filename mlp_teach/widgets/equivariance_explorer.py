"""The equivariance explorer: turn a molecule, or mirror it, and see which numbers follow.

Left the molecule with what a NequIP carries on each atom, a vector as an arrow and a feature of
degree 2 as an ellipse; right the numbers of one atom before (blue) and now (orange), beside those
of a SchNet, which stay.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from ase.data.colors import jmol_colors
from ase.symbols import symbols2numbers

from mlp_teach.widgets.drawing import (
    Area,
    Arrow,
    Ball,
    Button,
    Choice,
    Control,
    Drawing,
    Line,
    Panel,
    Slider,
    Table,
    Text,
    number,
)
from mlp_teach.widgets.equivariance_scene import (
    MOLECULES,
    MOST_ATOMS,
    NOTHING,
    VECTORS,
    EquivarianceNumbers,
    EquivarianceState,
    equivariance_numbers,
    equivariance_update,
)

EDGE = 2.2  # Å, of the map
BOND = 1.5  # Å: atoms closer than this are joined by a line
BALL, ELLIPSE, ARROW = 0.22, 0.42, 0.7  # Å: radius, radius where Q is 0, length of the longest
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
COMPONENTS = {
    "0e": ("0e",),
    "0o": ("0o",),
    "1o": ("1o y", "1o z", "1o x"),
    "1e": ("1e y", "1e z", "1e x"),
    "2e": ("2e xy", "2e yz", "2e 3z²−r²", "2e xz", "2e x²−y²"),
}
WORDS = {
    "en": {
        "description": "A molecule that can be turned and mirrored. On each atom an arrow is a "
        "vector and an ellipse a feature of degree 2 of a NequIP with random weights; bars are the "
        "numbers of one atom before and after, those of a SchNet beside them.",
        "molecule": "molecule",
        "vector": "arrows",
        "1o": "1o, as a force",
        "1e": "1e, as a torque",
        "turn": "turn about z",
        "tilt": "tilt about x",
        "atom": "numbers of atom",
        "mirror": "mirror",
        "upright": "back to the start",
        "drawn": "NequIP: {vector} as arrows, 2e as ellipses",
        "bars": "Numbers of {atom}",
        "before": "before",
        "now": "now",
        "header": ("number", "before", "now"),
        "plain": "SchNet {n}",
        "energy": "E of NequIP / eV",
        "mirrored": "mirrored, ",
        "summary": "Now: {mirrored}turned {turn}°, tilted {tilt}°. Largest change since before: "
        "SchNet's numbers {plain}, E {energy} eV, 0o {odd}, 1o {vector}, 2e {tensor}. "
        "Equivariance says: numbers now = D × numbers before; for NequIP the two sides differ by "
        "at most {deviation}",
    },
    "ja": {
        "description": "回したり鏡に映したりできる分子。各原子の矢印はベクトル、楕円は次数 2 の"
        "特徴量で、重みが乱数の NequIP が計算したものです。棒は、1 個の原子がもつ数の操作前と"
        "操作後の値を、SchNet の数と並べて示します。",
        "molecule": "分子",
        "vector": "矢印",
        "1o": "1o（力の仲間）",
        "1e": "1e（トルクの仲間）",
        "turn": "z 軸のまわりに回す",
        "tilt": "x 軸のまわりに傾ける",
        "atom": "数を見る原子",
        "mirror": "鏡に映す",
        "upright": "はじめに戻す",
        "drawn": "NequIP：{vector} を矢印、2e を楕円で表示",
        "bars": "{atom} がもつ数",
        "before": "操作前",
        "now": "いま",
        "header": ("数", "操作前", "いま"),
        "plain": "SchNet {n}",
        "energy": "NequIP の E / eV",
        "mirrored": "鏡に映して、",
        "summary": "いま：{mirrored}{turn}° 回し、{tilt}° 傾けた状態。操作前からの変化の最大値："
        "SchNet の数 {plain}、E {energy} eV、0o {odd}、1o {vector}、2e {tensor}。"
        "同変なら「いまの数 = D × 操作前の数」となるはずで、NequIP では両辺の差は最大 {deviation}",
    },
}


def equivariance_explorer(lang: str = "en", molecule: str = "H2O2"):
    """The widget, at first for this molecule: H2O, H2O2 or CH3OH."""
    from mlp_teach.widgets.canvas import Canvas

    if molecule not in MOLECULES:
        raise ValueError(f"molecule is {molecule!r}; the explorer knows {', '.join(MOLECULES)}.")
    state = EquivarianceState(molecule=molecule, atom=0)
    return Canvas(
        state,
        lambda state: equivariance_picture(state, lang),
        equivariance_update,
        lang,
        "equivariance_explorer",
    )


def equivariance_picture(state: EquivarianceState, lang: str = "en") -> Drawing:
    """Molecule, bars and numbers for one state."""
    words, numbers = WORDS[lang], equivariance_numbers(state)
    return Drawing(
        panels=(_molecule(state, numbers, words), _bars(state, numbers, words)),
        table=_table(numbers, words),
        description=words["description"],
        summary=_summary(state, numbers, words),
        controls=_controls(state, numbers, words),
    )


def _controls(
    state: EquivarianceState, numbers: EquivarianceNumbers, words: dict
) -> tuple[Control, ...]:
    def angle(name: str, value: float) -> Slider:
        text = f"{words[name]}: {number(value, 0)}°"
        return Slider(name, words[name], value, -180.0, 180.0, 5.0, text)

    atom = f"{words['atom']}: {numbers.names[state.atom]}"
    formulas = [(name, name.translate(SUBSCRIPTS)) for name in MOLECULES]
    return (
        Choice("molecule", words["molecule"], state.molecule, formulas),
        Choice("vector", words["vector"], state.vector, [(name, words[name]) for name in VECTORS]),
        angle("turn", state.turn),
        angle("tilt", state.tilt),
        Slider("atom", words["atom"], float(state.atom), 0.0, MOST_ATOMS - 1.0, 1.0, atom),
        Button("mirror", words["mirror"]),
        Button("upright", words["upright"]),
    )


def _molecule(state: EquivarianceState, numbers: EquivarianceNumbers, words: dict) -> Panel:
    """Atoms that lie in front are drawn last."""
    places = numbers.places
    marks: list = [
        Line(*zip(places[i, :2], places[j, :2], strict=True), "muted", 1.5)
        for i, j in combinations(range(len(places)), 2)
        if np.linalg.norm(places[i] - places[j]) < BOND
    ]
    for i in np.argsort(places[:, 2], kind="stable"):
        x, y, _ = places[i]
        outline = numbers.outlines[i] * ELLIPSE + (x, y)
        marks += [Area([outline], "green", 0.3), Line(*outline.T, "green", 1.5)]
        element = symbols2numbers(numbers.names[i].rstrip("0123456789"))[0]
        color = "#" + "".join(f"{round(255 * part):02x}" for part in jmol_colors[element])
        marks.append(Ball(x, y, BALL, color, numbers.names[i]))
    for place, vector in zip(places[:, :2], ARROW * numbers.vectors[:, :2], strict=True):
        rim = place + BALL * vector / max(float(np.linalg.norm(vector)), NOTHING)
        marks.append(Arrow(*rim.tolist(), *vector.tolist(), "orange"))  # beside the atom's name
    title = words["drawn"].format(vector=state.vector)
    return Panel((-EDGE, EDGE), (-EDGE, EDGE), marks, title=title, equal=True, bare=True)


def _rows(numbers: EquivarianceNumbers, words: dict) -> list[tuple[str, float, float, float]]:
    """Name of a number, before, now, and the size of the feature that it belongs to."""
    rows = []
    parts = [(tuple(words["plain"].format(n=n + 1) for n in range(3)), numbers.plain)]
    parts += [(names, numbers.features[irrep]) for irrep, names in COMPONENTS.items()]
    for names, (before, now) in parts:
        size = max(float(np.linalg.norm(before)), NOTHING)
        rows += [(*row, size) for row in zip(names, before, now, strict=True)]
    return rows


def _bars(state: EquivarianceState, numbers: EquivarianceNumbers, words: dict) -> Panel:
    """Two bars a number, in units of the length of its feature."""
    marks: list = []
    place, group, labelled = 0.0, "", set()
    for name, before, now, size in _rows(numbers, words):
        kind = name.split()[0]
        if kind != group:
            place, group = place + (1.0 if group else 0.0), kind
            marks.append(Text(place - 0.4, -1.28, kind, "ink", "start"))
        for color, shift, value in (("blue", -0.18, before), ("orange", 0.18, now)):
            label = words["before" if color == "blue" else "now"]
            x, y = (place + shift, place + shift), (0.0, float(value / size))
            marks.append(Line(x, y, color, 5.0, label="" if label in labelled else label))
            labelled.add(label)
        place += 1.0
    marks.append(Line((-0.6, place - 0.4), (0.0, 0.0), "muted", 1.0))
    title = words["bars"].format(atom=numbers.names[state.atom])
    return Panel((-0.7, place - 0.3), (-1.4, 1.1), marks, title=title, bare=True, share=1.2)


def _summary(state: EquivarianceState, numbers: EquivarianceNumbers, words: dict) -> str:
    def change(both: np.ndarray) -> str:
        return _size(float(np.abs(both[1] - both[0]).max()))

    return words["summary"].format(
        mirrored=words["mirrored"] if state.mirrored else "",
        turn=number(state.turn, 0),
        tilt=number(state.tilt, 0),
        plain=change(numbers.plain),
        energy=change(numbers.energies),
        odd=change(numbers.features["0o"]),
        vector=change(numbers.features["1o"]),
        tensor=change(numbers.features["2e"]),
        deviation=_size(numbers.deviation),
    )


def _size(value: float) -> str:
    """Three digits, or what rounding left: 4e-16."""
    return f"{value:.0e}" if 0 < value < 1e-9 else number(value, 3)


def _table(numbers: EquivarianceNumbers, words: dict) -> Table:
    rows = [
        (name, number(before, 4), number(now, 4)) for name, before, now, _ in _rows(numbers, words)
    ]
    before, now = numbers.energies
    rows.append((words["energy"], number(float(before), 4), number(float(now), 4)))
    return Table(words["header"], rows)
