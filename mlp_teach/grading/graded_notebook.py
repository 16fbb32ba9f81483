"""The notebook that staff open in formgrader: the student's, with our marks below each exercise.

Nothing of it was run. formgrader shows Markdown with whatever HTML is in it, and outputs as they
are: a script in a student's file would run in the teacher's browser, with the teacher's rights. So
what the file had stored as outputs is taken out, and HTML in a student's text becomes plain text.
"""

from __future__ import annotations

import json
import re

from mlp_teach.grading.doctor_cells import grade_id
from mlp_teach.grading.exercise import Text
from mlp_teach.grading.marks import Mark, Marks
from mlp_teach.grading.practice import page

TAG = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=#?\w+;)")
PROTOCOL = re.compile(r"(?i)(script|data)(?=\s*:)")  # javascript:, vbscript:, data:


def graded_notebook(healed: bytes, release: bytes, marks: Marks, lang: str) -> bytes:
    """The healed notebook with points and hints as the outputs of its test cells."""
    book = _read(healed)
    results = _results(marks, lang)
    ours = {cell["source"] for cell in _read(release)["cells"]}
    book["metadata"].pop("widgets", None)
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = None
            cell["outputs"] = results.get(grade_id(cell) or "", [])
        elif cell["source"] not in ours:
            cell["source"] = inert(cell["source"])
            cell["metadata"].pop("raw_mimetype", None)
            cell["metadata"].pop("format", None)
    return _as_file(book)


def inert(text: str) -> str:
    """Markdown in which no HTML tag, entity or script is left; spaces keep them from being one."""
    return PROTOCOL.sub(r"\1 ", ENTITY.sub("& ", TAG.sub("< ", text)))


def empty_notebook(release: bytes, trouble: Text) -> bytes:
    """What stands for a submission that cannot be read: the release, and why."""
    book = _read(release)
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


def _read(notebook: bytes) -> dict:
    book = json.loads(notebook)
    for cell in book["cells"]:
        cell["source"] = "".join(cell["source"])  # a text, or its lines
    return book


def _as_file(book: dict) -> bytes:
    return (json.dumps(book, ensure_ascii=False, indent=1) + "\n").encode()
