"""Damaged notebooks get back what the release handed out, and keep every answer."""

import copy
import json
import os
import random
from pathlib import Path

import nbformat
import pytest

from mlp_teach.grading.assignments.ps1 import cells
from mlp_teach.grading.doctor import heal
from mlp_teach.grading.doctor_bytes import DEEPEST, LARGEST_READ, MOST_PARTS
from mlp_teach.grading.doctor_cells import is_answer
from mlp_teach.grading.doctor_form import MOST_CELLS
from mlp_teach.grading.doctor_report import REFUSALS, REPAIRS, WORDS
from mlp_teach.grading.exercise import Assignment
from mlp_teach.grading.marks import Workbench, mark
from mlp_teach.grading.sandbox import isolation

ROOT = Path(__file__).resolve().parents[2]
NAME = "ps1_energy_surfaces"
RELEASE = ROOT / "exercises" / "en" / NAME / f"{NAME}.ipynb"
SOLUTIONS = ROOT / "solutions" / "en" / NAME / f"{NAME}.ipynb"
GIVEN = json.loads(RELEASE.read_text(encoding="utf-8"))
TARGET = "ps1_minimum_image"
with_links = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no links and pipes here")


def solved() -> dict:
    """The release as a student hands it in: answers and outputs, nothing else changed."""
    notebook = copy.deepcopy(GIVEN)
    right = json.loads(SOLUTIONS.read_text(encoding="utf-8"))["cells"]
    for number, (cell, full) in enumerate(zip(notebook["cells"], right, strict=True)):
        if is_answer(cell):
            cell["source"] = full["source"]
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["1 of 1\n"]}]
    return notebook


@pytest.fixture
def doctor(tmp_path):
    """The healed notebook and its report; what was handed in must be as it was."""

    def run(submitted, release=RELEASE):
        path = tmp_path / "submitted.ipynb"
        data = submitted if isinstance(submitted, bytes) else json.dumps(submitted).encode()
        path.write_bytes(data)
        healed = heal(path, release)
        assert path.read_bytes() == data
        for lang in ("en", "ja"):
            assert healed.page(lang)
        json.loads(healed.as_json())
        book = None if healed.notebook is None else json.loads(healed.notebook)
        if book is not None:
            nbformat.validate(book)
        return book, {finding.what: finding for finding in healed.findings}

    return run


def text(cell):
    return "".join(cell["source"])


def find(notebook, grade_id):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            return cell
    raise AssertionError(grade_id)


def place(notebook, grade_id):
    return notebook["cells"].index(find(notebook, grade_id))


def handed_out(notebook, given=GIVEN):
    """The cells of the release in a healed notebook; all else must be the student's."""
    ids = [cell["id"] for cell in given["cells"]]
    return [cell for cell in notebook["cells"] if cell["id"] in ids]


def added(notebook):
    ids = [cell["id"] for cell in GIVEN["cells"]]
    return [text(cell) for cell in notebook["cells"] if cell["id"] not in ids]


def assert_like_release(notebook, given=GIVEN):
    kept = handed_out(notebook, given)
    for mine, cell in zip(kept, given["cells"], strict=True):
        assert mine["id"] == cell["id"]
        assert mine["cell_type"] == cell["cell_type"]
        for key in ("nbgrader", "deletable", "editable"):
            assert mine["metadata"].get(key) == cell["metadata"].get(key)
        if not is_answer(cell):
            assert text(mine) == text(cell)


def answers(notebook):
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: text(cell)
        for cell in notebook["cells"]
        if is_answer(cell)
    }


def assert_healed(notebook, missing=()):
    """All cells are the release's; all answers but the missing are the student's."""
    assert_like_release(notebook)
    stubs = answers(GIVEN)
    expected = {k: stubs[k] if k in missing else v for k, v in answers(solved()).items()}
    assert answers(notebook) == expected


def test_a_healthy_notebook_keeps_its_bytes_and_gets_an_empty_report(tmp_path):
    path = tmp_path / "x.ipynb"
    notebook = solved()
    notebook["metadata"]["language_info"]["version"] = "3.12.1"
    notebook["metadata"]["kernelspec"]["display_name"] = ".venv"
    notebook["cells"][0]["metadata"]["jp-MarkdownHeadingCollapsed"] = True
    notebook["cells"][0]["attachments"] = {}
    notebook["cells"].insert(4, dict(nbformat.v4.new_code_cell("scratch = 1")))
    for data in (RELEASE.read_bytes(), json.dumps(notebook, indent=3).encode()):
        path.write_bytes(data)
        healed = heal(path, RELEASE)
        assert healed.notebook == data
        assert healed.findings == ()
        assert healed.page("en") == "Nothing was wrong."
        assert json.loads(healed.as_json()) == {"refused": False, "findings": []}


