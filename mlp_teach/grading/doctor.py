"""The doctor: a submitted notebook gets back what the grading needs, before it is graded.

    healed = heal("submitted/alice/ps1/ps1.ipynb", "release/ps1/ps1.ipynb")
    print(healed.page("en"))
    healed.write("healed/alice/ps1/ps1.ipynb")

The text of answers is the student's, and cells that the student added stay where they are;
everything else is the release's. Nothing is executed, and no submitted file, whatever is in it,
raises an error: one that is no notebook is refused by name.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from pathlib import Path

from mlp_teach.grading.doctor_bytes import Refused, read_bytes
from mlp_teach.grading.doctor_cells import Match, grade_id, is_answer, is_code, plain
from mlp_teach.grading.doctor_form import read_notebook
from mlp_teach.grading.doctor_report import Healed, Notes
from mlp_teach.grading.marks import LARGEST

NEEDED = ("nbgrader", "deletable", "editable")  # a cell's metadata that are not the student's
ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")


def heal(notebook: str | Path, release: str | Path, folder: str | Path | None = None) -> Healed:
    """The repaired notebook and the report. Links that lead out of `folder` (that of the notebook,
    unless told) are refused. A notebook that needs nothing keeps its bytes.

    Raises ValueError for a release that is not in order itself.
    """
    path = Path(notebook)
    try:
        data = read_bytes(path, path.parent if folder is None else Path(folder))
    except Refused as refused:
        return Healed(path, None, (refused.finding,))
    return heal_bytes(data, release, path)


def heal_bytes(data: bytes, release: str | Path, path: Path) -> Healed:
    """The same for what was read from `path` before: the file may have changed since."""
    handed_out, notes = _release(Path(release)), Notes()
    try:
        mine = read_notebook(data, notes)
        mine["cells"] = _cells(mine["cells"], handed_out["cells"], notes)
        mine["metadata"] = _metadata(mine["metadata"], handed_out["metadata"], notes)
        if notes.findings():
            data = (json.dumps(mine, ensure_ascii=False, indent=1) + "\n").encode()
        if len(data) > LARGEST:
            raise Refused("large")
    except Refused as refused:
        return Healed(path, None, (refused.finding,))
    return Healed(path, data, notes.findings())


def _release(path: Path) -> dict:
    notes = Notes()
    try:
        release = read_notebook(path.read_bytes(), notes)
    except Refused as refused:
        raise ValueError(f"{path} is no release: {refused.finding.text.en}") from refused
    if notes.findings():
        wrong = " ".join(finding.text.en for finding in notes.findings())
        raise ValueError(f"{path} is no release: {wrong}")
    return release


def _cells(cells: list[dict], release: list[dict], notes: Notes) -> list[dict]:
    match = Match(cells, release)
    _note_places(match, notes)
    # Added cells follow the release's cell after which they stood; -1 is the top.
    added: dict[int, list[dict]] = {place: [] for place in range(-1, len(release))}
    last, taken = -1, {cell["id"] for cell in release}
    for i, cell in enumerate(cells):
        last = match.place_of.get(i, last)
        if i not in match.place_of:
            added[last].append(_plain_cell(cell, taken, notes))
    healed = added[-1]
    for place in range(len(release)):
        healed = [*healed, _restored(match, place, notes), *added[place]]
    return healed


def _note_places(match: Match, notes: Notes) -> None:
    if not match.chosen:
        notes.add("other")
    for place, cell in enumerate(match.release):
        copies, kept = match.copies(place), match.chosen.get(place)
        known = {plain(cell["source"])}
        if kept is None:
            notes.add("deleted", label(cell))
        else:
            known.add(plain(match.cells[kept]["source"]))
            if is_answer(cell) and match.claims[kept] != place:
                notes.add("recognised", label(cell))
        for i in copies:
            text = match.cells[i]["source"]
            notes.add("duplicated", label(cell), None if plain(text) in known else text)
    seen = [match.place_of[i] for i in sorted(set(match.chosen.values()))]
    if seen != sorted(seen):
        notes.add("reordered")


def _restored(match: Match, place: int, notes: Notes) -> dict:
    cell = copy.deepcopy(match.release[place])
    if place not in match.chosen:
        return cell
    name, mine = label(cell), match.cells[match.chosen[place]]
    if mine["cell_type"] != cell["cell_type"]:
        notes.add("retyped", name)
    if is_answer(cell):
        cell["source"] = mine["source"]
    elif cell["source"] != mine["source"]:
        same = plain(cell["source"]) == plain(mine["source"])
        notes.add("edited", name, None if same else mine["source"])
    if (cell.get("attachments") or {}) != (mine.get("attachments") or {}):
        notes.add("edited", name)
    given, about = cell["metadata"], mine["metadata"]
    keys = {*NEEDED, *given}
    if any(given.get(key) != about.get(key) for key in keys):
        notes.add("metadata", name)
    cell["metadata"] = {key: about[key] for key in about.keys() - keys} | given
    cell["metadata"] = dict(sorted(cell["metadata"].items()))
    if is_code(cell) and is_code(mine) and cell["source"] == mine["source"]:
        cell |= {key: mine[key] for key in ("execution_count", "outputs")}
    if cell["id"] != mine.get("id"):
        notes.add("ids")
    return cell


def _plain_cell(cell: dict, taken: set[str], notes: Notes) -> dict:
    about, name = cell["metadata"], cell.get("id", "")
    if "nbgrader" in about:
        notes.add("foreign")
        about = {key: value for key, value in about.items() if key != "nbgrader"}
    if name in taken or not ID.fullmatch(name):
        notes.add("ids")
        name = hashlib.sha256(f"{len(taken)}\0{cell['source']}".encode()).hexdigest()[:12]
    taken.add(name)
    return cell | {"metadata": about, "id": name}


def _metadata(mine: dict, release: dict, notes: Notes) -> dict:
    healed = dict(mine)
    for key, value in release.items():
        told = mine.get(key)
        if key in ("kernelspec", "language_info") and isinstance(told, dict):
            shown = key == "language_info" or isinstance(told.get("display_name"), str)
            if told.get("name") == value.get("name") and shown:
                continue  # its version and its shown name are the student's
        if told != value:
            notes.add("kernel" if key in ("kernelspec", "language_info") else "file")
            healed[key] = copy.deepcopy(value)
    return healed


def label(cell: dict) -> str:
    """A cell's name for people: its grade_id, else its first words."""
    return grade_id(cell) or cell["source"].strip().partition("\n")[0][:60]
