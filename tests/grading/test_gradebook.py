"""nbgrader's gradebook after our marks: automatic scores are ours, those of a person stay."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from build_exercises import EMPTY

from mlp_teach.grading.class_folder import Submission
from mlp_teach.grading.course import CourseError, language, read_course, releases
from mlp_teach.grading.exercise import Text, assignment
from mlp_teach.grading.grade_submission import nothing
from mlp_teach.grading.gradebook import opened
from mlp_teach.grading.graded_notebook import empty_notebook, graded_notebook
from mlp_teach.grading.marks import Mark, Marks
from mlp_teach.grading.record import Record

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
NAME = "ps2_descriptors"
TASK = assignment(NAME)
[WORDS] = TASK.written
TESTS = sum(one.points for one in TASK.exercises)
DUE = datetime(2026, 11, 20, 18, tzinfo=UTC)


@pytest.fixture
def course(tmp_path):
    """A class without a gradebook yet."""
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'mlp_teach'\n"
        f"c.CourseDirectory.release_directory = {str(ROOT / 'exercises' / 'ja')!r}\n"
    )
    return read_course(tmp_path)


@pytest.fixture
def gradebook(course):
    with opened(course) as gradebook:
        gradebook.enter(NAME, releases(course, NAME)["en"], DUE)
        yield gradebook


def marks(points=None):
    """Full marks, or none at all."""
    found = nothing(TASK, "alice", Text("Wrong.", "違います。"))
    if points == 0:
        return found
    full = [Mark(one.exercise, one.item, one.most, one.most, None) for one in found.marks]
    return Marks(TASK, "alice", tuple(full))


def put(gradebook, folder, given, words=None, handed_in=DUE):
    """Enters a submission with these marks and these words as the written answer."""
    release = releases(gradebook.course, NAME)["en"]
    book = json.loads(release.read_bytes())
    if words is not None:
        [cell] = [c for c in book["cells"] if about(c).get("grade_id") == WORDS.name]
        cell["source"] = words
    path = folder / "alice.ipynb"
    for cell in book["cells"]:
        cell["source"] = "".join(cell["source"])
    path.write_bytes(graded_notebook(json.dumps(book).encode(), release.read_bytes(), given, "en"))
    record = Record(
        assignment=NAME,
        student="alice",
        lang="en",
        submitted_at=None,
        late_seconds=0,
        sha256=None,
        points=given.points,
        most=given.most,
        marks=given.marks,
        isolation="bubblewrap",
        grader="",
    )
    gradebook.put(record, Submission("alice", folder, path, handed_in), path)
    return gradebook.written(NAME, "alice")


def about(cell):
    return cell["metadata"].get("nbgrader", {})


def entry(gradebook):
    return gradebook._data.find_submission_notebook(NAME, NAME, "alice")


def by_hand(gradebook, points):
    grade = gradebook._data.find_grade(WORDS.name, NAME, NAME, "alice")
    grade.manual_score, grade.needs_manual_grade = points, False  # as formgrader does
    gradebook._data.find_comment(WORDS.name, NAME, NAME, "alice").manual_comment = "Clear."
    gradebook._data.db.commit()


def test_points_become_scores_and_an_answer_in_words_waits_for_a_person(gradebook, tmp_path):
    [written] = put(gradebook, tmp_path, marks(), "Because.")
    assert (written.name, written.points, written.most) == (WORDS.name, None, WORDS.points)
    assert (entry(gradebook).score, entry(gradebook).needs_manual_grade) == (TESTS, True)
    by_hand(gradebook, 3.5)
    assert entry(gradebook).score == TESTS + 3.5
    [written] = gradebook.written(NAME, "alice")
    assert (written.points, written.comment) == (3.5, "Clear.")


def test_no_answer_in_words_is_no_points_and_needs_nobody(gradebook, tmp_path):
    [written] = put(gradebook, tmp_path, marks())
    assert (written.points, written.comment) == (0.0, "No response.")
    assert (entry(gradebook).score, entry(gradebook).needs_manual_grade) == (TESTS, False)


@pytest.mark.parametrize("stub", [*EMPTY.values(), "YOUR ANSWER HERE\n"])
def test_the_stub_of_another_release_is_no_answer_either(gradebook, tmp_path, stub):
    [written] = put(gradebook, tmp_path, marks(), stub)
    assert (written.points, written.comment) == (0.0, "No response.")
    assert entry(gradebook).needs_manual_grade is False


def test_what_a_person_gave_stays_and_is_looked_at_again_where_the_answer_changed(
    gradebook, tmp_path
):
    put(gradebook, tmp_path, marks(), "Because.")
    by_hand(gradebook, 4.0)
    [written] = put(gradebook, tmp_path, marks(0), "Because.")
    assert (written.points, entry(gradebook).score) == (4.0, 4.0)
    assert entry(gradebook).needs_manual_grade is False
    [written] = put(gradebook, tmp_path, marks(0), "Because of something else.")
    assert (written.points, written.comment) == (4.0, "Clear.")
    assert entry(gradebook).needs_manual_grade is True


def test_a_test_that_a_person_overruled_is_looked_at_again_where_our_points_changed(
    gradebook, tmp_path
):
    put(gradebook, tmp_path, marks(0))
    first = f"{TASK.exercises[0].name}_test"
    gradebook._data.find_grade(first, NAME, NAME, "alice").manual_score = 1.0
    gradebook._data.db.commit()
    put(gradebook, tmp_path, marks(0))
    assert (entry(gradebook).score, entry(gradebook).needs_manual_grade) == (1.0, False)
    put(gradebook, tmp_path, marks())
    assert entry(gradebook).score == TESTS - TASK.exercises[0].points + 1.0
    assert entry(gradebook).needs_manual_grade is True


def test_deadlines_are_the_gradebooks_with_extensions(gradebook, tmp_path):
    assert gradebook.due(NAME, "alice") == DUE  # no submission yet
    put(gradebook, tmp_path, marks(), handed_in=DUE + timedelta(hours=3))
    assert gradebook._data.find_submission(NAME, "alice").total_seconds_late == 3 * 3600
    gradebook._data.grant_extension(NAME, "alice", hours=2)
    assert gradebook.due(NAME, "alice") == DUE + timedelta(hours=2)
    gradebook.enter(NAME, releases(gradebook.course, NAME)["en"], None)
    assert gradebook.due(NAME, "alice") == DUE + timedelta(hours=2)  # not taken away


def test_another_release_than_that_of_the_gradebook_is_refused(gradebook, tmp_path):
    book = json.loads(releases(gradebook.course, NAME)["en"].read_bytes())
    [cell] = [c for c in book["cells"] if about(c).get("grade_id") == WORDS.name]
    about(cell)["points"] = 99
    path = tmp_path / "other.ipynb"
    path.write_text(json.dumps(book))
    with pytest.raises(CourseError, match="other cells or points"):
        gradebook.enter(NAME, path, None)


def test_nbgraders_own_programs_read_what_we_wrote(gradebook, course, tmp_path):
    put(gradebook, tmp_path, marks(), "Because.")
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    (course.submitted / "alice" / NAME).mkdir(parents=True)
    (course.submitted / "alice" / NAME / f"{NAME}.ipynb").write_text("{}")
    (course.submitted / "alice" / NAME / "timestamp.txt").write_text("2026-11-20 18:00:00 UTC")
    api = NbGraderAPI(coursedir=CourseDirectory(root=str(course.folder), course_id="mlp_teach"))
    found = api.get_submission(NAME, "alice")
    assert (found["autograded"], found["needs_manual_grade"]) == (True, True)
    assert (found["score"], found["max_score"]) == (TESTS, TASK.points)
    environment = os.environ | {"PATH": f"{sys.prefix}/bin{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", "export"]
    subprocess.run(command, cwd=course.folder, env=environment, check=True, capture_output=True)
    head, line = (course.folder / "grades.csv").read_text().splitlines()
    row = dict(zip(head.split(","), line.split(","), strict=True))
    assert (row["student_id"], float(row["score"])) == ("alice", TESTS)


def test_a_submission_that_cannot_be_read_shows_why(gradebook, tmp_path):
    release = releases(gradebook.course, NAME)["en"].read_bytes()
    path = tmp_path / "empty.ipynb"
    path.write_bytes(empty_notebook(release, Text("It is a link.", "リンクです。")))
    assert "It is a link." in path.read_text(encoding="utf-8")


def test_a_gradebook_is_made_whole_or_not_at_all(course, monkeypatch):
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError), opened(course):
        pass
    assert not (course.folder / "gradebook.db").exists()
    monkeypatch.undo()
    with opened(course) as gradebook:
        assert gradebook._data.students == []
    assert not list(course.folder.glob(".*"))


# The folder ------------------------------------------------------------------------------------


def test_the_settings_are_those_of_the_folder_wherever_one_stands(course, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)  # which has settings of its own
    assert read_course(tmp_path) == course
    assert (course.folder, course.course_id) == (tmp_path, "mlp_teach")
    assert course.submitted == tmp_path / "submitted"
    assert list(releases(course, NAME)) == ["ja", "en"]  # the class's own first
    assert list(releases(course, NAME, ROOT / "exercises")) == ["en", "ja"]
    assert list(releases(course, NAME, ROOT / "exercises" / "en")) == ["en", "ja"]


def test_a_folder_that_does_not_fit_is_refused_in_words(course, tmp_path):
    with pytest.raises(CourseError, match="no folder"):
        read_course(tmp_path / "nothing")
    with pytest.raises(CourseError, match="--release"):
        releases(course, NAME, tmp_path)
    settings = tmp_path / "nbgrader_config.py"
    settings.write_text("c = get_config()\nc.CourseDirectory.root = '/tmp/elsewhere'\n")
    with pytest.raises(CourseError, match="says that the course is in /tmp/elsewhere"):
        read_course(tmp_path)
    settings.write_text(
        "c = get_config()\nc.CourseDirectory.directory_structure = "
        "'{student_id}/{nbgrader_step}/{assignment_id}'\n"
    )
    with pytest.raises(CourseError, match="we know"):
        read_course(tmp_path)


def test_the_language_is_known_by_the_notebook_or_by_its_letters():
    known = ["en", "ja"]
    assert language(b'{"metadata": {"mlp_teach": {"lang": "ja"}}}', known) == "ja"
    assert language("あいう".encode() * 50, known) == "ja"
    assert language(json.dumps("あいう" * 50).encode(), known) == "ja"
    assert language(b"hello", known) == "en"
    assert language(b'"lang": "ja"', ["en"]) == "en"
