"""Marks of made submissions: honest ones get their points, hostile ones no more than theirs.

Each hostile submission is the solved notebook with the answer to `minimum_image` replaced; the
other answers stay honest and keep their points.
"""

import json
from pathlib import Path

import pytest

from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps1 import cells, symmetries
from mlp_teach.grading.exercise import Assignment, assignment
from mlp_teach.grading.marks import MISSING, SubmissionError, Workbench, mark, read_code
from mlp_teach.grading.sandbox import isolation

ROOT = Path(__file__).resolve().parents[2]
NAME = "ps1_energy_surfaces"
SOLVED = ROOT / "solutions" / "en" / NAME / f"{NAME}.ipynb"
RELEASE = ROOT / "exercises" / "en" / NAME / f"{NAME}.ipynb"
PART = Assignment(NAME, (cells.MINIMUM_IMAGE, cells.NEIGHBOR_COUNTS))  # those in numpy, fast
TARGET = "ps1_minimum_image"
RIGHT = "\ndef minimum_image(v, L):\n    return v - L * np.round(v / L)\n"
walled = pytest.mark.skipif(isolation() != "bubblewrap", reason=f"the sandbox: {isolation()}")
pytestmark = walled


@pytest.fixture(scope="module")
def workbench():
    with Workbench(weaker=False) as workbench:
        yield workbench


@pytest.fixture
def submit(tmp_path, workbench):
    """Marks of the solved notebook after a change."""

    def run(change, task=PART, student="alice"):
        notebook = json.loads(SOLVED.read_text(encoding="utf-8"))
        change(notebook)
        path = tmp_path / f"{NAME}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return mark(path, task, student, workbench=workbench)

    return run


def cell_of(notebook, grade_id):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            return cell
    raise AssertionError(grade_id)


def answer(source):
    def change(notebook):
        cell_of(notebook, TARGET)["source"] = source

    return change


def test_solved_gets_all_and_the_release_nothing(workbench):
    for lang in ("en", "ja"):
        solved = ROOT / "solutions" / lang / NAME / f"{NAME}.ipynb"
        marks = mark(solved, assignment(NAME), "alice", workbench=workbench)
        assert (marks.points, marks.most) == (35, 35), marks.page("en")
        release = ROOT / "exercises" / lang / NAME / f"{NAME}.ipynb"
        marks = mark(release, assignment(NAME), "alice", workbench=workbench)
        assert marks.points == 0
        assert {one.hint for one in marks.marks} == {hints.EMPTY}


def test_marks_are_the_same_each_time_and_inputs_are_each_students_own(submit):
    wrong = answer("def minimum_image(v, L):\n    raise ValueError(float(v[0, 0]))")
    first, again = (submit(wrong).as_json() for _ in range(2))
    assert first == again
    assert first != submit(wrong, student="bob").as_json().replace("bob", "alice")


