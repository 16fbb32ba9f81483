"""What staff open in formgrader: our marks, and nothing of a student's that a browser would run."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mlp_teach.grading.exercise import Text, assignment
from mlp_teach.grading.grade_submission import nothing
from mlp_teach.grading.graded_notebook import empty_notebook, graded_notebook, inert

ROOT = Path(__file__).resolve().parents[2]
NAME = "ps1_energy_surfaces"
RELEASE = (ROOT / "exercises" / "en" / NAME / f"{NAME}.ipynb").read_bytes()
MARKS = nothing(assignment(NAME), "alice", Text("Wrong.", "違います。"))
SCRIPTS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x>",
    '<img src=x onerror="alert(1)">',
    "</textarea><svg/onload=alert(1)>",
    "<!--><script>alert(1)//-->",
    "<?x <script>alert(1)</script>",
    "[a](javascript:alert(1))",
    "[a](java&#115;cript&colon;alert(1))",
    "[a](JavaScript :alert(1))",
    "<javascript:alert(1)>",
    "![a](data:text/html;base64,PHNjcmlwdD4=)",
    "$<script>alert(1)</script>$ and `<script>alert(1)</script>`",
]


def page(source):
    """The HTML that nbgrader's formgrader makes of a Markdown cell."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    return markdown2html_mistune(source)


class Tags(HTMLParser):
    """What of a page a browser would run."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        places = [value or "" for name, value in attrs if name in ("href", "src")]
        places = [one.replace(" ", "").lower() for one in places]
        self.found += [tag] if tag in ("script", "svg", "object", "iframe") else []
        self.found += [name for name, _ in attrs if name.startswith("on")]
        self.found += [one for one in places if "script:" in one or "data:text" in one]


@pytest.mark.parametrize("text", SCRIPTS)
def test_no_script_of_a_students_is_left_in_the_page(text):
    assert Tags(page(f"Before {inert(text)} after")).found == []


def test_without_it_scripts_would_be_there():
    assert sum(Tags(page(f"Before {text} after")).found != [] for text in SCRIPTS) >= 6


def test_plain_words_and_equations_stay_as_they_are():
    for text in ("r < r_c, 2 > 1", "$a_i & b \\\\ c$", "**bold** `x = 1`", "a & b; c", "日本語"):
        assert inert(text) == text


def test_the_releases_own_text_stays_and_a_students_is_inert():
    book = json.loads(RELEASE)
    for cell in book["cells"]:
        cell["source"] = "".join(cell["source"])
    book["cells"][0]["source"] += "<b>ours</b>"
    release = json.dumps(book).encode()
    for kind in ("markdown", "raw"):
        about = {"raw_mimetype": "text/html", "format": "text/html"}
        cell = {"cell_type": kind, "id": kind, "metadata": about, "source": SCRIPTS[0]}
        book["cells"].append(cell)
    shown = json.loads(graded_notebook(json.dumps(book).encode(), release, MARKS, "en"))["cells"]
    assert shown[0]["source"].endswith("<b>ours</b>")
    assert [cell["source"] for cell in shown[-2:]] == ["< script>alert(1)< /script>"] * 2
    assert [cell["metadata"] for cell in shown[-2:]] == [{}, {}]


def test_outputs_are_our_page_and_points_in_the_students_language():
    shown = json.loads(graded_notebook(RELEASE, RELEASE, MARKS, "ja"))["cells"]
    tests = [c for c in shown if c["metadata"].get("nbgrader", {}).get("grade")]
    assert len(tests) == len(MARKS.assignment.exercises)
    for cell in tests:
        text, points = cell["outputs"]
        assert "違います。" in text["text"]
        assert points["data"] == {"text/plain": "0.0"}


def test_what_cannot_be_read_is_the_release_with_the_reason_on_top():
    first, *others = json.loads(empty_notebook(RELEASE, Text("A link.", "リンク")))["cells"]
    assert "A link." in first["source"]
    assert len(others) == len(json.loads(RELEASE)["cells"])
