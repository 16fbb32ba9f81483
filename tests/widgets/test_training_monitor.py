"""The training monitor draws what a job has written so far, and says where the job is."""

import asyncio
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import v4

from mlp_teach.training import job
from mlp_teach.training.progress import Progress, append_epoch, write_epochs, write_state
from mlp_teach.training.state import Epoch
from mlp_teach.widgets import training_monitor as module
from mlp_teach.widgets.drawing import Line
from mlp_teach.widgets.training_monitor import WORDS, curves, monitor_picture, training_monitor

ROOT = Path(__file__).resolve().parents[2]


def epoch(number):
    return Epoch(number, 1.0 / (number + 1), 2.0 / (number + 1), 1e-3, 30.0 * (number + 1))


def begun(folder, n, epochs=10):
    write_state(folder, "running", epochs)
    write_epochs(folder, [epoch(number) for number in range(n)])


def lines(drawing):
    return [mark for mark in drawing.panels[0].marks if isinstance(mark, Line)]


def test_both_losses_are_drawn_and_the_axis_reaches_to_the_last_epoch(tmp_path):
    begun(tmp_path, 3)
    drawing = monitor_picture(training_monitor(tmp_path).progress)
    assert [list(line.y)[:3] for line in lines(drawing)] == [[1, 1 / 2, 1 / 3], [2, 1, 2 / 3]]
    assert drawing.panels[0].x_range[1] > 9
    assert drawing.summary == (
        "Running: 3 of 10 epochs after 1.5 minutes. training 0.333, validation 0.667"
    )
    assert drawing.table.rows[1] == ("validation", "0.6667", "0.6667", "2")


def test_it_waits_for_a_job_that_has_not_begun(tmp_path):
    monitor = training_monitor(tmp_path / "none")
    assert monitor.summary() == WORDS["en"]["waiting"]
    assert curves(monitor.progress) == {}


def test_a_look_brings_what_is_new(tmp_path):
    begun(tmp_path, 1)
    monitor = training_monitor(tmp_path)
    append_epoch(tmp_path, epoch(1))
    assert len(monitor.progress.history) == 1
    assert len(monitor.look().history) == 2


def test_each_state_has_its_sentence_in_both_languages():
    states = ("waiting", "running", "gone", "stopped", "failed", "finished")
    for lang in ("en", "ja"):
        pictures = [
            monitor_picture(Progress(state, 5, (epoch(0),), "no space"), lang) for state in states
        ]
        assert len({picture.summary for picture in pictures}) == len(states)
        assert "no space" in pictures[4].summary
        assert [bool(picture.controls) for picture in pictures] == [True, True, *[False] * 4]
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_a_long_silence_is_told_in_both_languages():
    running = Progress("running", 5, (epoch(0),), silent=900.0)
    question = "Nothing heard for 15 minutes; is it still there?"
    assert monitor_picture(running).summary.endswith(f"validation 2. {question}")
    assert "。15 分間、何も書き込まれていません。" in monitor_picture(running, "ja").summary
    first = monitor_picture(Progress("running", 5, (), silent=900.0))  # of a large model
    assert first.summary.endswith(f"after 0.0 minutes. {question}")


@pytest.mark.parametrize(
    ("state", "seconds", "silent", "told"),
    [
        ("running", 1.0, 290.0, False),
        ("running", 1.0, 310.0, True),
        ("running", 120.0, 900.0, False),  # an epoch takes two minutes here
        ("running", 120.0, 1300.0, True),
        ("stopped", 1.0, 900.0, False),
    ],
)
def test_a_silence_is_told_when_it_is_long_for_this_training(state, seconds, silent, told):
    history = tuple(Epoch(n, 1.0, 1.0, 1e-3, seconds * (n + 1)) for n in range(3))
    summary = monitor_picture(Progress(state, 5, history, silent=silent)).summary
    assert ("is it still there?" in summary) == told


def test_a_silence_is_told_to_who_only_looks_on(tmp_path):
    """Nothing new is read, and yet the words change."""
    begun(tmp_path, 1)
    monitor = training_monitor(tmp_path)
    monitor._repr_mimebundle_()
    assert "still there" not in monitor._canvas.picture["summary"]
    for path in tmp_path.iterdir():
        then = path.stat().st_mtime - 900
        os.utime(path, (then, then))
    monitor.look()
    assert "is it still there?" in monitor._canvas.picture["summary"]
    for silent, drawn in ((901.0, False), (905.0, False), (961.0, True)):  # once a minute
        monitor._take(replace(monitor.progress, silent=900.0))
        count = monitor._canvas.picture["count"]
        monitor._take(replace(monitor.progress, silent=silent))
        assert (monitor._canvas.picture["count"] > count) == drawn


def test_waiting_ends_with_the_job_and_not_before(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0.1)
    begun(tmp_path, 1)
    monitor = training_monitor(tmp_path)

    def finish():
        time.sleep(0.5)
        append_epoch(tmp_path, epoch(1))
        write_state(tmp_path, "finished", 10)

    other = threading.Thread(target=finish)
    other.start()
    progress = monitor.wait(30)
    other.join()
    assert (progress.state, len(progress.history)) == ("finished", 2)
    assert "Finished: 2 epochs" in capsys.readouterr().out
    begun(tmp_path, 1)
    with pytest.raises(TimeoutError, match="run this cell again"):
        monitor.wait(0.2)


