"""A student's own look at a notebook before handing it in: marked as it will be, on new inputs."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

from mlp_teach.grading.exercise import Assignment, assignment, assignments
from mlp_teach.grading.marks import Marks, SubmissionError, mark, read_code

LANGUAGE = "en"
ID = re.compile(r"""^student *= *(["'])(.+?)\1""", re.MULTILINE)  # the cell of personal variants


def check(notebook: str | Path) -> tuple[Marks, str]:
    """The marks of a notebook and its language. Its name may be any: its answers tell what it is.

    Raises SubmissionError for a file that is no notebook, or none of an assignment.
    """
    task = _assignment_of(Path(notebook))
    marks = mark(notebook, task, student_of(Path(notebook)), salt=secrets.token_hex(8))
    return marks, language_of(Path(notebook))


def student_of(notebook: Path) -> str:
    """The id that a student wrote into the notebook; "me" where none is asked for."""
    found = [match[2] for _, text in read_code(notebook) if (match := ID.search(text))]
    return found[0] if found else "me"


def language_of(notebook: Path) -> str:
    """The language that the notebook was handed out in."""
    try:
        lang = json.loads(notebook.read_bytes())["metadata"]["mlp_teach"]["lang"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return LANGUAGE
    return lang if lang in ("en", "ja") else LANGUAGE


def _assignment_of(notebook: Path) -> Assignment:
    names = {name for name, _ in read_code(notebook) if name}
    for known in assignments():
        task = assignment(known)
        if names & {one.name for one in task.exercises}:
            return task
    raise SubmissionError(f"{notebook} holds no answer of an assignment of this course.")
