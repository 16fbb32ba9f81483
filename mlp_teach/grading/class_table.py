"""How an assignment went: for every exercise, and every item of it, what the class made of it.

    difficulty      mean of points / most; 1 where all have all
    discrimination  correlation of the points with the rest of the total, from which these points
                    are taken out (corrected item-total correlation); there is none where all have
                    the same points, or the same rest
    not answered    share of students without an answer of their own in the cell
    hint            the commonest, and how many got it

Submissions that could not be marked at all are left out: they say nothing of an exercise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.class_results import Result
from mlp_teach.grading.exercise import Assignment, Text
from mlp_teach.grading.html_page import element, page
from mlp_teach.grading.marks import MISSING
from mlp_teach.grading.table import Cell, Table

HEAD = (
    "exercise",
    "item",
    "points",
    "difficulty",
    "discrimination",
    "% not answered",
    "hint",
    "given to",
)
LONGEST = 60  # letters of a hint in the terminal


@dataclass(frozen=True)
class Difficulty:
    """One exercise, or one item of it."""

    exercise: str
    item: str | None
    most: float | int
    share: float | None  # None until all have been marked
    discrimination: float | None
    not_answered: float | None  # None for an answer in words
    hint: Text | None
    hinted: int  # students with this hint


def class_table(task: Assignment, found: Sequence[Result]) -> list[Difficulty]:
    """Exercises in their order, each followed by its items."""
    marked = [one for one in found if one.record.trouble is None]
    totals = np.array([float(one.total) for one in marked])
    rows = []
    for exercise in task.exercises:
        points = [one.points(exercise.name) for one in marked]
        empty = [_not_answered(one, exercise.name, exercise.function) for one in marked]
        told = [_hints(one, exercise.name, None) for one in marked]
        rows.append(
            _row((exercise.name, None, exercise.points), points, totals, _mean(empty), told)
        )
        for item in exercise.items:
            points = [_item_points(one, exercise.name, item.name) for one in marked]
            told = [_hints(one, exercise.name, item.name) for one in marked]
            rows.append(
                _row((exercise.name, item.name, item.points), points, totals, _mean(empty), told)
            )
    for one in task.written:
        points = [result.points(one.name) for result in marked]
        rows.append(_row((one.name, None, one.points), points, totals, None, []))
    return rows


def _row(
    what: tuple[str, str | None, float | int],
    points: Sequence[float | int | None],
    totals: np.ndarray,
    not_answered: float | None,
    told: Sequence[set[Text]],
) -> Difficulty:
    whole = bool(points) and None not in points  # else those marked so far are the empty ones
    mine = np.array(points if whole else [], dtype=float)
    share = float(mine.mean() / what[2]) if whole and what[2] else None
    counted = Counter(hint for hints_ in told for hint in hints_)
    hint, hinted = max(counted.items(), key=lambda pair: (pair[1], pair[0].en), default=(None, 0))
    found = correlation(mine, totals - mine) if whole else None
    return Difficulty(*what, share, found, not_answered, hint, hinted)


def correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    """Pearson's r, None where one of the two does not vary."""
    dx, dy = (one - one.mean() if len(one) else one for one in (x, y))
    size = np.sqrt((dx @ dx) * (dy @ dy))
    spread = 1e-12 * (1 + abs(x).max(initial=0) + abs(y).max(initial=0)) ** 2
    return float(dx @ dy / size) if size > spread else None


def _item_points(result: Result, exercise: str, item: str) -> int:
    marks = result.record.marks
    return sum(one.points for one in marks if (one.exercise, one.item) == (exercise, item))


def _hints(result: Result, exercise: str, item: str | None) -> set[Text]:
    return {
        one.hint
        for one in result.record.marks
        if one.hint is not None and one.exercise == exercise and item in (None, one.item)
    }


def _not_answered(result: Result, exercise: str, function: str) -> bool:
    nothing = {hints.EMPTY, MISSING.with_words(function=function)}
    told = [one.hint for one in result.record.marks if one.exercise == exercise]
    return bool(told) and all(hint in nothing for hint in told)


def _mean(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


def as_table(rows: Sequence[Difficulty], lang: str = "en", longest: int | None = None) -> Table:
    """For text, CSV and HTML; a hint longer than `longest` letters is cut."""
    lines: list[tuple[Cell, ...]] = []
    for one in rows:
        empty = None if one.not_answered is None else round(100 * one.not_answered)
        hint = one.hint.say(lang) if one.hint else None
        if hint is not None and longest is not None and len(hint) > longest:
            hint = hint[: longest - 1] + "…"
        numbers = (one.share, one.discrimination, empty)
        lines.append((one.exercise, one.item or "", one.most, *numbers, hint, one.hinted or None))
    return Table(HEAD, tuple(lines))


def table_page(task: Assignment, rows: Sequence[Difficulty], students: int, lang: str) -> str:
    """A page for staff."""
    words = f"{students} submissions that could be marked. " + " ".join(
        (
            "Difficulty: mean share of the points.",
            "Discrimination: correlation with the rest of the total; – where all have the same.",
        )
    )
    parts = [element("p", words), as_table(rows, lang).as_html()]
    return page(f"{task.name}: how it went", "en", parts)
