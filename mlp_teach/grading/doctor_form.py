"""From JSON to a notebook in the form 4.5, whatever program saved it.

Nothing but the text of cells is trusted. Fields that the form does not have are dropped, missing
ones added. Each change leaves a note, so that a file without notes is one that needs none.
"""

from __future__ import annotations

import json

from mlp_teach.grading.doctor_bytes import Refused, read_json
from mlp_teach.grading.doctor_report import Notes
from mlp_teach.grading.marks import LARGEST

MOST_CELLS = 2000
LARGEST_OUTPUT = 1_000_000  # characters of one cell's outputs
LARGE_OUTPUT = 5_000  # the same in a file that is too large as it is
EDITORS = {  # what they leave in the metadata of a notebook and of its cells
    "colab": {"colab", "colab_type", "outputId", "executionInfo", "cellView"}
    | {"accelerator", "gpuClass"},
    "vscode": {"vscode", "languageId"} | {"dotnet_interactive", "polyglot_notebook"},
}
METADATA = {"tags": list, "authors": list, "jupyter": dict, "execution": dict}
METADATA |= {"collapsed": bool, "deletable": bool, "editable": bool}
METADATA |= {"name": str, "title": str, "format": str}  # what the form says of them
TYPES = ("code", "markdown", "raw")
OUTPUTS = {
    "stream": {"output_type", "name", "text"},
    "display_data": {"output_type", "data", "metadata"},
    "execute_result": {"output_type", "data", "metadata", "execution_count"},
    "error": {"output_type", "ename", "evalue", "traceback"},
}


def read_notebook(data: bytes, notes: Notes) -> dict:
    """The notebook in the bytes of its file. Raises Refused."""
    book = read_json(data, notes)
    raw_cells = _cells_of(book, notes)
    metadata = book["metadata"] if isinstance(book.get("metadata"), dict) else {}
    colab = "colab" in metadata
    most = LARGEST_OUTPUT if len(data) <= LARGEST else LARGE_OUTPUT
    cells = []
    for number, raw in enumerate(raw_cells, 1):
        if isinstance(raw, dict):
            cell = _well_formed(raw, f"{number}", colab, notes)
            if len(json.dumps(cell.get("outputs"))) > most:
                notes.add("huge", f"{number}")
                cell["outputs"] = []
            cells.append(cell)
        else:
            notes.add("no cells", f"{number}", json.dumps(raw))
    metadata = _clean(metadata, notes)
    widgets = metadata.get("widgets")
    if widgets is not None and '"state"' not in json.dumps(widgets):
        metadata.pop("widgets")  # Colab's form, which no other program reads
        notes.add("file")
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cells_of(book: dict, notes: Notes) -> list:
    cells, sheets = book.get("cells"), book.get("worksheets")
    if cells is None and isinstance(sheets, list):  # the format of before 2015
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for cells in lists if isinstance(cells, list) for cell in cells]
        notes.add("old")
    if not isinstance(cells, list):
        raise Refused("no notebook")
    if len(cells) > MOST_CELLS:
        raise Refused("large")
    form = (book.get("nbformat"), book.get("nbformat_minor"))
    if form != (4, 5):
        notes.add("old" if form in [(4, minor) for minor in range(5)] else "format")
    if set(book) != {"cells", "metadata", "nbformat", "nbformat_minor"}:
        notes.add("format")
    if not isinstance(book.get("metadata"), dict):
        notes.add("format")
    return cells


def _well_formed(raw: dict, number: str, colab: bool, notes: Notes) -> dict:
    kind, source = raw.get("cell_type"), _text(raw.get("source", raw.get("input")))
    if kind == "heading":
        level = raw.get("level")
        source = "#" * (level if level in range(1, 7) else 1) + " " + source
    if "\r" in source:
        notes.add("line ends")
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    about = raw["metadata"] if isinstance(raw.get("metadata"), dict) else {}
    about = _clean(about, notes)
    if colab:
        about.pop("id", None)
    cell = {"cell_type": "markdown" if kind == "heading" else kind, "metadata": about}
    cell["source"] = source
    if kind not in TYPES:
        cell["cell_type"] = cell["cell_type"] if kind == "heading" else "raw"
    if isinstance(raw.get("id"), str):
        cell["id"] = raw["id"]
    if kind != "code" and isinstance(raw.get("attachments"), dict):
        cell["attachments"] = raw["attachments"]
    if kind == "code":
        count = raw.get("execution_count", raw.get("prompt_number"))
        cell["execution_count"] = count if type(count) is int and count >= 0 else None
        cell["outputs"] = _outputs(raw.get("outputs"), number, notes)
    kept = raw | {"source": source, "metadata": about}
    if "metadata" not in raw or kept | {"outputs": 0} != cell | {"outputs": 0}:
        notes.add("format")
    return cell


def _outputs(raw: object, number: str, notes: Notes) -> list:
    listed = raw if isinstance(raw, list) else []
    good = [one for one in listed if isinstance(one, dict) and _is_output(one)]
    if good != raw:
        notes.add("outputs", number)
    return good


def _is_output(one: dict) -> bool:
    kind = one.get("output_type")
    if not isinstance(kind, str) or set(one) != OUTPUTS.get(kind):
        return False
    bundles = [one[key] for key in ("data", "metadata") if key in one]
    texts = [one[key] for key in ("name", "ename", "evalue") if key in one]
    lines = one.get("traceback", one.get("text", []))
    if isinstance(lines, str):
        lines = [] if kind == "stream" else [None]
    return (
        all(isinstance(bundle, dict) for bundle in bundles)
        and all(isinstance(text, str) for text in texts)
        and isinstance(lines, list)
        and all(isinstance(line, str) for line in lines)
    )


def _text(source: object) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _clean(about: dict, notes: Notes) -> dict:
    for editor, keys in EDITORS.items():
        if keys & about.keys():
            notes.add(editor)
            about = {key: value for key, value in about.items() if key not in keys}
    tags = about.get("tags", [])
    wrong = {key for key, kind in METADATA.items() if not isinstance(about.get(key, kind()), kind)}
    if isinstance(tags, list) and not all(isinstance(tag, str) for tag in tags):
        wrong.add("tags")
    if wrong:
        notes.add("format")
    return {key: value for key, value in about.items() if key not in wrong}
