"""CPU seconds and memory of a kernel, measured from outside."""

from __future__ import annotations

import threading
from contextlib import suppress

import psutil

SAMPLE = 0.02  # s; touching 100 MB of new memory takes longer than this


class Meter(threading.Thread):
    """Watches a process and its children from outside: CPU seconds and peak memory.

    Of the children counts what is theirs alone: libraries that they share with the process are
    resident once, and counted with it.
    """

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.cpu_seconds = self.memory_mb = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(SAMPLE):
            try:
                memory = memory_mb(self.process)
                times = self.process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            self.memory_mb = max(self.memory_mb, memory)
            children = getattr(times, "children_user", 0) + getattr(times, "children_system", 0)
            self.cpu_seconds = times.user + times.system + children

    def stop(self) -> None:
        self._over.set()
        self.join()


def memory_mb(process: psutil.Process) -> float:
    """What a process has in memory, and what its children have for themselves besides."""
    found = process.memory_info().rss
    for one in family(process)[1:]:
        with suppress(psutil.NoSuchProcess):
            found += one.memory_full_info().uss
    return found / 1e6


def family(process: psutil.Process) -> list[psutil.Process]:
    """A process and its children. One that is just being made, and does not run its own program
    yet, still shows its parent's command and memory: it is left out."""
    found = [process]
    for one in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if one.cmdline() != one.parent().cmdline():
                found.append(one)
    return found
