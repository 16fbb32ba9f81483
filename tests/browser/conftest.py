"""A JupyterLab with one notebook, open in a real Chromium; skipped where there is none."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Quiet: nothing that Chromium asks of the network by itself.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
QUIET = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
RUN_ALL = """async () => {
    const session = jupyterapp.shell.currentWidget.sessionContext;
    await session.ready;
    await session.session.kernel.info;
    await jupyterapp.commands.execute("notebook:run-all-cells");
}"""


def chromium() -> str:
    """Where Chromium is; skips the test with the reason where it or Playwright is missing."""
    pytest.importorskip("playwright", reason="Playwright is not installed: pip install playwright")
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium on this machine: apt-get install chromium")


@pytest.fixture(scope="session")
def lab():
    """open(cells) -> the page with that notebook run, its server, console errors and requests."""
    from playwright.sync_api import sync_playwright

    executable = chromium()
    folder = Path(tempfile.mkdtemp(prefix="lab-"))  # short: the kernel's sockets lie in it
    server, address = _serve(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            _wait_for(server, address, folder)
            yield lambda cells: _open(browser, address, folder, cells)
        finally:
            browser.close()
            server.terminate()
            server.wait(30)
            shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path):
    """A server on a free port with no settings but its own."""
    (folder / "work").mkdir()
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    places = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_RUNTIME_DIR": folder / "run",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "PYTHONPATH": ROOT,
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={token}"),
        f"--ServerApp.root_dir={folder / 'work'}",
        "--LabApp.expose_app_in_browser=True",
        "--KernelManager.transport=ipc",
    ]
    env = {**os.environ, **{name: str(path) for name, path in places.items()}}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    return server, SimpleNamespace(base=f"http://127.0.0.1:{port}", token=token)


def _wait_for(server, address, folder: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address.base}/api/status?token={address.token}", timeout=2)
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail("JupyterLab did not start:\n" + (folder / "log").read_text()[-2000:])


def _open(browser, address, folder: Path, cells: list[str]):
    from nbformat import v4, write

    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    write(notebook, folder / "work" / "lesson.ipynb")
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    errors, hosts = [], set()
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    page.on("request", lambda r: hosts.add(r.url.split("/")[2]) if "//" in r.url[:8] else None)
    page.goto(f"{address.base}/lab/tree/lesson.ipynb?token={address.token}")
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
    page.evaluate(RUN_ALL)
    return SimpleNamespace(page=page, errors=errors, hosts=hosts)