# Sabotage of the cells: a change, what is reported, and which answers are gone for good.


def delete_answer(n):
    n["cells"].remove(find(n, TARGET))


def delete_test(n):
    n["cells"].remove(find(n, f"{TARGET}_test"))


def delete_text(n):
    del n["cells"][3]


def duplicate_answer(n):
    n["cells"].insert(place(n, TARGET), copy.deepcopy(find(n, TARGET)))


def duplicate_stub(n):
    stub = copy.deepcopy(find(GIVEN, TARGET))
    n["cells"].insert(place(n, TARGET) + 1, stub)


def duplicate_draft_before(n):
    draft = copy.deepcopy(find(n, TARGET)) | {"source": "def minimum_image(v, L):\n    return v"}
    n["cells"].insert(place(n, TARGET), draft)


def duplicate_text_and_test(n):
    for which in (1, place(n, f"{TARGET}_test")):
        n["cells"].append(copy.deepcopy(n["cells"][which]))


def retype_all(n):
    for cell in n["cells"]:
        cell["cell_type"] = {"code": "markdown", "markdown": "raw"}[cell["cell_type"]]
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def retype_texts_to_code(n):
    for cell in n["cells"]:
        if cell["cell_type"] == "markdown":
            cell |= {"cell_type": "code", "outputs": [], "execution_count": None}


def reverse(n):
    n["cells"].reverse()


def strip_metadata(n):
    for cell in n["cells"]:
        cell["metadata"] = {}


def strip_metadata_and_ids(n):
    for number, cell in enumerate(n["cells"]):
        cell |= {"metadata": {}, "id": f"x{number}"}


def strip_reverse_and_retype(n):
    strip_metadata_and_ids(n)
    retype_all(n)
    reverse(n)


def edit_test(n):
    find(n, f"{TARGET}_test")["source"] = "100.0"


def edit_imports(n):
    cell = find(n, f"{NAME}_imports")
    cell["source"] = text(cell) + "\nnp.round = max"


def edit_text(n):
    n["cells"][3]["source"] = "## 1. My notes"


def more_points(n):
    find(n, f"{TARGET}_test")["metadata"]["nbgrader"]["points"] = 100


def unlock(n):
    find(n, f"{TARGET}_test")["metadata"] |= {"deletable": True, "editable": True}


def rename(n):
    find(n, TARGET)["metadata"]["nbgrader"]["grade_id"] = "other"


def swap_names(n):
    one, other = find(n, TARGET), find(n, "ps1_neighbor_counts")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    one["id"], other["id"] = other["id"], one["id"]


def swap_with_test(n):
    one, other = find(n, TARGET), find(n, f"{TARGET}_test")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    one["id"], other["id"] = other["id"], one["id"]


def answer_elsewhere(n):
    answer = find(n, TARGET)
    mine = {"cell_type": "code", "metadata": {}, "id": "mine", "source": answer["source"]}
    n["cells"].append(mine | {"outputs": [], "execution_count": None})
    answer["source"] = text(find(GIVEN, TARGET))


def merge_cells(n):
    one, other = find(n, TARGET), find(n, "ps1_neighbor_counts")
    n["cells"].remove(other)
    one["source"] = text(one) + "\n\n\n" + text(other)


