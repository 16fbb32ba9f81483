"""The trial on one's own machine: without root, a shared password, everybody in one account."""

import asyncio
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from hub_settings import read_settings
from limited_spawner import limit_of_a_process
from tornado.httpclient import HTTPClientError

from tests.hub.class_machine import NEEDED, PROXY, START, STARTER, free_ports
from tests.hub.hub_session import Session

pytestmark = pytest.mark.slow
WORD = "a word for all"


@pytest.fixture(scope="module")
def base():
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if lacking or shutil.which(PROXY) is None:
        pytest.skip(f"{', '.join(lacking) or PROXY} is not here")
    folder = Path(tempfile.mkdtemp(prefix="t-"))
    (folder / "words").write_text(WORD)
    (folder / "words").chmod(0o600)
    port = free_ports()
    command = [sys.executable, STARTER, "--password-file", "words", "--memory", "1G"]
    command += ["--port", str(port), "--state", "hub", "--students", "alice"]
    with (folder / "log").open("wb") as log:
        hub = subprocess.Popen(
            list(map(str, command)), cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_for(f"http://127.0.0.1:{port}", hub, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        hub.terminate()
        hub.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(base, hub, log):
    end = time.monotonic() + START
    while time.monotonic() < end and hub.poll() is None:
        try:
            urllib.request.urlopen(f"{base}/hub/api/", timeout=2)
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(log.read_text()[-2000:])


def test_a_student_gets_a_server_with_a_limit_and_folders_that_are_shut(base):
    asyncio.run(one_student(base))
    servers = [
        process
        for process in psutil.Process().children(recursive=True)
        if "jupyterhub.singleuser" in process.cmdline()
    ]
    (server,) = servers
    memory = 1 << 30
    assert server.rlimit(psutil.RLIMIT_DATA) == (limit_of_a_process(memory),) * 2
    runtime = Path(server.environ()["JUPYTER_RUNTIME_DIR"])
    assert (runtime.stat().st_mode & 0o777, runtime.stat().st_uid) == (0o700, os.geteuid())
    assert [c.laddr.ip for c in server.net_connections("inet") if c.status == "LISTEN"] == [
        "127.0.0.1"
    ]


async def one_student(base):
    session = Session(base, "alice", WORD)
    await session.log_in()
    await session.start()
    assert await session.run(["2 + 2", "1 / 0"]) == ["ok", "error"]


@pytest.mark.parametrize(("name", "word"), [("alice", "another word"), ("mallory", WORD)])
def test_others_do_not_get_in(base, name, word):
    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(Session(base, name, word).log_in())


def test_settings_of_a_trial_are_the_defaults():
    assert (read_settings(None).spawner, read_settings(None).ip) == ("simple", "127.0.0.1")
