"""Two lessons at a time: each measured by itself, told in the usual order, and none outlives us."""

import os
import signal
import subprocess
import sys
import time
from collections import namedtuple
from dataclasses import replace
from typing import ClassVar

import browser_lab
import psutil
import pytest
from nbformat import v4, write

from tools import run_lessons
from tools.run_lessons import (
    Run,
    over_card,
    promised_seconds,
    room_for_labs,
    run_notebooks,
)

LONG = 900  # s, on a machine however busy
# A lesson that has what it needs in memory, says so, and waits until the others have said so.
MEETS = """
import os, pathlib, time
kept = bytearray({size})
place = pathlib.Path({place!r})
(place / "{name}.met").write_text(str(os.getpid()))
end = time.monotonic() + {seconds}
while len(list(place.glob("*.met"))) < {others} and time.monotonic() < end:
    time.sleep(0.05)
assert len(list(place.glob("*.met"))) == {others}
"""


def write_lesson(course, name, cell, seconds=60):
    (course / "en").mkdir(exist_ok=True)
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell)])
    card = {"learn_minutes": 1, "run_seconds": seconds, "memory_mb": 2000}
    notebook.metadata = {"mlp_teach": {"card": card}}
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    write(notebook, course / "en" / f"{name}.ipynb")


def meeting(course, name, size, others, seconds=LONG):
    cell = MEETS.format(size=size, place=str(course), name=name, others=others, seconds=seconds)
    write_lesson(course, name, cell)


# Ends the browser that shows it: our server's and its starter's.
ENDS_ITS_PAGE = """
import psutil
for one in psutil.Process().parent().parent().children(recursive=True):
    if "chrom" in one.name():
        one.kill()
"""


ALONE = """
import psutil
commands = [one.cmdline() for one in psutil.Process().parent().children()]
assert sum(any("ipykernel_launcher" in word for word in words) for words in commands) == 1
"""


def start(course, labs=2, **streams):
    """The runner on a course of ours, so many labs at a time, in a process of its own."""
    if missing := browser_lab.missing():
        pytest.skip(missing)
    program = (
        "import signal, sys; from pathlib import Path; from tools import run_lessons; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "  # ignored by what runs behind
        "sys.exit(run_lessons.main(['--lang', 'en', '--labs', sys.argv[2]], Path(sys.argv[1])))"
    )
    root = str(run_lessons.COURSE.parent)
    environ = {**os.environ, "PYTHONPATH": root}
    words = [sys.executable, "-c", program, str(course), str(labs)]
    return subprocess.Popen(words, cwd=root, env=environ, text=True, **streams)


@pytest.mark.browser
@pytest.mark.slow
def test_two_lessons_that_run_at_once_have_each_its_own_memory(tmp_path):
    meeting(tmp_path, "01_small", 1_000_000, others=2)
    meeting(tmp_path, "02_large", 400_000_000, others=2)
    said, _ = start(tmp_path, stdout=subprocess.PIPE).communicate()
    assert "2 of 2 lessons run as their cards say" in said, said
    lines = {line.split()[0]: line.split() for line in said.splitlines() if "60 " in line}
    assert list(lines) == ["en/01_small", "en/02_large"]
    small, large = (float(line[4]) for line in lines.values())
    assert large < 600
    assert 350 < large - small < 450


@pytest.mark.browser
@pytest.mark.slow
def test_a_page_that_is_gone_fails_its_lesson_and_no_other(tmp_path):
    write_lesson(tmp_path, "01_gone", ENDS_ITS_PAGE + "import time; time.sleep(600)", seconds=90)
    write_lesson(tmp_path, "02_good", ALONE)
    said, _ = start(tmp_path, labs=1, stdout=subprocess.PIPE).communicate()
    assert "1 of 2 lessons run as their cards say" in said, said
    assert "en/01_gone: its page is gone" in said, said


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_lab_no_kernel_and_no_browser(tmp_path, sent):
    for name in ("01_a", "02_b"):
        meeting(tmp_path, name, 1, others=3)  # the third never comes
    with (tmp_path / "said").open("w") as said:
        runner = start(tmp_path, stdout=said, stderr=said)
    until(lambda: len(list(tmp_path.glob("*.met"))) == 2 or runner.poll() is not None)
    assert runner.poll() is None, (tmp_path / "said").read_text()
    started = psutil.Process(runner.pid).children(recursive=True)
    names = {one.name() for one in started}
    assert any("chrom" in name for name in names)
    kernels = {int(met.read_text()) for met in tmp_path.glob("*.met")}
    assert kernels < {one.pid for one in started}
    runner.send_signal(sent)
    assert runner.wait() == -sent
    until(lambda: not any(alive(one) for one in started))


def alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(holds):
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("processors", "free", "labs"), [(1, 9e9, 1), (2, 5.9e9, 1), (2, 6.1e9, 2), (64, 99e9, 2)]
)
def test_two_labs_need_two_processors_and_memory(monkeypatch, processors, free, labs):
    memory = namedtuple("Memory", "available")
    monkeypatch.setattr(run_lessons.os, "cpu_count", lambda: processors)
    monkeypatch.setattr(run_lessons.psutil, "virtual_memory", lambda: memory(free))
    assert room_for_labs() == labs


class FakeKernels:
    """In place of a JupyterLab: a lesson takes what it was told to take."""

    taken: ClassVar[list[str]] = []
    opened = 0
    # name -> CPU seconds, MB and what else went wrong, each time
    took: ClassVar[dict[str, list[tuple[float, float, str]]]] = {}

    def __init__(self, pictures):
        assert pictures is None

    def __enter__(self):
        FakeKernels.opened += 1
        return self

    def __exit__(self, *_):
        pass

    def run(self, path, keep):
        FakeKernels.taken.append(path.stem)
        card = {"run_seconds": promised_seconds(path), "memory_mb": 900}
        seconds, memory, wrong = self.took[path.stem].pop(0)
        run = Run(path.stem, card, 1.0, seconds, memory)
        return replace(run, trouble=wrong or over_card(run))


@pytest.fixture
def run_fakes(tmp_path, monkeypatch):
    """run(labs, {name: (promised seconds, what it takes each time)}) -> the runs of the table."""

    def run(labs, lessons):
        for name, (promised, took) in lessons.items():
            write_lesson(tmp_path, name, "1", promised)
            kernels.took[name] = list(took)
        options = namedtuple("Options", "headless keep pictures labs")(False, None, None, labs)
        return run_notebooks(sorted((tmp_path / "en").glob("*.ipynb")), options)

    kernels = FakeKernels
    kernels.taken, kernels.opened, kernels.took = [], 0, {}
    monkeypatch.setattr(run_lessons, "LabKernels", kernels)
    monkeypatch.setattr(run_lessons.browser_lab, "missing", lambda: "")
    return run


GOOD, SLOW = (5.0, 100.0, ""), (70.0, 100.0, "")


def test_the_longest_lesson_is_taken_first_and_the_table_is_in_the_usual_order(run_fakes):
    lessons = {"01_short": (5, [GOOD]), "02_long": (99, [GOOD]), "03_middle": (40, [GOOD])}
    runs = run_fakes(1, lessons)
    assert [run.name for run in runs] == ["01_short", "02_long", "03_middle"]
    assert FakeKernels.taken == ["02_long", "03_middle", "01_short"]
    assert FakeKernels.opened == 1


def test_what_takes_too_long_beside_another_is_measured_again_alone(run_fakes):
    runs = run_fakes(2, {"01_a": (60, [GOOD]), "02_b": (60, [SLOW, GOOD])})
    assert [(run.cpu_seconds, run.trouble) for run in runs] == [(5.0, ""), (5.0, "")]
    assert FakeKernels.taken[2:] == ["02_b"]
    assert FakeKernels.opened == 3


def test_what_takes_too_long_alone_too_fails(run_fakes):
    runs = run_fakes(2, {"01_a": (60, [GOOD]), "02_b": (60, [SLOW, SLOW])})
    assert [run.trouble for run in runs] == ["", "70 s of CPU, card says 60 s"]


def test_alone_nothing_is_measured_twice(run_fakes):
    (run,) = run_fakes(1, {"01_a": (60, [SLOW, GOOD])})
    assert "70 s of CPU" in run.trouble


@pytest.mark.parametrize(
    "bad", [(70.0, 950.0, ""), (70.0, 100.0, "cell 1 fails"), (5.0, 950.0, "")]
)
def test_what_fails_otherwise_gets_no_second_chance(run_fakes, bad):
    runs = run_fakes(2, {"01_a": (60, [GOOD]), "02_b": (60, [bad, GOOD])})
    assert runs[1].trouble
    assert sorted(FakeKernels.taken) == ["01_a", "02_b"]
