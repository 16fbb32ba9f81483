"""Who is taken out of the settings gets in no more, also where the hub knows the name."""

import dataclasses
import json
import subprocess
import sys

import pytest
from hub_settings import Settings

from tests.hub.class_machine import ROOT

pytest.importorskip("jupyterhub", reason="jupyterhub: pip install '.[test]'")
CONFIG = ROOT / "deploy" / "jupyterhub" / "jupyterhub_config.py"
WORDS = ("a word for all", 40 * "t")
PEOPLE = {"alice": WORDS[0], "bob": WORDS[0], "tess": WORDS[1], "otto": WORDS[1]}
# For each file of settings the hub's own steps up to the one that would listen, and who then gets
# in with the right word, and who is an administrator.
STARTS = """
import asyncio, json, os, sys
from jupyterhub import orm
from jupyterhub.app import JupyterHub

async def start(config, people):
    hub = JupyterHub(log_level="ERROR")
    hub.load_config_file(config)
    hub.init_secrets()
    hub.init_db()
    hub.init_hub()
    await hub.init_role_creation()
    await hub.init_users()
    hub.init_services()
    await hub.init_role_assignment()
    let_in = []
    for name, word in people.items():
        login = {"username": name, "password": word}
        if await hub.authenticator.get_authenticated_user(None, login):
            let_in.append(name)
    admin = orm.Role.find(hub.db, "admin")
    admins = [one.name for one in hub.db.query(orm.User) if one.admin or admin in one.roles]
    print(json.dumps([sorted(let_in), sorted(admins)]))

for file in sys.argv[3:]:
    os.environ["MLP_TEACH_HUB_SETTINGS"] = file
    asyncio.run(start(sys.argv[1], json.loads(sys.argv[2])))
"""


@pytest.fixture
def starts(tmp_path):
    """starts(choices, ...): who gets in and who is an administrator, after each of some starts."""
    words = tmp_path / "words"
    words.write_text("\n".join(WORDS))

    def run(*choices):
        files = [tmp_path / f"{n}.json" for n in range(len(choices))]
        for file, one in zip(files, choices, strict=True):
            settings = Settings(password_file=str(words), state=str(tmp_path), **one)
            file.write_text(json.dumps(dataclasses.asdict(settings)))
        command = [sys.executable, "-c", STARTS, CONFIG, json.dumps(PEOPLE), *files]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_students_and_teachers_of_before_are_what_the_settings_say_now(starts):
    all_of_them = {"students": ("alice", "bob"), "teachers": ("tess", "otto")}
    fewer = {"students": ("alice",), "teachers": ("otto",)}
    assert starts(all_of_them, fewer, {"students": ("alice",)}, all_of_them) == [
        [["alice", "bob", "otto", "tess"], ["otto", "tess"]],
        [["alice", "otto"], ["otto"]],
        [["alice"], []],
        [["alice", "bob", "otto", "tess"], ["otto", "tess"]],
    ]
