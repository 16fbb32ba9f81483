"""Every command of the instructors' guide works, in the order in which it stands there."""

import csv
import getpass
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from contextlib import nullcontext
from pathlib import Path

import pytest

from mlp_teach.cli import main
from mlp_teach.grading.sandbox import isolation
from tests.kernels.page_commands import environment_made_by

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {
    lang: ROOT / "docs" / f"instructors_guide{end}.md" for lang, end in (("en", ""), ("ja", ".ja"))
}
NAME = "ps1_energy_surfaces"
NOT_RUN = [
    "cd ~/mlp_teach && python3 start.py install grading && source .venv/bin/activate",
    "sudo apt install bubblewrap",
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
pytestmark = pytest.mark.skipif(isolation() != "bubblewrap", reason=f"the sandbox: {isolation()}")


def blocks(lang, kind):
    return [text for name, text in BLOCK.findall(GUIDES[lang].read_text("utf-8")) if name == kind]


def commands(lang="en"):
    return [line for text in blocks(lang, "bash") for line in text.splitlines()]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with the course, a notebook that came by mail, and an exchange of its own."""
    place = tmp_path / "home"
    for folder in ("mail", "student", "jupyter", "exchange"):
        (place / folder).mkdir(parents=True)
    (place / "exchange").chmod(0o777)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder, place / "mlp_teach" / folder)
    solved = ROOT / "solutions" / "en" / NAME / f"{NAME}.ipynb"
    shutil.copy(solved, place / "mail" / "alice.ipynb")
    monkeypatch.setenv("HOME", str(place))
    # nbgrader calls alembic by its name, which lies beside this Python.
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ["PATH"]]))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(place / "jupyter"))
    monkeypatch.setattr("mlp_teach.labelling.workers.local_workers", lambda n: nullcontext())
    (python,) = blocks("en", "python")
    python = python.replace("/srv/nbgrader/exchange", str(place / "exchange"))
    (place / "jupyter" / "nbgrader_config.py").write_text(python)
    return place


def nbgrader(words):
    """One command of nbgrader, in this process: its imports cost more than its work."""
    from nbgrader.apps.nbgraderapp import NbGraderApp

    NbGraderApp.clear_instance()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            NbGraderApp.launch_instance(words)
        except SystemExit as end:
            if end.code not in (0, None):
                raise AssertionError(f"nbgrader {words}") from end
        finally:
            NbGraderApp.clear_instance()


def run(line, monkeypatch):
    words = shlex.split(line, comments=True)
    if words[0] == "cd":
        monkeypatch.chdir(Path(words[1]).expanduser())
    elif words[0] == "nbgrader":
        nbgrader(words[1:])
    elif words[0] == "mlp-teach":
        assert main(words[1:]) == 0, line
    else:
        subprocess.run(line, shell=True, check=True)


@pytest.mark.slow
def test_every_command_works_and_does_what_the_guide_says(home, monkeypatch, capsys):
    monkeypatch.chdir(home)
    (roster,) = blocks("en", "csv")
    for line in commands():
        if line == "nbgrader db student import roster.csv":
            Path("roster.csv").write_text(roster, encoding="utf-8")
            shutil.copy(home / "jupyter" / "nbgrader_config.py", "nbgrader_config.py")
        run(line, monkeypatch)
    place, me = home / "class", getpass.getuser()
    marks = {student: record(place, student) for student in ("alice", me)}
    assert (marks["alice"]["points"], marks[me]["points"]) == (35, 0)
    assert Path.cwd() == place
    (page,) = (home / "student").rglob("*.html")
    assert "0 of 35 points" in page.read_text("utf-8")
    assert "35 of 35 points" in (place / "feedback" / "alice" / NAME / f"{NAME}.html").read_text(
        "utf-8"
    )
    assert "np.round(vectors / lengths)" in (place / "staff" / NAME / "alice.html").read_text(
        "utf-8"
    )
    theirs, ours, late = (rows(place / f"{name}.csv") for name in ("grades", "points", "late"))
    assert ours == theirs == late
    assert {row["student_id"]: row["score"] for row in ours} == {
        "alice": "35.0",
        "bob": "0.0",
        me: "0.0",
    }
    assert rows(place / "canvas.csv")[1]["SIS User ID"] == "S1001"
    assert rows(place / "moodle.csv")[0]["Email address"] == "alice@example.org"
    assert (place / "staff" / f"{NAME}.similarity.html").is_file()
    assert (place / "staff" / f"{NAME}.class-table.csv").is_file()


def test_both_languages_have_the_same_commands_and_none_is_left_out():
    for kind in ("bash", "csv"):
        assert blocks("en", kind) == blocks("ja", kind)
    for lang in GUIDES:
        others = [line for text in blocks(lang, "text") for line in text.splitlines()]
        assert [line.partition("  #")[0].strip() for line in others] == NOT_RUN
        kinds = {name for name, _ in BLOCK.findall(GUIDES[lang].read_text("utf-8"))}
        assert kinds == {"bash", "csv", "python", "text"}
    code, *_ = (
        {line.partition("  #")[0] for line in blocks(lang, "python")[0].splitlines()}
        for lang in GUIDES
    )
    assert code == {line.partition("  #")[0] for line in blocks("ja", "python")[0].splitlines()}


def test_the_course_s_own_environment_gets_nbgrader(monkeypatch):
    first, made, then = NOT_RUN[0].split(" && ")
    assert environment_made_by(made, monkeypatch) == ("grading",)
    active = Path(first.removeprefix("cd "), then.removeprefix("source "))
    for lang in GUIDES:
        assert f"`source {active}`" in GUIDES[lang].read_text("utf-8")


@pytest.mark.parametrize("lang", GUIDES)
def test_the_plans_name_lessons_and_assignments_that_are_there(lang):
    rows = [line.split("|")[1:-1] for line in plans(lang).splitlines() if line.startswith("|")]
    named = {n for row in rows for n in re.findall(r"\b\d\d\b", row[1])}
    assert named == {path.name[:2] for path in (ROOT / "course" / "source").glob("[0-9][0-9]_*.py")}
    set_work = {n for row in rows for n in re.findall(r"ps\d", "|".join(row[1:]))}
    assert set_work <= {path.name[:3] for path in (ROOT / "solutions" / "source").glob("ps*.py")}


@pytest.mark.parametrize("lang", GUIDES)
def test_the_plans_tell_how_long_it_takes(lang):
    hours = [int(n) for n in re.findall(r"(\d+) (?:hours|時間)", plans(lang))]
    for said, folder in zip(hours, ("course", "solutions"), strict=False):
        cards = [
            re.search(r"learn_minutes: (\d+)", path.read_text("utf-8"))
            for path in (ROOT / folder / "source").glob("*.py")
        ]
        minutes = sum(int(card[1]) for card in cards if card)
        assert abs(minutes / 60 - said) < 0.25 * said, folder


def plans(lang):
    return GUIDES[lang].read_text("utf-8").rpartition("\n## ")[2]


def record(place, student):
    return json.loads((place / "graded" / NAME / f"{student}.json").read_bytes())


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    return sorted(found, key=lambda row: row.get("student_id", ""))
