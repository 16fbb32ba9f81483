"""The message stepper: walk through one prediction of a SchNet, layer by layer and line by line.

Left the molecule as a graph, with what arrives at one atom as arrows, and the line of the library
that was run; right the numbers which that line read and made. The colours of the atoms say after
how many layers the receiving atom knows of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mlp_teach.widgets.drawing import (
    Area,
    Ball,
    Choice,
    Control,
    Dot,
    Drawing,
    Line,
    Narrow,
    Panel,
    Ring,
    Slider,
    Table,
    Text,
    number,
)
from mlp_teach.widgets.message_scene import (
    EQUATIONS,
    HIGHEST,
    LAYERS,
    LOWEST,
    MOLECULES,
    MOST_ATOMS,
    MessageNumbers,
    MessageState,
    message_numbers,
    message_update,
    prepare,
)

KNOWN = ("orange", "blue", "green", "purple")  # the atom itself, and those of layer 1, 2, 3
UNKNOWN = "#c9ced6"
RADIUS = 0.3  # Å, of a ball
WIDEST = 0.2  # Å, of an arrow
HEIGHT = 330.0  # pixels
NARROW = 740.0  # pixels of a page on which a line of source would find no room beside the numbers
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
WORDS = {
    "en": {
        "description": "A molecule as a graph. Arrows are messages to one atom in one layer, wider "
        "for larger ones; colours say after how many layers that atom knows of each other atom.",
        "molecule": "molecule",
        "layer": "layer",
        "atom": "receiving atom",
        "cutoff": "cutoff",
        "equation": "equation",
        "1": "(1) filters",
        "2": "(2) messages",
        "3": "(3) update",
        "4": "(4) energy",
        "line": "{file}, line {line}",
        "knows": "known after layer",
        "filters": "filters of {atom} and each neighbour",
        "messages": "messages to {atom} and their sum",
        "update": "the {n} numbers of {atom}",
        "energies": "energies / eV (random weights)",
        "before": "before",
        "after": "after",
        "feature": "number",
        "atoms": "atom",
        "header": ("atom", "r / Å", "size", "known after layer", "E / eV"),
        "never": "never",
        "summary": "Layer {layer}: {atom} hears from {heard}; it then knows of {known} of {others} "
        "other atoms. {where}: {code}",
        "nobody": "nobody",
    },
    "ja": {
        "description": "分子のグラフ。矢印は、ある層で 1 個の原子に届くメッセージで、太いほど大きい"
        "ことを表します。色は、その原子が他の原子のことを何層目のあとで知るかを表します。",
        "molecule": "分子",
        "layer": "層",
        "atom": "受け取る原子",
        "cutoff": "カットオフ",
        "equation": "式",
        "1": "(1) フィルター",
        "2": "(2) メッセージ",
        "3": "(3) 更新",
        "4": "(4) エネルギー",
        "line": "{file} の {line} 行目",
        "knows": "知るまでの層数",
        "filters": "{atom} と各隣接原子の間のフィルター",
        "messages": "{atom} に届くメッセージとその和",
        "update": "{atom} がもつ {n} 個の数",
        "energies": "エネルギー / eV（重みは乱数）",
        "before": "更新前",
        "after": "更新後",
        "feature": "成分の番号",
        "atoms": "原子",
        "header": ("原子", "r / Å", "大きさ", "知るまでの層数", "E / eV"),
        "never": "届かない",
        "summary": "第 {layer} 層：{atom} にメッセージを送る原子は {heard}。この層のあとで、ほかの "
        "{others} 個のうち {known} 個の原子のことを知っています。{where}: {code}",
        "nobody": "なし",
    },
}


def message_stepper(lang: str = "en", molecule: str = "CH3OH", cutoff: float = 1.6):
    """The widget, at first for this molecule (H2O, H2CO or CH3OH) and cutoff (Å)."""
    from mlp_teach.widgets.canvas import Canvas

    if molecule not in MOLECULES:
        raise ValueError(f"molecule is {molecule!r}; the stepper knows {', '.join(MOLECULES)}.")
    if not LOWEST <= cutoff <= HIGHEST:
        raise ValueError(f"cutoff is {cutoff} Å; choose one from {LOWEST} to {HIGHEST} Å.")
    state = MessageState(molecule=molecule, cutoff=float(cutoff), atom=0)
    prepare(state.cutoff)
    return Canvas(
        state, lambda state: message_picture(state, lang), message_update, lang, "message_stepper"
    )


def message_picture(state: MessageState, lang: str = "en") -> Drawing:
    """Graph, numbers and source line for one state."""
    words, numbers = WORDS[lang], message_numbers(state)
    known = numbers.known_after
    heard = [name for name, layer in zip(numbers.names, known, strict=True) if layer == 1]
    panels = (_graph(state, numbers, words), _values(state, numbers, words))
    return Drawing(
        panels=panels,
        narrow=Narrow(NARROW, panels, (HEIGHT, HEIGHT)),
        height=HEIGHT,
        table=_table(numbers, words),
        description=words["description"],
        summary=words["summary"].format(
            layer=state.layer,
            atom=numbers.names[state.atom],
            heard=", ".join(heard) or words["nobody"],
            known=int(((known > 0) & (known <= state.layer)).sum()),
            others=len(known) - 1,
            where=_where(numbers, words),
            code=_code(numbers),
        ),
        controls=_controls(state, numbers, words),
    )


def _controls(state: MessageState, numbers: MessageNumbers, words: dict) -> tuple[Control, ...]:
    layer, atom = f"{words['layer']}: {state.layer}", numbers.names[state.atom]
    last, cutoff = MOST_ATOMS - 1.0, f"{words['cutoff']}: {state.cutoff:.1f} Å"
    return (
        Choice(
            "molecule",
            words["molecule"],
            state.molecule,
            [(name, name.translate(SUBSCRIPTS)) for name in MOLECULES],
        ),
        Choice(
            "equation", words["equation"], state.equation, [(one, words[one]) for one in EQUATIONS]
        ),
        Slider("layer", words["layer"], float(state.layer), 1.0, float(LAYERS), 1.0, layer),
        Slider(
            "atom", words["atom"], float(state.atom), 0.0, last, 1.0, f"{words['atom']}: {atom}"
        ),
        Slider("cutoff", words["cutoff"], state.cutoff, LOWEST, HIGHEST, 0.1, cutoff),
    )


def _where(numbers: MessageNumbers, words: dict) -> str:
    return words["line"].format(file=Path(numbers.step.path).name, line=numbers.step.line)


def _code(numbers: MessageNumbers) -> str:
    return " ".join(numbers.step.text.partition("  #")[0].split())


def _graph(state: MessageState, numbers: MessageNumbers, words: dict) -> Panel:
    """The molecule, and what arrives at the receiving atom."""
    places = numbers.places
    marks: list = [
        Line(*zip(places[i], places[j], strict=True), "muted", 1.5) for i, j in numbers.edges
    ]
    if state.equation in ("1", "2"):
        to = places[state.atom]
        for sender, size in enumerate(numbers.sizes):
            if size > 0:
                width = 0.03 + (WIDEST - 0.03) * size / numbers.largest
                marks.append(Area([_arrow(places[sender], to, width)], "orange", 0.9))
    else:
        marks.append(Ring(*places[state.atom], RADIUS + 0.12, "ink", dashed=False))
    for name, place, layer in zip(numbers.names, places, numbers.known_after, strict=True):
        known = 0 <= layer <= state.layer
        marks.append(Ball(*place, RADIUS, KNOWN[layer] if known else UNKNOWN, name))
    (left, bottom), (right, top) = _window(places)
    marks += _key(state, left, top - 0.15, words)
    marks.append(Text(left, bottom, _where(numbers, words), "muted", "start", -4.0))
    return Panel(
        (left, right),
        (bottom, top),
        marks,
        title=f"({state.equation})  {numbers.formula}",
        x_label=_code(numbers),
        equal=True,
        bare=True,
    )


def _window(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corner in the shape of a panel, with room for words."""
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    wide, tall = np.ptp(places, axis=0) + 2 * RADIUS + np.array([0.1, 0.9])
    tall = max(tall, wide / 1.33, 2.8)
    half = np.array([1.33 * tall, tall]) / 2
    return middle - half, middle + half


