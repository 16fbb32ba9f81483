"""Who the students are: the instructor's list, a CSV file with a row a student.

The same file that `nbgrader db student import` reads (id, first_name, last_name, email); columns
that it passes over say how Canvas and Moodle call a student. Only `id`, the name of the student's
folder, must be there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

LARGEST = 10_000_000  # bytes


@dataclass(frozen=True)
class Person:
    """One student. What the list does not hold is empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    canvas_id: str = ""  # "ID" in an export of Canvas's gradebook
    sis_user_id: str = ""  # the same two names there
    sis_login_id: str = ""
    section: str = ""
    id_number: str = ""  # "ID number" in Moodle

    @property
    def last_first(self) -> str:
        """The name as Canvas sorts it, or the id where the list has no name."""
        return ", ".join(part for part in (self.last_name, self.first_name) if part) or self.id


def read_roster(path: str | Path) -> dict[str, Person]:
    """The list by id. Raises ValueError for a file that is none, or that has a student twice."""
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"There is no roster {path}.")
    try:
        text = path.read_bytes()[:LARGEST].decode("utf-8-sig")  # Excel writes its mark there
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no UTF-8 text: save it as 'CSV UTF-8'.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    known = {field.name for field in fields(Person)}
    found: dict[str, Person] = {}
    try:
        head = [name.strip() for name in reader.fieldnames or []]
        if "id" not in head:
            raise ValueError(f"{path} has no column 'id': it holds {', '.join(head) or 'nothing'}.")
        reader.fieldnames = head
        for row in reader:
            words = {key: (row[key] or "").strip() for key in head if key in known}
            person = Person(**words)
            if person.id in found:
                raise ValueError(
                    f"{path} has {person.id!r} twice, in line {reader.line_num} again."
                )
            if person.id:
                found[person.id] = person
    except csv.Error as error:
        raise ValueError(f"{path} is no CSV: {error}, in line {reader.line_num}.") from error
    return found


def with_all(roster: dict[str, Person], students: Iterable[str]) -> list[Person]:
    """Everyone in the list, then those who handed in and are not in it, by id."""
    others = sorted(set(students) - roster.keys())
    return [*roster.values(), *(Person(name) for name in others)]