HOSTILE = {  # the cell, and the points of its honest part
    "os._exit": ("import os\nos._exit(0)" + RIGHT, 0),
    "endless loop": ("def minimum_image(v, L):\n    while True: pass", 0),
    "exits at the second item": (
        "import os\ndef minimum_image(v, L):\n    if abs(v).max() > 13: os._exit(0)\n"
        "    return v - L * np.round(v / L)",
        2,
    ),
    "fork bomb": (
        "import os\ndef minimum_image(v, L):\n    while True:\n"
        "        try: os.fork()\n        except OSError: pass",
        0,
    ),
    "memory bomb": ("x = []\nwhile True: x.append(bytearray(10**9))" + RIGHT, 0),
    "closed stdout, right answer": ("import os, sys\nsys.stdout.close(); os.close(1)" + RIGHT, 3),
    "prints full marks": ("print('points: 3 of 3')\ndef minimum_image(v, L):\n    return v", 0),
    "number that equals all": (
        "class F(float):\n    def __eq__(s, o): return True\n    def __abs__(s): return 0.0\n"
        "    def __sub__(s, o): return F(0)\n    __rsub__ = __sub__\n    __hash__ = None\n"
        "def minimum_image(v, L):\n    return [[F(1)] * 3] * len(v)",
        0,
    ),
    "array that equals all": (
        "class A(np.ndarray):\n    def __eq__(s, o): return True\n    def astype(s, *a): return s\n"
        "    def __le__(s, o): return np.ones(s.shape, bool)\n"
        "def minimum_image(v, L):\n    return v.view(A)",
        0,
    ),
    "object that equals all": (
        "class E:\n    def __getattr__(s, n): return lambda *a, **k: s\n"
        "    def __eq__(s, o): return True\ndef minimum_image(v, L):\n    return E()",
        0,
    ),
    "patched numpy": (
        "import numpy.testing\nfor m in (np, np.testing):\n    for n in dir(m):\n"
        "        if 'all' in n or 'equal' in n or n == 'abs': setattr(m, n, lambda *a, **k: True)\n"
        "def minimum_image(v, L):\n    return v",
        0,
    ),
    "patched pytest and grader": (
        "import sys, types\nfor n in ('pytest', 'mlp_teach.grading.compare', 'nbgrader'):\n"
        "    m = sys.modules[n] = types.ModuleType(n)\n    m.judge = m.raises = lambda *a: None\n"
        "def minimum_image(v, L):\n    return v",
        0,
    ),
    "asks the grader for its items": (
        "import gc, inspect\nfrom mlp_teach.grading.assignments.ps1 import cells\n"
        "def minimum_image(v, L):\n    return cells._nearest(v, L, 4)",
        0,
    ),
    "reads the callers' variables": (
        "import sys\ndef minimum_image(v, L):\n    frame = sys._getframe()\n"
        "    while frame:\n        for name in ('right', 'expected'):\n"
        "            if name in frame.f_locals: return frame.f_locals[name]\n"
        "        frame = frame.f_back\n    return v",
        0,
    ),
    "reads the solution": (
        f"import json\nnb = json.load(open({str(SOLVED)!r}))\n"
        "for c in nb['cells']:\n    t = ''.join(c['source'])\n"
        "    if 'def minimum_image' in t: exec(t)",
        0,
    ),
    "AST transformer": (
        "import ast\nip = get_ipython()\nip.ast_transformers.append(ast.NodeTransformer())\n"
        "def minimum_image(v, L):\n    return v",
        0,
    ),
    "input history": (
        "def minimum_image(v, L):\n    return eval(In[-1])",
        0,
    ),
    "magics": ("%reset -f\n!rm -rf /\n" + RIGHT, 3),
    "huge output": ("print('x' * 10**8)" + RIGHT, 3),
    "kills its parents": (
        "import os, signal\nfor p in (os.getppid(), -1):\n    try: os.kill(p, signal.SIGKILL)\n"
        "    except OSError: pass" + RIGHT,
        None,
    ),
    "warnings on stderr": (
        "import sys, warnings\nwarnings.warn('hm')\nprint(1, file=sys.stderr)" + RIGHT,
        3,
    ),
    "answers on every descriptor": (
        "import os\ndef minimum_image(v, L):\n    for fd in range(64):\n"
        "        try: os.write(fd, bytes([0, 0, 0, 5]) + b'=null')\n        except OSError: pass\n"
        "    return v",
        0,
    ),
    "braces and escapes in an error": (
        "def minimum_image(v, L):\n    raise ValueError('{0} {name} \\x1b[31m \\ud800 </script>')",
        0,
    ),
    "endless name": (
        "def minimum_image(v, L):\n    raise type('E' * 10**6, (Exception,), {})()",
        0,
    ),
    "nested to the bottom": ("x = " + "[" * 5000 + "]" * 5000 + RIGHT, 0),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_gets_its_honest_part_at_most(submit, name):
    source, points = HOSTILE[name]
    marks = submit(answer(source))
    if points is not None:
        assert marks.of(TARGET) == points, marks.page("en")
    assert marks.of("ps1_neighbor_counts") == 3  # the honest answer beside it
    for lang in ("en", "ja"):
        assert marks.page(lang).isprintable() or "\x1b" not in marks.page(lang)
        marks.page(lang).encode()
    marks.as_json().encode()


def test_test_cells_change_nothing_whether_deleted_edited_or_forged(submit):
    def without(notebook):
        notebook["cells"] = [
            c for c in notebook["cells"] if "practice(" not in "".join(c["source"])
        ]

    def forged(notebook):
        for cell in notebook["cells"]:
            if "practice(" in "".join(cell["source"]):
                cell["source"] = "100.0"
        cell_of(notebook, TARGET)["source"] = "def minimum_image(v, L):\n    return v"

    assert submit(without).points == 6
    assert submit(forged).points == 3


def test_damaged_notebooks_keep_what_can_be_found(submit):
    def stripped(notebook):
        for cell in notebook["cells"]:
            cell["metadata"] = {}

    def doubled(notebook):
        notebook["cells"].insert(3, dict(cell_of(notebook, TARGET), source="pass"))

    def reordered(notebook):
        notebook["cells"].reverse()

    def lines(notebook):
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"]).splitlines(keepends=True)

    for change in (stripped, doubled, reordered, lines):
        assert submit(change).points == 6, change.__name__


def test_a_deleted_answer_is_told_and_costs_itself(submit):
    marks = submit(lambda notebook: notebook["cells"].remove(cell_of(notebook, TARGET)))
    assert marks.points == 3
    assert marks.marks[0].hint == MISSING.with_words(function="minimum_image")


def test_an_answer_alone_uses_nothing_of_other_cells(submit):
    def split(notebook):
        cell_of(notebook, TARGET)["source"] = "def minimum_image(v, L):\n    return nearest(v, L)"
        notebook["cells"].append(
            {"cell_type": "code", "metadata": {}, "source": "def nearest(v, L): return v"}
        )

    marks = submit(split)
    assert marks.of(TARGET) == 0
    assert "'nearest' is not defined" in marks.marks[0].hint.en


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"cells": 3}',
        '{"cells": [3]}',
        '{"cells": [{"cell_type": "code"}]}',
        "[" * 10**5,
    ],
)
def test_a_file_that_is_no_notebook_is_refused_in_words(tmp_path, text):
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    with pytest.raises(SubmissionError, match="not a notebook"):
        read_code(path)


