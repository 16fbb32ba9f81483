"""A class, graded from end to end while the grader is killed again and again.

Every honest submission gets its points, every hostile one those of its honest part, and nobody
reads or writes what is not theirs. That is seen in three ways: canary files keep their content, the
kernel reports every time that anybody opens one (inotify), and every notebook holds a secret that
must not turn up anywhere else.
"""

import ctypes
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mlp_teach.grading.record import Record, record_path, records
from mlp_teach.grading.sandbox import isolation
from tests.grading.made_submissions import (
    BROKEN,
    CLASS,
    DUE,
    HONEST,
    HOSTILE,
    MOST,
    NAME,
    ROOT,
    SECRET,
    TARGET,
    make_class,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(isolation() != "bubblewrap", reason=f"the sandbox: {isolation()}"),
]
OPEN, ACCESS, MODIFY, ATTRIB, DELETE_SELF, MOVE_SELF = 0x20, 0x1, 0x2, 0x4, 0x400, 0x800
TOUCHED = OPEN | ACCESS | MODIFY | ATTRIB | DELETE_SELF | MOVE_SELF


class Watch:
    """Counts what anybody on this machine does with some files; the kernel tells."""

    def __init__(self, paths):
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.inotify_init1(os.O_NONBLOCK)
        self.paths = {}
        for path in paths:
            name = self._libc.inotify_add_watch(self._fd, os.fsencode(path), TOUCHED)
            assert name > 0, os.strerror(ctypes.get_errno())
            self.paths[name] = str(path)

    def seen(self):
        found = []
        with suppress(BlockingIOError):
            while data := os.read(self._fd, 1 << 16):
                while data:
                    name, mask, _, size = struct.unpack("iIII", data[:16])
                    found.append((self.paths[name], mask))
                    data = data[16 + size :]
        return found

    def close(self):
        os.close(self._fd)


@contextmanager
def grading(course, workers=1):
    command = [sys.executable, "-m", "mlp_teach.cli", "grade", str(course), "--assignment", NAME]
    command += ["--release", str(ROOT / "exercises" / "en"), "--due", DUE, "--require-sandbox"]
    command += ["--workers", str(workers)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def count(course, what):
    return len(list(course.glob(what)))


def kill_when(course, what, many, workers):
    """Starts the grading and kills it at some moment after so many files of a kind are there."""
    with grading(course, workers=workers) as process:
        while process.poll() is None and count(course, what) < many:
            time.sleep(0.05)
        time.sleep(random.Random(many).random())
        assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGKILL)


def run(course):
    with grading(course) as process:
        out, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    return out


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class after three runs that were killed and one that was not."""
    course = tmp_path_factory.mktemp("made") / "class"
    make_class(course)
    canaries = [course.parent / "canary", *course.rglob("canary"), *course.glob("source/*/*.ipynb")]
    before = {path: path.read_bytes() for path in canaries}
    watch = Watch(canaries)
    records_of = f"graded/{NAME}/*.json"
    kill_when(course, records_of, 3, workers=1)
    kill_when(course, records_of, 8, workers=1)
    kill_when(course, f"autograded/*/{NAME}/*.ipynb", 4, workers=2)
    marked = {path: path.stat().st_mtime_ns for path in course.glob(records_of)}
    manual_mark(course)
    out = run(course)
    yield course, out, marked, watch, before
    watch.close()


def manual_mark(course):
    """A person marks by hand, in nbgrader's own way, what was graded already."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade(f"{TARGET}_test", NAME, NAME, "alice")
        grade.manual_score, grade.extra_credit = 1.0, 0.5
        comment = gradebook.find_comment(TARGET, NAME, NAME, "alice")
        comment.manual_comment = "Well done."
        gradebook.db.commit()


def record(course, student):
    return Record.load(record_path(course, NAME, student))


@pytest.mark.parametrize("made", CLASS, ids=lambda made: made.student)
def test_every_submission_gets_the_points_of_its_honest_part(graded, made):
    found = record(graded[0], made.student)
    assert (found.points, found.most) == (made.points or 0, MOST), found.as_json()
    assert (found.trouble is None) == (made.points is not None)
    assert found.late_seconds == (7200 if made.student == "erin" else 0)
    assert found.isolation == "bubblewrap"
    assert found.lang == ("ja" if made.student in ("bob", "山田 太郎") else "en")


def test_there_are_enough_of_each_kind(graded):
    course, out, *_ = graded
    assert len(HONEST) + len(BROKEN) + len(HOSTILE) == len(CLASS) >= 30
    assert len(BROKEN) + len(HOSTILE) >= 20
    assert [one.student for one in records(course, NAME)] == sorted(one.student for one in CLASS)
    for name in ("'-rf'", "'.hidden'", "a\\nb", "'nobody' is a link", "'$(reboot)'"):
        assert name in out


