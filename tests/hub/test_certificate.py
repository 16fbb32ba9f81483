"""A hub that faces outwards with a certificate, and what a server leaves that ended by itself."""

import asyncio
import json
import shutil
import tempfile
import time
from pathlib import Path

import cgroups
import pytest
from tornado.httpclient import HTTPClientError

from tests.hub import class_machine
from tests.hub.class_machine import ClassMachine
from tests.hub.hub_session import NOTHING, Session

pytestmark = pytest.mark.slow
ACCOUNTS = {"alice": "mlp_students", "tess": "mlp_teachers"}
OPTIONS = (
    *("--auth", "pam", "--teachers", "tess", "--ip", "0.0.0.0"),
    *("--tls-cert", "/srv/c.pem", "--tls-key", "/srv/k.pem"),
)
LEAVE = """import subprocess
left = subprocess.Popen(["sleep", "987"], start_new_session=True, stdout=-3, stderr=-3)"""


@pytest.fixture(scope="module")
def hub(certificate):
    if missing := class_machine.missing():
        pytest.skip(missing)
    folder, (cert, key) = Path(tempfile.mkdtemp(prefix="hub-")), certificate.values()
    hub = ClassMachine(folder, OPTIONS, ACCOUNTS, ca=cert)
    hub.options += ("--url", hub.base)
    written = zip("ck", (cert, key), strict=True)
    hub.before = "umask 077\n" + "".join(
        f"cat > /srv/{name}.pem <<'END'\n{Path(file).read_text()}END\n" for name, file in written
    )
    hub.before += "umask 022"
    try:
        with hub:
            yield hub
        assert hub.groups() == [], "none of the machine's is left"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def left_behind(hub):
    return ["sleep", "987"] in [process.cmdline() for process in hub.processes()]


@pytest.fixture(scope="module")
def outwards(hub):
    """Alice's server has ended by itself, after a kernel had started something that outlives it;
    where the hub could be reached from outside."""
    return asyncio.run(one_student(hub))


async def one_student(hub):
    alice = Session(hub.base, "alice", hub.words["alice"], hub.ca)
    await alice.log_in()
    await alice.start()
    assert await alice.run([LEAVE]) == ["ok"]
    assert left_behind(hub)
    connections = [one for process in hub.processes() for one in process.net_connections("inet")]
    listening = {one.laddr for one in connections if one.status == "LISTEN"}
    await alice.ask("/user/alice/api/shutdown", "POST", NOTHING)
    while any("jupyterhub.singleuser" in process.cmdline() for process in hub.processes()):
        await asyncio.sleep(0.1)
    await alice.ask("/hub/api/users/alice/server", "DELETE")  # else it looks every 30 s
    return {(ip, port) for ip, port in listening if ip != "127.0.0.1"}


def test_a_class_comes_in_by_https_and_only_the_proxy_faces_outwards(hub, outwards):
    assert outwards == {("0.0.0.0", hub.port)}
    assert f"The hub: {hub.base}\n" in hub.log.read_text("utf-8", "replace")


@pytest.mark.skipif(cgroups.version() == 0, reason="no cgroup can be made here")
def test_nothing_is_left_of_a_server_that_ended_by_itself(hub, outwards):
    end = time.monotonic() + 20
    while left_behind(hub) and time.monotonic() < end:
        time.sleep(0.1)
    assert not left_behind(hub)


def test_a_user_whom_a_teacher_deletes_is_logged_out(hub, outwards):
    asyncio.run(one_is_taken_out(hub))


async def one_is_taken_out(hub):
    alice, tess = (Session(hub.base, name, hub.words[name], hub.ca) for name in ACCOUNTS)
    for one in (alice, tess):
        await one.log_in()
    assert json.loads((await alice.ask("/hub/api/user")).body)["name"] == "alice"
    await tess.ask("/hub/api/users/alice", "DELETE")
    with pytest.raises(HTTPClientError, match="403"):
        await alice.ask("/hub/api/user")
    await tess.start()  # so that something runs when the machine ends
    alice.token = ""  # the cookie is left
    assert (await alice.ask("/hub/home", follow=False)).headers["Location"].startswith("/hub/login")
