"""A lesson on another computer's kernel, as far as one computer can show it: on loopback.

A kernel gateway with a kernel that was installed for a GPU, a JupyterLab that gives it all kernels,
lesson 14 in a real browser, its training, and its checkpoint in a kernel without a gateway.
Playwright allows one browser a thread, and other tests have theirs: all this runs in another.
"""

import importlib.util
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import browser_lab
import nbformat
import pytest
import torch
from browser_lab import Lab
from lesson_browser import look

from mlp_teach.kernels.kernelspec import Kernel, install_kernel
from mlp_teach.kernels.offer import WORDS

ROOT = Path(__file__).resolve().parents[2]
LACK = browser_lab.missing() or (
    "no kernel gateway here: pip install jupyter-kernel-gateway"
    if importlib.util.find_spec("kernel_gateway") is None
    else ""
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(LACK), reason=LACK),
]

OURS = "mlp_teach.kernels.gateway"
THROUGH = [
    f"--ServerApp.kernel_websocket_connection_class={OURS}.WholeFrames",
    f"--GatewayClient.gateway_token_renewer_class={OURS}.TokenFile",
]
# JupyterLab first asks for a protocol that no server with a gateway has, and then without it.
ASKED_AGAIN = "Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received"

# Bytes go to the page, a button sends three times the first back as bytes, Python answers in bytes.
BINARY = '''
import anywidget, traitlets
class Echo(anywidget.AnyWidget):
    _esm = """
    const first = (view) => new Uint8Array(view.buffer, view.byteOffset)[0];
    export default { render({ model, el }) {
        el.innerHTML = "<button class='echo'>send</button><output class='echo'></output>";
        const show = () => { el.querySelector("output").textContent = first(model.get("there")); };
        model.on("change:there", show);
        show();
        let times = 0;  // so that no two messages are equal: the second would not be sent
        el.querySelector("button").onclick = () => {
            const bytes = [3 * first(model.get("there")), (times += 1)];
            model.set("back", new DataView(new Uint8Array(bytes).buffer));
            model.save_changes();
        };
    } };"""
    there = traitlets.Bytes(bytes([77, 255, 254])).tag(sync=True)
    back = traitlets.Any(b"").tag(sync=True)
echo = Echo()
def answer(change):
    echo.there = bytes([bytes(change.new)[0] + 1, 255])
echo.observe(answer, "back")
echo'''
MOVED = """
from mlp_teach.widgets.collision_hunt import collision_hunt
collision_hunt()"""
LOADED = """
import json, torch
from mlp_teach.datasets import load
from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.experiment import make_data
from mlp_teach.training.metrics import compare
model = load_model("model.safetensors")
data = make_data(model, load("ethanol", "test"), torch.float64)
print(compare(model, data).as_dict()["forces"]["mae"])"""


@dataclass
class Seen:
    """What the test found; plain, to be judged outside of the thread."""

    lang: str = "en"
    kernels: list[str] = field(default_factory=list)
    first_byte: str = ""
    answered: str = ""
    troubles: list[str] = field(default_factory=list)
    outputs: str = ""
    monitor: str = ""
    curves: int = 0
    files: list[str] = field(default_factory=list)
    beside_the_notebook: list[str] = field(default_factory=list)
    told: float = 0.0
    loaded: str = ""
    refused: list[int] = field(default_factory=list)
    kept: str = ""  # all that logs and process lists keep
    token: str = ""


