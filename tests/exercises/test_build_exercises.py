"""The notebooks of the assignments are what their source says, and nbgrader can read them."""

import json
from pathlib import Path

import nbformat
import pytest
from build_exercises import EMPTY, main, release_notebook, source_notebook, tag_problems
from lesson_source import LANGUAGES, problems, read_lesson

from mlp_teach.grading.exercise import Assignment, Criterion, Text, Written, assignment
from tests.exercises.caught import ASSIGNMENTS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "solutions" / "source").glob("*.py"))
EACH = pytest.mark.parametrize(
    ("path", "lang"), [(p, lang) for p in SOURCES for lang in LANGUAGES], ids=str
)


def kept(folder, path, lang):
    return (ROOT / folder / lang / path.stem / f"{path.stem}.ipynb").read_text(encoding="utf-8")


def graded(text):
    """nbgrader's metadata of each cell that has any, by grade_id."""
    cells = json.loads(text)["cells"]
    about = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell["metadata"]]
    assert len({one["grade_id"] for one in about}) == len(about)
    return {one["grade_id"]: one for one in about}


def test_every_assignment_has_its_source():
    assert [path.stem for path in SOURCES] == sorted(ASSIGNMENTS)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_sources_are_whole_and_translated(path):
    lesson = read_lesson(path)
    assert problems(lesson) + tag_problems(lesson) == []


@EACH
def test_solutions_are_what_the_source_says(path, lang):
    made = source_notebook(read_lesson(path), lang)
    assert made == kept("solutions", path, lang), "run tools/build_exercises.py"


@EACH
def test_releases_hold_no_solution_and_the_same_cells(path, lang):
    source, release = (kept(folder, path, lang) for folder in ("solutions", "exercises"))
    assert "BEGIN SOLUTION" in source
    assert "SOLUTION" not in release
    ours, theirs = graded(source), graded(release)
    for about in theirs.values():
        assert about.pop("checksum")
    assert ours == theirs
    task = assignment(path.stem)
    points = {f"{one.name}_test": one.points for one in task.exercises}
    points |= {one.name: one.points for one in task.written}
    assert {name: a["points"] for name, a in ours.items() if a["grade"]} == points
    for cell in json.loads(release)["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            text = "".join(cell["source"])
            empty = cell["cell_type"] == "markdown" and text == EMPTY[lang]
            assert empty or "raise NotImplementedError()" in text


@EACH
def test_both_languages_are_graded_alike(path, lang):
    assert (
        graded(kept("exercises", path, lang)).keys() == graded(kept("exercises", path, "en")).keys()
    )


@pytest.mark.slow
@EACH
def test_releases_are_what_nbgrader_makes(path, lang):
    pytest.importorskip("nbgrader")
    made = release_notebook(path.stem, source_notebook(read_lesson(path), lang), lang)
    assert made == kept("exercises", path, lang), "run tools/build_exercises.py"


def test_notebooks_are_valid():
    for path in [*ROOT.glob("solutions/*/*/*.ipynb"), *ROOT.glob("exercises/*/*/*.ipynb")]:
        nbformat.validate(nbformat.read(path, as_version=4))


def test_a_test_without_its_exercise_is_found(tmp_path):
    text = SOURCES[0].read_text(encoding="utf-8")
    path = tmp_path / SOURCES[0].name
    path.write_text(text.replace("answer:ps1_minimum_image", "answer:ps1_minimal_image"), "utf-8")
    (line,) = tag_problems(read_lesson(path))
    assert "ps1_minimal_image" in line
    path.write_text(text.replace("answer:ps1_minimum_image", "solution:x"), "utf-8")
    (line,) = tag_problems(read_lesson(path))
    assert "none of" in line


WRITTEN = """# ---
# jupyter:
#   card: {learn_minutes: 10, run_seconds: 10, memory_mb: 500}
# ---

# %% [markdown] lang="en"
# # Words

# %% [markdown] lang="ja" en="7f8bab5e"
# # 言葉

# %%
lang = "en"

# %% [markdown] lang="en" tags=["written:why"]
# Because energies add up.

# %% [markdown] lang="ja" en="1bfee6f6" tags=["written:why"]
# エネルギーは足し合わせられるからです。
"""


@pytest.mark.slow
def test_a_written_answer_is_handed_out_empty_and_marked_by_hand(tmp_path, monkeypatch):
    pytest.importorskip("nbgrader")
    why = Written("why", Text("Why", "なぜ"), (Criterion(3, Text("adds", "加法")),))
    monkeypatch.setattr("build_exercises.assignment", lambda name: Assignment(name, (), (why,)))
    path = tmp_path / "words.py"
    path.write_text(WRITTEN, "utf-8")
    lesson = read_lesson(path)
    assert tag_problems(lesson) == []
    for lang, model in (("en", "Because"), ("ja", "からです")):
        source = source_notebook(lesson, lang)
        assert model in source
        release = release_notebook("words", source, lang)
        assert model not in release
        cell = json.loads(release)["cells"][-1]
        assert "".join(cell["source"]) == EMPTY[lang]
        about = cell["metadata"]["nbgrader"]
        assert [about[key] for key in ("grade", "solution", "locked")] == [True, True, False]
        assert (about["points"], about["cell_type"]) == (3, "markdown")


def test_a_written_answer_without_its_twin_is_found(tmp_path, monkeypatch):
    why = Written("why", Text("Why", "なぜ"), (Criterion(3, Text("adds", "加法")),))
    monkeypatch.setattr("build_exercises.assignment", lambda name: Assignment(name, (), (why,)))
    path = tmp_path / "words.py"
    path.write_text(WRITTEN.replace('6" tags=["written:why"]', '6"'), "utf-8")
    (line,) = tag_problems(read_lesson(path))
    assert "English twin" in line


@pytest.mark.slow
def test_check_finds_what_is_out_of_date(tmp_path, capsys):
    pytest.importorskip("nbgrader")
    (tmp_path / "solutions" / "source").mkdir(parents=True)
    target = tmp_path / "solutions" / "source" / SOURCES[0].name
    target.write_text(SOURCES[0].read_text(encoding="utf-8"), "utf-8")
    assert main(["--check"], tmp_path) == 1
    assert "not up to date" in capsys.readouterr().out
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
