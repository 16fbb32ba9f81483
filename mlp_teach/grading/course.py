"""The folder of a class as nbgrader sees it: where nbgrader_config.py says that everything is.

Only the settings in that folder and the user's own count, wherever the command is started.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mlp_teach.grading.exercise import LANGUAGES, assignments

LANG = re.compile(rb'"lang": *"(en|ja)"')
KANA = re.compile(rb"\xe3[\x81-\x83][\x80-\xbf]|\\u30[0-9a-fA-F]{2}")  # as UTF-8 or as JSON has it
MUCH_KANA = 100
STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"


class CourseError(ValueError):
    """The folder of the class, its settings or its gradebook do not fit; the message says how."""


@dataclass(frozen=True)
class Course:
    """Where nbgrader_config.py in the folder of a class says that everything is."""

    folder: Path
    course_id: str
    db_url: str
    release: Path
    submitted: Path
    autograded: Path


def read_course(folder: str | Path) -> Course:
    """The settings of the class in a folder. Raises CourseError."""
    try:
        from nbgrader.apps.baseapp import NbGrader
    except ImportError as error:
        raise CourseError(
            "nbgrader is not installed. It keeps the gradebook: pip install 'mlp_teach[grading]'."
        ) from error

    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise CourseError(f"There is no folder {folder}.")
    app = NbGrader(log_level="ERROR")
    app.load_cwd_config = False
    app.initialize([], root=str(folder))
    found = app.coursedir
    if Path(found.root).resolve() != folder:
        raise CourseError(f"{folder}/nbgrader_config.py says that the course is in {found.root}.")
    if Path(found.directory_structure).as_posix() != STRUCTURE:
        raise CourseError(f"The folders are {found.directory_structure}; we know {STRUCTURE}.")
    names = (found.release_directory, found.submitted_directory, found.autograded_directory)
    return Course(folder, found.course_id, found.db_url, *(folder / name for name in names))


def releases(course: Course, assignment: str, folder: Path | None = None) -> dict[str, Path]:
    """What was handed out, by language, the class's own first. Raises CourseError for nothing.

    With exercises/en as the folder, exercises/ja is looked at too: students hand in either.
    """
    folder = course.release if folder is None else Path(folder).resolve()
    roots = [folder, *(folder / lang for lang in LANGUAGES)]
    if folder.name in LANGUAGES:
        roots += [folder.parent / lang for lang in LANGUAGES]
    found: dict[str, Path] = {}
    for root in roots:
        path = root / assignment / f"{assignment}.ipynb"
        if path.is_file():
            found.setdefault(language(path.read_bytes(), LANGUAGES), path)
    if not found:
        raise CourseError(
            f"There is no {assignment}/{assignment}.ipynb in {folder}. Name the folder that holds "
            "what was handed out with --release, for example exercises/en of the course; "
            f"assignments of the course are {', '.join(assignments())}."
        )
    return found


def language(data: bytes, known: Iterable[str]) -> str:
    """The language that a notebook was handed out in, as far as its bytes tell."""
    known = list(known)
    told = LANG.search(data)
    lang = told[1].decode() if told else ""
    if not told and len(KANA.findall(data)) > MUCH_KANA:
        lang = "ja"
    return lang if lang in known else known[0]
