"""Files that are whole or not there at all, whatever happens while they are written.

A file is written under another name, flushed to the disk and then renamed: a process killed at any
moment, or a full disk, leaves the old file or the new one, never half of one. What such a process
wrote so far lies beside it, as .NAME.HOST.PROCESS.part, until the next one on this computer writes
the same file. Without torch, for notebooks that need no more than this.
"""

from __future__ import annotations

import errno
import os
import socket
from contextlib import suppress
from glob import escape
from pathlib import Path

from mlp_teach.training.process_list import ended


def write_whole(path: Path, content: bytes) -> None:
    """Replaces the file in one step; OSError says what could not be written, and where."""
    make_folder(path.parent)
    begins = f".{path.name}.{socket.gethostname()}."
    beside = path.with_name(f"{begins}{os.getpid()}.part")
    try:
        _remove_left(path.parent, begins)
        with open(beside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException as error:  # an interrupt must not leave half a file either
        beside.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise OSError(
            error.errno,
            f"{path} could not be written ({error.strerror}). What was there before is unchanged; "
            "free some space or choose another folder, then continue",
        ) from error


def _remove_left(folder: Path, begins: str) -> None:
    """Removes what writers that are over left there; those of other computers are let be."""
    for left in folder.glob(f"{escape(begins)}*.part"):
        number = left.name.removeprefix(begins).removesuffix(".part")
        if number.isdecimal() and ended(int(number)):
            with suppress(OSError):  # it is someone else's, or another has just removed it
                left.unlink()


def make_folder(path: Path) -> None:
    """Makes a folder to write to, and those above it; OSError says why that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise OSError(
            error.errno,
            f"{path} cannot be a folder to write to ({error.strerror}). Is there a file of this "
            "name, or no permission? Nothing was changed; choose another folder",
        ) from error
