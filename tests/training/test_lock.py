"""One process at a time in a folder, and no lock that outlives its holder."""

import errno
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from mlp_teach.training import lock
from mlp_teach.training.lock import InUseError, alone_in, is_held

HOLDER = """
import sys, time
from mlp_teach.training.lock import alone_in
with alone_in(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(InUseError, match=f"in use by process {holder.pid}"), alone_in(tmp_path):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with alone_in(tmp_path) as held:
        assert held


def test_a_second_run_of_the_same_process_is_refused(tmp_path):
    with alone_in(tmp_path / "new"), pytest.raises(InUseError), alone_in(tmp_path / "new"):
        pass
    with alone_in(tmp_path / "new"):
        pass


def test_whether_a_folder_is_held_is_seen_without_a_word_left_there(tmp_path, monkeypatch):
    assert is_held(tmp_path) is False
    assert list(tmp_path.iterdir()) == []
    with alone_in(tmp_path):
        assert is_held(tmp_path) is True
    (tmp_path / "lock").write_text("process 1")
    assert is_held(tmp_path) is False
    assert (tmp_path / "lock").read_text() == "process 1"
    monkeypatch.setattr(lock, "_lock", lambda file: False)  # no locks on this system
    assert is_held(tmp_path) is None


def test_locks_of_two_names_do_not_meet(tmp_path):
    other = "other.lock"
    with alone_in(tmp_path), alone_in(tmp_path, other):
        assert is_held(tmp_path)
        with pytest.raises(InUseError):
            alone_in(tmp_path, other).__enter__()


def test_a_lock_file_that_somebody_wrote_into_is_no_obstacle(tmp_path):
    with alone_in(tmp_path):
        (tmp_path / "lock").write_bytes(b"\xff\xfe")
        with pytest.raises(InUseError, match="is in use by"), alone_in(tmp_path):
            pass


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="is a file; a run is kept in a folder"):
        alone_in(tmp_path / "file").__enter__()


def test_a_lock_that_may_not_be_written_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "lock").mkdir()  # no user may write to that, root neither
    with pytest.raises(OSError, match=r"lock cannot be opened to write .*choose another folder"):
        alone_in(tmp_path).__enter__()


def test_on_a_full_disk_it_is_held_without_a_name(tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with alone_in(tmp_path) as held:
            assert held
            with pytest.raises(InUseError, match="in use by another process"), alone_in(tmp_path):
                pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_error_inside_gives_the_folder_back(tmp_path):
    with pytest.raises(ZeroDivisionError), alone_in(tmp_path):
        1 / 0  # noqa: B018
    with alone_in(tmp_path) as held:
        assert held


def test_a_file_system_without_locks_is_used_without(tmp_path, monkeypatch):
    def refuse(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    with alone_in(tmp_path) as held:
        assert not held


def test_on_windows_one_byte_is_locked(tmp_path, monkeypatch):
    """With a stand-in for its module, which refuses as the real one does."""
    locked = []

    def locking(file, how, count):
        if locked:
            raise OSError(errno.EACCES, "Permission denied")
        locked.append((os.lseek(file, 0, os.SEEK_CUR), how, count))

    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2))
    with alone_in(tmp_path) as held:
        assert held
        assert locked == [(2**30, 2, 1)]
        with pytest.raises(InUseError, match=f"process {os.getpid()}"), alone_in(tmp_path):
            pass


def test_where_there_is_neither_nobody_watches(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "fcntl", None)
    with alone_in(tmp_path) as held:
        assert not held
