"""The marks of a class with what people gave by hand: the tests' records, and nbgrader's gradebook.

In formgrader a person marks answers in words, writes comments, and may set other points for an
exercise than the tests gave, as after an appeal. What a person set counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mlp_teach.grading.course import Course
from mlp_teach.grading.exercise import Assignment
from mlp_teach.grading.gradebook import SQLITE
from mlp_teach.grading.record import Record, WrittenMark, records
from mlp_teach.grading.roster import Person


@dataclass(frozen=True)
class Result:
    """One student. `by_hand` holds points, and `comments` words, by the name of the exercise."""

    record: Record
    by_hand: Mapping[str, float] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)

    @property
    def student(self) -> str:
        return self.record.student

    def points(self, name: str) -> float | int | None:
        """Of an exercise or an answer in words; None where a person has still to mark it."""
        for one in self.record.written:
            if one.name == name:
                return one.points
        return self.by_hand.get(name, self.record.of_exercise(name))

    def most(self, name: str) -> float | int:
        """The most that can be had for it."""
        written = sum(one.most for one in self.record.written if one.name == name)
        return written + sum(one.most for one in self.record.marks if one.exercise == name)

    @property
    def names(self) -> list[str]:
        """Of exercises and answers in words, in the assignment's order."""
        marks = [one.exercise for one in self.record.marks]
        return list(dict.fromkeys([*marks, *(one.name for one in self.record.written)]))

    @property
    def total(self) -> float | int:
        """All points so far."""
        return sum(self.points(name) or 0 for name in self.names)


def results(course: Course, task: Assignment) -> list[Result]:
    """All students with a record, by name. Raises ValueError where there is none."""
    found = records(course.folder, task.name)
    if not found:
        raise ValueError(
            f"{course.folder} holds no marks of {task.name}: run mlp-teach grade {course.folder} "
            f"--assignment {task.name} first."
        )
    with _database(course) as data:
        notebooks = data.notebook_submissions(task.name, task.name) if data else []
        by_student = {one.student.id: one for one in notebooks}
        return [_result(record, task, by_student.get(record.student)) for record in found]


def people(course: Course) -> dict[str, Person]:
    """The students whom nbgrader's gradebook knows, by id, with what it knows of them."""
    with _database(course) as data:
        students = data.students if data else []
        known = [(one.id, one.first_name, one.last_name, one.email) for one in students]
    return {words[0]: Person(*(word or "" for word in words)) for words in known}


def deadline(course: Course, assignment: str) -> datetime | None:
    """The deadline in nbgrader's gradebook, without the extensions of single students."""
    with _database(course) as data:
        found = [one for one in (data.assignments if data else []) if one.name == assignment]
        due = found[0].duedate if found else None
    return None if due is None else due.replace(tzinfo=UTC)


@contextmanager
def _database(course: Course) -> Iterator[Any | None]:
    """nbgrader's own object for the gradebook, None where there is none yet."""
    path = course.db_url.removeprefix(SQLITE)
    if path != course.db_url and not Path(path).is_file():
        yield None  # opened, it would be made
        return
    from nbgrader.api import Gradebook as Database

    with Database(course.db_url, course.course_id) as database:
        yield database


def _result(record: Record, task: Assignment, notebook: Any | None) -> Result:
    grades = {} if notebook is None else {one.name: one for one in notebook.grades}
    comments = {} if notebook is None else {one.name: one for one in notebook.comments}
    words = {name: one.manual_comment for name, one in comments.items() if one.manual_comment}
    by_hand = {}
    for exercise in task.exercises:
        grade = grades.get(f"{exercise.name}_test")
        if grade is not None and (grade.manual_score is not None or grade.extra_credit):
            by_hand[exercise.name] = float(grade.score)
    written = []
    for one in task.written:
        grade, points = grades.get(one.name), None
        if grade is not None and (grade.manual_score is not None or grade.auto_score is not None):
            points = float(grade.score)  # nbgrader gives 0 to an empty answer by itself
        written.append(WrittenMark(one.name, points, one.points, words.get(one.name, "")))
    return Result(record.with_written(written), by_hand, words)
