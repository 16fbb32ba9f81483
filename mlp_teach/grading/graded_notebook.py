"""The notebook that staff open in formgrader: the student's, with our marks below each exercise.

Nothing of it was run. What the student's file had stored as outputs is taken out, since a page made
of it would show, and let run, whatever a student wrote there.
"""

from __future__ import annotations

import json

from mlp_teach.grading.doctor_cells import grade_id
from mlp_teach.grading.exercise import Text
from mlp_teach.grading.marks import Mark, Marks
from mlp_teach.grading.practice import page


def graded_notebook(healed: bytes, marks: Marks, lang: str) -> bytes:
    """The healed notebook with points and hints as the outputs of its test cells."""
    book = json.loads(healed)
    results = _results(marks, lang)
    book["metadata"].pop("widgets", None)
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = None
            cell["outputs"] = results.get(grade_id(cell) or "", [])
    return _as_file(book)


def empty_notebook(release: bytes, trouble: Text) -> bytes:
    """What stands for a submission that cannot be read: the release, and why."""
    book = json.loads(release)
    words = f"**{trouble.en}**\n\n**{trouble.ja}**"
    note = {"cell_type": "markdown", "id": "trouble", "metadata": {}, "source": words}
    book["cells"].insert(0, note)
    return _as_file(book)


def _results(marks: Marks, lang: str) -> dict[str, list[dict]]:
    """Outputs by the name of the test cell: a page of text, and the points as nbgrader reads it."""
    found = {}
    for task in marks.assignment.exercises:
        mine: list[Mark] = [mark for mark in marks.marks if mark.exercise == task.name]
        outcomes = list(zip(task.items, [mark.hint for mark in mine], strict=True))
        text = {"output_type": "stream", "name": "stdout"}
        text["text"] = page(task, outcomes, lang) + "\n"
        points = {"output_type": "execute_result", "execution_count": None, "metadata": {}}
        points["data"] = {"text/plain": f"{float(marks.of(task.name))}"}
        found[f"{task.name}_test"] = [text, points]
    return found


def _as_file(book: dict) -> bytes:
    return (json.dumps(book, ensure_ascii=False, indent=1) + "\n").encode()
