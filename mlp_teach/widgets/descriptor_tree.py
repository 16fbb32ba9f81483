"""The tree of the descriptor chooser as a picture: boxes on a wide page, a list on a narrow one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlp_teach.widgets.descriptor_choice import (
    OPTIONS,
    ROOT,
    TREE,
    Advice,
    Situation,
    cost_of,
    error_of,
)
from mlp_teach.widgets.drawing import Area, Line, Mark, Panel, Text

LEAVES = 5.12  # the column of the recommendations
HALF_WIDTH, HALF_HEIGHT = 0.46, 0.36  # of a box; columns and rows are 1 apart
HALF_LEAF = 0.56  # of a recommendation, which holds a line of numbers
ACROSS, INDENT, HALF_LINE = 16.0, 0.85, 0.42  # of the list, whose lines are 1 apart


@dataclass(frozen=True)
class Box:
    """A box of the tree: what it holds, the middle of it, and the box that leads to it."""

    name: str
    x: float
    y: float
    parent: int  # -1: none
    yes: bool  # the answer that leads here


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


def tree_panel(situation: Situation, advice: Advice, words: dict) -> Panel:
    """Questions and recommendations as boxes, from the left to the right."""
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
    name = Text(box.x, box.y, words["options"][box.name], ink, dy=-2.0)
    return [*marks, name, Text(box.x, box.y, _numbers(box.name, situation, words), ink, dy=12.0)]


def _numbers(option: str, situation: Situation, words: dict) -> str:
    """Error and time of a recommendation."""
    error = error_of(option, situation.frames)
    learnt = "" if error is None else words["measured"].format(error=error) + ", "
    return f"{learnt}{cost_of(option, situation.elements):.0f} µs"


def list_panel(situation: Situation, advice: Advice, words: dict) -> Panel:
    """The same as an indented list, for a page that is too narrow for boxes."""
    all_boxes, taken = boxes(), dict(advice.path)
    lines: list[Mark] = []
    marks: list[Mark] = []
    left: list[float] = []
    for row, box in enumerate(all_boxes):
        y, root = -float(row), box.parent < 0
        left.append(0.0 if root else left[box.parent] + INDENT)
        on_way = root or taken.get(all_boxes[box.parent].name) == box.yes
        here = on_way and (box.name in taken or box.name in OPTIONS)
        if not root:
            bend = left[box.parent] + INDENT / 3
            color, width = ("purple", 4.0) if on_way else ("muted", 1.0)
            start = -float(box.parent) - HALF_LINE
            lines.append(Line((bend, bend, left[row]), (start, y, y), color, width))
        if here:
            low, high = y - HALF_LINE, y + HALF_LINE
            corners = [(left[row], low), (ACROSS, low), (ACROSS, high), (left[row], high)]
            marks.append(Area([np.array(corners)], "purple", 0.15))
        said = _line(box, situation, words)
        marks.append(Text(left[row] + 0.2, y, said, "ink" if here else "muted", "start", 4.0))
    bottom = 0.5 - len(all_boxes)
    return Panel((0.0, ACROSS), (bottom, 0.5), [*lines, *marks], bare=True)


def _line(box: Box, situation: Situation, words: dict) -> str:
    """The answer that leads here, then the question or the recommendation."""
    if box.name in TREE:
        said = words["asks"][TREE[box.name].asks]
    else:
        said = f"{words['options'][box.name]} ({_numbers(box.name, situation, words)})"
    answer = words["yes" if box.yes else "no"]
    return said if box.parent < 0 else words["answered"].format(answer=answer, said=said)