def _key(state: MessageState, x: float, y: float, words: dict) -> list:
    """What the colours say, up to the layer where we stand."""
    marks: list = []
    for layer, color in enumerate(KNOWN[: state.layer + 1]):
        place = x + 0.1 + 0.4 * layer
        marks += [Dot(place, y, color, 6.0), Text(place + 0.12, y, str(layer), "ink", "start", 4.0)]
    end = x + 0.2 + 0.4 * (state.layer + 1)
    return [*marks, Text(end, y, words["knows"], "ink", "start", 4.0)]


def _arrow(start: np.ndarray, end: np.ndarray, width: float) -> np.ndarray:
    """The outline of an arrow from the rim of one ball to that of another."""
    along = (end - start) / np.linalg.norm(end - start)
    left, head = np.array([-along[1], along[0]]), max(0.22, 1.2 * width)
    tail, tip = start + RADIUS * along, end - RADIUS * along
    head = min(head, 0.6 * float(np.linalg.norm(tip - tail)))
    neck, half, wing = tip - head * along, width / 2 * left, max(0.11, 0.8 * width) * left
    return np.array(
        [tail + half, neck + half, neck + wing, tip, neck - wing, neck - half, tail - half]
    )


def _values(state: MessageState, numbers: MessageNumbers, words: dict) -> Panel:
    """The rows of numbers of the step, one line a row."""
    atom, curves = numbers.names[state.atom], numbers.curves
    title = {
        "1": words["filters"].format(atom=atom),
        "2": words["messages"].format(atom=atom),
        "3": words["update"].format(atom=atom, n=len(curves[0][1]) if curves else 0),
        "4": words["energies"],
    }[state.equation]
    marks: list = []
    for order, (name, values) in enumerate(curves):
        marks += _curve(name, values, order, words)
    numbers_shown = np.concatenate([values for _, values in curves]) if curves else np.zeros(1)
    margin = 0.1 * float(np.ptp(numbers_shown)) or 0.1
    n, first = (len(curves[0][1]) if curves else 1), float(state.equation != "4")
    return Panel(
        (first - 0.5, first + n - 0.5),
        (
            min(float(numbers_shown.min()), 0.0) - margin,
            max(float(numbers_shown.max()), 0.0) + margin,
        ),
        marks,
        title=title,
        x_label=words["atoms" if state.equation == "4" else "feature"],
    )