@contextmanager
def gateway(folder: Path, token: str):
    """Its address; kernels start in `folder`, and one of them was installed for a GPU."""
    (folder / "there").mkdir(parents=True)
    install_kernel(Kernel(device="cuda"), prefix=str(folder))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "kernel_gateway", "--KernelGatewayApp.ip=127.0.0.1"),
        f"--KernelGatewayApp.port={port}",
        "--JupyterWebsocketPersonality.list_kernels=True",
    ]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env |= {
        "KG_AUTH_TOKEN": token,
        "JUPYTER_PATH": str(folder / "share" / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(folder / "run"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
    }
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, env=env, cwd=folder / "there", stdout=log, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 120
        while answer(address, token) != 200:
            assert time.monotonic() < end, (folder / "log").read_text()[-2000:]
            time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(60)


def answer(address: str, token: str) -> int:
    """The status of a request for the list of kernels."""
    request = urllib.request.Request(
        f"{address}/api/kernelspecs", headers={"Authorization": f"token {token}"}
    )
    try:
        return urllib.request.urlopen(request, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def lesson(lang: str) -> nbformat.NotebookNode:
    """Lesson 14 with two widgets before it, for the gateway's kernel."""
    (path,) = (ROOT / "course" / lang).glob("14_*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[:0] = [nbformat.v4.new_code_cell(cell) for cell in (BINARY, MOVED)]
    notebook.metadata["kernelspec"] = {"name": "mlp-teach-gpu", "display_name": "mlp_teach (GPU)"}
    return notebook


def printed(notebook: dict) -> str:
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", ())]
    return "".join("".join(o.get("text", "") or o.get("traceback", "")) for o in outputs)


def through_the_gateway(folder: Path, lang: str, seen: Seen) -> None:
    with gateway(folder / "g", seen.token) as address:
        seen.refused = [answer(address, ""), answer(address, "wrong")]
        lab = Lab(
            folder / "l",
            str(ROOT),
            {"MLP_TEACH_GATEWAY_TOKEN_FILE": str(folder / "token")},
            [sys.executable, "-m", "jupyterlab", f"--gateway-url={address}", *THROUGH],
        )
        lab.folder.mkdir()
        (folder / "token").touch(0o600)
        (folder / "token").write_text(seen.token)
        with lab:
            lab.work.mkdir(exist_ok=True)
            nbformat.write(lesson(lang), lab.work / "lesson.ipynb")
            tab = lab.open("lesson.ipynb")
            specs = "() => Object.keys(jupyterapp.serviceManager.kernelspecs.specs.kernelspecs)"
            seen.kernels = tab.page.evaluate(specs)
            tab.run_all()
            shown = tab.page.locator("output.echo")
            seen.first_byte = shown.inner_text()
            seen.answered = answer_to_the_button(tab.page, shown)
            tab.page.wait_for_function("() => !document.querySelector('button[name=look]')")
            seen.troubles = [said for said in look(tab).troubles if ASKED_AGAIN not in said]
            seen.outputs = printed(tab.notebook())
            monitor = tab.page.locator(".mlp-canvas").last
            seen.monitor = monitor.locator(".mlp-summary").inner_text()
            seen.curves = monitor.locator("svg polyline").count()
            seen.kept = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
            tab.close()
        run = folder / "g" / "there" / "runs" / "lesson_14_small"
        seen.files = sorted(path.name for path in run.iterdir())
        seen.beside_the_notebook = sorted(path.name for path in lab.work.iterdir())
        seen.kept += (lab.folder / "log").read_text() + (folder / "g" / "log").read_text()
    at_home(folder / "h", run, seen)


def answer_to_the_button(page, shown) -> str:
    """What comes back. On a machine that is so busy that the connection breaks and is made anew, a
    message may be lost: then the button is pressed again."""
    from playwright.sync_api import TimeoutError

    for _ in range(10):
        before = shown.inner_text()
        page.locator("button.echo").click()
        try:
            arg = [shown.element_handle(), before]
            page.wait_for_function("([e, old]) => e.textContent != old", arg=arg, timeout=60_000)
            break
        except TimeoutError:
            continue
    return shown.inner_text()


def at_home(folder: Path, run: Path, seen: Seen) -> None:
    """The checkpoint, brought over as a file, in a kernel of JupyterLab's own."""
    folder.mkdir()
    seen.told = json.loads((run / "errors.json").read_text())["test"]["forces"]["mae"]
    with Lab(folder, str(ROOT), {"OMP_NUM_THREADS": "1"}) as lab:
        shutil.copy(run / "model.safetensors", lab.work)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LOADED)])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, lab.work / "home.ipynb")
        tab = lab.open("home.ipynb")
        tab.run_all()
        seen.loaded = printed(tab.notebook())
        tab.close()


@pytest.fixture(scope="module", params=["en", "ja"])
def seen(request):
    folder = Path(tempfile.mkdtemp(prefix="gw-"))
    found = Seen(token=secrets.token_hex(16), lang=request.param)
    try:
        with ThreadPoolExecutor(1) as thread:
            work = thread.submit(through_the_gateway, folder, request.param, found)
            try:
                work.result()
            except BaseException:  # such as the end of our time; the thread waits for its page
                if not work.done():
                    browser_lab.close_browsers()
                raise
        yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_the_menu_has_the_kernel_that_was_installed_there(seen):
    assert "mlp-teach-gpu" in seen.kernels


def test_binary_messages_pass_both_ways(seen):
    assert (seen.first_byte, seen.answered) == ("77", str(3 * 77 + 1))


def test_a_picture_follows_the_keys_and_nothing_is_wrong_on_the_page(seen):
    assert seen.troubles == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="its GPU is not missing here")
def test_the_kernel_says_that_its_gpu_is_missing(seen):
    assert WORDS[seen.lang]["missing"].format(asked="cuda") in seen.outputs


def test_no_cell_ends_in_an_error(seen):
    assert "Error" not in seen.outputs


def test_the_training_ran_there_and_its_curve_was_drawn(seen):
    assert {"model.safetensors", "errors.json", "epochs.csv", "job.log"} <= set(seen.files)
    assert re.search(r"(Finished: |終了：)12 ", seen.monitor)
    assert seen.curves >= 2  # training and validation
    assert "runs" not in seen.beside_the_notebook


def test_the_checkpoint_gives_the_same_error_in_a_local_kernel(seen):
    assert float(seen.loaded) == pytest.approx(seen.told, rel=1e-5)


def test_without_the_token_the_gateway_refuses(seen):
    assert seen.refused == [401, 401]


def test_no_log_and_no_process_list_has_the_token(seen):
    assert len(seen.kept) > 500
    assert seen.token not in seen.kept
