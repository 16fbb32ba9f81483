"""A workshop: one word for all, accounts of the system made at the first login."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError

from tests.hub import class_machine
from tests.hub.class_machine import ClassMachine
from tests.hub.hub_session import Session

pytestmark = pytest.mark.slow
WORD, ADMIN = "a word for all", "t" * 32
# An account of the machine that is nothing to the hub, and an exchange of words.
BEFORE = f"""useradd --create-home -K HOME_MODE=0700 staff
umask 077; printf '{WORD}\\n{ADMIN}\\n' > /srv/words; umask 022"""
OPTIONS = ("--password-file", "/srv/words", "--teachers", "tess")


@pytest.fixture(scope="module")
def hub():
    if missing := class_machine.missing():
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    try:
        accounts = {"carla": "mlp_students"}
        with ClassMachine(folder, OPTIONS, accounts, BEFORE) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def come(hub, name, word=WORD, with_server=True):
    """Logs in and, if wanted, gets a server; what the hub knows of the user."""

    async def work():
        session = Session(hub.base, name, word)
        await session.log_in()
        if with_server:
            await session.start()
        return json.loads((await session.ask(f"/hub/api/users/{name}")).body)

    return asyncio.run(work())


def test_a_new_name_gets_an_account_of_its_own_and_a_server_in_it(hub):
    come(hub, "hana")
    assert "drwx------ " in hub.run("hana", "ls -ld ~").stdout
    assert "mlp_students" in hub.run("hana", "id -nG").stdout
    (server,) = [one for one in hub.processes() if "jupyterhub.singleuser" in one.cmdline()]
    assert str(server.uids().real) == hub.run("hana", "id -u").stdout.strip()
    assert server.uids().real >= 1000


@pytest.mark.parametrize("name", ["root", "daemon", "staff", "no.account"])
def test_no_server_runs_for_the_system_for_staff_or_for_a_name_that_is_none(hub, name):
    with pytest.raises((HTTPClientError, RuntimeError)):
        come(hub, name)
    assert not [one for one in hub.processes() if f"/user/{name}/" in " ".join(one.cmdline())]
    log = hub.log.read_text("utf-8", "replace")
    assert "PermissionError" in log or "no name for an account" in log


def test_a_teacher_needs_the_teachers_word(hub):
    with pytest.raises(HTTPClientError, match="403"):
        come(hub, "tess", with_server=False)
    with pytest.raises(HTTPClientError, match="403"):
        come(hub, "hana", ADMIN, with_server=False)
    assert come(hub, "tess", ADMIN, with_server=False)["admin"]
