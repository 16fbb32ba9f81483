"""One step of the set-up: what is done, how long it has taken, and a sentence if it fails."""

import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

NO_NETWORK = re.compile(
    r"[Nn]ame ?[Rr]esolution|getaddrinfo|nodename nor servname|NewConnectionError|dns error"
    r"|Network is unreachable|Connection (?:refused|reset|aborted|timed out)|ConnectTimeout"
    r"|ReadTimeout|ProxyError|error sending request|[Cc]ould not connect|[Oo]peration timed out",
)
CERTIFICATE = re.compile(r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate")
DISK_FULL = re.compile(r"No space left on device|\[Errno 28\]|os error 28|WinError 112")
NO_VERSION = re.compile(
    r"(?:No matching distribution found for|no matching distributions available .*:)\s+(\S+)"
)
CONFLICT = re.compile(r"Cannot install (.+?) because these package versions")
IN_USE = re.compile(r"WinError (?:5|32)\b|being used by another process")
NO_VENV = re.compile(r"ensurepip is not available|No module named '?(?:ensurepip|venv)")

DISK_FULL_HELP = "The disk is full. The course needs about 2 GB: make room and start again."
NO_VENV_HELP = """\
This Python cannot make environments: its venv package is missing. On Debian and Ubuntu:
  sudo apt install python3-venv"""
IN_USE_HELP = "A file is in use: close JupyterLab and every program that uses the environment."
CERTIFICATE_HELP = """\
The package index's certificate is not trusted here; a company's or university's proxy can cause
that. Ask for its certificate file and name it in the variable PIP_CERT."""
NO_NETWORK_HELP = """\
The package index could not be reached. Is this computer online? Behind a proxy, set the variable
HTTPS_PROXY. What was downloaded is kept: start again to go on."""
NO_VERSION_HELP = """\
The package index showed no {package} for this computer and Python {python}. If it is the right
index, and online, another Python from 3.11 to 3.14 may have it."""

CONFLICT_HELP = """\
The package index does not show the locked version of {packages}, or it does not fit the others.
The installer's last lines:
{tail}"""


class StartError(Exception):
    """What went wrong and what to do, in sentences for the person who started the course."""


def explain(output: str) -> str:
    """The sentences for an installer's output: the first cause recognised in it, else its end."""
    for cause, sentences in (
        (DISK_FULL, DISK_FULL_HELP),
        (NO_VENV, NO_VENV_HELP),
        (IN_USE, IN_USE_HELP),
        (CERTIFICATE, CERTIFICATE_HELP),
        (NO_NETWORK, NO_NETWORK_HELP),  # before "no version": pip says both without a network
    ):
        if cause.search(output):
            return sentences
    if missing := NO_VERSION.search(output):
        return NO_VERSION_HELP.format(package=missing[1], python=sys.version.split()[0])
    tail = "\n".join(f"    {line}" for line in output.splitlines()[-12:])
    if conflict := CONFLICT.search(output):
        return CONFLICT_HELP.format(packages=conflict[1], tail=tail)
    return f"The installer stopped. Its last lines:\n{tail}"


@dataclass
class Steps:
    """Runs the steps of a set-up: title and time on the screen, all output in a log."""

    log: Path
    environ: dict[str, str]
    keep_open: tuple[int, ...] = ()  # the lock's file: held as long as any installer lives

    def run(self, title: str, command: list[str | Path], advice: str = "") -> None:
        """Raises StartError, with the cause as far as it can be told, if the command fails."""
        code, output = self._attempt(title, command)
        if code != 0:
            parts = [explain(output), advice, f"All output: {self.log}"]
            raise StartError("\n".join(filter(None, parts)))

    def try_run(self, title: str, command: list[str | Path]) -> bool:
        """The same where failing is no harm, since there is another way."""
        return self._attempt(title, command)[0] == 0

    def _attempt(self, title: str, command: list[str | Path]) -> tuple[int, str]:
        with Ticker(title) as ticker:
            code, output = self._watch([str(part) for part in command], ticker)
            ticker.failed = code != 0
        return code, output

    def _watch(self, command: list[str], ticker: "Ticker") -> tuple[int, str]:
        inherited = {"pass_fds": self.keep_open} if sys.platform != "win32" else {}
        with self.log.open("a", encoding="utf-8", buffering=1) as log:
            log.write(f"\n$ {' '.join(command)}\n")
            process = subprocess.Popen(
                command,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                **inherited,
            )
            lines = []
            try:
                for line in process.stdout:
                    lines.append(line)
                    log.write(line)
                    if not line.startswith("  Successfully uninstalled"):  # then minutes of silence
                        ticker.news = line.strip()[:80]
                return process.wait(), "".join(lines)
            finally:  # Ctrl-C: no installer stays behind
                if process.poll() is None:
                    process.terminate()
                    process.wait()
                process.stdout.close()


class Ticker:
    """A line on the screen that shows a step's title, its seconds and its latest news.

    On a terminal the line is rewritten; in a log file there is a new line every 30 seconds.
    """

    def __init__(self, title: str):
        self.title, self.news, self.failed = title, "", False
        self.terminal = sys.stdout.isatty()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Ticker":
        self._start = time.monotonic()
        print(self.title, end="" if self.terminal else "\n", flush=True)
        self._thread.start()
        return self

    def __exit__(self, kind, *_):
        self._over.set()
        self._thread.join()
        word = "stopped" if kind else "failed" if self.failed else "done"
        self._show(f"{word}, {self._seconds()} s", end="\n")

    def _seconds(self) -> int:
        return round(time.monotonic() - self._start)

    def _tick(self):
        while not self._over.wait(0.5 if self.terminal else 30):
            self._show(f"{self._seconds()} s  {self.news}", end="")

    def _show(self, text: str, *, end: str):
        if self.terminal:
            width = shutil.get_terminal_size().columns - 1
            line = f"{self.title}: {text}"[:width]
            print(f"\r{line:<{width}}", end=end, flush=True)
        else:
            print(f"      {text}", flush=True)
