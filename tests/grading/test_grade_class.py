"""The pipeline around the marks: what is kept, what is done again, what is told, what is refused.

The submissions here cannot be read, so that nothing runs; `test_class_of_30.py` grades real ones.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlp_teach.cli import main
from mlp_teach.grading import grade_class as module
from mlp_teach.grading import grade_submission
from mlp_teach.grading.doctor_report import REFUSALS
from mlp_teach.grading.grade_class import grade_class
from mlp_teach.grading.grader_version import _needed, grader_version
from mlp_teach.grading.sandbox import SandboxError
from mlp_teach.training.lock import InUseError, alone_in

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
NAME = "ps1_energy_surfaces"
RELEASE = ROOT / "exercises" / "en"


@pytest.fixture
def folder(tmp_path):
    """A class of two; neither file is a notebook."""
    for student, text in (("alice", '{"cells": ['), ("bob", "")):
        place = tmp_path / "submitted" / student / NAME
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_text(text)
        (place / "timestamp.txt").write_text("2026-11-20 18:00:00 UTC")
    return tmp_path


def test_the_command_tells_each_student_and_marks_nothing_twice(folder, capsys):
    command = ["grade", str(folder), "--assignment", NAME, "--release", str(RELEASE)]
    command += ["--workers", "1", "--lang", "ja"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "alice" in said
    assert "0 of 35" in said
    assert REFUSALS["empty"].ja in said
    assert "2 submissions were marked, 0 had their marks already" in said
    assert main([*command, "--due", "2026-11-20 15:00 UTC"]) == 0
    said = capsys.readouterr().out
    assert "3.0 h late" in said
    assert "0 submissions were marked, 2 had their marks already" in said
    assert main([*command, "--again"]) == 0
    assert "2 submissions were marked, 0 had" in capsys.readouterr().out


def test_an_executor_of_ones_own_runs_the_marks_and_progress_is_told(folder):
    told = []
    with ThreadPoolExecutor(2) as executor:
        found = grade_class(
            folder,
            NAME,
            release=RELEASE,
            executor=executor,
            on_done=lambda *both: told.append(both),
        )
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert [one.student for one in found.records] == ["alice", "bob"]


def test_other_bytes_another_salt_or_a_lost_notebook_are_marked_anew(folder):
    def marked():
        return grade_class(folder, NAME, release=RELEASE).marked

    assert (marked(), marked()) == (2, 0)
    (folder / "submitted" / "bob" / NAME / f"{NAME}.ipynb").write_text("{}")
    assert (marked(), marked()) == (1, 0)
    (folder / "graded" / NAME / "alice.ipynb").unlink()
    assert (marked(), marked()) == (1, 0)
    (folder / "graded" / NAME / "alice.json").write_text('{"half": ')
    assert (marked(), marked()) == (1, 0)
    (folder / "graded" / "salt").write_text("another")
    assert (marked(), marked()) == (2, 0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_salt_and_records_are_closed_to_others_on_the_machine(folder):
    grade_class(folder, NAME, release=RELEASE)
    for place in (folder / "graded", folder / "graded" / "salt"):
        assert place.stat().st_mode & 0o007 == 0


def test_a_deadline_that_was_moved_changes_the_record_and_no_marks(folder):
    for hour, late in ((18, 0), (17, 3600), (19, 0)):
        due = datetime(2026, 11, 20, hour, tzinfo=UTC)
        found = grade_class(folder, NAME, release=RELEASE, due=due)
        assert [one.late_seconds for one in found.records] == [late, late]
    assert found.marked == 0


def test_a_fault_of_the_graders_is_told_as_such_and_tried_again(folder, monkeypatch):
    monkeypatch.setattr(grade_submission, "heal_bytes", lambda *given: 1 / 0)
    found = grade_class(folder, NAME, release=RELEASE)
    assert "ZeroDivisionError" in found.records[0].trouble.en
    assert "no fault of the student's" in found.records[0].trouble.en
    monkeypatch.undo()
    found = grade_class(folder, NAME, release=RELEASE)
    assert found.marked == 2
    assert found.records[1].trouble == REFUSALS["empty"]


def test_half_written_files_of_a_killed_run_are_swept(folder):
    left = folder / "graded" / NAME / ".alice.json.12.part"
    left.parent.mkdir(parents=True)
    left.write_text("{")
    grade_class(folder, NAME, release=RELEASE)
    assert not left.exists()


def test_one_process_grades_a_class_at_a_time(folder):
    with alone_in(folder / "graded"), pytest.raises(InUseError, match="in use"):
        grade_class(folder, NAME, release=RELEASE)


def test_the_weaker_sandbox_can_be_refused(folder, monkeypatch):
    monkeypatch.setattr(module, "isolation", lambda: "bubblewrap is not installed")
    with pytest.raises(SandboxError, match="not installed"):
        grade_class(folder, NAME, release=RELEASE, weaker=False)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--workers", "0"], "at least one"),
        (["--due", "noon"], "is no time"),
        (["--release", "/nowhere"], "--release"),
        (["--assignment", "ps9"], "ps9"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(folder, capsys, more, words):
    command = ["grade", str(folder), "--assignment", NAME, "--workers", "1"]
    assert main([*command, *more]) == 1
    assert words in capsys.readouterr().err


def test_the_graders_name_covers_what_the_marks_depend_on_and_nothing_else():
    names = {path.name for path in _needed(NAME)}
    assert {"slopes.py", "zygote.py", "doctor_cells.py", "potential.py", "marks.py"} <= names
    assert {"provisioner.py", "gradebook.py", "painn.py"}.isdisjoint(names)
    release = [RELEASE / NAME / f"{NAME}.ipynb"]
    name = grader_version(NAME, release, "salt")
    assert name == grader_version(NAME, release, "salt")
    assert name != grader_version(NAME, release, "pepper")
    assert name != grader_version(NAME, [], "salt")
