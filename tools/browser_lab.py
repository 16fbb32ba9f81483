"""A JupyterLab of its own, open in a Chromium that reaches nothing but it.

    with Lab(folder, pythonpath) as lab:
        tab = lab.open("lesson.ipynb")      a file below lab.work
        tab.run_all()
        tab.page, tab.errors, tab.hosts     Playwright's page, console errors, hosts that were asked

Needs Playwright and a Chromium; `missing()` says which of them is not there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil

# Quiet: nothing that Chromium asks of the network by itself. And no name has an address.
FLAGS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
SETTINGS = {
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    # All cells are on the page, also those scrolled away: else their outputs are not drawn.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
# JupyterLab asks a kernel who it is as soon as the connection stands. What is asked while that is
# made may be lost: JupyterLab gives up after some seconds; here the kernel is asked again.
READY = """async (seconds = 20) => {
    const session = jupyterapp.shell.currentWidget.sessionContext;
    await session.ready;
    const {kernel} = session.session;
    const again = setInterval(() => kernel.requestKernelInfo().catch(() => {}), 1e3 * seconds);
    try { await kernel.info; } finally { clearInterval(again); }
    return kernel.id;
}"""
RUN_ALL = """async () => {
    await jupyterapp.commands.execute("notebook:run-all-cells");
}"""
RESTART = """async () => {
    await jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart();
}"""
# A page may wait for an answer for ever, and Playwright with it.
IN_TIME = """async ([asked, seconds]) => {
    const late = new Promise((_, fail) => setTimeout(() => fail(Error("late")), 1e3 * seconds));
    return await Promise.race([(%s)(...asked), late]);
}"""
# Through text, as when it is saved: what is undefined is left out, and does not come as None.
NOTEBOOK = "() => JSON.parse(JSON.stringify(jupyterapp.shell.currentWidget.content.model.toJSON()))"
CLOSE = """async () => {
    await jupyterapp.serviceManager.sessions.shutdownAll();
}"""
# Ends a server once the process that started it is gone, however it went: its input ends then.
# Both are out of reach of a terminal's Ctrl-C, which JupyterLab answers with a question.
# Where the server has ended its number may soon be another process's, so the guard looks first.
GUARD = """read _
kill "$0" 2>/dev/null || exit
n=0
while [ $n -lt 30 ]; do
    sleep 1
    kill -0 "$0" 2>/dev/null || exit
    n=$((n + 1))
done
kill -9 "$0"
"""
START = 600  # s that JupyterLab may take to answer, on a machine however busy
PAGE = 600  # s that a page may take for anything, on the same
GRACE = 20.0  # s after which a page that should have given up is taken for one that hangs
CLOSING = 60  # s that a browser may take to close


def missing() -> str:
    """What is not there and how to get it; nothing where a browser can be driven."""
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed: pip install playwright"
    if chromium() is None:
        return "no Chromium on this machine: apt-get install chromium"
    return ""


def chromium() -> str | None:
    """Where Chromium is."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def close_browsers(mark: str = "") -> None:
    """Ends every Chromium that this process started, in whichever thread, or those with a mark on
    their command line: what waits for one of their pages fails at once."""
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "chrom" in one.name() and mark in " ".join(one.cmdline()):
                one.kill()


