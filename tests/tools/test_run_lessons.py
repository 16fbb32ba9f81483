"""The runner: a lesson that fails, warns, calls out or overruns its card does not pass."""

import json
import os
import signal
import subprocess
import sys
import time

import browser_lab
import psutil
import pytest
from kernel_meter import Meter, family, memory_mb
from nbformat import read, v4, validate, write

from tools import run_lessons
from tools.run_lessons import Run, over_card, run_script

BROWSER = (pytest.mark.browser, pytest.mark.slow)
CARD = {"learn_minutes": 1, "run_seconds": 60, "memory_mb": 900}
WORDS = "# Words"
CELLS = {
    "01_keeps_its_card": ["x = bytearray(200_000_000)\nlen(x)"],
    "02_breaks": ["1 / 0"],
    "03_warns": ["import warnings\nwarnings.warn('old', stacklevel=1)"],
    "04_calls_out": ["import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)"],
    "05_dies": ["import os\nos._exit(1)"],
}


@pytest.fixture(scope="module", params=["headless", pytest.param("browser", marks=BROWSER)])
def outcome(tmp_path_factory, request):
    """All five lessons run once in a process of its own: exit code and what was printed."""
    if request.param == "browser" and (missing := browser_lab.missing()):
        pytest.skip(missing)
    course = tmp_path_factory.mktemp("course")
    (course / "en").mkdir()
    for name, cells in CELLS.items():
        words = v4.new_markdown_cell(WORDS)
        notebook = v4.new_notebook(cells=[*map(v4.new_code_cell, cells), words])
        notebook.metadata = {"mlp_teach": {"card": CARD}}
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        write(notebook, course / "en" / f"{name}.ipynb")
    extra = ["--headless"] if request.param == "headless" else []
    program = (
        "import sys; from pathlib import Path; from tools import run_lessons; "
        "course, more = sys.argv[1], sys.argv[2:]; keep = ['--keep', course + '/kept']; "
        "sys.exit(run_lessons.main(['--lang', 'en', *keep, *more], Path(course)))"
    )
    root = str(run_lessons.COURSE.parent)
    done = subprocess.run(
        [sys.executable, "-c", program, str(course), *extra],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
    )
    return done.returncode, done.stdout, course


def line_of(outcome, name):
    return next(line for line in outcome[1].splitlines() if line.startswith(f"en/{name}"))


def test_a_lesson_that_keeps_its_card_passes_and_its_memory_is_seen(outcome):
    line = line_of(outcome, "01_keeps_its_card")
    assert "FAILED" not in line
    assert 250 < float(line.split()[4]) < 900  # the 200 MB and a bare kernel


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("02_breaks", "ZeroDivisionError"),
        ("03_warns", "prints a warning: UserWarning: old"),
        ("04_calls_out", "a lesson must run without the network"),
        ("05_dies", ("Kernel died", "05_dies: cell 1 did not run")),
    ],
)
def test_a_lesson_that_does_not_run_as_promised_fails_and_says_why(outcome, name, said):
    assert "FAILED" in line_of(outcome, name)
    assert any(words in outcome[1] for words in ([said] if isinstance(said, str) else said))


def test_one_failure_fails_the_run_and_the_others_still_ran(outcome):
    assert outcome[0] == 1
    assert "1 of 5 lessons run as their cards say" in outcome[1]


def test_the_kept_notebooks_can_be_read_and_hold_words_code_and_outputs(outcome):
    for name, (cell, *_) in CELLS.items():
        kept = outcome[2] / "kept" / f"en_{name}.ipynb"
        validate(json.loads(kept.read_text("utf-8")))
        notebook = read(kept, as_version=4)
        assert [one.source for one in notebook.cells] == [cell, WORDS]
    assert "ZeroDivisionError" in (outcome[2] / "kept" / "en_02_breaks.ipynb").read_text("utf-8")


def test_more_time_or_memory_than_the_card_says_is_a_trouble():
    assert over_card(Run("a", CARD, 90.0, 50.0, 800.0)) == ""
    assert "61 s of CPU, card says 60 s" in over_card(Run("a", CARD, 90.0, 61.0, 800.0))
    assert "901 MB, card says 900 MB" in over_card(Run("a", CARD, 90.0, 50.0, 901.0))


def test_the_meter_counts_the_memory_of_children_too():
    child = "x = bytearray(150_000_000); import time; time.sleep(0.5)"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    parent = subprocess.Popen([sys.executable, "-c", program])
    meter = Meter(parent.pid)
    meter.start()
    parent.wait()
    meter.stop()
    assert meter.memory_mb > 150


def test_what_a_child_shares_with_its_parent_is_counted_once(tmp_path):
    (tmp_path / "library").write_bytes(b"1" * 150_000_000)
    look = (
        "import mmap, time; f = open('library', 'rb')\n"
        "m = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ); n = m[::4096]\n"
    )
    child = f"{look}open('seen', 'w').close(); time.sleep(60)"
    program = f"{look}import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, start_new_session=True)
    while not (tmp_path / "seen").exists():
        time.sleep(0.05)
    assert 150 < memory_mb(psutil.Process(parent.pid)) < 250
    os.killpg(parent.pid, signal.SIGKILL)
    parent.wait()


def test_a_process_that_is_just_being_made_is_not_counted_twice():
    """Between fork and exec a child shows all the memory of its parent."""
    program = (
        "import os, time; x = bytearray(150_000_000)\n"
        "if os.fork() == 0: time.sleep(60)\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    process = psutil.Process(parent.pid)
    while not process.children():
        time.sleep(0.01)
    assert len(process.children()) == 1
    assert family(process) == [process]
    os.killpg(parent.pid, signal.SIGKILL)
    parent.wait()


def test_a_source_that_fails_as_a_script_is_told_with_its_error(tmp_path):
    path = tmp_path / "01_a.py"
    path.write_text("# %%\nx = 1\n", "utf-8")
    assert run_script(path) == ""
    path.write_text("# %%\ndisplay(1)\n", "utf-8")
    assert "NameError" in run_script(path)


def test_a_name_that_no_lesson_has_is_not_a_success(tmp_path, capsys):
    assert run_lessons.main(["77"], tmp_path) == 1
    assert "no lesson of that name" in capsys.readouterr().out
