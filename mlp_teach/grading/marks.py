"""Points for a submitted notebook: its answers run in the sandbox, and are judged out here.

    marks = mark("submitted/alice/ps1_energy_surfaces/ps1_energy_surfaces.ipynb", "alice")
    print(marks.points, marks.page("en"))

From the notebook come the cells with the answers alone, known by their grade_id, as text. Its test
cells are for practice: deleted, edited or forged, they change nothing. Right values and tolerances
never enter the sandbox; what comes out of it is plain data. Every item of every exercise is a test
of its own, in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mlp_teach.grading.allowance import Allowance, Timed
from mlp_teach.grading.exercise import Assignment, Exercise, Item, Text, source_of_chance
from mlp_teach.grading.practice import outcome, page
from mlp_teach.grading.sandbox import Limits, Sandbox

LARGEST = 20_000_000  # bytes of a submitted file
IPYTHON = re.compile(r"^[%!].*$", re.MULTILINE)  # lines that plain Python cannot read
SETUP = "import numpy as np"  # before each answer; all else stands in its own cell
MISSING = Text(
    "The cell of this answer is missing, or it is there twice, and no cell defines `{function}`.",
    "この解答のセルがないか、2 つあります。`{function}` を定義するセルもありません。",
)
UNJUDGED = Text(
    "What the function returned could not be judged ({name}). Please tell your teacher.",
    "関数の返した値を採点できませんでした（{name}）。先生に知らせてください。",
)
MODEL_LIMITS = Limits(seconds=20.0, cpu_seconds=120)


class SubmissionError(ValueError):
    """The file is no notebook that can be read; the message says why."""


@dataclass(frozen=True)
class Mark:
    """One item: its points, and the hint where they were not given."""

    exercise: str
    item: str
    points: int
    most: int
    hint: Text | None


@dataclass(frozen=True)
class Marks:
    """All items of an assignment for one student."""

    assignment: Assignment
    student: str
    marks: tuple[Mark, ...]

    @property
    def points(self) -> int:
        return sum(mark.points for mark in self.marks)

    @property
    def most(self) -> int:
        return sum(mark.most for mark in self.marks)

    def of(self, exercise: str) -> int:
        """The points of one exercise."""
        return sum(mark.points for mark in self.marks if mark.exercise == exercise)

    def page(self, lang: str) -> str:
        """Points and hints as text, without tests and without right values."""
        parts = []
        for task in self.assignment.exercises:
            mine = [mark for mark in self.marks if mark.exercise == task.name]
            outcomes = list(zip(task.items, [mark.hint for mark in mine], strict=True))
            parts.append(page(task, outcomes, lang))
        total = {"en": "In all: {} of {} points", "ja": "合計：{1} 点中 {0} 点"}[lang]
        return "\n\n".join([*parts, total.format(self.points, self.most)])

    def as_json(self) -> str:
        """The same for other programs, always with the same bytes for the same marks."""
        data = {"assignment": self.assignment.name, "student": self.student}
        data |= {"points": self.points, "most": self.most}
        data |= {"marks": [asdict(mark) for mark in self.marks]}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


class Workbench:
    """The sandboxes that a submission needs, begun when the first of its tests wants one.

    One for answers in numpy alone, one for those that use torch and the library (and one more where
    an exercise has imports of its own): in the first the library cannot be found, so that no answer
    is the library's own.
    """

    def __init__(self, weaker: bool = True):
        self._weaker = weaker
        self._sandboxes = {(False, False, ()): Sandbox(weaker=weaker)}

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *exception) -> None:
        for sandbox in self._sandboxes.values():
            sandbox.close()

    @contextmanager
    def test(
        self, task: Exercise, cells: list[str], seconds: float | None = None
    ) -> Iterator[Timed]:
        sandbox = self._sandbox(task)
        with sandbox.test(cells, seconds) as ask:
            yield Timed(ask, seconds or sandbox.limits.seconds)

    def _sandbox(self, task: Exercise) -> Sandbox:
        kind = task.library, task.own_work, task.imports
        if kind not in self._sandboxes:
            limits = MODEL_LIMITS if task.library else None
            self._sandboxes[kind] = Sandbox(
                task.library, task.imports, limits, self._weaker, task.own_work
            )
        return self._sandboxes[kind]


def mark(
    notebook: str | Path,
    task: Assignment,
    student: str,
    salt: str = "",
    workbench: Workbench | None = None,
) -> Marks:
    """Marks of one notebook. Inputs follow from the student's name and the class's salt.

    Raises SubmissionError for a file that is no notebook, SandboxError where none can be had.
    """
    cells = read_code(notebook)
    if workbench is not None:
        return _mark(cells, task, student, salt, workbench)
    with Workbench() as workbench:
        return _mark(cells, task, student, salt, workbench)


def _mark(cells: list[tuple], task: Assignment, student: str, salt: str, workbench) -> Marks:
    marks, allowance = [], Allowance(task)
    for exercise in task.exercises:
        answer = answer_cell(cells, exercise)
        for item in exercise.items:
            if answer is None:
                hint = MISSING.with_words(function=exercise.function)
            else:
                chance = source_of_chance(task.name, exercise.name, item.name, student, salt)
                seconds = allowance.seconds(exercise)
                with workbench.test(exercise, [SETUP, answer], seconds) as ask:
                    hint = _judged(item, ask, chance, student)
                hint = allowance.spend(exercise, ask.spent, hint)
            points = item.points if hint is None else 0
            marks.append(Mark(exercise.name, item.name, points, item.points, hint))
    return Marks(task, student, tuple(marks))


def _judged(item: Item, ask: Timed, chance: np.random.Generator, student: str) -> Text | None:
    try:
        return outcome(item, ask, chance, student)
    except Exception as error:  # a test that falls over an answer must not cost the other items
        return UNJUDGED.with_words(name=type(error).__name__)


def answer_cell(cells: list[tuple[str | None, str]], exercise: Exercise) -> str | None:
    """The text of the answer: the cell of that grade_id, else the last that defines the "
    "function."""
    named = [text for name, text in cells if name == exercise.name]
    if len(named) == 1 and _defines(named[0], exercise.function):
        return named[0]
    defining = [text for _, text in cells if _defines(text, exercise.function)]
    # A damaged file: of several the last is what the notebook would have used.
    return defining[-1] if defining else (named[-1] if named else None)


def read_code(notebook: str | Path) -> list[tuple[str | None, str]]:
    """grade_id and text of each code cell. Links are not followed. Raises SubmissionError."""
    text = _text(Path(notebook))
    try:
        content = json.loads(text)
        if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
            raise TypeError("it is JSON, but has no list of cells")
        found = [_code(cell) for cell in content["cells"] if cell.get("cell_type") == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SubmissionError(f"{notebook} is not a notebook that can be read: {error}.") from error
    return found


def _text(path: Path) -> bytes:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise SubmissionError(f"{path} cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise SubmissionError(f"{path} is no plain file.")
    with os.fdopen(fd, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise SubmissionError(f"{path} has more than {LARGEST / 1e6:.0f} MB.")
    return data


def _code(cell: dict) -> tuple[str | None, str]:
    source = cell["source"]
    source = source if isinstance(source, str) else "".join(source)
    about = cell.get("metadata", {}).get("nbgrader", {})
    name = about.get("grade_id")
    return (name if isinstance(name, str) else None), IPYTHON.sub("", source)


def _defines(source: str, function: str) -> bool:
    # By eye, not by Python's parser: that one can be brought down by what it reads.
    return bool(re.search(rf"^((async )?def|class) +{function}\b|^{function} *=", source, re.M))