def test_it_follows_while_the_kernel_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0.05)
    begun(tmp_path, 1)

    async def notebook():
        monitor = training_monitor(tmp_path)
        monitor._repr_mimebundle_()
        before = monitor._canvas.picture["count"]
        await asyncio.sleep(0.3)
        assert monitor._canvas.picture["count"] == before  # nothing new: nothing is sent
        append_epoch(tmp_path, epoch(1))
        write_state(tmp_path, "finished", 10)
        await asyncio.wait_for(monitor._task, 10)
        assert monitor._canvas.picture["count"] > before
        assert "Finished: 2" in monitor._canvas.picture["summary"]

    asyncio.run(notebook())


def test_a_late_answer_does_not_hide_a_newer_one(tmp_path, monkeypatch):
    """The thread looks while the job runs; a cell that waits sees its end before that arrives."""
    monkeypatch.setattr(module, "EVERY", 0.01)
    begun(tmp_path, 1)
    follow, asked, free = module.follow, threading.Event(), threading.Event()

    def slow(folder, age=0):
        found = follow(folder, age)
        if threading.current_thread() is not threading.main_thread():
            asked.set()
            free.wait(30)
        return found

    async def notebook():
        monitor = training_monitor(tmp_path)
        monkeypatch.setattr(module, "follow", slow)
        monitor._repr_mimebundle_()
        while not asked.is_set():
            await asyncio.sleep(0.01)
        append_epoch(tmp_path, epoch(1))
        write_state(tmp_path, "finished", 10)
        assert monitor.look().state == "finished"
        count = monitor._canvas.picture["count"]
        free.set()
        await asyncio.wait_for(monitor._task, 10)
        assert monitor._canvas.picture["count"] == count
        assert len(monitor._canvas.state.history) == 2

    asyncio.run(notebook())


def test_it_goes_on_while_slurm_does_not_answer_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0.01)
    begun(tmp_path, 1)
    (tmp_path / "job.json").write_text('{"number": "7", "host": "slurm"}')
    asked = []

    def refuses(number, age):
        asked.append(number)
        raise job.slurm.NoAnswerError("Slurm refuses: Unable to contact controller.")

    monkeypatch.setattr(job.slurm, "state", refuses)

    async def notebook():
        monitor = training_monitor(tmp_path)
        monitor._repr_mimebundle_()
        while len(asked) < 5:
            await asyncio.sleep(0.01)
        assert not monitor._task.done()
        said = monitor._canvas.picture["summary"]
        assert "1 of 10 epochs" in said
        assert said.endswith(
            "validation 2. Slurm does not answer (Slurm refuses: Unable to contact "
            "controller); this is what the job's files tell."
        )
        monkeypatch.setattr(job.slurm, "state", lambda number, age: "RUNNING")
        while "Slurm" in monitor._canvas.picture["summary"]:
            await asyncio.sleep(0.01)
        write_state(tmp_path, "finished", 10)
        await monitor._task
        monkeypatch.setattr(job.slurm, "state", refuses)
        assert monitor.wait(1).state == "finished"
        assert "Slurm" not in monitor.summary()

    asyncio.run(asyncio.wait_for(notebook(), 300))
    waiting = Progress("waiting", unheard="It hangs.")
    assert monitor_picture(waiting).summary == (
        "The job has not begun to train yet. Slurm does not answer (It hangs); this is what the "
        "job's files tell."
    )
    assert monitor_picture(waiting, "ja").summary.startswith(
        "ジョブの訓練はまだ始まっていません。Slurm から応答がありません（It hangs）。"
    )


def test_a_drive_that_is_away_for_a_while_does_not_end_it(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0.01)
    begun(tmp_path, 1)
    follow, asked = module.follow, []

    def away(folder, age):
        asked.append(folder)
        if len(asked) < 5:
            raise OSError("Stale file handle")
        return follow(folder, age)

    async def notebook():
        monitor = training_monitor(tmp_path)
        monkeypatch.setattr(module, "follow", away)
        monitor._repr_mimebundle_()
        write_state(tmp_path, "finished", 10)
        await asyncio.wait_for(monitor._task, 300)
        assert "Finished" in monitor.summary()
        assert len(asked) == 5

    asyncio.run(notebook())


def test_the_button_looks_again(tmp_path):
    begun(tmp_path, 1)
    monitor = training_monitor(tmp_path)
    monitor._repr_mimebundle_()
    append_epoch(tmp_path, epoch(1))
    monitor._canvas._receive({"kind": "Changed", "name": "look", "value": True})
    assert "2 of 10 epochs" in monitor._canvas.picture["summary"]
    assert monitor._canvas.picture["error"] == ""


def test_in_a_notebook_it_shows_itself_and_leaves_the_kernel_free(tmp_path):
    begun(tmp_path, 2)
    cells = [
        "from mlp_teach.widgets.training_monitor import training_monitor\n"
        f"monitor = training_monitor({str(tmp_path)!r})\nmonitor",
        "print('free', monitor._task.done())",
    ]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=300).execute(env={**os.environ, "PYTHONPATH": str(ROOT)})
    shown, printed = (cell.outputs[0] for cell in notebook.cells)
    assert "Running: 2 of 10 epochs" in shown.data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in shown.data
    assert printed.text == "free False\n"
