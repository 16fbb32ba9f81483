"""Which pairs of students have answers that are more alike than is usual in their class?

    found = similarity(answers, handed_out)        answers[student][exercise] is the text of a cell
    found.standing_out

Of each answer the fingerprints count that were not handed out (`fingerprints.py`). One that n_g of
the n answers to an exercise share says the more the rarer it is (K. Spärck Jones, J. Doc. 28, 11,
1972, doi:10.1108/eb026526):

    w_g = log2(n / n_g) / K        bits; 0 for what all write. A token lies in K fingerprints  (1)
    S = Σ w_g over what both answers hold                                                      (2)
    share = S / (the smaller of both answers' own sums of w_g)                                 (3)

A pair stands out in an exercise, or in all together, when its S is far outside of what pairs of
this class have (J. W. Tukey, Exploratory Data Analysis, 1977: above Q3 + 3 (Q3 - Q1)) and more than
ENOUGH, and its share is at least MOST. Of answers of a line or two there are not many, so one with
fewer than SHORT fingerprints counts in the sum over all exercises only. To stand out is a reason to
read two answers side by side, and proves nothing: friends may have learned together, or from the
same page. Nor does a pair that does not stand out prove that nobody copied: who writes a program
anew from another one is not found.

Nothing is executed, and nothing leaves this computer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from itertools import combinations
from math import fsum, log2

import numpy as np

from mlp_teach.grading.fingerprints import K, Run, fingerprints

ENOUGH = 10.0  # bits
MOST = 0.6
SHORT = 30  # fingerprints, two or three lines
FEWEST = 6  # answers; among fewer nothing is usual
LONGEST = 60_000  # characters of an answer
Answers = Mapping[str, Mapping[str, str]]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Alike:
    """Two students in one exercise, or in all of them together, where `exercise` is None."""

    students: Pair
    exercise: str | None
    bits: float
    share: float
    to_the_letter: bool
    stands_out: bool


@dataclass(frozen=True)
class Usual:
    """What pairs have in one exercise, or in all together: how many bits, and where `far` is."""

    exercise: str | None
    answers: int
    median: float
    far: float


@dataclass(frozen=True)
class Similarity:
    """All pairs, those that stand out first; those in `too_long` were not compared."""

    students: int
    pairs: tuple[Alike, ...]
    usual: tuple[Usual, ...]
    too_long: tuple[tuple[str, str], ...]  # student, exercise

    @property
    def standing_out(self) -> tuple[Alike, ...]:
        return tuple(one for one in self.pairs if one.stands_out)


def similarity(answers: Answers, handed_out: str = "") -> Similarity:
    """Compares all answers of a class; `handed_out` is the code that all of them were given."""
    students = sorted(answers)
    names = dict.fromkeys(name for student in students for name in answers[student])
    given = fingerprints(handed_out)
    found: list[Alike] = []
    usual: list[Usual] = []
    too_long: list[tuple[str, str]] = []
    all_shared: Counter[Pair] = Counter()
    all_own: Counter[str] = Counter()
    for name in names:
        texts = {student: answers[student].get(name, "") for student in students}
        too_long += [(student, name) for student, text in texts.items() if len(text) > LONGEST]
        texts = {student: text for student, text in texts.items() if len(text) <= LONGEST}
        runs = {student: fingerprints(text) - given for student, text in texts.items()}
        runs = {student: mine for student, mine in runs.items() if mine}
        shared, own = _bits(runs)
        all_shared.update(shared)
        all_own.update(own)
        level = _usual(name, shared, own)
        usual.append(level)
        long = {student for student, mine in runs.items() if len(mine) >= SHORT}
        found += _judged(level, shared, own, long, texts)
    level = _usual(None, all_shared, all_own)
    usual.append(level)
    found += _judged(level, all_shared, all_own, set(all_own), {})
    found.sort(key=lambda one: (not one.stands_out, -one.bits, one.students))
    return Similarity(len(students), tuple(found), tuple(usual), tuple(too_long))


def _bits(runs: Mapping[str, Set[Run]]) -> tuple[dict[Pair, float], dict[str, float]]:
    """S of each pair, and each student's own sum, in one exercise."""
    count = Counter(run for mine in runs.values() for run in mine)
    weight = {run: log2(len(runs) / n) / K for run, n in count.items()}  # (1)
    shared = {
        (a, b): fsum(weight[run] for run in runs[a] & runs[b]) for a, b in combinations(runs, 2)
    }  # (2)
    return shared, {student: fsum(weight[run] for run in mine) for student, mine in runs.items()}


def _usual(name: str | None, shared: Mapping[Pair, float], own: Mapping[str, float]) -> Usual:
    bits = list(shared.values()) or [0.0]
    quarter, median, three = (float(one) for one in np.quantile(bits, (0.25, 0.5, 0.75)))
    return Usual(name, len(own), median, max(ENOUGH, three + 3 * (three - quarter)))


def _judged(
    usual: Usual,
    shared: Mapping[Pair, float],
    own: Mapping[str, float],
    long: Set[str],
    texts: Mapping[str, str],
) -> list[Alike]:
    found = []
    for (a, b), bits in shared.items():
        smaller = min(own[a], own[b])
        share = bits / smaller if smaller else 0.0  # (3)
        many = usual.answers >= FEWEST and {a, b} <= long
        out = many and bits > usual.far and share >= MOST
        same = bool(texts) and texts[a].split() == texts[b].split()
        found.append(Alike((a, b), usual.exercise, bits, share, same, out))
    return found
