"""A login by OAuth, with a provider that lets everybody in as ola."""

import asyncio
import importlib.util
import shutil
import tempfile
from base64 import b64decode
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from tornado.web import Application, RequestHandler

from tests.hub import class_machine
from tests.hub.class_machine import ClassMachine, free_ports
from tests.hub.hub_session import Session

pytestmark = pytest.mark.slow
SECRET = "the client's secret"
SETTINGS = """
auth = "oauth"
password_file = "/srv/words"
students = ["ola"]
[oauth]
client_id = "mlp-teach"
oauth_callback_url = "http://127.0.0.1:{hub}/hub/oauth_callback"
authorize_url = "http://127.0.0.1:{provider}/authorize"
token_url = "http://127.0.0.1:{provider}/token"
userdata_url = "http://127.0.0.1:{provider}/userinfo"
username_claim = "name"
"""


class Authorize(RequestHandler):
    def get(self):
        answer = {"code": "once", "state": self.get_argument("state")}
        self.redirect(f"{self.get_argument('redirect_uri')}?{urlencode(answer)}")


class Token(RequestHandler):
    def post(self):
        basic = self.request.headers.get("Authorization", "").removeprefix("Basic ")
        given = b64decode(basic).decode().partition(":")[2]
        given = given or self.get_body_argument("client_secret", "")
        self.set_status(200 if given == SECRET else 401)
        self.write({"access_token": "for ola", "token_type": "bearer"})


class UserInfo(RequestHandler):
    def get(self):
        assert self.request.headers["Authorization"].lower() == "bearer for ola"
        self.write({"name": self.application.settings["who"]})


async def log_in(hub, port, who):
    """Follows the way from the hub to the provider and back; the last address and status."""
    pages = [("/authorize", Authorize), ("/token", Token), ("/userinfo", UserInfo)]
    provider = Application(pages, who=who).listen(port, "127.0.0.1")
    session, place = Session(hub.base, who, ""), "/hub/oauth_login"
    for _ in range(6):
        answer = await session.ask(place, follow=False)
        if answer.code != 302:
            break
        step = urlsplit(answer.headers["Location"])
        session.base = f"http://{step.netloc}" if step.netloc else hub.base
        place = f"{step.path}?{step.query}"
        if step.path in ("/hub/spawn", "/hub/home"):
            break
    provider.stop()
    return place, answer.code


def test_who_the_provider_knows_and_the_list_names_gets_in():
    if importlib.util.find_spec("oauthenticator") is None:
        pytest.skip("oauthenticator is not here")
    if missing := class_machine.missing():
        pytest.skip(missing)
    folder, provider = Path(tempfile.mkdtemp(prefix="hub-")), free_ports(1)
    hub = ClassMachine(folder, ("--settings", "/srv/hub.toml"), {"carla": "mlp_students"})
    text = SETTINGS.format(hub=hub.port, provider=provider)
    hub.before = f"""cat > /srv/hub.toml <<'END'\n{text}\nEND
    umask 077; echo "{SECRET}" > /srv/words; umask 022"""
    try:
        with hub:
            assert asyncio.run(log_in(hub, provider, "ola"))[0].startswith("/hub/spawn")
            assert asyncio.run(log_in(hub, provider, "mallory"))[1] == 403
            assert SECRET not in hub.log.read_text("utf-8", "replace")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
