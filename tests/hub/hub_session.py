"""A student at a hub without a browser: logs in by the form, has a server, runs code."""

from __future__ import annotations

import asyncio
import json
import uuid
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse
from tornado.websocket import websocket_connect

NOTHING = "{}"
AGAIN = 3  # s after which somebody tries again
PATIENCE = 900  # s for one answer


class Session:
    """`ca` is the file of a certificate that is trusted besides those of the system's list."""

    def __init__(self, base: str, name: str, word: str, ca: str | None = None):
        self.base, self.name, self.word, self.ca = base, name, word, ca
        self.client, self.cookies, self.token = AsyncHTTPClient(), {}, ""

    async def ask(
        self, path: str, method: str = "GET", body: str | None = None, follow: bool = True
    ) -> HTTPResponse:
        """Raises HTTPClientError for answers of 400 and more, and without `follow` for none."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.token:
            headers = {"Authorization": f"token {self.token}"}
        if body == NOTHING:
            headers["Content-Type"] = "application/json"
        how = {"request_timeout": PATIENCE, "connect_timeout": PATIENCE, "ca_certs": self.ca}
        request = HTTPRequest(
            self.base + path, method, headers, body, follow_redirects=follow, **how
        )
        answer = await self.client.fetch(request, raise_error=follow)
        for line in answer.headers.get_list("Set-Cookie"):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer

    async def log_in(self) -> None:
        """Raises HTTPClientError with code 403 for a wrong password."""
        await self.ask("/hub/login")
        form = {"username": self.name, "password": self.word, "_xsrf": self.cookies["_xsrf"]}
        await self.ask("/hub/login", "POST", urlencode(form), follow=False)
        await self.ask("/hub/home")  # the cookie against forgery is another one after the login
        place = f"/hub/api/users/{self.name}/tokens?_xsrf={self.cookies['_xsrf']}"
        self.token = json.loads((await self.ask(place, "POST", NOTHING)).body)["token"]

    async def start(self) -> None:
        """Asks for the server until the hub takes the wish, then waits until it is there.

        Raises RuntimeError with what the hub said where it did not come.
        """
        place = f"/hub/api/users/{self.name}/server"
        while True:
            try:
                await self.ask(place, "POST", NOTHING)
                break
            except HTTPClientError as error:
                if error.code != 429:  # too many start at this moment
                    raise
                await asyncio.sleep(AGAIN)
        said = (await self.ask(f"{place}/progress")).body.decode()  # ends when the server is there
        if '"ready": true' not in said:
            raise RuntimeError(said[-500:])

    async def run(self, cells: list[str]) -> list[str]:
        """A kernel that runs the cells; how each ended: ok, error, or the kernel is gone."""
        place = f"/user/{self.name}/api/kernels"
        kernel = json.loads((await self.ask(place, "POST", NOTHING)).body)["id"]
        url = f"{self.base}{place}/{kernel}/channels".replace("http", "ws", 1)
        headers = {"Authorization": f"token {self.token}"}
        request = HTTPRequest(url, headers=headers, ca_certs=self.ca)
        socket = await websocket_connect(request, max_message_size=1 << 30)
        ends = [await run_cell(socket, code) for code in cells]
        socket.close()
        await socket.read_message()  # until the other side has closed it too
        return ends


async def run_cell(socket, code: str) -> str:
    key = uuid.uuid4().hex
    header = {"msg_id": key, "msg_type": "execute_request", "username": "", "session": key}
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    wish = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    await socket.write_message(json.dumps(wish | {"channel": "shell"}))
    while (text := await socket.read_message()) is not None:
        said = json.loads(text) if isinstance(text, str) else {}
        if said.get("msg_type") == "execute_reply" and said["parent_header"]["msg_id"] == key:
            return said["content"]["status"]
    return "the kernel is gone"