@pytest.mark.parametrize("text", ["null", "[]", "{}", '{"cells": 1}'])
def test_what_a_file_lacks_to_be_a_notebook_is_said(tmp_path, text):
    path = tmp_path / "other.ipynb"
    path.write_text(text)
    with pytest.raises(SubmissionError, match="it is JSON, but has no list of cells"):
        read_code(path)


def test_links_pipes_and_folders_are_not_followed(tmp_path):
    import os

    link, pipe = tmp_path / "link.ipynb", tmp_path / "pipe.ipynb"
    link.symlink_to(SOLVED)
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path, tmp_path / "nothing.ipynb"):
        with pytest.raises(SubmissionError):
            read_code(path)


def test_a_partly_right_answer_gets_its_part_and_the_hint(submit):
    once = "def minimum_image(v, L):\n    return v - L * (v > L / 2) + L * (v < -L / 2)"
    marks = submit(answer(once))
    assert [(one.points, one.hint) for one in marks.marks[:2]] == [(2, None), (0, cells.ONCE)]


def test_hints_come_in_the_students_language(submit):
    marks = submit(answer("def minimum_image(v, L):\n    return v % L"))
    assert cells.CUT_OFF.en in marks.page("en")
    assert cells.CUT_OFF.ja in marks.page("ja")
    assert "3 点中 0 点" in marks.page("ja")
    with pytest.raises(ValueError, match="en and ja"):
        symmetries.WORDS.say("fr")