SABOTAGE = {
    delete_answer: ({"deleted"}, {TARGET}),
    delete_test: ({"deleted"}, ()),
    delete_text: ({"deleted"}, ()),
    duplicate_answer: ({"duplicated"}, ()),
    duplicate_stub: ({"duplicated"}, ()),
    duplicate_draft_before: ({"duplicated"}, ()),
    duplicate_text_and_test: ({"duplicated"}, ()),
    retype_all: ({"retyped"}, ()),
    retype_texts_to_code: ({"retyped"}, ()),
    reverse: ({"reordered"}, ()),
    strip_metadata: ({"metadata"}, ()),
    strip_metadata_and_ids: ({"metadata", "ids", "recognised"}, ()),
    strip_reverse_and_retype: ({"metadata", "ids", "recognised", "retyped", "reordered"}, ()),
    edit_test: ({"edited"}, ()),
    edit_imports: ({"edited"}, ()),
    edit_text: ({"edited"}, ()),
    more_points: ({"metadata"}, ()),
    unlock: ({"metadata"}, ()),
    rename: ({"metadata"}, ()),
    swap_names: ({"recognised", "metadata", "ids"}, ()),
    swap_with_test: ({"recognised", "metadata", "ids"}, ()),
    answer_elsewhere: ({"duplicated", "recognised", "metadata", "ids", "reordered"}, ()),
}


@pytest.mark.parametrize("sabotage", SABOTAGE, ids=lambda one: one.__name__)
def test_sabotage_is_undone_and_told(doctor, sabotage):
    notebook = solved()
    sabotage(notebook)
    healed, found = doctor(notebook)
    told, missing = SABOTAGE[sabotage]
    assert found.keys() == told
    assert_healed(healed, missing)
    assert added(healed) == []


def test_what_was_replaced_stands_in_the_report(doctor):
    notebook = solved()
    for change in (edit_test, edit_text, duplicate_draft_before):
        change(notebook)
    _, found = doctor(notebook)
    assert found["edited"].lost == ("## 1. My notes", "100.0")
    assert found["edited"].where == ("## 1. Forces by differences (4 points)", f"{TARGET}_test")
    assert found["duplicated"].lost == ("def minimum_image(v, L):\n    return v",)
    assert f"{TARGET}_test" in found["edited"].text.en
    assert f"{TARGET}_test" in found["edited"].text.ja


def test_outputs_of_a_forged_test_are_not_kept(doctor):
    notebook = solved()
    edit_test(notebook)
    healed, _ = doctor(notebook)
    assert find(healed, f"{TARGET}_test")["outputs"] == []
    assert find(healed, TARGET)["outputs"] != []


def test_of_two_test_cells_the_one_that_was_handed_out_is_kept(doctor):
    notebook = solved()
    forged = copy.deepcopy(find(notebook, f"{TARGET}_test")) | {"source": "100.0"}
    notebook["cells"].insert(place(notebook, f"{TARGET}_test"), forged)
    healed, found = doctor(notebook)
    assert found.keys() == {"duplicated"}
    assert find(healed, f"{TARGET}_test")["outputs"] != []


def test_an_edited_text_without_marks_is_known_by_its_words(doctor):
    notebook = solved()
    notebook["cells"][3]["source"] = text(notebook["cells"][3]) + " My note."
    strip_metadata_and_ids(notebook)
    healed, found = doctor(notebook)
    assert len(found["edited"].lost) == 1
    assert added(healed) == []
    assert_healed(healed)


DRAFT = "def minimum_image(v, L):\n    return draft(v, L)"


def test_an_answer_with_its_name_goes_before_a_later_draft_without(doctor):
    notebook = solved()
    notebook["cells"].append(dict(nbformat.v4.new_code_cell(DRAFT)))
    healed, found = doctor(notebook)
    assert found == {}
    assert added(healed) == [DRAFT]
    assert_healed(healed)


def test_code_goes_before_a_text_that_reads_like_code(doctor):
    notebook = solved()
    notebook["cells"].append(dict(nbformat.v4.new_markdown_cell(DRAFT)))
    strip_metadata_and_ids(notebook)
    healed, _ = doctor(notebook)
    assert added(healed) == [DRAFT]
    assert_healed(healed)


def test_added_cells_with_one_id_get_two(doctor):
    notebook = solved()
    for number in range(2):
        mine = nbformat.v4.new_code_cell(f"mine = {number}", id="mine")
        notebook["cells"].append(dict(mine))
    healed, found = doctor(notebook)
    assert found.keys() == {"ids"}
    ids = [cell["id"] for cell in healed["cells"]]
    assert len(set(ids)) == len(ids)
    assert added(healed) == ["mine = 0", "mine = 1"]


def test_of_two_answers_the_last_is_kept(doctor):
    notebook = solved()
    later = copy.deepcopy(find(notebook, TARGET))
    later["source"] = "def minimum_image(v, L):\n    return later(v, L)"
    notebook["cells"].append(later)
    duplicate_stub(notebook)
    healed, found = doctor(notebook)
    assert answers(healed)[TARGET] == later["source"]
    assert found["duplicated"].lost == (text(find(solved(), TARGET)),)


