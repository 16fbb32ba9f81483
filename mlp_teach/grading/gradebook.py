"""The gradebook of nbgrader, and its folder of autograded notebooks.

nbgrader runs no student's code here. Its own classes write the gradebook; our points become the
automatic scores, and what a person gave by hand in formgrader stays: nothing here writes a manual
score, an extra credit or a comment of a person's. Doing all of it again changes nothing.
https://nbgrader.readthedocs.io
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mlp_teach.grading.class_folder import Submission
from mlp_teach.grading.course import Course, CourseError
from mlp_teach.grading.record import Record, WrittenMark
from mlp_teach.training.whole_file import write_whole

TIME = "%Y-%m-%d %H:%M:%S.%f UTC"  # as nbgrader writes it
SQLITE = "sqlite:///"
NO_ANSWER = "No response."  # nbgrader's own words
# What stands where nobody has written: nbgrader puts its own words there, our releases have others.
STUBS = {"YOUR ANSWER HERE", "*Write your answer here.*", "*ここに解答を書いてください。*"}


@contextmanager
def opened(course: Course) -> Iterator[Gradebook]:
    """The gradebook of a class, made if there is none."""
    from nbgrader.api import Gradebook as Database

    _make(course)
    with Database(course.db_url, course.course_id) as database, warnings.catch_warnings():
        # SQLAlchemy says so of each submission that nbgrader makes; its rows are all there.
        warnings.filterwarnings("ignore", "Object of type .* not in session")
        yield Gradebook(course, database)


def _make(course: Course) -> None:
    """Makes the file whole or not at all: one without its version could never be upgraded."""
    from nbgrader.api import Gradebook as Database

    path = Path(course.db_url.removeprefix(SQLITE))
    if not course.db_url.startswith(SQLITE) or path.exists():
        return
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    # nbgrader calls alembic by its name, which lies beside this Python.
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.prefix) / "bin"), before])
    try:
        Database(f"{SQLITE}{beside}", course.course_id).close()
    finally:
        os.environ["PATH"] = before
    os.replace(beside, path)


class Gradebook:
    """`database` is nbgrader's own object for it."""

    def __init__(self, course: Course, database: Any):
        self.course, self._data = course, database

    def enter(self, assignment: str, release: Path, due: datetime | None) -> None:
        """Sees to it that the assignment stands there as it was handed out.

        Raises CourseError where it stands there with other cells or points.
        """
        from nbgrader.api import MissingEntry

        facts = {} if due is None else {"duedate": due.astimezone(UTC).replace(tzinfo=None)}
        self._data.update_or_create_assignment(assignment, **facts)
        try:
            known = self._data.find_notebook(assignment, assignment)
        except MissingEntry:
            return self._save_cells(assignment, release)
        mine = {cell.name: float(cell.max_score) for cell in known.grade_cells}
        about = {name: cell.metadata.nbgrader for name, cell in _cells(_read(release)).items()}
        handed_out = {name: float(one["points"]) for name, one in about.items() if one["grade"]}
        if mine != handed_out:
            raise CourseError(
                f"The gradebook has other cells or points for {assignment} than {release}. "
                "Name the release that was handed out, or run nbgrader generate_assignment again."
            )

    def _save_cells(self, assignment: str, release: Path) -> None:
        from nbgrader.preprocessors import SaveCells

        about = {"notebook": assignment, "assignment": assignment, "db_url": self.course.db_url}
        SaveCells().preprocess(_read(release), {"nbgrader": about})
        self._data.db.expire_all()  # it had a connection of its own

    def due(self, assignment: str, student: str) -> datetime | None:
        """The deadline for a student, with an extension if there is one."""
        from nbgrader.api import MissingEntry

        due = self._data.find_assignment(assignment).duedate
        if due is None:
            return None
        with suppress(MissingEntry):
            due = self._data.find_submission(assignment, student).duedate
        return due.replace(tzinfo=UTC)

    def put(self, record: Record, submission: Submission, notebook: Path) -> None:
        """Writes one student's scores, then the notebook that formgrader shows."""
        name, student = record.assignment, record.student
        place = self.course.autograded / student / name
        target = place / f"{name}.ipynb"
        new, old = _read(notebook), _read(target) if target.is_file() else None
        time = submission.handed_in  # formgrader takes another time for another submission
        naive = None if time is None else time.replace(tzinfo=None)
        self._data.update_or_create_student(student)
        self._data.update_or_create_submission(name, student, timestamp=naive)
        entry = self._data.find_submission_notebook(name, name, student)
        _put_grades(entry, record, new, old)
        self._data.db.commit()
        # The notebook comes last: while it is the old one, what has changed is found again.
        _replace(target, notebook.read_bytes())
        if time is not None:
            _replace(place / "timestamp.txt", time.strftime(TIME).encode())

    def written(self, assignment: str, student: str) -> tuple[WrittenMark, ...]:
        """What a person has given for the answers in words; no points where that is to come."""
        entry = self._data.find_submission_notebook(assignment, assignment, student)
        comments = {one.name: one.comment or "" for one in entry.comments}
        return tuple(
            WrittenMark(
                grade.name,
                None if grade.manual_score is None and grade.auto_score is None else grade.score,
                float(grade.max_score),
                comments.get(grade.name, ""),
            )
            for grade in sorted(entry.grades, key=lambda grade: grade.name)
            if grade.name in comments  # an answer that is graded itself: no test cell
        )


def _put_grades(entry: Any, record: Record, new: Any, old: Any) -> None:
    from nbgrader.utils import compute_checksum, determine_grade

    cells, before = _cells(new), _cells(old)
    tests = {f"{mark.exercise}_test": mark.exercise for mark in record.marks}
    for grade in entry.grades:
        cell, earlier = cells[grade.name], before.get(grade.name)
        if grade.name in tests:
            score = float(record.of_exercise(tests[grade.name]))
            changed = score != grade.auto_score
        else:
            score = 0.0 if _is_stub(cell) else determine_grade(cell)[0]
            changed = earlier is None or earlier.source != cell.source
        grade.auto_score = score
        if grade.manual_score is None:
            grade.needs_manual_grade = score is None
        elif changed:
            grade.needs_manual_grade = True  # it stays until a person has looked again
    for comment in entry.comments:
        cell = cells[comment.name]
        unchanged = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
        comment.auto_comment = NO_ANSWER if unchanged or _is_stub(cell) else None


def _is_stub(cell: Any) -> bool:
    """A class may mark with another release than the one that it handed out."""
    return cell.source.strip() in STUBS


def _cells(book: Any) -> dict[str, Any]:
    """The cells that nbgrader knows by a name."""
    cells = [] if book is None else book.cells
    named = [cell for cell in cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader["grade_id"]: cell for cell in named}


def _read(path: Path) -> Any:
    import nbformat

    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def _replace(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
        path.chmod(0o444)  # as nbgrader leaves it
