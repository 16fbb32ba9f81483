"""A lock between set-ups of one environment, which the operating system frees when its holder dies.

On Linux and macOS the installers that a set-up starts inherit the open file. So even after a
kill -9 of start.py the lock stays until the installer, which still writes into the environment,
has ended too.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starter.steps import StartError

PATIENCE = 900.0  # s: no installer takes longer than that
FAR = 1 << 30  # Windows locks bytes and hides what is locked: lock one far behind the text


@contextmanager
def one_at_a_time(path: Path) -> Iterator[int]:
    """Hold the lock of a file; gives its file descriptor.

    Raises StartError where another start.py, which is alive, holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        _acquire(file.fileno(), path)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _acquire(descriptor: int, path: Path) -> None:
    end = time.monotonic() + PATIENCE
    told = False
    while not _try_lock(descriptor):
        holder = path.read_text(encoding="ascii").strip()
        if _lives(holder) or time.monotonic() > end:
            raise StartError(
                f"Another start.py (process {holder}) is setting up this environment right now.\n"
                "Wait until it is done, then start again."
            )
        if not told:
            print(
                "An earlier set-up was killed; its installer still runs. Waiting for it to end ..."
            )
            told = True
        time.sleep(0.5)


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks, some network ones: go on as if alone
    return True


def _lives(holder: str) -> bool:
    """Whether the lock file's writer lives; a process that cannot be asked counts as alive."""
    if sys.platform == "win32" or not holder.isdecimal():
        return True  # no signal 0 on Windows; and an empty file was locked a moment ago
    try:
        os.kill(int(holder), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
