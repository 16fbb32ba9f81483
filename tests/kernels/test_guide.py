"""docs/gpu_kernels.md: the same commands in both languages, and commands that exist."""

import importlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from mlp_teach.cli import _parser
from tests.kernels.page_commands import environment_made_by, frozen_copies

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [(DOCS / name).read_text("utf-8") for name in ("gpu_kernels.md", "gpu_kernels.ja.md")]


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


COMMANDS = [
    line for block in blocks(PAGES[0], "bash") for line in block.replace("\\\n", "").splitlines()
]


def test_both_languages_have_the_same_commands_and_cells():
    for language in ("bash", "python"):
        assert blocks(PAGES[0], language) == blocks(PAGES[1], language) != []


@pytest.mark.parametrize("line", [line for line in COMMANDS if "mlp-teach kernel" in line])
def test_our_commands_are_understood(line):
    _, _, words = line.partition("mlp-teach ")
    options = _parser().parse_args(shlex.split(words))
    assert options.word in ("install", "list", "remove")


def test_what_goes_to_another_prefix_is_removed_there():
    kernels = [line for line in COMMANDS if "--prefix" in line]
    assert [("install" in line, "remove" in line) for line in kernels] == [
        (True, False),
        (False, True),
    ]
    assert len({line.split("--prefix ")[1] for line in kernels}) == 1


def test_commands_that_should_make_the_environment_make_it(monkeypatch):
    made = [environment_made_by(line, monkeypatch) for line in COMMANDS if "start.py" in line]
    assert sorted(made) == [(), (), ("gateway",)]
    for page in PAGES:
        assert frozen_copies(page) == []


def test_the_gateway_is_bound_to_loopback_and_the_token_on_no_command_line():
    (start,) = (line for line in COMMANDS if "jupyter kernelgateway" in line)
    (lab,) = (line for line in COMMANDS if "--gateway-url" in line)
    before, _, command = start.partition(" jupyter ")
    assert before == 'KG_AUTH_TOKEN="$(cat ~/.mlp_gateway_token)"'
    assert "--KernelGatewayApp.ip=127.0.0.1" in command
    assert "token" not in command.lower()
    assert lab.startswith("jupyter lab")  # no token in its environment: it would be in its log
    assert "auth_token" not in lab.lower()


def test_the_options_of_gateway_and_lab_exist():
    gateway = pytest.importorskip("kernel_gateway.gatewayapp", reason="no kernel gateway here")
    from kernel_gateway.jupyter_websocket import JupyterWebsocketPersonality

    (start,) = (line for line in COMMANDS if "jupyter kernelgateway" in line)
    known = {"KernelGatewayApp": gateway.KernelGatewayApp}
    known["JupyterWebsocketPersonality"] = JupyterWebsocketPersonality
    options = re.findall(r"--(\w+)\.(\w+)=", start)
    assert len(options) == 3
    for name, option in options:
        assert known[name].class_traits()[option].metadata["config"]


def test_our_classes_are_where_the_page_says_and_are_what_jupyter_asks_for():
    from jupyter_server.gateway.connections import GatewayWebSocketConnection
    from jupyter_server.gateway.gateway_client import GatewayTokenRenewerBase

    asked = {
        "kernel_websocket_connection_class": GatewayWebSocketConnection,
        "gateway_token_renewer_class": GatewayTokenRenewerBase,
    }
    (lab,) = (line for line in COMMANDS if "--gateway-url" in line)
    for option, kind in asked.items():
        module, _, name = re.search(rf"{option}=(\S+)", lab)[1].rpartition(".")
        assert issubclass(getattr(importlib.import_module(module), name), kind)


@pytest.mark.skipif(sys.platform != "linux", reason="a shell's umask")
def test_the_token_is_made_long_and_for_its_owner_alone(tmp_path):
    lines = [line for line in COMMANDS if "token_hex" in line]
    for line, name in zip(lines, (".mlp_gateway_token", ".mlp_lab_token"), strict=True):
        in_a_shell(line, tmp_path).wait()
        made = tmp_path / name
        assert len(made.read_text().strip()) == 64
        assert oct(made.stat().st_mode)[-3:] == "600"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a shell's umask")
def test_the_log_of_a_lab_that_reads_its_token_does_not_have_it(tmp_path):
    make, start = (line for line in COMMANDS if "mlp_lab_token" in line)
    in_a_shell(make, tmp_path).wait()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = start.replace("--port=8888", f"--allow-root --port={port}")
    lab = in_a_shell(start, tmp_path)
    log, token = tmp_path / "lab.log", (tmp_path / ".mlp_lab_token").read_text()
    try:
        end = time.monotonic() + 300
        while "token=" not in (said := log.read_text("utf-8") if log.exists() else ""):
            assert lab.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.1)
        while not listens(port):  # its log may name the address before
            assert time.monotonic() < end, said
            time.sleep(0.1)
        address = f"http://127.0.0.1:{port}/api/contents?token="
        with urllib.request.urlopen(address + token, timeout=120) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address, timeout=120)
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait()
    assert "token=..." in said
    assert token not in log.read_text("utf-8")


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def in_a_shell(line: str, home: Path) -> subprocess.Popen:
    """The line, with this Python's programs, in a home and folder of its own."""
    places = {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    others = {name: it for name, it in os.environ.items() if not name.startswith("JUPYTER")}
    return subprocess.Popen(line, shell=True, env=others | places, cwd=home, start_new_session=True)
