"""Where an assignment as handed out and its model answers lie, and what a student wrote into it.

The folders are nbgrader's in a class of its own (release/ and source/), or those of a copy of this
course (exercises/ and solutions/, a folder for each language).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlp_teach.grading.check import language_of
from mlp_teach.grading.doctor import heal
from mlp_teach.grading.exercise import Assignment
from mlp_teach.grading.marks import answer_cell

CODE_IN_TEXT = re.compile(r"<code>(.*?)</code>|`([^`]+)`", re.DOTALL)
COURSE = Path(__file__).resolve().parents[2]  # in a clone, what holds exercises/ and solutions/


@dataclass(frozen=True)
class Answers:
    """The text of each answer of one notebook by the exercise's name, code and words."""

    lang: str
    code: dict[str, str]
    written: dict[str, str]


def handed_out(folder: Path, name: str, lang: str, given: Path | None = None) -> Path:
    """The release of an assignment. Raises ValueError where there is none."""
    for path in _places(folder, name, lang, given, ("release", "exercises")):
        if path.is_file():
            return path
    raise ValueError(
        f"There is no release of {name} in {given or folder}: give the folder that holds "
        f"{name}/{name}.ipynb as it was handed out with --release."
    )


def model_answers(folder: Path, name: str, lang: str, given: Path | None = None) -> Path | None:
    """nbgrader's source version of an assignment, None where there is none."""
    places = _places(folder, name, lang, given, ("source", "solutions"))
    return next((path for path in places if path.is_file()), None)


def _places(
    folder: Path, name: str, lang: str, given: Path | None, kinds: tuple[str, str]
) -> Iterator[Path]:
    roots = [given] if given else [folder / kinds[0], folder / kinds[1], COURSE / kinds[1]]
    for root in roots:
        yield root / lang / name / f"{name}.ipynb"
        yield root / name / f"{name}.ipynb"


def read_answers(notebook: Path, task: Assignment, release: Path) -> Answers | None:
    """What a submitted notebook holds, None for a file that the doctor refuses."""
    healed = heal(notebook, release)
    if healed.notebook is None:
        return None
    return answers_in(json.loads(healed.notebook), task, language_of(notebook))


def answers_in(notebook: dict, task: Assignment, lang: str) -> Answers:
    """The answers in a notebook that is in order."""
    cells = [
        (cell["metadata"].get("nbgrader", {}).get("grade_id"), "".join(cell["source"]), cell)
        for cell in notebook["cells"]
    ]
    code = [(name, text) for name, text, cell in cells if cell["cell_type"] == "code"]
    found = {exercise.name: answer_cell(code, exercise) for exercise in task.exercises}
    words = {name: text for name, text, _ in cells if name is not None}
    written = {one.name: words[one.name] for one in task.written if one.name in words}
    return Answers(lang, {name: text for name, text in found.items() if text}, written)


def handed_out_code(release: Path) -> str:
    """All code of a notebook as handed out, that within its text included."""
    parts = []
    for cell in json.loads(release.read_bytes())["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            parts.append(source)
        else:
            parts += [one or other for one, other in CODE_IN_TEXT.findall(source)]
    return "\n".join(parts)