def test_two_answers_merged_into_one_cell_serve_both(doctor):
    notebook = solved()
    merge_cells(notebook)
    healed, found = doctor(notebook)
    both = text(find(notebook, TARGET))
    assert answers(healed)[TARGET] == answers(healed)["ps1_neighbor_counts"] == both
    assert found["recognised"].where == ("ps1_neighbor_counts",)


def test_a_helper_copied_from_another_exercise_takes_no_answer_away(doctor):
    notebook = solved()
    cutoff, pair = find(notebook, "ps1_cosine_cutoff"), find(notebook, "ps1_lennard_jones")
    pair["source"] = "def cosine_cutoff(r, r_c):\n    return r\n\n\n" + text(pair)
    strip_metadata_and_ids(notebook)
    healed, _ = doctor(notebook)
    assert answers(healed)["ps1_cosine_cutoff"] == text(cutoff)
    assert answers(healed)["ps1_lennard_jones"] == text(pair)


def test_an_answer_without_its_function_is_known_by_the_stubs_words(doctor):
    notebook = solved()
    answer = find(notebook, TARGET)
    renamed = text(answer).replace("def minimum_image", "def my_image")
    answer["source"] = renamed
    strip_metadata_and_ids(notebook)
    healed, found = doctor(notebook)
    assert answers(healed)[TARGET] == renamed
    assert TARGET in found["recognised"].where


def test_the_text_of_an_exercise_is_no_answer_though_it_has_the_stubs_words(doctor):
    notebook = solved()
    where = place(notebook, "ps1_broken_symmetries")
    del notebook["cells"][where]
    notebook["cells"][where - 1]["source"] = text(notebook["cells"][where - 1]) + "\n# mine"
    strip_metadata_and_ids(notebook)
    healed, _ = doctor(notebook)
    assert_healed(healed, {"ps1_broken_symmetries"})


def test_added_cells_stay_in_place_and_are_no_part_of_the_grading(doctor):
    notebook = solved()
    for number in (20, 10, 0):
        mine = nbformat.v4.new_code_cell(f"mine = {number}", metadata={"tags": ["mine"]})
        notebook["cells"].insert(number, dict(mine))
    forged = copy.deepcopy(find(notebook, f"{TARGET}_test"))
    forged["metadata"]["nbgrader"] |= {"grade_id": "bonus", "points": 50}
    forged |= {"source": "50", "id": "bonus"}
    notebook["cells"].append(forged)
    wanted = [cell["id"] for cell in notebook["cells"]]
    healed, found = doctor(notebook)
    assert found.keys() == {"foreign"}
    assert [cell["id"] for cell in healed["cells"]] == wanted
    assert added(healed) == ["mine = 0", "mine = 10", "mine = 20", "50"]
    assert "nbgrader" not in healed["cells"][-1]["metadata"]
    assert_healed(healed)


def test_another_notebook_is_told_and_kept(doctor):
    mine = dict(nbformat.v4.new_code_cell("mine = 1"))
    healed, found = doctor(GIVEN | {"cells": [mine]})
    assert found.keys() == {"other", "deleted"}
    assert_healed(healed, answers(GIVEN))
    assert healed["cells"][0]["source"] == "mine = 1"


def test_quoted_code_in_a_text_is_no_answer(doctor):
    notebook = solved()
    quote = "Why not\n```python\ndef minimum_image(v, L):\n    return v\n```"
    notebook["cells"].append(dict(nbformat.v4.new_markdown_cell(quote)))
    delete_answer(notebook)
    healed, _ = doctor(notebook)
    assert_healed(healed, {TARGET})
    assert added(healed) == [quote]


def test_an_answer_that_was_cleared_stays_cleared(doctor):
    notebook = solved()
    find(notebook, TARGET)["source"] = ""
    healed, found = doctor(notebook)
    assert found == {}
    assert answers(healed)[TARGET] == ""


