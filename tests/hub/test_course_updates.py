"""What nbgitpuller does with a student's work when the course has changed: docs/hub.md says it."""

import json
import subprocess
import sys

import pytest

from tests.hub.class_machine import ROOT

pytest.importorskip("nbgitpuller", reason="nbgitpuller: pip install '.[test]'")
LESSON = "00_start_here.ipynb"


class Course:
    """A teacher's repository and a student's folder that came from it."""

    def __init__(self, folder):
        self.teacher, self.student = folder / "teacher", folder / "student"
        self.git("init", "--quiet", "--initial-branch=main", self.teacher)
        (self.teacher / LESSON).write_text((ROOT / "course" / "en" / LESSON).read_text("utf-8"))
        (self.teacher / "notation.md").write_text("r_ij\n")
        self.publish()
        self.pull()

    def git(self, *words):
        who = ("-c", "user.name=T", "-c", "user.email=t@example.org")
        subprocess.run(["git", *who, *map(str, words)], check=True, capture_output=True)

    def publish(self):
        self.git("-C", self.teacher, "add", "--all")
        self.git("-C", self.teacher, "commit", "--quiet", "--message=The course")

    def pull(self):
        """What the link does."""
        puller = [sys.executable, "-m", "nbgitpuller.pull"]
        words = [*puller, f"file://{self.teacher}", "main", self.student]
        subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return Course(tmp_path)


def change(file, number, **values):
    """Changes a code cell of a notebook, counted among the code cells."""
    notebook = json.loads(file.read_text("utf-8"))
    [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][number].update(values)
    file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), "utf-8")


def cells(file):
    notebook = json.loads(file.read_text("utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run_all(file):
    """As after Run All: outputs and numbers in every code cell."""
    for number in range(len(cells(file))):
        output = {"name": "stdout", "output_type": "stream", "text": [f"{number}\n"]}
        change(file, number, execution_count=number + 1, outputs=[output])


def test_what_both_changed_in_different_cells_comes_together(course):
    run_all(course.student / LESSON)
    change(course.student / LESSON, 1, source=["mine = 1\n"])
    change(course.teacher / LESSON, -1, source=["better = 2\n"])
    course.publish()
    course.pull()
    merged = cells(course.student / LESSON)
    assert merged[1]["source"] == ["mine = 1\n"]
    assert merged[-1]["source"] == ["better = 2\n"]
    assert [cell["execution_count"] for cell in merged] == list(range(1, len(merged) + 1))


def test_in_the_same_cell_the_student_s_text_stays(course):
    change(course.student / LESSON, 1, source=["mine = 1\n"])
    change(course.teacher / LESSON, 1, source=["theirs = 2\n"])
    course.publish()
    course.pull()
    assert cells(course.student / LESSON)[1]["source"] == ["mine = 1\n"]


def test_a_file_of_the_student_s_own_stays_also_where_the_course_gets_one_of_that_name(course):
    (course.student / "notes.md").write_text("mine")
    (course.student / "answers.md").write_text("mine too")
    (course.teacher / "answers.md").write_text("the course's")
    course.publish()
    course.pull()
    assert (course.student / "notes.md").read_text() == "mine"
    assert (course.student / "answers.md").read_text() == "the course's"
    (renamed,) = course.student.glob("answers__*.md")
    assert renamed.read_text() == "mine too"


def test_a_file_that_the_course_drops_stays_where_the_student_worked_in_it(course):
    change(course.student / LESSON, 1, source=["mine = 1\n"])
    (course.teacher / LESSON).unlink()
    (course.teacher / "notation.md").unlink()
    course.publish()
    course.pull()
    assert cells(course.student / LESSON)[1]["source"] == ["mine = 1\n"]
    assert not (course.student / "notation.md").exists()


def test_a_file_that_the_student_deleted_comes_back_fresh(course):
    change(course.student / LESSON, 1, source=["broken"])
    (course.student / LESSON).unlink()
    course.pull()
    assert cells(course.student / LESSON) == cells(course.teacher / LESSON)


def test_two_updates_in_a_row_keep_the_work(course):
    for number in (1, 2):
        change(course.student / LESSON, 1, source=[f"mine = {number}\n"])
        (course.teacher / "notation.md").write_text(f"r_ij, version {number}\n")
        course.publish()
        course.pull()
    assert cells(course.student / LESSON)[1]["source"] == ["mine = 2\n"]
    assert (course.student / "notation.md").read_text() == "r_ij, version 2\n"


def test_a_course_whose_history_was_rewritten_cannot_be_pulled_and_the_work_stays(course):
    change(course.student / LESSON, 1, source=["mine = 1\n"])
    (course.teacher / "notation.md").write_text("another beginning\n")
    course.git("-C", course.teacher, "checkout", "--quiet", "--orphan", "new")
    course.publish()
    course.git("-C", course.teacher, "branch", "--quiet", "--move", "--force", "new", "main")
    with pytest.raises(subprocess.CalledProcessError):
        course.pull()
    assert cells(course.student / LESSON)[1]["source"] == ["mine = 1\n"]