def _curve(name: str, values: np.ndarray, order: int, words: dict) -> list:
    """One row of numbers; energies of atoms, which have no order, as bars."""
    if name == "E":
        bars = [(float(n), float(energy)) for n, energy in enumerate(values)]
        lines = [Line((n, n), (0.0, energy), "orange", 3.0) for n, energy in bars]
        return [*lines, *(Dot(n, energy, "orange") for n, energy in bars)]
    made = name in ("Σ", "after")
    color = "orange" if made else ("blue", "green", "purple", "muted", "ink")[order % 5]
    places = np.arange(1.0, len(values) + 1)
    dashed = not made and order % 2 == 1
    line = Line(places, values, color, 3.0 if made else 1.5, dashed, words.get(name, name))
    return [line, *(Dot(x, y, color, 3.0) for x, y in zip(places, values, strict=True))]


def _table(numbers: MessageNumbers, words: dict) -> Table:
    rows = zip(
        numbers.names,
        numbers.distances,
        numbers.sizes,
        numbers.known_after,
        numbers.energies,
        strict=True,
    )
    return Table(
        words["header"],
        tuple(
            (
                name,
                number(r, 2),
                number(size, 4) if size > 0 else "",
                str(layer) if layer >= 0 else words["never"],
                number(energy, 4),
            )
            for name, r, size, layer, energy in rows
        ),
    )
