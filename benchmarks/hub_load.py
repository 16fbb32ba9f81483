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
import uuid
from dataclasses import asdict, dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import mean, median
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.hub.class_machine import ClassMachine, missing  # noqa: E402

PATIENCE = 1500  # s for everything
WIDEST = 100  # requests at once
NOTHING = "{}"


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


class Session:
    """One student at the hub's door, without a browser."""

    def __init__(self, base: str, student: Student, word: str):
        self.base, self.student, self.word = base, student, word
        self.client, self.cookies, self.token = AsyncHTTPClient(), {}, ""

    async def ask(self, path: str, method: str = "GET", body: str | None = None, follow=True):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.token:
            headers = {"Authorization": f"token {self.token}"}
        if body == NOTHING:
            headers["Content-Type"] = "application/json"
        request = HTTPRequest(
            self.base + path,
            method,
            headers,
            body,
            request_timeout=120,
            connect_timeout=120,
            follow_redirects=follow,
        )
        answer = await self.client.fetch(request, raise_error=follow)
        for line in answer.headers.get_list("Set-Cookie"):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer

    async def log_in(self) -> None:
        await self.ask("/hub/login")
        form = {
            "username": self.student.name,
            "password": self.word,
            "_xsrf": self.cookies["_xsrf"],
        }
        await self.ask("/hub/login", "POST", urlencode(form), follow=False)
        await self.ask("/hub/home")  # the cookie against forgery is another one after the login
        place = f"/hub/api/users/{self.student.name}/tokens?_xsrf={self.cookies['_xsrf']}"
        self.token = json.loads((await self.ask(place, "POST", NOTHING)).body)["token"]

    async def start(self) -> None:
        """Asks for the server until the hub takes the wish, then waits until it is there."""
        place = f"/hub/api/users/{self.student.name}/server"
        while True:
            try:
                await self.ask(place, "POST", NOTHING)
                break
            except HTTPClientError as error:
                if error.code != 429:  # too many start at this moment
                    raise
                await asyncio.sleep(1)
        while not await self.is_ready():
            await asyncio.sleep(0.5)

    async def is_ready(self) -> bool:
        found = json.loads((await self.ask(f"/hub/api/users/{self.student.name}")).body)
        return bool(found["servers"].get("", {}).get("ready"))

    async def run(self, cells: list[str]) -> None:
        """A kernel that runs the cells; what fails is noted."""
        place = f"/user/{self.student.name}/api/kernels"
        kernel = json.loads((await self.ask(place, "POST", NOTHING)).body)["id"]
        url = f"{self.base}{place}/{kernel}/channels".replace("http", "ws", 1)
        request = HTTPRequest(url, headers={"Authorization": f"token {self.token}"})
        socket = await websocket_connect(request, max_message_size=1 << 30)
        for number, code in enumerate(cells):
            if (status := await run_cell(socket, code)) != "ok":
                self.student.troubles.append(f"cell {number}: {status}")


async def run_cell(socket, code: str) -> str:
    key = uuid.uuid4().hex
    header = {"msg_id": key, "msg_type": "execute_request", "username": "", "session": key}
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    wish = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    await socket.write_message(json.dumps(wish | {"channel": "shell"}))
    while (text := await socket.read_message()) is not None:
        said = json.loads(text) if isinstance(text, str) else {}
        if said.get("msg_type") == "execute_reply" and said["parent_header"]["msg_id"] == key:
            return said["content"]["status"]
    return "the kernel is gone"


async def one(session: Session, cells: list[str], together: asyncio.Barrier, hub) -> None:
    """A student's hour: in step with the others, so that all run the lesson at once."""
    student, start = session.student, time.monotonic()
    try:
        await session.log_in()
        await session.start()
        student.ready = time.monotonic() - start
    except (HTTPClientError, KeyError, OSError) as error:
        student.troubles.append(f"start: {error!r}")
    await together.wait()
    student.start_cpu = used(hub, student.name)
    await together.wait()
    start = time.monotonic()
    if not student.troubles:
        await session.run(cells)
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
    sessions = [Session(hub.base, Student(name), hub.words[name]) for name in names]
    work = (one(session, cells, together, hub) for session in sessions)
    await asyncio.wait_for(asyncio.gather(*work), PATIENCE)
    return [session.student for session in sessions]


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
