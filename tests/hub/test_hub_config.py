"""What the choices become in JupyterHub's own configuration."""

import asyncio
import dataclasses
import importlib
import importlib.util
import json
import runpy
import sys

import pytest
from hub_settings import Settings
from traitlets.config import Config

from tests.hub.class_machine import ROOT

pytest.importorskip("jupyterhub", reason="jupyterhub: pip install '.[test]'")
CONFIG = ROOT / "deploy" / "jupyterhub" / "jupyterhub_config.py"


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """configured(settings): the configuration that JupyterHub would read."""
    words = tmp_path / "words"
    words.write_text("first word of some length\n" + 40 * "t")

    def read(**choices):
        settings = Settings(password_file=str(words), state=str(tmp_path), **choices)
        file = tmp_path / "settings.json"
        file.write_text(json.dumps(dataclasses.asdict(settings)))
        monkeypatch.setenv("MLP_TEACH_HUB_SETTINGS", str(file))
        config = Config()
        runpy.run_path(str(CONFIG), init_globals={"get_config": lambda: config})
        return config

    return read


def test_with_pam_only_the_two_groups_get_in(configured):
    c = configured(auth="pam", spawner="local", teachers=("tess",))
    assert c.JupyterHub.authenticator_class == "pam"
    assert c.PAMAuthenticator.allowed_groups == {"mlp_students", "mlp_teachers"}
    assert "allow_all" not in c.Authenticator
    assert not c.LimitedSpawner.make_accounts


def test_with_a_list_of_students_nobody_else_gets_in(configured):
    c = configured(students=("alice",), teachers=("tess",))
    assert c.Authenticator.allowed_users == {"alice", "tess"}
    assert not c.Authenticator.allow_all
    c = configured(auth="pam", spawner="local", students=("alice",))
    assert "allowed_groups" not in c.PAMAuthenticator


CLASSES = {
    "shared-password": "jupyterhub.authenticators.shared:SharedPasswordAuthenticator",
    "pam": "jupyterhub.auth:PAMAuthenticator",
    "oauth": "oauthenticator.generic:GenericOAuthenticator",
}


@pytest.fixture(params=CLASSES)
def authenticator(request, configured):
    """Each of the three as the hub makes it, with the settings' configuration."""
    module, _, name = CLASSES[request.param].partition(":")
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        pytest.skip(f"{module} is not here")
    config = configured(auth=request.param, spawner="local", teachers=("tess",))
    config.merge({name: {"allow_all": True}})
    return getattr(importlib.import_module(module), name)(config=config)


def test_who_was_there_before_does_not_get_in_for_that(authenticator):
    """JupyterHub lets them in by itself where a list of users is set."""
    assert authenticator.allowed_users == {"tess"}
    assert not authenticator.allow_existing_users


@pytest.mark.parametrize(
    "name",
    [
        *("..", ".", "...", "%2e%2e", "../alice", "a/b", "a\\b", ".ssh", "~", "-x", "", " alice"),
        *("a b", "a\n", "alice\n..", "a\0", "{username}", "$HOME", "x" * 33, "太郎"),
    ],
)
def test_a_name_that_is_no_plain_file_name_does_not_get_in(authenticator, name):
    """The trial's folder of `..` would be that of the hub's own."""
    assert not authenticator.validate_username(name)
    assert not asyncio.run(who_gets_in(authenticator, name))


async def who_gets_in(authenticator, name):
    """What the hub makes of a login that was right."""

    async def right(handler, data):
        return data["username"]

    authenticator.authenticate = right
    return await authenticator.get_authenticated_user(None, {"username": name})


@pytest.mark.parametrize(
    "name", ["alice", "Alice", "s2026001", "2026001", "a.b-c_d", "a@example.org", "x" * 32]
)
def test_usual_names_get_in(authenticator, name):
    authenticator.pam_normalize_username = False
    assert asyncio.run(who_gets_in(authenticator, name))["name"] == name.lower()


def test_an_oauth_login_gets_its_section_and_its_secret(configured):
    oauth = {"client_id": "mlp", "authorize_url": "https://a", "username_claim": "login"}
    c = configured(auth="oauth", spawner="local", oauth=oauth)
    assert c.JupyterHub.authenticator_class == "generic-oauth"
    assert c.GenericOAuthenticator.client_secret == "first word of some length"
    assert c.GenericOAuthenticator.username_claim == "login"
    assert c.LimitedSpawner.make_accounts
    generic = pytest.importorskip("oauthenticator.generic", reason="oauthenticator is not here")
    assert set(c.GenericOAuthenticator) <= set(generic.GenericOAuthenticator.class_traits())


def test_only_the_proxy_faces_outwards(configured):
    c = configured(auth="pam", spawner="local", ip="0.0.0.0", port=443, tls_cert="c", tls_key="k")
    assert c.JupyterHub.bind_url == "https://0.0.0.0:443"
    inner = (c.JupyterHub.hub_bind_url, c.ConfigurableHTTPProxy.api_url)
    assert inner == ("http://127.0.0.1:444", "http://127.0.0.1:445")
    assert c.Spawner.ip == "127.0.0.1"


def test_kernels_use_sockets_and_idle_ones_end(configured):
    c = configured(idle_minutes=40, starts_at_once=3, memory="1G", cpu=0.5)
    assert "--KernelManager.transport=ipc" in c.Spawner.args
    assert "--MappingKernelManager.cull_idle_timeout=1200" in c.Spawner.args
    assert [one for one in c.Spawner.args if "terminado" in one and "-l" not in one]
    (culler,) = c.JupyterHub.services
    assert "--timeout=2400" in culler["command"]
    (role,) = [one for one in c.JupyterHub.load_roles if "services" in one]
    assert role["services"] == [culler["name"]]
    assert (c.JupyterHub.concurrent_spawn_limit, c.Spawner.mem_limit) == (3, "1G")
    assert c.Spawner.cmd[0] == sys.executable


def test_nbgrader_in_a_clone_of_the_course_hands_out_the_language_of_the_hub(
    configured, monkeypatch
):
    environment = configured(lang="ja").Spawner.environment
    monkeypatch.setenv("MLP_TEACH_LANG", environment["MLP_TEACH_LANG"])
    nbgrader = Config()
    runpy.run_path(str(ROOT / "nbgrader_config.py"), init_globals={"get_config": lambda: nbgrader})
    assert nbgrader.CourseDirectory.release_directory == "exercises/ja"
