"""How much time a submission may cost, so that no answer takes it from another.

An item whose function does not come back costs its whole limit. Once that has happened in an
exercise, or once the submission has used up what all its exercises together may take, the items
that are left get `SHORT` seconds each. That is many times what an honest answer needs, so an
endless loop costs its own items and no others, and a submission that sleeps wherever it can costs
about a minute in all. Time counts as on a machine that is not busy.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from mlp_teach.grading import hints
from mlp_teach.grading.exercise import Assignment, Exercise, Text
from mlp_teach.grading.sandbox import BUSY, Fault
from mlp_teach.grading.wire import Plain

SHORT = 2.0  # s for a question, where the time is used up
SHARE, LIBRARY_SHARE = 5.0, 10.0  # s that an exercise adds to what the submission may take
PATIENT = 3.0  # times the limit of one question that all questions of an item may take
HURRIED = Text(
    "The function did not come back within {seconds:g} s. It got no more, since answers before had "
    "used up the time: is there a loop without an end?",
    "関数が {seconds:g} 秒以内に戻りませんでした。それまでの解答が時間を使い切ったため、これ以上は"
    "待ちません。終わらないループはありませんか。",
)


class Allowance:
    """The time of one submission; `begin` before each item, `end` after it."""

    def __init__(self, task: Assignment):
        shares = (LIBRARY_SHARE if one.library else SHARE for one in task.exercises)
        self._left = sum(shares)
        self._slow: set[str] = set()  # exercises in which something did not come back

    def seconds(self, exercise: Exercise) -> float | None:
        """The limit of one question of the next item; None: the usual one."""
        hurried = self._left <= 0 or exercise.name in self._slow
        return SHORT if hurried else None

    def spend(self, exercise: Exercise, spent: float | int, hint: Text | None) -> Text | None:
        """Counts an item's time (s); gives its hint, which says so where it got less time."""
        hurried = self.seconds(exercise) is not None
        self._left -= spent
        if hint != hints.TIMEOUT:
            return hint
        self._slow.add(exercise.name)
        return HURRIED.with_words(seconds=SHORT) if hurried else hint


class Timed:
    """`ask`, with one limit for all the questions of an item together."""

    def __init__(self, ask: Callable[..., Plain], seconds: float):
        self._ask, self._most, self.spent = ask, PATIENT * seconds, 0.0  # s

    def __call__(self, call: str, *arguments: object) -> Plain:
        if self.spent > self._most:
            raise Fault("timeout")
        begun = time.monotonic()
        try:
            return self._ask(call, *arguments)
        finally:
            self.spent += (time.monotonic() - begun) / _busy()


def _busy() -> float:
    """How many times longer things take here than on a machine that does nothing else."""
    return min(max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0), BUSY)
