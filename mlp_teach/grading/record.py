"""What a graded submission got: one JSON file, CLASS/graded/ASSIGNMENT/STUDENT.json.

Everything after the marking (feedback, tables, exports, nbgrader's gradebook) reads this and
nothing else. The file holds no time of its own, so that the same submission always gives the same
bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mlp_teach.grading.exercise import Text
from mlp_teach.grading.marks import Mark
from mlp_teach.training.whole_file import write_whole

FOLDER = "graded"  # in the folder of a class


class RecordError(ValueError):
    """The file is no record; the message says which and why."""


@dataclass(frozen=True)
class WrittenMark:
    """An answer in words: a person gives its points, None until then."""

    name: str
    points: float | int | None
    most: float | int
    comment: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """The marks of one submission and all that a reader of them needs to know."""

    assignment: str
    student: str
    lang: str
    submitted_at: str | None  # ISO 8601
    late_seconds: int  # 0 for what came in time
    sha256: str | None  # of the submitted bytes; None where they could not be had
    points: int  # of the marks below; those of written answers come on top
    most: int
    marks: tuple[Mark, ...]
    written: tuple[WrittenMark, ...] = ()
    doctor: tuple[Text, ...] = ()  # what had to be repaired
    trouble: Text | None = None  # why nothing could be marked
    isolation: str  # "bubblewrap" or "weaker"
    grader: str  # a record of another grader is not this one's

    @classmethod
    def load(cls, path: str | Path) -> Record:
        """Reads a file that `save` wrote. Raises RecordError for another, OSError for none."""
        try:
            data = json.loads(Path(path).read_bytes())
            data["marks"] = tuple(Mark(**one | _text(one, "hint")) for one in data["marks"])
            data["written"] = tuple(WrittenMark(**one) for one in data["written"])
            data["doctor"] = tuple(Text(**one) for one in data["doctor"])
            return cls(**data | _text(data, "trouble"))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise RecordError(f"{path} is no record of a graded submission: {error!r}.") from error

    def save(self, path: str | Path) -> None:
        """Writes the file whole or not at all."""
        write_whole(Path(path), self.as_json().encode())

    def as_json(self) -> str:
        """The text of the file: the same for the same record."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    def with_written(self, written: Sequence[WrittenMark]) -> Record:
        """The same record after a person has marked."""
        return replace(self, written=tuple(written))

    def of_exercise(self, exercise: str) -> int:
        """The points of one exercise."""
        return sum(mark.points for mark in self.marks if mark.exercise == exercise)

    @property
    def total(self) -> float | int:
        """All points given so far, those of written answers with them."""
        return self.points + sum(one.points or 0 for one in self.written)

    @property
    def total_most(self) -> float | int:
        return self.most + sum(one.most for one in self.written)

    @property
    def waits(self) -> bool:
        """Has a person still to mark an answer in words?"""
        return any(one.points is None for one in self.written)


def record_path(folder: str | Path, assignment: str, student: str) -> Path:
    """Where the record lies in the folder of a class."""
    return Path(folder) / FOLDER / assignment / f"{student}.json"


def records(folder: str | Path, assignment: str) -> list[Record]:
    """All records of an assignment, by the students' names. Raises RecordError for a broken one."""
    place = Path(folder) / FOLDER / assignment
    return [Record.load(path) for path in sorted(place.glob("*.json"))]


def _text(data: dict, name: str) -> dict:
    return {name: None if data[name] is None else Text(**data[name])}
