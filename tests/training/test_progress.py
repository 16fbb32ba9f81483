"""The progress of a training: readable at any moment, no epoch twice, none missing."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from itertools import count, pairwise
from types import SimpleNamespace

import pytest

from mlp_teach.training import fit as fit_module
from mlp_teach.training.fit import Epoch, Settings, fit
from mlp_teach.training.process_list import began
from mlp_teach.training.progress import (
    EPOCHS,
    STATE,
    Progress,
    ProgressError,
    append_epoch,
    read_progress,
    reported,
    write_epochs,
    write_state,
)
from tests.training.small_data import small_data, small_model

HISTORY = [Epoch(n, 1 / (n + 3), 0.1 + n / 7, 1e-3 * 0.9**n, 0.7 * n) for n in range(4)]
SHORT = Settings(epochs=8, batch_size=3, learning_rate=0.02, average=0.5)
DATA = small_data()


def numbers(folder) -> list[int]:
    return [epoch.number for epoch in read_progress(folder).history]


def test_nothing_written_yet_is_waiting(tmp_path):
    assert read_progress(tmp_path / "not there") == Progress("waiting")
    assert not read_progress(tmp_path).over


def test_what_is_read_is_what_was_told_to_the_last_digit(tmp_path):
    write_state(tmp_path, "running", 50)
    write_epochs(tmp_path, HISTORY[:2])
    for epoch in HISTORY[2:]:
        append_epoch(tmp_path, epoch)
    found = read_progress(tmp_path)
    assert found.history == tuple(HISTORY)
    assert (found.state, found.epochs, found.message) == ("running", 50, "")
    assert not found.over


def test_losses_that_are_no_numbers_are_kept(tmp_path):
    write_state(tmp_path, "running", 2)
    write_epochs(tmp_path, [replace(HISTORY[0], training_loss=float("inf"))])
    assert read_progress(tmp_path).history[0].training_loss == float("inf")


def test_a_spreadsheet_finds_a_head_and_a_line_for_each_epoch(tmp_path):
    write_epochs(tmp_path, HISTORY)
    lines = (tmp_path / EPOCHS).read_text().splitlines()
    assert lines[0] == "number,training_loss,validation_loss,learning_rate,seconds"
    assert lines[2] == "1,0.25,0.24285714285714285,0.0009000000000000001,0.7"
    assert len(lines) == 5


def test_a_line_that_has_not_ended_is_left_out_wherever_it_was_cut(tmp_path):
    write_state(tmp_path, "running", 4)
    write_epochs(tmp_path, HISTORY)
    content = (tmp_path / EPOCHS).read_bytes()
    ends = [at for at, byte in enumerate(content) if byte == 10]
    for size in range(len(content) + 1):
        (tmp_path / EPOCHS).write_bytes(content[:size])
        whole = sum(end < size for end in ends)
        assert read_progress(tmp_path).history == tuple(HISTORY[: max(whole - 1, 0)])


@pytest.fixture
def room():
    """Sets how large a file may become in this process, as a full disk does."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_line_for_which_the_disk_has_no_room_is_left_out_whole(tmp_path, room):
    """Wherever in the line it ends; and when there is room again, no two lines are one."""
    write_state(tmp_path, "running", 4)
    write_epochs(tmp_path, HISTORY[:2])
    whole = (tmp_path / EPOCHS).read_bytes()
    append_epoch(tmp_path, HISTORY[2])
    line = (tmp_path / EPOCHS).stat().st_size - len(whole)
    for more in range(line):
        (tmp_path / EPOCHS).write_bytes(whole)
        room(len(whole) + more)
        with pytest.raises(OSError, match=r"epochs\.csv could not be written .*free some space"):
            append_epoch(tmp_path, HISTORY[2])
        room(10**6)
        assert (tmp_path / EPOCHS).read_bytes() == whole
        append_epoch(tmp_path, HISTORY[3])
        assert read_progress(tmp_path).history == (*HISTORY[:2], HISTORY[3])


@pytest.mark.parametrize("first", [OSError("model.safetensors could not be written"), SystemExit()])
def test_a_disk_that_refuses_the_end_too_does_not_hide_the_first_error(first, tmp_path, room):
    def fail():
        room(0)
        raise first

    with pytest.raises(type(first)) as caught, reported(tmp_path, 8):
        fail()
    room(10**6)
    assert caught.value is first
    assert json.loads((tmp_path / STATE).read_text())["state"] == "running"  # seen to be gone


def test_how_it_ended_is_told(tmp_path):
    with reported(tmp_path, 8):
        assert read_progress(tmp_path).state == "running"
    assert read_progress(tmp_path).state == "finished"
    with pytest.raises(ValueError, match="nan"), reported(tmp_path, 8):
        raise ValueError("The loss became nan.")
    assert read_progress(tmp_path).state == "failed"
    assert read_progress(tmp_path).message == "The loss became nan."
    with pytest.raises(KeyboardInterrupt), reported(tmp_path, 8):
        raise KeyboardInterrupt
    assert read_progress(tmp_path).state == "stopped"
    assert read_progress(tmp_path).over


