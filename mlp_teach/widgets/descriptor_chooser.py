"""The descriptor chooser: questions as a tree, a recommendation with its reasons and its price.

The learner describes a situation; the way through the tree is drawn thick. Beneath stand the reason
for every turn, what the recommendation costs, what comes second, and the numbers of all options.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlp_teach.widgets.descriptor_choice import (
    LABELS,
    MOST_ELEMENTS,
    OPTIONS,
    ROOT,
    RUNS,
    SIZES,
    SYSTEMS,
    TRAINING,
    TREE,
    Advice,
    Situation,
    advise,
    choice_update,
    cost_of,
    error_of,
    frames_for_half,
    label_hours,
    length_of,
)
from mlp_teach.widgets.descriptor_chooser_words import WORDS
from mlp_teach.widgets.drawing import (
    Area,
    Choice,
    Control,
    Drawing,
    Line,
    Mark,
    Panel,
    Slider,
    Table,
    Text,
    number,
)

LEAVES = 5.12  # the column of the recommendations
HALF_WIDTH, HALF_HEIGHT = 0.46, 0.36  # of a box; columns and rows are 1 apart
HALF_LEAF = 0.56  # of a recommendation, which holds a line of numbers
HEIGHT = 400.0


@dataclass(frozen=True)
class Box:
    """A box of the tree: what it holds, the middle of it, and the box that leads to it."""

    name: str
    x: float
    y: float
    parent: int  # -1: none
    yes: bool  # the answer that leads here


def descriptor_chooser(lang: str = "en", elements: int = 3, frames: int = 100):
    """The widget, at first for so many elements (1 to 4) and frames (100, 300 or 950)."""
    from mlp_teach.widgets.canvas import Canvas

    if not 1 <= elements <= MOST_ELEMENTS:
        raise ValueError(f"elements is {elements}; it was measured for 1 to {MOST_ELEMENTS}.")
    if frames not in SIZES:
        raise ValueError(f"frames is {frames}; it was measured for {SIZES}.")
    situation = Situation(elements=elements, frames=frames)
    return Canvas(
        situation,
        lambda state: choice_picture(state, lang),
        choice_update,
        lang,
        "descriptor_chooser",
    )


def choice_picture(situation: Situation, lang: str = "en") -> Drawing:
    """Tree, reasons and numbers for one situation."""
    words, advice = WORDS[lang], advise(situation)
    return Drawing(
        panels=(_tree(situation, advice, words),),
        table=_table(situation, words),
        description=words["description"],
        summary=words["join"].join(_sentences(situation, advice, words)),
        controls=_controls(situation, words),
        height=HEIGHT,
    )


def boxes() -> list[Box]:
    """All boxes, the root first; a question stands midway between its two branches."""
    found: list[Box] = []
    rows = iter(range(99))

    def place(name: str, depth: float, parent: int, yes: bool) -> float:
        me = len(found)
        if name not in TREE:
            found.append(Box(name, LEAVES, -float(next(rows)), parent, yes))
            return found[me].y
        found.append(Box(name, depth, 0.0, parent, yes))
        branches = (
            place(TREE[name].yes, depth + 1, me, True),
            place(TREE[name].no, depth + 1, me, False),
        )
        found[me] = Box(name, depth, sum(branches) / 2, parent, yes)
        return found[me].y

    place(ROOT, 0.0, -1, True)
    return found


def _tree(situation: Situation, advice: Advice, words: dict) -> Panel:
    all_boxes, taken = boxes(), dict(advice.path)
    lines: list[Mark] = []
    marks: list[Mark] = []
    for box in all_boxes:
        on_way = box.parent < 0 or taken.get(all_boxes[box.parent].name) == box.yes
        if box.parent >= 0:
            lines += _branch(all_boxes[box.parent], box, on_way, words)
        marks += _box(box, on_way and (box.name in taken or box.name in OPTIONS), situation, words)
    lowest = min(box.y for box in all_boxes)
    across = (-0.48, LEAVES + HALF_LEAF + 0.04)
    return Panel(across, (lowest - 0.5, 0.5), [*lines, *marks], bare=True)


def _half_width(box: Box) -> float:
    return HALF_WIDTH if box.name in TREE else HALF_LEAF


def _branch(start: Box, end: Box, on_way: bool, words: dict) -> list[Mark]:
    """Two elbows from the right of a question to the left of what follows, with the answer."""
    bend, left = start.x + HALF_WIDTH + 0.04, end.x - _half_width(end)
    color, width = ("purple", 4.0) if on_way else ("muted", 1.0)
    path = ((start.x + HALF_WIDTH, bend, bend, left), (start.y, start.y, end.y, end.y))
    down = 11.0 if end.y < start.y else 1.0
    said = words["yes" if end.yes else "no"]
    ink = "ink" if on_way else "muted"
    return [Line(*path, color, width), Text(bend - 0.05, end.y, said, ink, "end", down)]


def _box(box: Box, on_way: bool, situation: Situation, words: dict) -> list[Mark]:
    """A question, or a recommendation with its error and time."""
    left, right = box.x - _half_width(box), box.x + _half_width(box)
    low, high = box.y - HALF_HEIGHT, box.y + HALF_HEIGHT
    corners = np.array([(left, low), (right, low), (right, high), (left, high)])
    frame = Line([*corners[:, 0], left], [*corners[:, 1], low], "purple" if on_way else "muted")
    marks: list[Mark] = [Area([corners], "paper", 1.0), frame]
    if on_way:
        marks.append(Area([corners], "purple", 0.15))
    ink = "ink" if on_way else "muted"
    if box.name in TREE:
        return [*marks, Text(box.x, box.y, words["asks"][TREE[box.name].asks], ink, dy=4.0)]
    error = error_of(box.name, situation.frames)
    below = "" if error is None else words["measured"].format(error=error) + ", "
    below += f"{cost_of(box.name, situation.elements):.0f} µs"
    name = Text(box.x, box.y, words["options"][box.name], ink, dy=-2.0)
    return [*marks, name, Text(box.x, box.y, below, ink, dy=12.0)]


def _sentences(situation: Situation, advice: Advice, words: dict) -> list[str]:
    """Recommendation, a reason for each turn, its price, the second choice, what to beware of."""
    option = advice.option
    counted = {
        "elements": situation.elements,
        "frames": situation.frames,
        "soap": length_of("gap", situation.elements),
        "functions": length_of("network", situation.elements),
        "net": length_of("equivariant", situation.elements),
    }
    found = [words["recommend"].format(name=words["options"][option])]
    for name, yes in advice.path:
        reason = f"{TREE[name].asks} {'yes' if yes else 'no'}"
        found.append(words["because"][reason].format(**counted))
    found.append(words["price"][option].format(**_price(option, situation, words)))
    if situation.error_bar == "yes" and option not in ("gap", "linear"):
        found.append(words["committee"])
    second = _price(advice.second, situation, words)
    found.append(words["second"].format(name=words["options"][advice.second], **second))
    found.append(words["labels"].format(hours=_hours(label_hours(situation))))
    if factor := frames_for_half(option):
        hours = label_hours(situation, factor * situation.frames)
        found.append(words["half"].format(factor=number(factor, 1), hours=_hours(hours)))
    found.append(words[situation.system])
    return [*found, words["long_range yes"]] if situation.long_range == "yes" else found


def _price(option: str, situation: Situation, words: dict) -> dict[str, str]:
    """The numbers that a sentence on an option may name."""
    cost, error = cost_of(option, situation.elements), error_of(option, situation.frames)
    size = SIZES.index(situation.frames)
    return {
        "cost": number(cost, 0),
        "error": words["unlearnt"] if error is None else words["measured"].format(error=error),
        "ratio": number(cost / cost_of("invariant", situation.elements), 1),
        "training": number(TRAINING["equivariant"][size] / 60, 1),
        "fit": number(TRAINING["gap"][size], 0),
    }


def _hours(hours: float) -> str:
    return number(hours, 1 if hours < 10 else 0)


def _controls(situation: Situation, words: dict) -> tuple[Control, ...]:
    names = words["control"]
    most = situation.elements == MOST_ELEMENTS
    count = words["or more"].format(n=MOST_ELEMENTS) if most else str(situation.elements)
    yes_no = [("yes", words["yes"]), ("no", words["no"])]
    sizes = [(str(size), str(size)) for size in SIZES]
    return (
        Choice("system", names["system"], situation.system, _options(SYSTEMS, words["system"])),
        Slider(
            "elements",
            names["elements"],
            float(situation.elements),
            1.0,
            float(MOST_ELEMENTS),
            1.0,
            f"{names['elements']}: {count}",
        ),
        Choice("frames", names["frames"], str(situation.frames), sizes),
        Choice("forces", names["forces"], situation.forces, yes_no),
        Choice("label", names["label"], situation.label, _options(tuple(LABELS), words["label"])),
        Choice("runs", names["runs"], situation.runs, _options(RUNS, words["runs"])),
        Choice("error_bar", names["error_bar"], situation.error_bar, yes_no),
        Choice("long_range", names["long_range"], situation.long_range, yes_no),
    )


def _options(keys: tuple[str, ...], named: dict) -> list[tuple[str, str]]:
    return [(key, named[key]) for key in keys]


def _table(situation: Situation, words: dict) -> Table:
    size, rows = SIZES.index(situation.frames), []
    for option in OPTIONS:
        error, half = error_of(option, situation.frames), frames_for_half(option)
        rows.append(
            (
                words["options"][option],
                str(length_of(option, situation.elements)),
                "–" if error is None else number(error, 1),
                number(cost_of(option, situation.elements), 0),
                "–" if error is None else number(TRAINING[option][size], 0),
                "–" if half is None else number(half, 1),
            )
        )
    return Table(tuple(h.format(frames=situation.frames) for h in words["header"]), tuple(rows))
