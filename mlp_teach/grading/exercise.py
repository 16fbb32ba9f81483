"""What an exercise is: what it asks, in points, and how each part of an answer is judged.

An item's `test` is written once and used by the practice cell in the notebook, by `mlp-teach check`
and by the marks. It gets `ask`, which calls the student's function wherever that runs, and a random
source for inputs that are new each time; it returns None where all is well, else the hint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import numpy as np

from mlp_teach.grading.wire import Plain

Ask = Callable[..., Plain]
LANGUAGES = ("en", "ja")


@dataclass(frozen=True)
class Text:
    """One sentence or two, in both languages."""

    en: str
    ja: str

    def say(self, lang: str) -> str:
        if lang not in LANGUAGES:
            raise ValueError(f"lang is {lang!r}; there are {' and '.join(LANGUAGES)}.")
        return getattr(self, lang)

    def with_words(self, **words: object) -> Text:
        """The same sentences with {words} filled in."""
        return Text(self.en.format(**words), self.ja.format(**words))


@dataclass(frozen=True)
class Item:
    """One claim about the student's function, worth some points."""

    name: str
    points: int
    claim: Text
    test: Callable[[Ask, np.random.Generator], Text | None]


@dataclass(frozen=True)
class Exercise:
    """`name` is the grade_id of the cell with the answer, which defines `function`."""

    name: str
    function: str
    items: tuple[Item, ...]
    library: bool = False  # may the answer use torch and mlp_teach, or numpy alone?
    own_work: bool = False  # of the library, are models hidden, since each would be an answer?
    imports: tuple[str, ...] = ()  # what takes long to import and is done once, before all items

    @property
    def points(self) -> int:
        return sum(item.points for item in self.items)


@dataclass(frozen=True)
class Criterion:
    """What a written answer must hold to get these points."""

    points: int
    what: Text


@dataclass(frozen=True)
class Written:
    """An answer in words, marked by a person; `name` is the grade_id of its cell.

    The criteria are the rubric. Students see the title and the points, staff see all.
    """

    name: str
    title: Text
    criteria: tuple[Criterion, ...]

    @property
    def points(self) -> int:
        return sum(criterion.points for criterion in self.criteria)


@dataclass(frozen=True)
class Assignment:
    """Exercises that are handed out together: some are marked by tests, some are written."""

    name: str
    exercises: tuple[Exercise, ...]
    written: tuple[Written, ...] = ()

    @property
    def points(self) -> int:
        return sum(task.points for task in (*self.exercises, *self.written))

    def exercise(self, name: str) -> Exercise:
        """The exercise of that name. Raises ValueError where there is none."""
        for one in self.exercises:
            if one.name == name:
                return one
        names = ", ".join(one.name for one in self.exercises)
        raise ValueError(f"{self.name} has no exercise {name!r}; it has {names}.")


def assignments() -> list[str]:
    """The names of all assignments, in the order of the course."""
    return sorted(path.stem for path in Path(__file__).with_name("assignments").glob("ps*.py"))


def assignment(name: str) -> Assignment:
    """The assignment that `assignments/<name>.py` holds. Raises ValueError for an unknown name."""
    known = assignments()
    if name not in known:
        raise ValueError(f"There is no assignment {name!r}; there are {', '.join(known)}.")
    return import_module(f"mlp_teach.grading.assignments.{name}").ASSIGNMENT


def source_of_chance(*words: str) -> np.random.Generator:
    """The same numbers for the same words: assignment, exercise, item, student, the "
    "class's salt."""
    return np.random.default_rng(list(sha256("\0".join(words).encode()).digest()))