@contextmanager
def timer(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Acts, in another thread, where what is within takes longer."""
    waiting = threading.Timer(seconds, act)
    waiting.start()
    try:
        yield
    finally:
        waiting.cancel()


class Lab:
    """The server and the browser; both end with the `with`. `folder` must have a short name, since
    the kernels' sockets lie in it. `command` starts another JupyterLab than this Python's."""

    def __init__(
        self,
        folder: Path,
        pythonpath: str,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "jupyterlab"),
    ):
        self.folder, self.work, self._command = folder, folder / "work", command
        self._env = {"PYTHONPATH": pythonpath, **(env or {})}
        self.token = secrets.token_hex(16)
        self._mark = f"--of-lab={secrets.token_hex(8)}"  # Chromium passes over what it knows not

    def __enter__(self) -> Lab:
        from playwright.sync_api import sync_playwright

        self._serve()
        self._playwright = sync_playwright().start()
        try:
            self.new_browser()
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception) -> None:
        try:
            self._close_browser()
            self._playwright.stop()
        finally:
            self._end_server()

    def new_browser(self) -> None:
        """For the pages to come. The one before, which may be dead, ends with its pages."""
        self._close_browser()
        args = [*FLAGS, self._mark]
        self._browser = self._playwright.chromium.launch(executable_path=chromium(), args=args)

    def end_kernels(self) -> None:
        """Of all notebooks, as after the crash of a page, which could not do it."""
        with suppress(OSError):  # the server is gone, too
            for one in json.load(self._ask("GET", "api/sessions")):
                self._ask("DELETE", f"api/sessions/{one['id']}")

    def _ask(self, method: str, path: str):
        address = f"{self.base}/{path}?token={self.token}"
        return urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=60)

    def _close_browser(self) -> None:
        """Also one that answers no more."""
        if hasattr(self, "_browser"):
            with timer(CLOSING, lambda: close_browsers(self._mark)):
                self._browser.close()

    def _end_server(self) -> None:
        self.server.terminate()
        try:
            self.server.wait(30)
        except subprocess.TimeoutExpired:  # it waits for a kernel, or for a gateway that is gone
            self.server.kill()
            self.server.wait()
        with self._guard:
            self._guard.kill()

    def _serve(self) -> None:
        """A server with no settings but its own."""
        self.work.mkdir(exist_ok=True)
        for name, content in SETTINGS.items():
            place = self.folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(json.dumps(content))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]  # the server takes another one if this is taken meanwhile
        places = {
            "JUPYTER_CONFIG_DIR": self.folder / "config",
            "JUPYTER_RUNTIME_DIR": self.folder / "run",
            "JUPYTERLAB_SETTINGS_DIR": self.folder / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": self.folder / "workspaces",
        }
        command = [
            *(*self._command, "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={self.token}"),
            f"--ServerApp.root_dir={self.work}",
            "--LabApp.expose_app_in_browser=True",
            "--KernelManager.transport=ipc",
            f"--MappingKernelManager.kernel_info_timeout={START}",
        ]
        env = {**os.environ, **{name: str(path) for name, path in places.items()}, **self._env}
        with (self.folder / "log").open("w") as log:
            self.server = subprocess.Popen(
                command, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL, process_group=0
            )
        watch = ["sh", "-c", GUARD, str(self.server.pid)]
        self._guard = subprocess.Popen(watch, stdin=subprocess.PIPE, process_group=0)

    def _wait(self) -> None:
        """Until the server answers, at the address that it says it has."""
        end = time.monotonic() + START
        while time.monotonic() < end and self.server.poll() is None:
            try:
                (said,) = (self.folder / "run").glob("jpserver-*.json")
                self.base = f"http://127.0.0.1:{json.loads(said.read_text())['port']}"
                status = f"{self.base}/api/status?token={self.token}"
                urllib.request.urlopen(status, timeout=2)
                return
            except (OSError, ValueError):  # it has said nothing yet, or has not said all
                time.sleep(0.2)
        log = (self.folder / "log").read_text()[-2000:]
        raise RuntimeError(f"JupyterLab did not start:\n{log}")

    def open(self, name: str, width: int = 1280, height: int = 1600) -> Tab:
        """A tab of the browser with a notebook below `work`; its kernel is ready."""
        page = self._browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(1000 * PAGE)
        tab = Tab(page, lambda: close_browsers(self._mark))
        # A workspace of its own: JupyterLab would open again what was open in the last tab.
        workspace = secrets.token_hex(4)
        page.goto(f"{self.base}/lab/workspaces/{workspace}/tree/{name}?token={self.token}")
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
        tab.kernel = tab.ask(READY)
        return tab


class Tab:
    """One open notebook; `end` kills the browser, and this process's other ones where it is not
    given."""

    def __init__(self, page, end: Callable[[], None] = close_browsers):
        self.page, self.kernel, self._end = page, "", end
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if url.startswith("http"):
            self.hosts.add(urlsplit(url).hostname)

    def ask(self, function: str, *arguments, seconds: float = PAGE):
        """What a function in the page returns. Raises Playwright's Error after so many seconds; a
        page that does not tell the time, since it hangs, is then killed with its browser."""
        with timer(seconds + GRACE, self._end):
            return self.page.evaluate(IN_TIME % function, [arguments, seconds])

    def run_all(self, seconds: float = PAGE) -> None:
        """Runs all cells; returns when they are done, or at the first that fails."""
        self.ask(RUN_ALL, seconds=seconds)

    def run_all_anew(self) -> None:
        """The same in a new kernel."""
        self.ask(RESTART)
        self.kernel = self.ask(READY)
        self.run_all()

    def notebook(self) -> dict:
        """The notebook with its outputs, as it would be saved."""
        return self.ask(NOTEBOOK)

    def close(self) -> None:
        """Ends its kernel and the tab."""
        self.ask(CLOSE)
        self.page.close()
