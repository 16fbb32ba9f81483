"""What the lessons cost in memory, cell by cell: for the plan of a hub, and to keep them small.

    python tools/lesson_memory.py              all lessons, in English
    python tools/lesson_memory.py 00 13        those whose names start so
    python tools/lesson_memory.py --first      their first code cells only

Each lesson runs in a kernel of its own, without a browser. Told are, in MB: the kernel alone, after
the first code cell, after the last one, and the most on the way; and which code cell brought torch.
A process's share is its PSS: what it has for itself, and of each page that it shares its part. So
run this with a Python whose files nobody else uses, or the figures are too small. Linux only.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from jupyter_client.manager import start_new_kernel

COURSE = Path(__file__).resolve().parent.parent / "course" / "en"
PATIENCE = 900  # s for one cell, on a machine however busy
SAMPLE = 0.1  # s
QUIET = ["--IPKernelApp.log_level=40"]  # not its note that loopback is unencrypted
HAS_TORCH = {"torch": "'torch' in __import__('sys').modules"}


def share_mb(pid: int) -> float:
    """The memory (PSS) of a process and all that it started, in MB; 0 when it is over."""
    return sum(shares(pid).values())


def shares(pid: int) -> dict[int, float]:
    """The same for each of them, by its number."""
    found = {}
    try:
        for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            found[one.pid] = one.memory_full_info().pss / 1e6
    except psutil.Error:  # it has just ended
        pass
    return found


class Watch(threading.Thread):
    """The most that a process and its children held while this ran, in MB."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.pid, self.most = pid, 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(SAMPLE):
            self.most = max(self.most, share_mb(self.pid))

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self.most


@dataclass(frozen=True)
class Cost:
    """Of one lesson, in MB; `torch` is the number of the code cell that brought it, 0 for none."""

    name: str
    alone: float
    first: float
    last: float
    most: float
    torch: int
    cells: int


def cost(path: Path, first_only: bool = False) -> Cost:
    """Runs a lesson from its own folder; RuntimeError when a cell fails."""
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells if _is_code(cell)]
    manager, client = start_new_kernel(cwd=str(path.parent), extra_arguments=QUIET)
    pid = manager.provisioner.pid
    alone, watch = share_mb(pid), Watch(pid)
    watch.start()
    try:
        after, torch = [], 0
        for number, has_torch in enumerate(_run(client, sources[: 1 if first_only else None]), 1):
            after.append(share_mb(pid))
            torch = torch or number * has_torch
    finally:
        most = watch.stop()
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    after = after or [alone]  # a lesson without code
    return Cost(path.stem, alone, after[0], after[-1], max(most, *after), torch, len(sources))


def _is_code(cell) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


def _run(client, sources: list[str]) -> Iterator[bool]:
    """Runs one cell after the other; tells after each whether torch is there."""
    for source in sources:
        answer = client.execute_interactive(
            source, user_expressions=HAS_TORCH, timeout=PATIENCE, output_hook=lambda message: None
        )["content"]
        if answer["status"] != "ok":
            raise RuntimeError(f"{answer['ename']}: {answer['evalue']} in\n{source}")
        yield answer["user_expressions"]["torch"]["data"]["text/plain"] == "True"


def row(one: Cost) -> str:
    """A line of the table."""
    torch = f"{one.torch} of {one.cells}" if one.torch else "-"
    sizes = "".join(f"{size:9.0f}" for size in (one.alone, one.first, one.last, one.most))
    return f"{one.name:26}{sizes}{torch:>12}"


HEAD = f"{'lesson (PSS in MB)':26}{'alone':>9}{'1st cell':>9}{'last':>9}{'most':>9}{'torch in':>12}"


def main(arguments: list[str] | None = None, course: Path = COURSE) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="how the names start; all without it")
    parser.add_argument("--first", action="store_true", help="the first code cells only")
    options = parser.parse_args(arguments)
    paths = sorted(course.glob("[0-9][0-9]_*.ipynb"))
    chosen = [path for path in paths if path.name.startswith(tuple(options.lessons) or "")]
    print(HEAD)
    for path in chosen:
        print(row(cost(path, options.first)), flush=True)
    return 0 if chosen else 1


if __name__ == "__main__":
    sys.exit(main())
