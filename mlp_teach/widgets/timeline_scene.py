"""The timeline without a browser: what is chosen, what a move means, and the two panels' marks.

Every entry has a row of its own, from above in the order in which they could first be read: an open
dot in the year of the preprint, a filled one in that of the journal, its colour for what of the
neighbours comes in. Where both fall into one year, the filled dot stands for both. The years up to
the chosen one are shaded, later entries grey; those of another kind than the chosen are not drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from mlp_teach.widgets.drawing import Area, Changed, Dot, Event, Handle, Line, Mark, Moved, Text
from mlp_teach.widgets.timeline_entries import ENTRIES, INPUTS, Entry

FIRST, LAST = min(e.first for e in ENTRIES), max(e.first for e in ENTRIES)  # years
END = max(e.published or e.first for e in ENTRIES)
ALL = "all"
COLORS = dict(zip(INPUTS, ("blue", "green", "orange", "purple", "ink"), strict=True))
NAMES_AFTER = 2019  # until then a name stands behind its dots, later before them
RAIL = -len(ENTRIES) - 1.1  # where the year's handle runs
KEY_ROWS, KEY_END = (12.0, 18.0), 2016.0  # of the legend, in the corner that the rows leave free
CARD_ROWS, CARD_UNITS = 24, 42  # lines of the card; half-width letters of a line
CLOSING = "、。，．）」』！？：；"  # no line begins with one of them


@dataclass(frozen=True)
class TimelineState:
    """The year up to which is shown, the kind of input (of INPUTS or ALL), the chosen entry."""

    year: int = FIRST
    takes: str = ALL
    chosen: str = ENTRIES[0].name


def named(name: str) -> Entry:
    """The entry of that name. Raises ValueError where there is none."""
    for entry in ENTRIES:
        if entry.name == name:
            return entry
    known = ", ".join(entry.name for entry in ENTRIES)
    raise ValueError(f"There is no {name!r} on the timeline; there are {known}.")


def of_kind(takes: str) -> list[Entry]:
    """The entries that take in this, in their order. Raises ValueError for an unknown kind."""
    if takes not in (ALL, *INPUTS):
        raise ValueError(f"takes is {takes!r}; the timeline knows {', '.join((ALL, *INPUTS))}.")
    return [entry for entry in ENTRIES if takes in (ALL, entry.takes)]


def timeline_update(state: TimelineState, event: Event) -> TimelineState:
    """What a moved year, a choice or a button means; the chosen entry is always one that shows."""
    match event:
        case Moved(x=x):
            return _in_year(state, round(min(max(x, FIRST), LAST)))
        case Changed("takes", value):
            return _in_year(replace(state, takes=str(value)), state.year)
        case Changed("entry", value):
            return _chosen(state, named(str(value)))
        case Changed("later" | "earlier" as way):
            kind = of_kind(state.takes)
            place = kind.index(named(state.chosen)) + (1 if way == "later" else -1)
            return _chosen(state, kind[min(max(place, 0), len(kind) - 1)])
    return state


def _in_year(state: TimelineState, year: int) -> TimelineState:
    """The latest entry of the kind up to this year; before its first one, that first one."""
    kind = of_kind(state.takes)
    year = max(year, kind[0].first)
    entry = [entry for entry in kind if entry.first <= year][-1]
    return replace(state, year=year, chosen=entry.name)


def _chosen(state: TimelineState, entry: Entry) -> TimelineState:
    """This entry, in its year; the kind gives way where it would hide it."""
    takes = state.takes if state.takes in (ALL, entry.takes) else ALL
    return TimelineState(entry.first, takes, entry.name)


def map_marks(state: TimelineState, words: dict) -> list[Mark]:
    """Rows, grid of years, legend and the handle of the year; x in years, y in rows."""
    low, high, now = FIRST - 1.0, END + 1.0, float(state.year)
    row = -ENTRIES.index(named(state.chosen)) - 0.5
    marks: list[Mark] = [Area([_box(low, now, RAIL, 0.0)], "muted", 0.08)]
    for year in np.arange(FIRST + (-FIRST) % 5, END + 1.0, 5.0).tolist():
        marks.append(Line((year, year), (RAIL, 0.0), "grid", 1.0))
        marks.append(Text(year, RAIL, f"{year:.0f}", dy=30.0))
    begin = KEY_END if row < -KEY_ROWS[0] + 0.5 else low
    marks.append(Area([_box(begin, high, row - 0.5, row + 0.5)], "purple", 0.18))
    for entry in of_kind(state.takes):
        marks += _row(entry, -ENTRIES.index(entry) - 0.5, entry.first <= state.year)
    marks += _key(words)
    label = words["handle"].format(year=state.year)
    marks.append(Line((low, high), (RAIL, RAIL), "muted", 1.0))
    marks.append(Dot(now, RAIL, "purple", 6.0))
    return [*marks, Handle("year", now, RAIL, label, step=1.0)]


def _box(left: float, right: float, low: float, high: float) -> np.ndarray:
    return np.array([(left, low), (right, low), (right, high), (left, high)])


def _row(entry: Entry, y: float, now: bool) -> list[Mark]:
    """Open dot, filled dot, and the name beside them."""
    color = COLORS[entry.takes] if now else "muted"
    first, last = float(entry.first), float(entry.published or entry.first)
    marks: list[Mark] = []
    if first < last:
        marks.append(Line((first, last), (y, y), color, 1.5))
    if entry.preprint and entry.preprint != entry.published:
        marks.append(Dot(first, y, color, 4.0, hollow=True))
    if entry.published:
        marks.append(Dot(last, y, color, 4.0))
    ink = "ink" if now else "muted"
    if entry.first < NAMES_AFTER:
        return [*marks, Text(last + 0.45, y, entry.name, ink, "start", dy=4.0)]
    return [*marks, Text(first - 0.45, y, entry.name, ink, "end", dy=4.0)]


def _key(words: dict) -> list[Mark]:
    """Which colour is which input, and what open and filled mean."""
    first, last = KEY_ROWS
    ys = np.linspace(-first, -last, len(INPUTS) + 2).tolist()
    x, marks = FIRST - 0.2, []
    for y, takes in zip(ys, INPUTS, strict=False):
        marks.append(Dot(x, y, COLORS[takes], 4.0))
        marks.append(Text(x + 0.6, y, words["inputs"][takes], "ink", "start", dy=4.0))
    for y, hollow, said in zip(ys[-2:], (True, False), words["dates"], strict=True):
        marks.append(Dot(x, y, "muted", 4.0, hollow=hollow))
        marks.append(Text(x + 0.6, y, said, "ink", "start", dy=4.0))
    return marks


def card_marks(lines: list[tuple[str, str]]) -> list[Mark]:
    """The card's lines, each a colour and a text, wrapped; an empty one leaves half a line."""
    marks: list[Mark] = []
    y = 0.0
    for color, text in lines:
        if not text:
            y -= 0.5
        for part in wrapped(text, CARD_UNITS):
            y -= 1.0
            marks.append(Text(0.0, y, part, color, "start"))
    return marks


def wrapped(text: str, units: int) -> list[str]:
    """Lines of at most so many half-width letters; a Japanese or Chinese one is two of them.

    Western words stay whole, and no line begins with a closing mark.
    """
    wide = "[⺀-￿]"
    tokens = re.findall(rf"{wide}[{CLOSING}]*|[^\s⺀-￿]+[{CLOSING}]*|\s+", text)
    lines, line = [], ""
    for token in tokens:
        if line and length(line + token.rstrip()) > units:
            lines.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    return [*lines, line.rstrip()] if line.strip() else lines


def length(text: str) -> int:
    """In half-width letters."""
    return sum(2 if ord(letter) >= 0x2E80 else 1 for letter in text)
