"""A hub with real accounts on a machine of its own, as the tests and the load test need it.

    with ClassMachine(folder, options=("--auth", "pam"), accounts={"alice": "mlp_students"}) as hub:
        hub.base, hub.words["alice"]      address, password
        hub.run("alice", "nbgrader list") a command under an account

`missing()` says what is not there.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "deploy" / "jupyterhub" / "start_hub.py"
NEEDED = ("jupyterhub", "nbgitpuller", "jupyterhub_idle_culler", "nbgrader")
PROXY = "configurable-http-proxy"
STATE = Path("/srv/hub")  # inside
START = 240  # s that the hub may take to answer; a quiet machine needs 8


def missing() -> str:
    """What is not there and how to get it; nothing where such a hub can be started."""
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        return f"{', '.join(lacking)} not installed: pip install '.[test]'"
    if shutil.which(PROXY) is None:
        return f"no {PROXY} on the PATH: npm install -g {PROXY}@5"
    return no_machine()


def no_machine() -> str:
    """Why accounts of our own cannot be made here; nothing where they can."""
    if os.geteuid() != 0:
        return "a hub with accounts of its own needs root"
    words = ["unshare", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "none", "/mnt"]
    if shutil.which("unshare") is None or subprocess.run(words, capture_output=True).returncode:
        return "no mount may be made here (unshare): a container without the right to"
    return ""


def to_reach() -> list[Path]:
    """What all accounts need: this Python, the course, the proxy."""
    proxy = Path(shutil.which(PROXY))
    places = (sys.prefix, sys.base_prefix, ROOT, proxy.parent, proxy.resolve().parents[2])
    return list(dict.fromkeys(map(Path, places)))


def free_ports(count: int = 3) -> int:
    """The first of some ports in a row that are free."""
    while True:
        first = 20_000 + secrets.randbelow(10_000)
        taken = []
        try:
            for port in range(first, first + count):
                taken.append(socket.socket())
                taken[-1].bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for one in taken:
                one.close()


def family(pid: int) -> list[psutil.Process]:
    """All that a process started, and what that started."""
    return psutil.Process(pid).children(recursive=True)


class ClassMachine:
    """The hub and its accounts (name -> group); all end with the `with`. `before` are commands of
    the shell that run inside before the hub does, through a pipe; `ca` is its certificate, if it
    has one."""

    def __init__(
        self,
        folder: Path,
        options: tuple[str, ...],
        accounts: Mapping[str, str],
        before: str = "",
        ca: str | None = None,
    ):
        self.log = folder / "hub.log"
        self.options, self.accounts, self.before = options, accounts, before
        self.words = {name: secrets.token_hex(8) for name in accounts}
        self.port = free_ports()
        self.ca, self.base = ca, f"http{'s' if ca else ''}://127.0.0.1:{self.port}"

    def __enter__(self) -> ClassMachine:
        hub = [sys.executable, STARTER, "--spawner", "local", "--port", self.port]
        hub = shlex.join(map(str, [*hub, "--state", STATE, *self.options]))
        inside = ["sh", "-c", f'eval "$(cat)"; exec {hub}']
        outside = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
        own = [sys.executable, Path(__file__).with_name("own_machine.py"), *to_reach(), "--"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                list(map(str, [*outside, *own, *inside])),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            )
        try:
            self.process.stdin.write(self._accounts().encode())
            self.process.stdin.close()
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception) -> None:
        self.process.kill()  # and with it, by the kernel, all that runs inside
        self.process.wait(30)
        end = time.monotonic() + 10
        while (left := self.groups()) and time.monotonic() < end:
            for folder in left:
                with contextlib.suppress(OSError):  # processes that are not yet gone
                    folder.rmdir()
            time.sleep(0.05)

    def groups(self) -> list[Path]:
        """The cgroups of the accounts, in either version."""
        where = [Path("/sys/fs/cgroup"), *Path("/sys/fs/cgroup").glob("*")]
        found = [place / "mlp_teach_hub" / name for place in where for name in self.accounts]
        return [folder for folder in found if folder.is_dir()]

    def _accounts(self) -> str:
        """Shell commands, read from a pipe: passwords stand in no process list."""
        lines = [f"groupadd --force {group}" for group in set(self.accounts.values())]
        lines += [
            f"useradd --create-home -K HOME_MODE=0700 --shell /bin/bash --groups {group} {name}"
            for name, group in self.accounts.items()
        ]
        pairs = "".join(f"{name}:{word}\\n" for name, word in self.words.items())
        return "\n".join([*lines, f"printf '{pairs}' | chpasswd", self.before, ""])

    def _wait(self) -> None:
        end, trusted = time.monotonic() + START, ssl.create_default_context(cafile=self.ca)
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.base}/hub/api/", timeout=2, context=trusted)
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"the hub did not start:\n{self.log.read_text()[-3000:]}")

    def processes(self) -> list[psutil.Process]:
        """All that runs inside."""
        (first,) = psutil.Process(self.process.pid).children()
        found = first.children(recursive=True)
        return [one for one in found if one.status() != psutil.STATUS_ZOMBIE]

    def run(self, name: str, command: str, seconds: float = 600) -> subprocess.CompletedProcess:
        """A command of the shell under an account inside, in its home; what it said and its end."""
        (first,) = psutil.Process(self.process.pid).children()
        enter = ["nsenter", "--target", str(first.pid), "--mount", "--pid", "--wd=/"]
        settings = f"export PATH={Path(sys.executable).parent}:$PATH OMP_NUM_THREADS=1"
        settings += f" JUPYTER_CONFIG_PATH={STATE / 'jupyter'}"
        as_them = ["su", "-", name, "-c", f"{settings}; {command}"]
        return subprocess.run(
            [*enter, *as_them],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
