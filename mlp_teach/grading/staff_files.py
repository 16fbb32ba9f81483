"""What was handed out and what was handed in, as text: code, words, and the model answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from mlp_teach.grading.course import Course
from mlp_teach.grading.doctor import heal
from mlp_teach.grading.doctor_cells import grade_id
from mlp_teach.grading.exercise import Assignment
from mlp_teach.grading.marks import answer_cell

CODE_IN_TEXT = re.compile(r"<code>(.*?)</code>|`([^`]+)`", re.DOTALL)
CLONE = Path(__file__).resolve().parents[2]  # of this course, if that is what the package is in


@dataclass(frozen=True)
class Answers:
    """The text of each answer in a notebook, by the exercise's name."""

    code: dict[str, str]
    written: dict[str, str]


def read_answers(notebook: Path, task: Assignment, release: Path) -> Answers | None:
    """What a submitted notebook holds, None for a file that the doctor refuses."""
    healed = heal(notebook, release)
    return None if healed.notebook is None else answers_in(healed.notebook, task)


def answers_in(notebook: bytes, task: Assignment) -> Answers:
    """The answers in a notebook that is in order."""
    cells = json.loads(notebook)["cells"]
    texts = [(grade_id(cell), "".join(cell["source"]), cell["cell_type"]) for cell in cells]
    code = [(name, text) for name, text, kind in texts if kind == "code"]
    found = {exercise.name: answer_cell(code, exercise) for exercise in task.exercises}
    words = {name: text for name, text, _ in texts}
    written = {one.name: words[one.name] for one in task.written if one.name in words}
    return Answers({name: text for name, text in found.items() if text}, written)


def model_answers(
    course: Course, task: Assignment, lang: str, source: Path | None = None
) -> Answers | None:
    """Those of nbgrader's source version, None where there is none.

    It is looked for in `source`, else in source/ or solutions/ of the class and of this course.
    """
    roots = [course.folder / "source", course.folder / "solutions", CLONE / "solutions"]
    for root in [source] if source else roots:
        for place in (root / lang / task.name, root / task.name):
            path = place / f"{task.name}.ipynb"
            if path.is_file():
                return answers_in(path.read_bytes(), task)
    return None


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
