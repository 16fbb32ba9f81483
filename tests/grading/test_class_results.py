"""What people gave in nbgrader's gradebook counts beside the marks of the tests."""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlp_teach.grading.class_results import deadline, people, results
from mlp_teach.grading.course import Course
from mlp_teach.grading.record import record_path
from tests.grading.made_results import NAME, TASK, WORDS, result

EXERCISE = TASK.exercises[0]
pytestmark = pytest.mark.filterwarnings("ignore")  # SQLAlchemy's, of nbgrader


@pytest.fixture
def course(tmp_path):
    url = f"sqlite:///{tmp_path}/gradebook.db"
    return Course(tmp_path, "mlp_teach", url, *(tmp_path / name for name in "abc"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The file of nbgrader's gradebook with one exercise, one answer in words and two students."""
    from nbgrader.api import Gradebook

    file = tmp_path_factory.mktemp("made") / "gradebook.db"
    before = os.environ["PATH"]  # nbgrader calls alembic by its name, which lies beside this Python
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.prefix) / "bin"), before])
    try:
        data = Gradebook(f"sqlite:///{file}", "mlp_teach")
    finally:
        os.environ["PATH"] = before
    data.add_assignment(NAME, duedate="2026-11-20 18:00:00 UTC")
    data.add_notebook(NAME, NAME)
    for name, points, kind in (
        (f"{EXERCISE.name}_test", EXERCISE.points, "code"),
        (WORDS.name, WORDS.points, "markdown"),
    ):
        data.add_grade_cell(name, NAME, NAME, max_score=points, cell_type=kind)
    for name in (EXERCISE.name, WORDS.name):
        data.add_solution_cell(name, NAME, NAME)
    for student in ("alice", "bob"):
        data.add_student(student, first_name=student.title(), email=f"{student}@x.org")
        data.add_submission(NAME, student)
    data.close()
    return file


@pytest.fixture
def gradebook(course, made):
    """A copy of it in the folder of the class."""
    from nbgrader.api import Gradebook

    shutil.copy(made, course.folder)
    with Gradebook(course.db_url, course.course_id) as data:
        yield data


def saved(course, *names):
    for name in names:
        record_path(course.folder, NAME, name).parent.mkdir(parents=True, exist_ok=True)
        result(name, right={0}).record.save(record_path(course.folder, NAME, name))


def test_without_a_gradebook_the_tests_count_and_none_is_made(course):
    saved(course, "alice")
    (one,) = results(course, TASK)
    assert (one.total, one.points(EXERCISE.name), one.points(WORDS.name)) == (2, 2, None)
    assert one.record.waits
    assert (people(course), deadline(course, NAME)) == ({}, None)
    assert not (course.folder / "gradebook.db").exists()


def test_points_extra_credit_and_comments_of_a_persons_count(course, gradebook):
    saved(course, "alice", "bob", "carol")
    grades = [
        gradebook.find_grade(name, NAME, NAME, "alice")
        for name in (f"{EXERCISE.name}_test", WORDS.name)
    ]
    grades[0].auto_score, grades[0].manual_score, grades[0].extra_credit = 2, 3, 0.5
    grades[1].manual_score = 1.5
    gradebook.find_comment(WORDS.name, NAME, NAME, "alice").manual_comment = "Good."
    gradebook.find_grade(WORDS.name, NAME, NAME, "bob").auto_score = 0  # an empty answer
    gradebook.db.commit()
    alice, bob, carol = results(course, TASK)
    assert dict(alice.by_hand) == {EXERCISE.name: 3.5}
    assert (alice.total, alice.points(WORDS.name), alice.record.waits) == (5, 1.5, False)
    assert dict(alice.comments) == {WORDS.name: "Good."}
    assert (bob.total, bob.points(WORDS.name), dict(bob.by_hand)) == (2, 0, {})
    assert (carol.total, carol.points(WORDS.name)) == (2, None)


def test_students_and_the_deadline_are_those_of_the_gradebook(course, gradebook):
    assert people(course)["bob"].email == "bob@x.org"
    assert people(course)["bob"].last_name == ""
    assert deadline(course, NAME) == datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert deadline(course, "ps9") is None


def test_without_records_the_command_to_run_is_named(course):
    with pytest.raises(
        ValueError, match=r"mlp-teach grade .* --assignment ps1_energy_surfaces first"
    ):
        results(course, TASK)
