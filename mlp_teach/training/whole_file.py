"""Files that are whole or not there at all, whatever happens while they are written.

A file is written under another name, flushed to the disk and then renamed: a process killed at any
moment, or a full disk, leaves the old file or the new one, never half of one. Without torch, for
notebooks that need no more than this.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Replaces the file in one step; OSError says what could not be written, and where."""
    make_folder(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
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
