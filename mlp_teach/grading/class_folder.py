"""What students handed in: the notebooks below CLASS/submitted, as nbgrader collects them.

    CLASS/submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb and timestamp.txt

Nothing that a student can put there leads elsewhere: links are refused, and so are names that are
no plain words. Whatever is wrong with one submission is told, and the others go on.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mlp_teach.grading.doctor_bytes import Refused, read_bytes
from mlp_teach.grading.exercise import Text

NAME = re.compile(r"\w[\w.@+' -]{0,98}(?<! )")  # of a student's folder: letters of any language
LONGEST = 200  # bytes of it: a file system takes 255, and our files add an ending to it
LARGEST_TIME = 200  # bytes of a timestamp.txt
NO_NOTEBOOK = Text(
    "The folder holds no notebook {name}.ipynb.",
    "フォルダーに {name}.ipynb がありません。",
)
MANY = Text(
    "The folder holds no {name}.ipynb, and more than one other notebook: {others}.",
    "フォルダーに {name}.ipynb がなく、ほかのノートブックが 2 つ以上あります：{others}。",
)
RENAMED = Text(
    "The notebook was handed in under another name: {other}.",
    "ノートブックが別の名前で提出されました：{other}。",
)
LINK = Text(
    "The folder is a link; it was not followed.",
    "フォルダーがリンクのため、たどりませんでした。",
)
NO_TIME = Text(
    "timestamp.txt holds no time; it is not known when this was handed in.",
    "timestamp.txt から時刻を読めません。提出時刻は不明です。",
)


@dataclass(frozen=True)
class Submission:
    """One student's notebook. `notebook` is None where there is none, and `trouble` says why."""

    student: str
    folder: Path
    notebook: Path | None
    handed_in: datetime | None
    notes: tuple[Text, ...] = ()
    trouble: Text | None = None

    def late(self, due: datetime | None) -> int:
        """Seconds after the deadline, 0 in time or where one of the two is not known."""
        if self.handed_in is None or due is None:
            return 0
        return max(math.ceil((self.handed_in - due).total_seconds()), 0)


def submissions(submitted: Path, assignment: str) -> tuple[list[Submission], list[str]]:
    """All submissions by name, and a line for each entry that is passed over.

    Raises ValueError where the folder is missing.
    """
    if not submitted.is_dir():
        raise ValueError(f"There is no folder {submitted}; nbgrader collect fills it.")
    found, strange = [], []
    for place in sorted(submitted.iterdir()):
        if not (place.is_symlink() or place.is_dir()):
            continue  # a file beside the folders of students
        if not NAME.fullmatch(place.name) or len(place.name.encode()) > LONGEST:
            strange.append(f"{place.name!r} is no name of a student; the folder was passed over.")
        elif place.is_symlink():
            strange.append(f"{place.name!r} is a link; it was not followed.")
        elif (place / assignment).is_symlink() or (place / assignment).is_dir():
            found.append(_submission(place / assignment, place.name, assignment))
    alike: dict[str, str] = {}
    for one in found:  # on some disks a record of one would be that of the other
        if (other := alike.setdefault(one.student.casefold(), one.student)) != one.student:
            strange.append(f"{one.student!r} and {other!r} differ in small and large letters only.")
    return found, strange


def _submission(folder: Path, student: str, assignment: str) -> Submission:
    if folder.is_symlink():
        return Submission(student, folder, None, None, trouble=LINK)
    handed_in, notes = _handed_in(folder)
    notebook, trouble = folder / f"{assignment}.ipynb", None
    if not (notebook.exists() or notebook.is_symlink()):
        others = sorted(folder.glob("*.ipynb"))
        if len(others) == 1:
            notebook = others[0]
            notes = [*notes, RENAMED.with_words(other=printable(notebook.name))]
        elif others:
            names = ", ".join(printable(one.name) for one in others)
            notebook, trouble = None, MANY.with_words(name=assignment, others=names)
        else:
            notebook, trouble = None, NO_NOTEBOOK.with_words(name=assignment)
    return Submission(student, folder, notebook, handed_in, tuple(notes), trouble)


def _handed_in(folder: Path) -> tuple[datetime | None, list[Text]]:
    path = folder / "timestamp.txt"
    if not (path.exists() or path.is_symlink()):
        return None, []
    try:
        return read_time(read_bytes(path, folder)[:LARGEST_TIME].decode().strip()), []
    except (Refused, ValueError):
        return None, [NO_TIME]


def read_time(text: str) -> datetime:
    """The time in words such as nbgrader's "2026-11-20 18:00:00 UTC"; UTC where they name no zone.

    Raises ValueError for other words.
    """
    words = text.split()
    zone: ZoneInfo | None = None
    if len(words) == 3:
        try:
            zone = ZoneInfo(words.pop())
        except (ZoneInfoNotFoundError, ValueError, OSError):
            words = text.split()
            words[1:] = ["".join(words[1:])]  # an offset, such as +0900
    try:
        time = datetime.fromisoformat(" ".join(words))
        return time.replace(tzinfo=time.tzinfo or zone or UTC).astimezone(UTC)
    except (ValueError, OverflowError):  # the year 1 in Tokyo is the year 0 in UTC
        raise ValueError(
            f"{text!r} is no time; write one like 2026-11-20 18:00 UTC or 2026-11-20T18:00+09:00."
        ) from None


def printable(name: str) -> str:
    """A file's name as a line of text, whatever is in it."""
    shown = name.encode(errors="replace").decode()
    return "".join(one if one.isprintable() else "?" for one in shown)[:100]
