"""One process at a time in a folder.

Two runs that write the same journal would ask for the same labels and spoil each other's lines, and
two trainings that write the same table would tell each epoch twice. The lock is the operating
system's, on a file that is held open: it ends with the process, also when that is killed, so there
is no stale lock to remove by hand.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
try:
    import msvcrt
except ImportError:  # everywhere else
    msvcrt = None

HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)  # what systems say of a lock that another has
FAR = 2**30  # Windows keeps others from reading locked bytes, so the one that is locked is far out


LOCK = "lock"  # of those who write the results


class InUseError(RuntimeError):
    """Another process works in the folder."""


@contextmanager
def alone_in(folder: Path | str, file_name: str = LOCK) -> Iterator[bool]:
    """Holds the folder, which is made if it is not there, until the block ends; those who give the
    same file name keep each other out.

    Gives False where the file system knows no locks (some network drives): there nobody watches.
    Raises InUseError if another process, or another run of this one, holds the folder, and OSError
    for a file that is in its place and for a lock that may not be written.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file; a run is kept in a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with _opened(folder / file_name) as file:
        try:
            held = _lock(file)
        except OSError as error:
            if error.errno in HELD:
                file.seek(0)
                holder = file.read().decode(errors="replace") or "another process"
                raise InUseError(
                    f"{folder} is in use by {holder}. Wait for "
                    "it, stop it, or choose another folder; there is nothing to remove."
                ) from error
            held = False
        with suppress(OSError):  # on a full disk it is held without a name
            file.truncate(0)
            file.write(f"process {os.getpid()}".encode())
        yield held


def is_held(folder: Path | str) -> bool | None:
    """Whether somebody holds the folder; None where that is not told: the file system knows no
    locks, or the file may not be opened. Writes nothing."""
    try:
        with open(Path(folder) / LOCK, "r+b", buffering=0) as file:
            try:
                return False if _lock(file) else None
            except OSError as error:
                return True if error.errno in HELD else None
    except FileNotFoundError:
        return False
    except OSError:
        return None


def _opened(path: Path) -> BinaryIO:
    try:
        return open(path, "a+b", buffering=0)
    except OSError as error:
        raise OSError(
            error.errno,
            f"{path} cannot be opened to write ({error.strerror}). By this file one run keeps "
            "others out of the folder: may you write to it? Nothing was changed; choose another "
            "folder, or remove the file if no run is at work",
        ) from error


def _lock(file: BinaryIO) -> bool:
    """Raises OSError where another holds it, or the file system has no locks."""
    if fcntl is not None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    if msvcrt is not None:
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        return True
    return False
