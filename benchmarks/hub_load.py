"""A class logs in at once: does everybody get a server, how long does it take, and how much memory?

    python benchmarks/hub_load.py                                # 20 students run lesson 00
    python benchmarks/hub_load.py --first "import torch"         # the same, PyTorch imported first
    python benchmarks/hub_load.py --students 40 --lesson 06_symmetry_functions --keep result.json

Real accounts, PAM and the local spawner on a machine of its own (tests/hub/own_machine.py: it needs
root), four servers starting at a time. A student logs in by the form of the login page, waits for
the server, starts a kernel and runs the lesson's code cells. Memory is PSS: a page that n processes
share counts for each a n-th. Seconds depend on what else the machine does; the load is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean, median

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.hub.class_machine import ClassMachine, missing  # noqa: E402
from tests.hub.hub_session import Session  # noqa: E402

PATIENCE = 1500  # s for everything
WIDEST = 100  # requests at once


@dataclass
class Student:
    """What one student met: seconds from the login to each step, memory at the end in MB."""

    name: str
    ready: float = 0.0  # s until the server answers
    lesson: float = 0.0  # s that the lesson's cells took
    server_mb: float = 0.0
    kernel_mb: float = 0.0
    start_cpu: float = 0.0  # CPU s of the server until all were ready
    troubles: list[str] = field(default_factory=list)


async def one(student: Student, cells: list[str], together: asyncio.Barrier, hub) -> None:
    """A student's hour: in step with the others, so that all run the lesson at once."""
    session, start = Session(hub.base, student.name, hub.words[student.name]), time.monotonic()
    try:
        await session.log_in()
        await session.start()
        student.ready = time.monotonic() - start
    except (HTTPClientError, KeyError, OSError, RuntimeError) as error:
        student.troubles.append(f"start: {error!r}")
    await together.wait()
    student.start_cpu = used(hub, student.name)
    await together.wait()
    start = time.monotonic()
    if not student.troubles:
        ends = enumerate(await session.run(cells))
        student.troubles += [f"cell {number}: {end}" for number, end in ends if end != "ok"]
    student.lesson = time.monotonic() - start
    await together.wait()
    student.server_mb, student.kernel_mb = memory(hub, student.name)


def of(hub, name: str) -> list:
    return [process for process in hub.processes() if process.username() == hub.numbers[name]]


def used(hub, name: str) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in of(hub, name))


def memory(hub, name: str) -> tuple[float, float]:
    """PSS in MB of a student's server and of the kernels."""
    sizes = {True: 0.0, False: 0.0}
    for process in of(hub, name):
        is_server = "jupyterhub.singleuser" in " ".join(process.cmdline())
        sizes[is_server] += process.memory_full_info().pss / 1e6
    return sizes[True], sizes[False]


def code_cells(lesson: str) -> list[str]:
    text = (ROOT / "course" / "en" / f"{lesson}.ipynb").read_text(encoding="utf-8")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in cells]


async def whole_class(hub, names: list[str], cells: list[str]) -> list[Student]:
    AsyncHTTPClient.configure(None, max_clients=WIDEST)
    together = asyncio.Barrier(len(names))
    students = [Student(name) for name in names]
    work = (one(student, cells, together, hub) for student in students)
    await asyncio.wait_for(asyncio.gather(*work), PATIENCE)
    return students


def numbers(hub, names: list[str]) -> dict[str, str]:
    """psutil calls an account that this machine does not know by its number."""
    said = hub.run("root", f"id -u {names[0]} && id -u {names[-1]}").stdout.split()
    first = int(re.findall(r"\d+", " ".join(said))[0])
    return {name: str(first + n) for n, name in enumerate(names)}


def report(students: list[Student], load: tuple[float, float]) -> dict:
    heads = [one.server_mb + one.kernel_mb for one in students]
    return {
        "students": len(students),
        "failed": sum(bool(one.troubles) for one in students),
        "ready_s": {
            "first": round(min(one.ready for one in students)),
            "median": round(median(one.ready for one in students)),
            "last": round(max(one.ready for one in students)),
        },
        "start_cpu_s": round(mean(one.start_cpu for one in students), 1),
        "lesson_s": round(max(one.lesson for one in students)),
        "server_mb": round(mean(one.server_mb for one in students)),
        "kernel_mb": round(mean(one.kernel_mb for one in students)),
        "head_mb": round(mean(heads)),
        "load": [round(one, 1) for one in load],
        "troubles": sorted({trouble for one in students for trouble in one.troubles}),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--lesson", default="00_start_here")
    parser.add_argument("--first", default="", help="code that each kernel runs before the lesson")
    parser.add_argument("--keep", type=Path, help="JSON of all students")
    chosen = parser.parse_args()
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 2
    names = [f"student{number:02}" for number in range(1, chosen.students + 1)]
    cells = [*([chosen.first] if chosen.first else []), *code_cells(chosen.lesson)]
    before = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        ClassMachine(Path(folder), ("--auth", "pam"), dict.fromkeys(names, "mlp_students")) as hub,
    ):
        hub.numbers = numbers(hub, names)
        students = asyncio.run(whole_class(hub, names, cells))
    result = report(students, (before, os.getloadavg()[0]))
    result |= {"lesson": chosen.lesson, "first": chosen.first}
    print(json.dumps(result, indent=1))
    if chosen.keep:
        chosen.keep.write_text(json.dumps([asdict(one) for one in students], indent=1))
    return 1 if result["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