@pytest.fixture
def written(tmp_path):
    """A release with two written answers, whose stubs are alike."""
    release = copy.deepcopy(GIVEN)
    for number in (1, 2):
        about = copy.deepcopy(find(GIVEN, TARGET)["metadata"])
        about["nbgrader"] |= {"grade_id": f"why_{number}", "cell_type": "markdown"}
        question = nbformat.v4.new_markdown_cell(f"Question {number}?", id=f"q{number}")
        stub = nbformat.v4.new_markdown_cell("YOUR ANSWER HERE", id=f"a{number}", metadata=about)
        release["cells"] += [dict(question), dict(stub)]
    path = tmp_path / "release.ipynb"
    path.write_text(json.dumps(release), encoding="utf-8")
    return path, release


def test_written_answers_are_known_by_their_neighbours(doctor, written):
    path, release = written
    for first, second in (("Because.", "So."), ("Because.", None), (None, "So."), (None, None)):
        notebook = copy.deepcopy(release)
        for name, answer in (("why_1", first), ("why_2", second)):
            if answer:
                find(notebook, name)["source"] = answer
        expected = [text(cell) for cell in notebook["cells"]]
        strip_metadata_and_ids(notebook)
        healed, _ = doctor(notebook, path)
        assert_like_release(healed, release)
        assert [text(cell) for cell in healed["cells"]] == expected


# Files as other programs save them.


def colab(n):
    n["nbformat_minor"] = 0
    n["metadata"] |= {"colab": {"provenance": []}, "accelerator": "GPU"}
    n["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"a": {"b": 1}}}
    del n["metadata"]["language_info"], n["metadata"]["mlp_teach"]
    for cell in n["cells"]:
        cell["metadata"] = {"id": cell.pop("id"), "colab_type": "code", "executionInfo": {"a": 1}}
        if cell["cell_type"] == "code":
            cell["metadata"]["outputId"] = "x"
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]


def vscode(n):
    n["metadata"]["vscode"] = {"interpreter": {"hash": "1"}}
    for cell in n["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}


def old_jupyter(minor):
    def change(n):
        n["nbformat_minor"] = minor
        for cell in n["cells"]:
            del cell["id"]

    return change


def version_3(n):
    for cell in n["cells"]:
        del cell["id"]
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell |= {"language": "python", "collapsed": False, "prompt_number": 1}
            del cell["execution_count"]
            cell["outputs"] = [{"output_type": "pyout", "prompt_number": 1, "text": ["1"]}]
    n["cells"][0] |= {"cell_type": "heading", "level": 1, "source": "Assignment"}
    n["worksheets"] = [{"cells": n.pop("cells"), "metadata": {}}]
    n |= {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}}


def no_kernel(n):
    del n["metadata"]["kernelspec"]


def other_kernel(n):
    n["metadata"]["kernelspec"] = {"name": "conda-mine", "display_name": "mine"}


def huge(n):
    cell = find(n, f"{TARGET}_test")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x" * 2_000_000]}]


def bad_outputs(n):
    find(n, TARGET)["outputs"] = [{"output_type": "stream"}, 3, {"output_type": []}]


def no_cells(n):
    n["cells"].insert(2, None)
    n["cells"].insert(2, "text")


def odd_fields(n):
    n["worksheets"] = []
    for cell in n["cells"]:
        cell |= {"more": 1, "metadata": dict(cell["metadata"])}
    n["cells"][0] |= {"metadata": None, "source": None, "cell_type": [], "id": 7}
    n["cells"][1]["metadata"] = {"tags": "mine", "collapsed": 3, "name": {}}
    n["cells"][2]["metadata"]["tags"] = ["a", 4]
    n["metadata"] |= {"authors": "me", "title": 5}


FORMATS = {
    "colab": (colab, {"colab", "old", "kernel", "file", "metadata", "ids", "recognised"}),
    "vscode": (vscode, {"vscode"}),
    "4.4": (old_jupyter(4), {"old", "ids"}),
    "4.0": (old_jupyter(0), {"old", "ids"}),
    "3": (version_3, {"old", "format", "outputs", "kernel", "file", "ids", "deleted"}),
    "no kernel": (no_kernel, {"kernel"}),
    "other kernel": (other_kernel, {"kernel"}),
    "huge": (huge, {"huge"}),
    "bad outputs": (bad_outputs, {"outputs"}),
    "no cells": (no_cells, {"no cells"}),
    "odd fields": (odd_fields, {"format", "deleted", "ids"}),
}


