"""The program inside the sandbox: for each test a new process that runs a student's cells.

It imports what takes long once, never runs a line of a student's, and forks for every test, so that
a test costs milliseconds and finds nothing of the test before. With `namespaces` the fork also has
user, process, mount and IPC namespaces of its own: it sees no process but its own, an empty
/proc, an empty home and an empty /tmp, and when its first process ends, so does every other of it.

    grader  <- pipes ->  zygote  <- socket ->  one test's process

Whatever comes from a test's process is passed on unread, with "=" before it; the zygote's own words
begin with "!": timeout, memory, ended, size.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from mlp_teach.grading.refused_calls import refuse_calls
from mlp_teach.grading.wire import LARGEST, arguments_of, encode

NEWNS, NEWIPC, NEWUSER, NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
RDONLY, NOSUID, NODEV, NOEXEC, PRIVATE = 1, 2, 4, 8, 1 << 18 | 1 << 14
SET_DUMPABLE, SET_SUBREAPER = 4, 36
GLANCE = 0.05  # s between two looks at a test's time and memory
ENDING = 10.0  # s that killed processes may need at most
EMPTY = (("/tmp", 64), ("/home/student", 64), ("/dev/shm", 16), ("/proc", 1))  # with MB


class Silent(Exception):
    """A test's process has no answer; the word says why."""


def main(settings: str) -> None:
    """Serves tests from stdin to stdout until stdin ends."""
    options = json.loads(settings)
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2) if options["quiet"] else (0, 1):
        os.dup2(nothing, fd)
    for name in options["preload"]:
        import_module(name)
    _prctl(SET_DUMPABLE, 0)  # no other process of this user may look into this one
    _prctl(SET_SUBREAPER, 1)  # what a test leaves behind becomes a child of this one
    gc.freeze()  # a collection in a fork would copy every page
    _send(answers, b"=ready")
    while (request := _receive(requests)) is not None:
        _serve(json.loads(request), requests, answers, options)


@dataclass
class Patience:
    """How long one question may take, and how much the test's processes may hold meanwhile."""

    seconds: float
    megabytes: int
    busy: float  # times its seconds it may take where a busy machine does not let it run
    watched: bool  # are all processes but two those of the test?

    def __post_init__(self):
        self.until = time.monotonic() + self.seconds

    def check(self) -> None:
        """Raises Silent where a limit is passed. That a machine is busy is no fault of a test's."""
        late = time.monotonic() - self.until
        starved = self.watched and late < self.busy * self.seconds and _starved(self.seconds)
        if late > 0 and not starved:
            raise Silent("timeout")
        if self.watched and _megabytes() > self.megabytes:
            raise Silent("memory")


def _serve(test: dict, requests: int, answers: int, options: dict) -> None:
    """One test: its questions are passed in and its answers out until the grader says enough."""
    ours, theirs = socket.socketpair()
    first = _fork_test(test, theirs, (ours.fileno(), requests, answers), options)
    theirs.close()
    watched, over = options["namespaces"], False
    try:
        while True:
            over = over or (watched and _grows_unasked(requests, test["megabytes"], first))
            if not (question := _receive(requests)):
                break
            limits = (test[name] for name in ("seconds", "megabytes", "busy"))
            try:
                if over:
                    raise Silent("memory")
                answer = b"=" + _ask(ours, question, Patience(*limits, watched=watched))
            except Silent as silence:
                answer = b"!" + str(silence).encode()
            _send(answers, answer)
    finally:
        ours.close()
        _end(first)


def _grows_unasked(requests: int, megabytes: int, first: list[int]) -> bool:
    """Waits for the grader's next word. A test that takes too much memory meanwhile is killed."""
    while not select.select([requests], [], [], GLANCE)[0]:
        if _megabytes() > megabytes:
            for pid in first:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return True
    return False


def _ask(channel: socket.socket, question: bytes, patience: Patience) -> bytes:
    try:
        _pass_in(channel, struct.pack(">I", len(question)) + question, patience)
        size = struct.unpack(">I", _read(channel, 4, patience))[0]
        if size > LARGEST:
            raise Silent("size")
        return _read(channel, size, patience)
    except OSError:
        raise Silent("ended") from None


def _pass_in(channel: socket.socket, data: bytes, patience: Patience) -> None:
    channel.settimeout(GLANCE)
    while data:
        try:
            data = data[channel.send(data) :]
        except TimeoutError:
            patience.check()


def _read(channel: socket.socket, size: int, patience: Patience) -> bytes:
    parts = []
    channel.settimeout(GLANCE)
    while size:
        try:
            part = channel.recv(min(size, 1 << 16))
        except TimeoutError:
            patience.check()
            continue
        if not part:
            raise Silent("ended")
        parts.append(part)
        size -= len(part)
        if size and time.monotonic() > patience.until:  # it may send a byte at a time
            patience.check()
    return b"".join(parts)


def _megabytes() -> float:
    """What all processes of the test hold of their own, beyond what they share with this one."""
    pages, mine = 0, _own_pages("self")
    for name in _processes():
        with suppress(OSError, ValueError):
            pages += max(_own_pages(name) - mine, 0)
    return pages * resource.getpagesize() / 1e6


