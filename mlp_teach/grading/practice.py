"""The test under an exercise in the notebook: at once, with new inputs each time, and with hints.

It runs the student's function right here, so it is for practice; the marks come from `marks.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mlp_teach.grading.compare import Unfit
from mlp_teach.grading.exercise import Exercise, Item, Text, assignment
from mlp_teach.grading.hints import hint_of
from mlp_teach.grading.sandbox import Fault
from mlp_teach.grading.variant import EXAMPLE, PersonalItem
from mlp_teach.grading.wire import Plain, WireError, arguments_of, decode, encode, question

WORDS = {
    "en": ("{points} of {most} points", "ok", "not yet"),
    "ja": ("{most} 点中 {points} 点", "正解", "まだ"),
}


def practice(
    where: str, exercise: str, function: Callable, lang: str = "en", student: str = EXAMPLE
) -> float:
    """Tests a function for an exercise of an assignment, prints what holds, returns the points.

    `student` is the id that personal items ask for.
    """
    task = assignment(where).exercise(exercise)
    ask = Here(task.function, function)
    chance = np.random.default_rng()
    outcomes = [(item, outcome(item, ask, chance, student)) for item in task.items]
    print(page(task, outcomes, lang))
    return float(sum(item.points for item, hint in outcomes if hint is None))


def outcome(
    item: Item, ask: Callable, chance: np.random.Generator, student: str = EXAMPLE
) -> Text | None:
    """None where the item holds, else the hint; whatever the student's function did."""
    try:
        if isinstance(item, PersonalItem):
            return item.test(ask, chance, student)
        return item.test(ask, chance)
    except Unfit as unfit:
        return unfit.hint
    except Fault as fault:
        return hint_of(fault)


def page(task: Exercise, outcomes: list[tuple[Item, Text | None]], lang: str) -> str:
    """The outcomes as lines: what was asked, whether it holds, and the hint."""
    total, good, bad = WORDS[lang]
    points = sum(item.points for item, hint in outcomes if hint is None)
    lines = [f"{task.function}: {total.format(points=points, most=task.points)}"]
    for item, hint in outcomes:
        lines.append(f"  [{good if hint is None else bad}] {item.claim.say(lang)} ({item.points})")
        if hint is not None:
            lines.append(f"      → {hint.say(lang)}")
    return "\n".join(lines)


class Here:
    """Calls the function in this process, with the same plain data as the sandbox would."""

    def __init__(self, name: str, function: Callable):
        self._space = {name: function}

    def __call__(self, call: str, *arguments: object) -> Plain:
        call, values = arguments_of(question(call, arguments), {"np": np})
        try:
            return decode(encode(eval(call, dict(self._space))(*values)))
        except WireError as error:
            raise Fault("answer", "WireError", str(error)) from error
        except MemoryError as error:
            raise Fault("memory") from error
        except Exception as error:  # all that a student's code can raise
            raise Fault("raised", type(error).__name__, str(error)[:300]) from error
