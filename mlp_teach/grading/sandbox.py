"""Where a student's code runs: a process that can read Python's own files and nothing else.

    with Sandbox() as sandbox, sandbox.test([cell]) as ask:
        forces = ask("forces_by_differences", Expression("lambda r: (r**2).sum()"), positions, 1e-4)

`ask` calls a function that the cells define and gives back plain data, or raises a Fault. Each
test is a process of its own (`zygote.py`); the sandbox around them is bubblewrap's
(https://github.com/containers/bubblewrap): no network, the system read-only, an empty home,
no other process, no variable of the caller's environment, no file of the course: no solutions, no
gradebook, no other student. Memory, CPU time, processes, files and the size of an answer are
limited, and time on the clock for each question.

Where bubblewrap is missing there is a weaker form: a process with the same limits, an empty
environment and an empty folder, but a student's code can read and change what you can, and memory
is limited for each process alone. It says so in a warning; `Sandbox(weaker=False)` refuses it.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlp_teach.grading.wire import LARGEST, Plain, WireError, decode, question

PACKAGE = Path(__file__).resolve().parents[1]
# of the grader, all a student sees
INSIDE = ("__init__.py", "wire.py", "zygote.py", "refused_calls.py", "pulled.py")
# where a potential of one's own is asked for: parts of the library that have potentials
OTHERS_WORK = ("models", "pretrained", "trace", "training", "active_learning", "simulation")
COURSE = "/course"  # where the package lies in the sandbox
BUSY = 9.0  # times its limit that a question may take where a busy machine does not let it run
GRACE = 60.0  # s beyond all that the zygote allows, after which it is taken for dead
START = 120.0  # s for the imports on a busy machine
PLAIN_USERS = 60_000  # root becomes one of these users, for root's processes are not counted


class SandboxError(RuntimeError):
    """No sandbox, or not the one that was asked for; the message says what to do."""


class WeakerSandbox(UserWarning):
    """Students' code is not shut off from your files."""


class Fault(Exception):
    """A student's function gave no plain data; `kind` says why, `name` and `message` what it said.

    Kinds: raised, timeout, memory, ended (the process), size (of the answer), answer (not plain).
    """

    def __init__(self, kind: str, name: str = "", message: str = ""):
        super().__init__(f"{kind} {name}: {message}")
        self.kind, self.name, self.message = kind, name, message


@dataclass(frozen=True)
class Limits:
    """What one test may take."""

    seconds: float = 10.0  # for each question, on the clock of a machine that is not too busy
    cpu_seconds: int = 60  # for the whole test
    megabytes: int = 1500  # memory of all its processes
    processes: int = 32
    file_megabytes: int = 20

    def of_system(self, processes: int) -> dict[str, int]:
        return {
            "RLIMIT_CPU": self.cpu_seconds,
            "RLIMIT_AS": 3 * self.megabytes * 10**6,  # addresses, of which torch reserves many
            "RLIMIT_NPROC": processes,
            "RLIMIT_FSIZE": self.file_megabytes * 10**6,
            "RLIMIT_NOFILE": 64,
            "RLIMIT_CORE": 0,
        }


class Ask:
    """Questions to one test's process."""

    def __init__(self, sandbox: Sandbox, seconds: float):
        self._sandbox, self._seconds, self._over = sandbox, seconds, None

    def __call__(self, call: str, *arguments: object) -> Plain:
        """What the function that `call` names returns. Raises Fault, after some kinds for good."""
        if self._over:
            raise Fault(self._over)
        answer = self._sandbox.exchange(question(call, arguments), self._seconds)
        if answer[:1] == b"!":
            self._over = answer[1:].decode()
            raise Fault(self._over)
        try:
            if answer[1:2] == b"=":
                return decode(answer[2:])
            name, message = decode(answer[2:])
            if not (type(name) is str and type(message) is str):
                raise WireError("An error is two words.")
        except (ValueError, TypeError) as error:
            raise Fault("answer", "", str(error)) from error
        if name == "WireError":
            raise Fault("answer", name, message[:300])
        raise Fault("memory" if name == "MemoryError" else "raised", name[:60], message[:300])