def test_nobody_opened_or_changed_what_is_not_theirs(graded):
    course, _, _, watch, before = graded
    assert watch.seen() == []
    assert {path: path.read_bytes() for path in before} == before
    assert {path for path, _ in watch.seen()} == set(watch.paths.values())  # it does see
    assert not list(course.rglob("*new")) + list(course.rglob("canaryl"))


def test_no_secret_is_anywhere_but_with_its_owner(graded):
    course = graded[0]
    seen = 0
    for made in CLASS:
        files = [*course.glob(f"graded/{NAME}/{made.student}.*")]
        files += [one for one in course.glob(f"autograded/{made.student}/**/*") if one.is_file()]
        assert len(files) >= 3
        text = b"".join(file.read_bytes() for file in files)
        seen += text.count(SECRET.encode())
        assert text.replace(f"{SECRET} {made.student}".encode(), b"").count(SECRET.encode()) == 0
        assert b"root:x:0" not in text
    assert seen > 20
    assert not list(course.glob("autograded/*/*/data.csv"))


def test_every_marked_submission_was_told_what_the_marks_say(graded):
    hints = {mark.hint.en for mark in record(graded[0], "h_sleeps").marks if mark.hint}
    assert len(hints) == 2  # did not come back; and was not waited for, since others had not
    assert any("got no more" in hint for hint in hints)
    for made in CLASS:
        for mark in record(graded[0], made.student).marks:
            assert (mark.hint is None) == (mark.points == mark.most)


def test_the_gradebook_is_whole_and_says_what_the_records_say(graded):
    course = graded[0]
    with sqlite3.connect(f"file:{course}/gradebook.db?mode=ro", uri=True) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []
        ids = {row[0] for row in database.execute("select id from student")}
        assert database.execute("select count(*) from alembic_version").fetchone() == (1,)
        hands = database.execute("select count(*) from grade where manual_score not null")
        assert hands.fetchone() == (1,)
    assert ids == {made.student for made in CLASS}
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for made in CLASS:
            entry = gradebook.find_submission_notebook(NAME, NAME, made.student)
            by_hand = made.student == "alice"
            assert sum(one.auto_score for one in entry.grades) == (made.points or 0)
            assert entry.score == (made.points or 0) - (1.5 if by_hand else 0)
            assert entry.needs_manual_grade is False
        grade = gradebook.find_grade(f"{TARGET}_test", NAME, NAME, "alice")
        assert (grade.manual_score, grade.extra_credit) == (1.0, 0.5)
        comment = gradebook.find_comment(TARGET, NAME, NAME, "alice")
        assert (comment.manual_comment, comment.auto_comment) == ("Well done.", None)
        assert gradebook.find_comment(TARGET, NAME, NAME, "dan").auto_comment == "No response."
        assert gradebook.find_submission(NAME, "erin").total_seconds_late == 7200


def test_formgraders_notebooks_show_our_marks_and_no_output_of_a_students(graded):
    course = graded[0]
    for made in CLASS:
        path = course / "autograded" / made.student / NAME / f"{NAME}.ipynb"
        text = path.read_text(encoding="utf-8")
        assert "<script>" not in text
        book = json.loads(text)
        tests = [c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
        assert sum(cell["metadata"]["nbgrader"]["points"] for cell in tests) == MOST
        if made.points is not None:
            shown = [cell["outputs"][1]["data"]["text/plain"] for cell in tests]
            assert sum(float(one) for one in shown) == made.points


def test_what_was_marked_before_a_kill_was_kept(graded):
    course, out, marked, *_ = graded
    done = {path for path in marked if Record.load(path).sha256 is not None}
    assert len(done) > 25
    same = {path for path in done if path.stat().st_mtime_ns == marked[path]}
    assert same == done
    unread = [one for one in records(course, NAME) if one.sha256 is None]  # told anew each time
    assert len(unread) == 6
    assert f"6 submissions were marked, {len(CLASS) - 6} had their marks already" in out


def test_a_run_that_nobody_disturbed_gives_the_same_bytes(graded, tmp_path):
    course, other = graded[0], tmp_path / "class"
    (other / "graded").mkdir(parents=True)
    shutil.copy(course / "graded" / "salt", other / "graded" / "salt")
    some = ("carol", "b_truncated", "h_forged")
    for student in some:
        shutil.copytree(course / "submitted" / student, other / "submitted" / student)
    run(other)
    for student in some:
        for path in (f"graded/{NAME}/{student}.json", f"graded/{NAME}/{student}.ipynb"):
            assert (other / path).read_bytes() == (course / path).read_bytes()


def test_nothing_is_left_behind(graded):
    assert not [*graded[0].rglob("*.part")]
    ours = str(graded[0])
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            assert ours not in (place / "cmdline").read_text(errors="replace")