@pytest.mark.parametrize("name", FORMATS)
def test_files_of_other_programs_are_repaired_and_told(doctor, name):
    change, told = FORMATS[name]
    notebook = solved()
    change(notebook)
    healed, found = doctor(notebook)
    assert found.keys() == told
    assert_healed(healed)
    for key, value in GIVEN["metadata"].items():
        assert healed["metadata"][key] == value
    words = {"colab", "vscode", "widgets", "accelerator"}
    assert not words & healed["metadata"].keys()
    assert not any(words & cell["metadata"].keys() for cell in healed["cells"])
    assert len(json.dumps(healed)) < 100_000


def test_damaged_bytes_are_repaired_and_told(doctor):
    whole = json.dumps(solved(), ensure_ascii=False, indent=1)
    nan = whole.replace('"execution_count": 2,', '"execution_count": NaN,')
    far = whole.replace('"execution_count": 2,', '"execution_count": -1e999,')
    crlf_within = whole.replace("\\n", "\\r\\n")
    for data, told in (
        (whole.encode(), set()),
        (whole.encode("utf-8-sig"), {"bom"}),
        (whole.encode("utf-16"), {"encoding"}),
        (whole.replace("\n", "\r\n").encode(), {"line ends"}),
        (crlf_within.encode(), {"line ends"}),
        (nan.encode(), {"nan"}),
        (far.encode(), {"nan"}),
    ):
        healed, found = doctor(data)
        assert found.keys() == told
        assert_healed(healed)


def test_characters_that_cannot_be_read_cost_themselves_alone(doctor):
    notebook = solved()
    find(notebook, TARGET)["source"] = text(find(notebook, TARGET)) + "\n# MARK"
    whole = json.dumps(notebook, ensure_ascii=False)
    shift_jis = whole.encode().replace(b"MARK", "日本".encode("cp932"))
    for data in (shift_jis, whole.replace("MARK", "\\ud800").encode()):
        healed, found = doctor(data)
        assert found.keys() == {"encoding"}
        assert answers(healed)[TARGET].startswith(text(find(solved(), TARGET)) + "\n# ")
    healed, found = doctor(whole.replace("MARK", "\x07\t").encode())
    assert found.keys() == {"encoding"}
    healed, found = doctor(whole.replace("MARK", "\\ud83d\\ude00").encode())
    assert found == {}


