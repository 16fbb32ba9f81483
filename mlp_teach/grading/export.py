"""Points of a class as CSV files that other programs read: nbgrader's form, Canvas's and Moodle's.

nbgrader: one row a student and assignment, the columns of its CsvExportPlugin (nbgrader 0.9.6,
    plugins/export.py); who handed in nothing has 0.
Canvas: one row a student, one column an exercise, the row "Points Possible" under the head. Canvas
    finds students by ID, SIS User ID or SIS Login ID, and wants these columns first
    (github.com/instructure/canvas-lms, lib/gradebook_importer.rb). A title that ends in a number in
    brackets would name an assignment of Canvas's by its number, so none does.
Moodle: one row a student, found by email address or ID number, one column an exercise; which
    column is what, one says there (docs.moodle.org, "Grade import").

For Canvas and Moodle a cell is empty where a person has still to mark, and where nothing was handed
in: an empty cell changes nothing there. No text in these files is a formula for a spreadsheet.

Lateness: with a penalty of p percent a day, each started day takes p percent off the points that
were reached, of each exercise alike, down to 0. Without, it costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from mlp_teach.grading.class_results import Result
from mlp_teach.grading.exercise import Assignment
from mlp_teach.grading.roster import Person, with_all
from mlp_teach.grading.table import Cell, csv_text

DAY = 86_400  # s
NBGRADER = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("First name", "Last name", "ID number", "Email address")
Class = Mapping[Assignment, Sequence[Result]]


def share_lost(late_seconds: int, percent_a_day: float | int) -> float:
    """How much of the points lateness costs, between 0 and 1."""
    if not 0 <= percent_a_day <= 100:
        raise ValueError(f"A penalty of {percent_a_day:g} percent a day is not between 0 and 100.")
    days = -(-late_seconds // DAY)
    return min(days * percent_a_day / 100, 1.0)


def nbgrader_csv(
    found: Class,
    roster: Mapping[str, Person],
    due: Mapping[str, datetime | None],
    percent_a_day: float | int = 0,
) -> str:
    """The file that `nbgrader export` writes; `due` is the deadline of each assignment."""
    rows: list[Sequence[Cell]] = [NBGRADER]
    for task, results in found.items():
        by_student = {one.student: one for one in results}
        for person in with_all(dict(roster), by_student):
            when, points, penalty = "", 0.0, 0.0
            if result := by_student.get(person.id):
                when = _naive(result.record.submitted_at)
                points = float(result.total)
                penalty = points * share_lost(result.record.late_seconds, percent_a_day)
            facts = (task.name, _naive(due.get(task.name)), when, person.id)
            names = (person.last_name, person.first_name, person.email)
            score = max(0.0, points - penalty)
            rows.append((*facts, *names, points, penalty, score, float(task.points)))
    return csv_text(rows)


def canvas_csv(found: Class, roster: Mapping[str, Person], percent_a_day: float | int = 0) -> str:
    """For Canvas: Grades, Import."""
    columns = _columns(found)
    possible = [most for _, _, most in columns]
    rows: list[Sequence[Cell]] = [(*CANVAS, *(title for title, _, _ in columns))]
    rows.append(("    Points Possible", *("" for _ in CANVAS[1:]), *possible))
    for person in _everyone(found, roster):
        known = (person.canvas_id, person.sis_user_id, person.sis_login_id)
        if not any(known):
            known = ("", "", person.id)
        facts = (person.last_first, *known, person.section)
        rows.append((*facts, *_points(found, person.id, percent_a_day)))
    return csv_text(rows)


def moodle_csv(found: Class, roster: Mapping[str, Person], percent_a_day: float | int = 0) -> str:
    """For Moodle: Grades, Import, CSV file."""
    rows: list[Sequence[Cell]] = [(*MOODLE, *(title for title, _, _ in _columns(found)))]
    for person in _everyone(found, roster):
        number = person.id_number or person.id
        facts = (person.first_name, person.last_name, number, person.email)
        rows.append((*facts, *_points(found, person.id, percent_a_day)))
    return csv_text(rows)


def _columns(found: Class) -> list[tuple[str, str, int]]:
    """Title, name and points of every exercise and answer in words."""
    return [
        (f"{task.name}: {one.name}", one.name, one.points)
        for task in found
        for one in (*task.exercises, *task.written)
    ]


def _everyone(found: Class, roster: Mapping[str, Person]) -> list[Person]:
    students = {one.student for results in found.values() for one in results}
    return with_all(dict(roster), students)


def _points(found: Class, student: str, percent_a_day: float | int) -> list[Cell]:
    cells: list[Cell] = []
    for task, results in found.items():
        mine = next((one for one in results if one.student == student), None)
        for one in (*task.exercises, *task.written):
            points = None if mine is None else mine.points(one.name)
            if points is not None:
                points *= 1 - share_lost(mine.record.late_seconds, percent_a_day)
            cells.append("" if points is None else round(float(points), 2))
    return cells


def _naive(time: str | datetime | None) -> str:
    """As nbgrader prints a time: of UTC, without saying so."""
    if isinstance(time, str):
        time = datetime.fromisoformat(time)
    return "" if time is None else str(time.astimezone(UTC).replace(tzinfo=None))