class Sandbox:
    """One place for the tests of one submission; `preload` is imported before the first of them.

    With `library` the tests see mlp_teach, but for its grader; without it they have numpy alone.
    With `own_work` they see of the library no models either, which would be answers.
    Raises SandboxError where `weaker` is False and there is no bubblewrap that works.
    """

    def __init__(
        self,
        library: bool = False,
        preload: Sequence[str] = (),
        limits: Limits | None = None,
        weaker: bool = True,
        own_work: bool = False,
    ):
        self.limits = limits or Limits()
        self.isolation = isolation()
        self._library, self._own_work = library, own_work
        own = ["mlp_teach.potential", "mlp_teach.grading.pulled"] if library else []
        self._preload = ["numpy", *own, *preload]
        self._zygote: subprocess.Popen | None = None
        self._folder: tempfile.TemporaryDirectory | None = None
        if self.isolation != "bubblewrap":
            _tell_of_the_weaker(self.isolation, weaker)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    @contextmanager
    def test(self, cells: Sequence[str], seconds: float | None = None) -> Iterator[Ask]:
        """A new process that has run the cells; it and all that it started end with the block."""
        if self._zygote is None:
            self._start()
        seconds = seconds or self.limits.seconds
        processes = self.limits.processes
        if self.isolation != "bubblewrap":
            processes += _processes_of_mine()
        order = {
            "cells": list(cells),
            "seconds": seconds,
            "megabytes": self.limits.megabytes,
            "busy": BUSY,
            "limits": self.limits.of_system(processes),
        }
        with suppress(OSError):  # a sandbox that died is found out by the first question
            self._write(json.dumps(order).encode())
        try:
            yield Ask(self, seconds)
        finally:
            if self._zygote is not None:
                with suppress(OSError):
                    self._write(b"")

    def exchange(self, message: bytes, seconds: float) -> bytes:
        """Sends one question in and waits for the answer, not for ever."""
        if self._zygote is None:
            return b"!ended"
        try:
            self._write(message)
            return self._read(time.monotonic() + (1 + BUSY) * seconds + GRACE)
        except (OSError, EOFError, TimeoutError):
            self.close()  # the next test gets a new one
            return b"!ended"

    def close(self) -> None:
        """Ends every process in the sandbox."""
        if self._zygote is not None:
            self._zygote.stdin.close()  # it leaves by itself, if it can
            with suppress(subprocess.TimeoutExpired):
                self._zygote.wait(timeout=2)
            with suppress(ProcessLookupError):
                os.killpg(self._zygote.pid, signal.SIGKILL)
            self._zygote.wait()
            self._zygote.stdout.close()
            self._zygote = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _start(self) -> None:
        inside = self.isolation == "bubblewrap"
        options = {"preload": self._preload, "namespaces": inside, "quiet": True}
        self._folder = tempfile.TemporaryDirectory(prefix="mlp_teach_")
        command = _program(COURSE if inside else str(PACKAGE.parent), json.dumps(options))
        if inside:
            command = [*_bubblewrap(self._library, self._own_work), *command]
        self._zygote = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/" if inside else self._folder.name,
            env={"HOME": self._folder.name, **_variables()},
            start_new_session=True,
            bufsize=0,
        )
        try:
            self._read(time.monotonic() + START)
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            raise SandboxError(
                "The sandbox did not start. Do numpy and (for models) torch import in "
                f"{sys.executable}? `python -m mlp_teach.grading.sandbox` shows what it says."
            ) from error

    def _write(self, data: bytes) -> None:
        data = struct.pack(">I", len(data)) + data
        while data:
            data = data[self._zygote.stdin.write(data) :]

    def _read(self, until: float) -> bytes:
        size = struct.unpack(">I", self._exactly(4, until))[0]
        if size > LARGEST + 2:
            raise EOFError("more than was agreed")
        return self._exactly(size, until)

    def _exactly(self, size: int, until: float) -> bytes:
        data, pipe = b"", self._zygote.stdout
        while len(data) < size:
            if not select.select([pipe], [], [], max(until - time.monotonic(), 0))[0]:
                raise TimeoutError
            part = pipe.read(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data


@cache
def isolation() -> str:
    """What there is here: "bubblewrap", or why there is only the weaker form."""
    if sys.platform == "win32":
        raise SandboxError("Grading needs Linux, macOS or WSL: Windows has no fork.")
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return "bubblewrap is not installed (on Linux: apt install bubblewrap)"
    options = {"preload": [], "namespaces": True, "quiet": False}
    command = [*_bubblewrap(library=False), *_program(COURSE, json.dumps(options))]
    order = {"cells": [], "seconds": 10, "megabytes": 100, "busy": 1, "limits": {}}
    asked = [json.dumps(order).encode(), question("len", ("ab",)), b""]
    sent = b"".join(struct.pack(">I", len(one)) + one for one in asked)
    try:
        tried = subprocess.run(command, input=sent, capture_output=True, timeout=30, cwd="/")
    except subprocess.TimeoutExpired:
        return "bubblewrap does not start within 30 s"
    if tried.stdout.endswith(b"==2"):
        return "bubblewrap"
    said = tried.stderr.decode(errors="replace").strip().splitlines()
    return f"bubblewrap does not work here ({said[-1] if said else 'it says nothing'})"


def _tell_of_the_weaker(why: str, allowed: bool) -> None:
    if not allowed:
        raise SandboxError(f"No sandbox: {why}. Install it, or allow the weaker form.")
    warnings.warn(
        f"{why}: students' code has your rights and can read your files, and change them: "
        "solutions and gradebook are open to it. Time and processes are limited, and the memory "
        "of each process.",
        WeakerSandbox,
        stacklevel=3,
    )


def _program(course: str, options: str) -> list[str]:
    # The interpreter as the environment names it, without the links and dots of sys.executable.
    python = Path(sys.prefix) / "bin" / "python"
    python = str(python) if python.exists() else sys.executable
    python = seat(python) if course == COURSE else python
    start = f"import sys; sys.path.insert(0, {course!r}); "
    start += "from mlp_teach.grading.zygote import main; main(sys.argv[1])"
    return [python, "-I", "-c", start, options]


def _variables() -> dict[str, str]:
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS")}
    one["TORCHINDUCTOR_CACHE_DIR"] = "/"  # asked for by torch's optimisers, and never used
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MPLBACKEND": "agg", **one}


def _bubblewrap(library: bool, own_work: bool = False) -> list[str]:
    """The command before the command: what the sandbox is."""
    words = walls()
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/home/student"]
    words += system()
    words += [*_package(library, own_work), "--chdir", "/home/student", "--remount-ro", "/dev"]
    return [*words, "--remount-ro", "/", "--", *plain_user()]


def walls() -> list[str]:
    """bubblewrap with no network, no other process, no rights and none of your variables."""
    words = ["bwrap", "--die-with-parent", "--new-session", "--clearenv", "--unshare-pid"]
    words += ["--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--cap-drop", "ALL"]
    if os.getuid() == 0:  # becoming a plain user needs two rights, which end with it
        words += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        words += ["--unshare-user"]
    for name, value in {"HOME": "/home/student", **_variables()}.items():
        words += ["--setenv", name, value]
    return words


def plain_user() -> list[str]:
    """What makes root another user, first thing inside."""
    if os.getuid() != 0:
        return []
    user = str(plain_uid())
    words = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs"]
    return words


def plain_uid() -> int:
    """Who runs inside."""
    return os.getuid() or PLAIN_USERS + os.getpid() % 5000


def system() -> list[str]:
    """Python, its packages and the system's libraries, read-only."""
    words = ["--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for name in ("lib", "lib64", "bin"):
        place = Path("/") / name
        if place.is_symlink():
            words += ["--symlink", f"usr/{name}", f"/{name}"]
        elif place.exists():
            words += ["--ro-bind", f"/{name}", f"/{name}"]
    made: set[Path] = set()
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if Path(prefix).is_relative_to("/usr"):
            continue
        place = Path(seat(prefix))
        for folder in [one for one in reversed(place.parents) if one not in made][1:]:
            made.add(folder)  # bubblewrap would make them so that only root could pass
            words += ["--perms", "0755", "--dir", str(folder)]
        words += ["--ro-bind", prefix, str(place)]
    return words


def seat(path: str | Path) -> str:
    """Where a file of Python's lies in the sandbox: in its place, unless each test's own empty /tmp
    would hide it there. A virtual environment works wherever it is seen."""
    place = Path(path)
    return f"/installed{place}" if place.is_relative_to("/tmp") else str(place)


def _package(library: bool, own_work: bool) -> list[str]:
    """mlp_teach without its grader, or no more of it than the sandbox itself needs."""
    place = f"{COURSE}/mlp_teach"
    words, empty = ["--perms", "0755", "--dir", COURSE], []
    for installed in _installed():  # hidden where Python would find it
        empty.append(seat(installed))
        words += ["--tmpfs", seat(installed)]
    if library:
        hidden = ["grading", *(OTHERS_WORK if own_work else ())]
        empty += [f"{place}/{name}" for name in hidden]
        words += ["--ro-bind", str(PACKAGE), place]
        words += [word for name in hidden for word in ("--tmpfs", f"{place}/{name}")]
    else:
        empty.append(place)
        words += ["--tmpfs", place, "--perms", "0755", "--dir", f"{place}/grading"]
        words += ["--ro-bind", str(PACKAGE / "__init__.py"), f"{place}/__init__.py"]
    for name in INSIDE:
        words += ["--ro-bind", str(PACKAGE / "grading" / name), f"{place}/grading/{name}"]
    for folder in empty:  # else one test could leave a module there for the next
        words += ["--remount-ro", folder]
    return words


def _installed() -> list[Path]:
    """Where the package lies within what the sandbox shows: a clone may run beside an installed one
    of another version, which has all the right answers too."""
    found = {PACKAGE} if PACKAGE.is_relative_to(sys.prefix) else set()
    for prefix in (Path(sys.base_prefix), Path(sys.prefix), Path("/usr"), Path("/usr/local")):
        for packages in ("site-packages", "dist-packages"):
            found.update(prefix.glob(f"lib*/python3*/{packages}/{PACKAGE.name}"))
    return sorted(one for one in found if one.is_dir() and not one.is_symlink())


def _processes_of_mine() -> int:
    """How many processes this user has, threads counted: the limit is on all of them together."""
    mine = os.getuid()
    count = 0
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            count += len(os.listdir(place / "task")) if place.stat().st_uid == mine else 0
    return count


if __name__ == "__main__":
    print(isolation())