REFUSED = {
    "empty": b"",
    "blank": b" \n",
    "only a mark": b"\xef\xbb\xbf",
    "cut off": RELEASE.read_bytes()[:-900],
    "zeros": bytes(100),
    "picture": b"\x89PNG\r\n\x1a\n\0\0",
    "list": b"[]",
    "number": b"3",
    "no cells": b'{"metadata": {}}',
    "cells are a number": b'{"cells": 3, "metadata": {}}',
    "deep": b"[" * 10**5,
    "deep and whole": b'{"cells": ' + b"[" * DEEPEST + b"]" * DEEPEST + b"}",
    "deep below Python's limit": b'{"cells": ' + b"[" * 500 + b"]" * 500 + b"}",
    "many parts": b'{"cells": [' + b"[]," * MOST_PARTS + b"[]]}",
    "many cells": json.dumps({"cells": [0] * (MOST_CELLS + 1)}).encode(),
    "merge": b'{\n<<<<<<< HEAD\n "cells": [],\n=======\n>>>>>>> other\n}',
    "endless number": b'{"cells": [' + b"1" * 5000 + b"]}",
}
REASONS = {"blank": "empty", "only a mark": "empty", "cut off": "broken", "zeros": "broken"}
REASONS |= {"picture": "broken", "list": "no notebook", "number": "no notebook"}
REASONS |= {"no cells": "no notebook", "cells are a number": "no notebook"}
REASONS |= {"deep and whole": "deep", "deep below Python's limit": "deep", "many parts": "large"}
REASONS |= {"many cells": "large", "merge": "conflict", "endless number": "broken"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_is_refused_by_name(doctor, name):
    notebook, found = doctor(REFUSED[name])
    assert notebook is None
    assert found.keys() == {REASONS.get(name, name)}


def test_a_file_that_is_too_large_is_refused_and_text_counts_without_outputs(tmp_path):
    path = tmp_path / "x.ipynb"
    with path.open("wb") as file:
        file.truncate(LARGEST_READ + 1)
    assert [finding.what for finding in heal(path, RELEASE).findings] == ["large"]
    notebook = solved()
    notebook["cells"].append(dict(nbformat.v4.new_code_cell("x" * 21_000_000)))
    path.write_text(json.dumps(notebook))
    assert [finding.what for finding in heal(path, RELEASE).findings] == ["large"]


def test_many_outputs_cost_no_one_the_notebook(doctor):
    notebook = solved()
    image = [{"output_type": "display_data", "data": {"image/png": "x" * 900_000}, "metadata": {}}]
    for number in range(24):
        cell = nbformat.v4.new_code_cell(f"mine = {number}", outputs=copy.deepcopy(image))
        notebook["cells"].append(dict(cell))
    healed, found = doctor(notebook)
    assert found.keys() == {"huge"}
    assert_healed(healed)
    assert len(added(healed)) == 24
    assert len(json.dumps(healed)) < 100_000


@with_links
def test_links_pipes_and_folders_are_not_followed(tmp_path):
    folder, outside = tmp_path / "class", tmp_path / "outside"
    folder.mkdir(), outside.mkdir()
    (outside / "x.ipynb").write_text(json.dumps(solved()))
    (folder / "link.ipynb").symlink_to(outside / "x.ipynb")
    (folder / "alice").symlink_to(outside)
    (folder / "circle").symlink_to(folder / "circle")
    os.mkfifo(folder / "pipe.ipynb")
    for name in ("link.ipynb", "alice/x.ipynb", "circle/x.ipynb", "pipe.ipynb", ".", "nothing"):
        healed = heal(folder / name, RELEASE, folder)
        assert healed.notebook is None, name
        assert {finding.what for finding in healed.findings} <= {"link", "unreadable"}
    for name in ("link.ipynb", "alice/x.ipynb"):
        assert [one.what for one in heal(folder / name, RELEASE, folder).findings] == ["link"]
    assert heal(outside / "x.ipynb", RELEASE, outside).findings == ()


def test_writing_is_whole_or_not_at_all(tmp_path, monkeypatch):
    source, target = tmp_path / "x.ipynb", tmp_path / "y.ipynb"
    source.write_text(json.dumps(solved()))
    target.write_text("before")
    healed = heal(source, RELEASE)
    with pytest.raises(ValueError, match="never overwritten"):
        healed.write(source)

    def fails(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fails)
        with pytest.raises(OSError, match="disk full"):
            healed.write(target)
    assert target.read_text() == "before"
    assert sorted(os.listdir(tmp_path)) == ["x.ipynb", "y.ipynb"]
    healed.write(target)
    assert target.read_bytes() == source.read_bytes()
    source.write_text("")
    with pytest.raises(ValueError, match="refused"):
        heal(source, RELEASE).write(target)


@with_links
def test_a_link_at_the_target_is_replaced_not_followed(tmp_path):
    canary, link, source = (tmp_path / name for name in ("canary", "link", "x.ipynb"))
    canary.write_text("alive")
    link.symlink_to(canary)
    source.write_text(json.dumps(solved()))
    heal(source, RELEASE).write(link)
    assert canary.read_text() == "alive"
    assert not link.is_symlink()


def test_a_release_that_is_not_in_order_is_the_staffs_error(tmp_path):
    path = tmp_path / "release.ipynb"
    for content in ("", "{}", RELEASE.read_text(encoding="utf-8").replace("\n", "\r\n")):
        path.write_bytes(content.encode())
        with pytest.raises(ValueError, match="is no release"):
            heal(RELEASE, path)


def test_every_sentence_is_there_in_both_languages_and_known():
    assert not REPAIRS.keys() & REFUSALS.keys()
    for words in WORDS.values():
        assert words.en.endswith(".")
        assert words.ja.endswith("。")
        assert ("{where}" in words.en) == ("{where}" in words.ja)


# Random sequences of sabotage.


def copy_somewhere(chance, n):
    cell = copy.deepcopy(chance.choice(n["cells"]))
    n["cells"].insert(chance.randrange(len(n["cells"])), cell)


def stub_somewhere(chance, n):
    stub = chance.choice([cell for cell in GIVEN["cells"] if is_answer(cell)])
    n["cells"].insert(chance.randrange(len(n["cells"])), copy.deepcopy(stub))


def delete_somewhere(chance, n):
    n["cells"].remove(chance.choice(n["cells"]))


def move_somewhere(chance, n):
    chance.shuffle(n["cells"]) if chance.random() < 0.3 else delete_and_append(chance, n)


def delete_and_append(chance, n):
    cell = chance.choice(n["cells"])
    n["cells"].remove(cell)
    n["cells"].append(cell)


def strip_somewhere(chance, n):
    cell = chance.choice(n["cells"])
    cell["metadata"] = {}
    if chance.random() < 0.5:
        cell["id"] = f"x{chance.randrange(10**9)}"


def retype_somewhere(chance, n):
    cell = chance.choice(n["cells"])
    for key in ("outputs", "execution_count"):
        cell.pop(key, None)
    if cell["cell_type"] == "code":
        cell["cell_type"] = chance.choice(["markdown", "raw"])
    else:
        cell |= {"cell_type": "code", "outputs": [], "execution_count": None}


def edit_somewhere(chance, n):
    cell = chance.choice([c for c in n["cells"] if not ("def " in text(c) and not is_locked(c))])
    cell["source"] = chance.choice(["", "100.0", text(cell) + "\n# mine", "pass"])


def is_locked(cell):
    return cell["metadata"].get("nbgrader", {}).get("locked", False)


def add_somewhere(chance, n):
    mine = nbformat.v4.new_code_cell(f"mine = {chance.random()}")
    n["cells"].insert(chance.randrange(len(n["cells"])), dict(mine))


def forget_ids(chance, n):
    for cell in n["cells"]:
        cell.pop("id", None)


ANYWHERE = (copy_somewhere, stub_somewhere, delete_somewhere, move_somewhere, strip_somewhere)
ANYWHERE += (retype_somewhere, edit_somewhere, add_somewhere, forget_ids)


@pytest.mark.parametrize("seed", range(60))
def test_any_sequence_of_sabotage_is_undone(doctor, seed):
    chance, notebook = random.Random(seed), solved()
    for _ in range(chance.randint(1, 25)):
        chance.choice(ANYWHERE)(chance, notebook)
    left = {text(cell) for cell in notebook["cells"]}
    missing = {name for name, answer in answers(solved()).items() if answer not in left}
    mine = [text(cell) for cell in notebook["cells"] if text(cell).startswith("mine = ")]
    healed, _ = doctor(notebook)
    assert_healed(healed, missing)
    assert sorted(t for t in added(healed) if t.startswith("mine = ")) == sorted(mine)
    again, found = doctor(healed)
    assert found == {}
    assert again == healed


@pytest.mark.parametrize("seed", range(60))
def test_no_value_anywhere_brings_the_doctor_down(doctor, seed):
    """Any part of a notebook replaced by something else: answer or refusal, never an error."""
    chance, notebook = random.Random(seed), solved()
    strange = [None, True, 3, -1.5, "", "text", [], {}, [[]], {"": None}, [None], ["a", 3]]
    for _ in range(chance.randint(1, 8)):
        part = notebook
        while True:
            keys = list(part) if isinstance(part, dict) else range(len(part))
            key = chance.choice(list(keys))
            if not part[key] or not isinstance(part[key], (dict, list)) or chance.random() < 0.15:
                break
            part = part[key]
        part[key] = copy.deepcopy(chance.choice(strange))
        if not notebook.get("cells"):
            break
    healed, found = doctor(notebook)
    assert healed is None or handed_out(healed)
    assert found or healed == notebook


@pytest.mark.skipif(isolation() != "bubblewrap", reason=f"the sandbox: {isolation()}")
def test_a_healed_notebook_gets_the_points_of_its_honest_part(tmp_path):
    part = Assignment(NAME, (cells.MINIMUM_IMAGE, cells.NEIGHBOR_COUNTS))
    submitted, healed = tmp_path / "submitted.ipynb", tmp_path / "healed.ipynb"
    with Workbench(weaker=False) as workbench:
        for changes, points in (
            ((duplicate_stub, edit_test, strip_reverse_and_retype), 6),
            ((answer_elsewhere, more_points, delete_test), 6),
            ((merge_cells, colab), 6),
            ((delete_answer, reverse), 3),
        ):
            notebook = solved()
            for change in changes:
                change(notebook)
            submitted.write_text(json.dumps(notebook))
            heal(submitted, RELEASE).write(healed)
            assert mark(healed, part, "alice", workbench=workbench).points == points, changes
