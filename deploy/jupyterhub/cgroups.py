"""One group of processes a student, with limits that the kernel of Linux enforces on all of it.

Both forms of cgroups are served: version 2, which every present distribution has, and version 1.
Only root may make groups. A group that reaches its memory limit loses its largest process: a
student's kernel then dies and starts again, which the notebook says; nobody else notices.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

PLACE = Path("/sys/fs/cgroup")
PARENT = "mlp_teach_hub"
PERIOD = 100_000  # µs over which processor time is counted
# The class counts as that many other processes where the processors are short: a group would
# count as one, and twenty students who log in at once would wait behind each small job.
WEIGHT = 20
NEEDED = ("memory", "cpu", "pids")


@dataclass(frozen=True)
class Limits:
    """What one student may use: bytes, processors, processes and threads."""

    memory: int
    cpu: float
    tasks: int = 512


def version(place: Path = PLACE) -> int:
    """2 or 1; 0 where no group can be made, which is so without root and in most containers: a
    group is made and removed, as the files alone do not tell."""
    if os.geteuid() != 0 or not (found := form(place)):
        return 0
    name = f".trial-{os.getpid()}"  # no student has such a name
    try:
        make(name, Limits(memory=1 << 30, cpu=1.0), place)
    except OSError:
        return 0
    finally:
        end(joined(name, place))
    return found


def form(place: Path) -> int:
    """The version of the groups that are here; 0 where there are none with all our limits."""
    with contextlib.suppress(OSError):
        if set(NEEDED) <= set((place / "cgroup.controllers").read_text().split()):
            return 2
    return 1 if all((place / name / "cgroup.procs").is_file() for name in NEEDED) else 0


def joined(name: str, place: Path = PLACE) -> list[Path]:
    """The files of a student's group that name its processes; none where there is no such group."""
    folders = {1: [place / one for one in NEEDED], 2: [place]}.get(form(place), [])
    files = [folder / PARENT / name / "cgroup.procs" for folder in folders]
    return [file for file in files if file.is_file()]


def make(name: str, limits: Limits, place: Path = PLACE) -> list[Path]:
    """Makes a student's group; writing 0 into the files that come back puts a process into it.

    Raises OSError where the kernel refuses a limit.
    """
    quota = round(limits.cpu * PERIOD)
    if form(place) == 2:
        folder = place / PARENT / name
        folder.parent.mkdir(exist_ok=True)
        for above in (place, folder.parent):
            (above / "cgroup.subtree_control").write_text(" ".join(f"+{one}" for one in NEEDED))
        (folder.parent / "cpu.weight").write_text(str(100 * WEIGHT))
        folder.mkdir(exist_ok=True)
        (folder / "memory.max").write_text(str(limits.memory))
        if (swap := folder / "memory.swap.max").is_file():
            swap.write_text("0")  # else a student's excess would make all wait for the disk
        (folder / "cpu.max").write_text(f"{quota} {PERIOD}")
        (folder / "pids.max").write_text(str(limits.tasks))
        return joined(name, place)
    memory, cpu, pids = (place / one / PARENT / name for one in NEEDED)
    for folder in (memory, cpu, pids):
        folder.mkdir(parents=True, exist_ok=True)
    (cpu.parent / "cpu.shares").write_text(str(1024 * WEIGHT))
    (memory / "memory.limit_in_bytes").write_text(str(limits.memory))
    (cpu / "cpu.cfs_period_us").write_text(str(PERIOD))
    (cpu / "cpu.cfs_quota_us").write_text(str(quota))
    (pids / "pids.max").write_text(str(limits.tasks))
    return joined(name, place)


def end(files: list[Path], patience: float = 5.0) -> None:
    """Kills what is left of a student's group and removes it."""
    last = time.monotonic() + patience
    for file in files:
        while file.is_file() and (pids := file.read_text().split()) and time.monotonic() < last:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            time.sleep(0.05)
        with contextlib.suppress(OSError):
            file.parent.rmdir()