def _starved(seconds: float) -> bool:
    """Would the test go on if a busy machine let it? One that sleeps or had its time would not."""
    states, ticks = set(), 0
    for name in _processes():
        with suppress(OSError, ValueError):
            fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            states.add(fields[0])
            ticks += int(fields[11]) + int(fields[12])
    return bool(states & {"R", "D"}) and ticks < seconds * os.sysconf("SC_CLK_TCK")


def _processes() -> list[str]:
    """All but the sandbox's first and this one: those of the test, when it has namespaces."""
    names = [name for name in os.listdir("/proc") if name.isdigit()]
    return [name for name in names if int(name) not in (1, os.getpid())]


def _own_pages(pid: str) -> int:
    _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    return int(resident) - int(shared)


def _fork_test(test: dict, channel: socket.socket, close: tuple, options: dict) -> list[int]:
    """The processes to be ended: the test's own, and the one that waits for it."""
    told, tell = os.pipe()
    keeper = os.fork()
    if keeper:
        os.close(tell)
        word = os.read(told, 4)
        os.close(told)
        return [*struct.unpack(">I", word), keeper] if word else [keeper]
    with suppress(BaseException):
        os.close(told)
        os.setsid()
        for fd in close:
            os.close(fd)
        if options["namespaces"]:
            _leave()
        child = os.fork()
        if child == 0:
            os.close(tell)
            _run(test, channel, options)
            os._exit(0)
        os.write(tell, struct.pack(">I", child))
        os.close(tell)
        channel.close()
        os.waitpid(child, 0)
    os._exit(0)


def _leave() -> None:
    """New namespaces for what is forked next; this process stays closed to it."""
    uid, gid = os.getuid(), os.getgid()
    _prctl(SET_DUMPABLE, 1)
    _call("unshare", NEWUSER | NEWNS | NEWPID | NEWIPC)
    for name, line in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1")):
        Path(f"/proc/self/{name}").write_text(line)
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _prctl(SET_DUMPABLE, 0)
    _call("mount", None, b"/", None, PRIVATE, None)
    for folder, size in EMPTY:
        flags = NOSUID | NODEV | NOEXEC | (RDONLY if folder == "/proc" else 0)
        _call("mount", b"tmpfs", folder.encode(), b"tmpfs", flags, f"size={size}m".encode())
    os.chdir("/home/student")


def _run(test: dict, channel: socket.socket, options: dict) -> None:
    """In the test's own process: run the cells, then answer questions."""
    kept = os.dup2(channel.fileno(), 3)
    os.closerange(4, 4096)
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)
    channel = socket.socket(fileno=kept)
    if options["namespaces"]:
        _drop_capabilities()
    for name, limit in test["limits"].items():
        resource.setrlimit(getattr(resource, name), (limit, limit))
    refuse_calls()
    failed, space = None, {"__name__": "__main__", "__builtins__": __builtins__}
    for cell in test["cells"]:
        try:
            exec(compile(cell, "<cell>", "exec"), space)
        except (Exception, SystemExit) as error:  # all that a student's code can raise
            failed = failed or error
    while (question := _from(channel)) is not None:
        answer = _answer(question, space, failed)
        channel.sendall(struct.pack(">I", len(answer)) + answer)


def _answer(question: bytes, space: dict, failed: Exception | None) -> bytes:
    try:
        import numpy as np

        call, arguments = arguments_of(question, {"np": np})
        try:
            function = eval(call, space)
        except NameError:
            raise (failed or NameError(f"name '{call}' is not defined")) from None
        return b"=" + encode(function(*arguments))
    except MemoryError:
        return b"!" + encode(["MemoryError", ""])
    except (Exception, SystemExit) as error:  # all that a student's code can raise
        return b"!" + encode([type(error).__name__, str(error)[:300]])


def _from(channel: socket.socket) -> bytes | None:
    header = channel.recv(4, socket.MSG_WAITALL)
    if len(header) < 4:
        return None
    return channel.recv(struct.unpack(">I", header)[0], socket.MSG_WAITALL)


def _end(pids: list[int]) -> None:
    """Kills the test; with its first process all of its namespace goes, else its descendants."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    keeper = pids[-1]
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(keeper, signal.SIGKILL)  # its whole session
    until = time.monotonic() + ENDING
    with suppress(ChildProcessError):  # there is no child left
        while time.monotonic() < until:
            for pid in _children():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.001)


def _children() -> list[int]:
    """The keeper, and what came to this process when its parents ended. Linux tells, and may leave
    out one that is just ending (man 5 proc): ask until there is none to wait for."""
    try:
        tasks = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return []
    return [int(pid) for pid in tasks.split()]


def _drop_capabilities() -> None:
    """A new user namespace gives its first process all rights within; it needs none."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        _call("prctl", option, value, 0, 0, 0)


def _call(name: str, *arguments) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _receive(fd: int) -> bytes | None:
    """The next message of the grader; None at its end, b"" where it says enough."""
    header = _exactly(fd, 4)
    return None if header is None else _exactly(fd, struct.unpack(">I", header)[0])


def _exactly(fd: int, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        part = os.read(fd, size - len(data))
        if not part:
            return None
        data += part
    return data


def _send(fd: int, data: bytes) -> None:
    data = struct.pack(">I", len(data)) + data
    while data:
        data = data[os.write(fd, data) :]
