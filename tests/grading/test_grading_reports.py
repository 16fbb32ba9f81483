"""The words feedback, class-table, similarity and export, on records without a gradebook."""

import csv
import shutil
from pathlib import Path

import pytest

from mlp_teach.cli import main
from mlp_teach.grading.record import record_path
from tests.grading.made_results import NAME, result

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "class"
    shutil.copytree(ROOT / "exercises" / "en" / NAME, place / "release" / NAME)
    for student, right in (("alice", None), ("bob", {0, 1}), ("=evil", set())):
        path = record_path(place, NAME, student)
        path.parent.mkdir(parents=True, exist_ok=True)
        result(student, right=right, lang="ja" if student == "bob" else "en").record.save(path)
    (place / "submitted").mkdir()
    return place


def run(capsys, *words):
    assert main([*map(str, words)]) == 0
    return capsys.readouterr().out


def refusal(capsys, *words):
    assert main([*map(str, words)]) == 1
    return capsys.readouterr().err


def test_feedback_writes_pages_but_for_no_strange_name(folder, capsys):
    assert "'=evil', which is no name" in refusal(capsys, "feedback", folder, "--assignment", NAME)
    record_path(folder, NAME, "=evil").unlink()
    said = run(capsys, "feedback", folder, "--assignment", NAME)
    assert "2 pages for students" in said
    assert f"nbgrader release_feedback {NAME}" in said
    pages = {p.relative_to(folder).as_posix() for p in folder.rglob("*.html")}
    assert pages == {
        f"feedback/alice/{NAME}/{NAME}.html",
        f"feedback/bob/{NAME}/{NAME}.html",
        f"staff/{NAME}/alice.html",
        f"staff/{NAME}/bob.html",
    }
    assert "さんへの返却" in (folder / "feedback" / "bob" / NAME / f"{NAME}.html").read_text(
        "utf-8"
    )


def test_the_class_table_comes_on_the_screen_and_in_files(folder, capsys):
    said = run(capsys, "class-table", folder, "--assignment", NAME, "--lang", "ja")
    assert "もう一度" in said
    assert "\x1b" not in said
    with (folder / "staff" / f"{NAME}.class-table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["exercise"] == "ps1_forces_by_differences"
    assert float(rows[0]["difficulty"]) == pytest.approx((4 + 3 + 0) / 12)


@pytest.mark.parametrize("form", ["nbgrader", "canvas", "moodle"])
def test_points_are_exported_without_formulas(folder, form, capsys, tmp_path):
    path = tmp_path / "points.csv"
    words = ("export", folder, "--assignment", NAME, "--form", form, "--to", path)
    assert "Not in the roster, but in the file: =evil, alice, bob" in run(capsys, *words)
    text = path.read_text("utf-8")
    assert '"\'=evil"' in text
    assert '"=' not in text


def test_similarity_needs_submissions_alone(folder, capsys):
    for record in (folder / "graded").rglob("*.json"):
        record.unlink()
    for student in ("alice", "bob"):
        place = folder / "submitted" / student / NAME
        shutil.copytree(ROOT / "solutions" / "en" / NAME, place)
    said = run(capsys, "similarity", folder, "--assignment", NAME)
    assert "2 submissions were compared; 0 pairs stand out" in said
    assert "With fewer than 6 answers nothing is usual" in said
    assert (folder / "staff" / f"{NAME}.similarity.html").is_file()


def test_what_is_missing_is_told(folder, capsys, tmp_path):
    word = ("feedback", folder, "--assignment")
    assert "There is no assignment 'ps9'" in refusal(capsys, *word, "ps9")
    assert "There is no folder" in refusal(
        capsys, "class-table", tmp_path / "x", "--assignment", NAME
    )
    export = ("export", folder, "--assignment", NAME, "--to", tmp_path / "o.csv")
    assert "There is no roster" in refusal(capsys, *export, "--roster", tmp_path / "r.csv")
    shutil.rmtree(folder / "graded")
    for word in ("feedback", "class-table"):
        assert "mlp-teach grade" in refusal(capsys, word, folder, "--assignment", NAME)
    assert "mlp-teach grade" in refusal(capsys, *export)
    assert not (tmp_path / "o.csv").exists()


def test_a_penalty_that_is_none_is_refused(folder, capsys, tmp_path):
    words = ("export", folder, "--assignment", NAME, "--to", tmp_path / "o.csv")
    for percent in ("-1", "101", "nan"):
        said = refusal(capsys, *words, f"--late-penalty={percent}")
        assert "between 0 and 100" in said
