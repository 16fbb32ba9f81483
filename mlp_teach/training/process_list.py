"""What the operating system says of a process: whether it is still there, and since when.

Numbers of processes are given again, soonest in a container that was started anew. So who writes
down a number writes down beside it when the process began. Without torch.
"""

from __future__ import annotations

import os
from pathlib import Path


def began(process: int) -> str:
    """When a process began, in the clock ticks of Linux's /proc; "" where that is not told."""
    try:
        return _told(process)[19].decode()  # man 5 proc: starttime, the 22nd field
    except (OSError, IndexError):
        return ""


def ended(process: int, since: str = "") -> bool:
    """Whether a process of this computer is over, so that its number is nobody's, or that of one
    which did not begin at `since`. False where the system does not tell."""
    if os.name != "posix":  # on Windows this question would end the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it is someone else's, but it is there
        pass
    return is_zombie(process) or ("" not in (since, now := began(process)) and now != since)


def is_zombie(process: int) -> bool:
    """Whether a process has ended and only stands in the list still, since nobody took note of it:
    in a container whose first process does not, for ever. False where /proc does not tell."""
    try:
        return _told(process)[:1] in ([b"Z"], [b"X"])
    except OSError:
        return False


def _told(process: int) -> list[bytes]:
    """The fields from the third on; the second, (name), may hold anything."""
    return Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