@pytest.mark.skipif(os.name != "posix", reason="asks for the process in POSIX's way")
def test_a_process_that_is_gone_is_told_on_its_own_computer_only(tmp_path):
    code = (
        f"from mlp_teach.training.progress import *; write_state({str(tmp_path)!r}, 'running', 3)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert read_progress(tmp_path).state == "gone"
    assert read_progress(tmp_path).over
    told = json.loads((tmp_path / STATE).read_text())
    (tmp_path / STATE).write_text(json.dumps(told | {"host": "elsewhere"}))
    assert read_progress(tmp_path).state == "running"


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="asks for it in Linux's way")
def test_a_process_that_ended_and_that_nobody_took_note_of_is_gone(tmp_path):
    write_state(tmp_path, "running", 3)
    told = json.loads((tmp_path / STATE).read_text())
    assert read_progress(tmp_path).state == "running"
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it ends, and stays in the list
    own = {"process": child.pid, "began": began(child.pid)}
    (tmp_path / STATE).write_text(json.dumps(told | own))
    assert read_progress(tmp_path).state == "gone"
    child.wait()


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="asks for it in Linux's way")
def test_a_number_that_was_given_to_another_process_is_not_taken_for_the_training(tmp_path):
    code = (
        f"from mlp_teach.training.progress import *; write_state({str(tmp_path)!r}, 'running', 3)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    told = json.loads((tmp_path / STATE).read_text())
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        (tmp_path / STATE).write_text(json.dumps(told | {"process": stranger.pid}))
        assert read_progress(tmp_path).state == "gone"
        own = {"process": stranger.pid, "began": began(stranger.pid)}
        (tmp_path / STATE).write_text(json.dumps(told | own))
        assert read_progress(tmp_path).state == "running"
        del told["began"]  # the file as it was before
        (tmp_path / STATE).write_text(json.dumps(told | {"process": stranger.pid}))
        assert read_progress(tmp_path).state == "running"
    finally:
        stranger.communicate(b"\n")


def test_it_says_for_how_long_nothing_was_written(tmp_path):
    write_state(tmp_path, "running", 3)
    write_epochs(tmp_path, [])
    assert read_progress(tmp_path).silent < 60
    for name, age in ((STATE, 5000), (EPOCHS, 100)):
        then = (tmp_path / name).stat().st_mtime - age
        os.utime(tmp_path / name, (then, then))
    assert 100 <= read_progress(tmp_path).silent < 160


@pytest.mark.parametrize(
    ("name", "content"),
    [(STATE, "[]"), (STATE, "{"), (STATE, "{}"), (EPOCHS, "number,b\n1,2\n"), (EPOCHS, "a\n1\n")],
)
def test_files_of_others_are_refused_by_name(name, content, tmp_path):
    write_state(tmp_path, "running", 3)
    (tmp_path / name).write_text(content)
    with pytest.raises(ProgressError, match=name):
        read_progress(tmp_path)


@pytest.mark.parametrize(
    "wrong", [{"state": "flying"}, {"epochs": "many"}, {"message": 1}, {"process": 10**30}]
)
def test_a_state_that_no_training_writes_is_refused(wrong, tmp_path):
    write_state(tmp_path, "running", 3)
    told = json.loads((tmp_path / STATE).read_text())
    (tmp_path / STATE).write_text(json.dumps(told | wrong))
    with pytest.raises(ProgressError, match=STATE):
        read_progress(tmp_path)


@pytest.mark.parametrize("content", [b"number\n\xff\n", b"number\n" + bytes(200_000) + b"\n"])
def test_epochs_that_a_disk_has_spoilt_are_refused_by_name(content, tmp_path):
    write_state(tmp_path, "running", 3)
    (tmp_path / EPOCHS).write_bytes(content)
    with pytest.raises(ProgressError, match=EPOCHS):
        read_progress(tmp_path)


class Stop(Exception):
    pass


def test_a_continued_training_has_no_epoch_twice_and_none_missing(tmp_path, monkeypatch):
    # The clock runs 4 s an epoch, a checkpoint is due after 10: the table is ahead of it.
    monkeypatch.setattr(fit_module, "time", SimpleNamespace(monotonic=count(0.0, 2.0).__next__))
    seen = []

    def train(last: int) -> None:
        def told(epoch: Epoch) -> None:
            append_epoch(tmp_path, epoch)
            seen.append(numbers(tmp_path))
            if epoch.number == last:
                raise Stop

        fit(
            small_model(),
            DATA[2:],
            DATA[:2],
            SHORT,
            checkpoint=tmp_path / "training.safetensors",
            on_start=partial(write_epochs, tmp_path),
            on_epoch=told,
        )

    write_state(tmp_path, "running", SHORT.epochs)
    for last in (3, 4, 6):
        with pytest.raises(Stop):
            train(last)
    train(-1)
    assert numbers(tmp_path) == list(range(8))
    assert all(found == list(range(len(found))) for found in seen)
    assert any(len(after) <= len(before) for before, after in pairwise(seen))
    (tmp_path / EPOCHS).unlink()
    train(-1)  # there is nothing left to do, and the table comes from the checkpoint
    assert numbers(tmp_path) == list(range(8))
