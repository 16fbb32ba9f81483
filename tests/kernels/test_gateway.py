"""Frames between browser and gateway stay what they are; the stock class loses the binary ones."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from jupyter_server.gateway.connections import GatewayWebSocketConnection
from jupyter_server.gateway.gateway_client import GatewayClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler
from traitlets import Any

from mlp_teach.kernels.gateway import TokenFile, WholeFrames, read_token

BINARY = b"\x00\x00\x00\x02\xff\xfe" + bytes(range(256))  # no UTF-8
TEXT = '{"channel": "iopub", "content": "銅"}'


def browser_of(kind, session="of another page"):
    """The connection class beside a handler that only remembers what it is to send."""

    class WithListener(kind):
        websocket_handler = Any()
        kernel_id = "k"
        session_id = session

    return WithListener


class Gateway(WebSocketHandler):
    """Plays the gateway: keeps what comes, says what it is told to. The first has a long way."""

    def initialize(self, heard, opened, told):
        self.heard, self.opened, self.told = heard, opened, told

    async def prepare(self):
        self.told.append("asked")
        if self.told == ["asked"]:
            await asyncio.sleep(0.3)

    def open(self, kernel):
        self.told.append("opened")
        self.opened.append(self)

    def on_close(self):
        self.told.append("closed")

    def on_message(self, message):
        self.heard.append(message)


@asynccontextmanager
async def connected(kind, monkeypatch):
    """A connection to a stand-in gateway: (connection, gateway's side, what each side got and what
    became of the connections)."""
    heard, opened, shown, told = [], [], [], []
    what = {"heard": heard, "opened": opened, "told": told}
    routes = [(r"/api/kernels/(.+)/channels", Gateway, what)]
    server = HTTPServer(Application(routes))
    socket, port = bind_unused_port()
    server.add_socket(socket)
    client = GatewayClient(url=f"http://127.0.0.1:{port}", gateway_retry_max=1)
    client.gateway_retry_interval = client.gateway_retry_interval_max = 0.05
    monkeypatch.setattr(GatewayClient, "instance", lambda: client)
    handler = SimpleNamespace(write_message=lambda m, binary=False: shown.append((m, binary)))
    connection = browser_of(kind, "of this page")(websocket_handler=handler)
    await connection.connect()
    await until(lambda: opened and connection.ws is not None)
    try:
        yield SimpleNamespace(
            connection=connection,
            opened=opened,
            heard=heard,
            shown=shown,
            told=told,
            server=server,
            port=port,
        )
    finally:
        connection.disconnect()
        server.stop()
        await asyncio.sleep(0.05)


async def until(happened):
    for _ in range(200):
        if happened():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


def test_each_frame_reaches_the_browser_as_the_kind_that_it_was(monkeypatch):
    async def run():
        async with connected(WholeFrames, monkeypatch) as one:
            await one.opened[0].write_message(TEXT)
            await one.opened[0].write_message(BINARY, binary=True)
            await one.opened[0].write_message(TEXT)
            await until(lambda: len(one.shown) == 3)
            assert one.shown == [(TEXT, False), (BINARY, True), (TEXT, False)]

    asyncio.run(run())


def test_each_frame_reaches_the_gateway_as_the_kind_that_it_was(monkeypatch):
    async def run():
        async with connected(WholeFrames, monkeypatch) as one:
            for message in (TEXT, BINARY, TEXT):
                one.connection.handle_incoming_message(message)
            await until(lambda: len(one.heard) == 3)
            assert one.heard == [TEXT, BINARY, TEXT]

    asyncio.run(run())


def test_a_lost_connection_is_made_again_and_carries_on(monkeypatch):
    async def run():
        async with connected(WholeFrames, monkeypatch) as one:
            one.opened[0].close()
            await until(lambda: one.connection.ws is None)
            one.connection.handle_incoming_message(TEXT)  # waits
            await until(lambda: len(one.opened) == 2 and one.connection.ws is not None)
            one.connection.handle_incoming_message(BINARY)
            await until(lambda: len(one.heard) == 2)
            assert one.heard == [TEXT, BINARY]

    asyncio.run(run())


def test_a_gateway_that_is_away_for_long_is_found_again(monkeypatch):
    """Longer than the client's tries last: it has one, and waits a second at most."""

    async def run():
        async with connected(WholeFrames, monkeypatch) as one:
            one.server.stop()
            one.opened[0].close()
            await until(lambda: one.connection.ws is None)
            one.connection.handle_incoming_message(TEXT)
            await asyncio.sleep(2.5)
            back = HTTPServer(one.server.request_callback)
            back.listen(one.port, "127.0.0.1")
            await until(lambda: one.heard)
            assert one.heard == [TEXT]
            back.stop()

    asyncio.run(run())


def test_a_page_that_goes_before_its_connection_stands_leaves_none_open(monkeypatch):
    async def run():
        async with connected(WholeFrames, monkeypatch) as one:
            early = browser_of(WholeFrames)(websocket_handler=one.connection.websocket_handler)
            await early.connect()
            early.disconnect()
            await until(lambda: len(one.opened) == 2 and one.opened[1].ws_connection is None)
            one.connection.handle_incoming_message(TEXT)  # the other goes on
            await until(lambda: one.heard)

    asyncio.run(run())


@pytest.mark.parametrize("gone", [True, False])
def test_of_one_page_there_is_one_connection_at_a_time(monkeypatch, gone):
    """The gateway would answer to the one that came last, which need not be the page's last."""

    async def run():
        async with connected(WholeFrames, monkeypatch) as one:
            one.told.clear()  # so that the next one's way is long, too
            kind = browser_of(WholeFrames, "of a third")
            first, second, third = (
                kind(websocket_handler=one.connection.websocket_handler) for _ in range(3)
            )
            await first.connect()
            if gone:  # the browser has ended it; else the server does not know that yet
                first.disconnect()
            ends = asyncio.gather(second.connect(), third.connect())
            await until(lambda: third.ws is not None)
            await first.connect()  # as one that lost its gateway would try again
            third.handle_incoming_message(TEXT)
            await until(lambda: one.heard)
            assert one.told == ["asked", "opened", "closed", "asked", "opened"]
            assert (first.ws, second.ws) == (None, None)
            third.disconnect()
            await ends
            await until(lambda: one.told[5:] == ["closed"])

    asyncio.run(run())


def test_a_page_that_was_closed_ends_nothing(monkeypatch):
    def closed(message, binary=False):
        raise WebSocketClosedError

    async def run():
        async with connected(WholeFrames, monkeypatch) as one:
            one.connection.websocket_handler.write_message = closed
            await one.opened[0].write_message(BINARY, binary=True)
            await asyncio.sleep(0.1)
            one.connection.handle_incoming_message(TEXT)
            await until(lambda: one.heard)

    asyncio.run(run())


def test_the_stock_class_still_needs_us(monkeypatch):
    """When this fails, jupyter_server passes binary frames itself: remove ours."""

    async def run():
        async with connected(GatewayWebSocketConnection, monkeypatch) as one:
            await one.opened[0].write_message(BINARY, binary=True)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(until(lambda: (BINARY, True) in one.shown), 0.3)

    asyncio.run(run())


def test_the_token_comes_from_the_file_and_goes_into_the_header(tmp_path, monkeypatch):
    (tmp_path / "token").write_text("secret\n")
    (tmp_path / "token").chmod(0o600)
    monkeypatch.setenv("MLP_TEACH_GATEWAY_TOKEN_FILE", str(tmp_path / "token"))
    client = GatewayClient(url="http://127.0.0.1:1", gateway_token_renewer_class=TokenFile)
    assert client.load_connection_args()["headers"]["Authorization"] == "token secret"
    (tmp_path / "token").write_text("new")  # without a new start
    assert client.load_connection_args()["headers"]["Authorization"] == "token new"


def test_a_token_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "token"
    path.write_text("secret")
    path.chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        read_token(path)
    path.chmod(0o600)
    path.write_text(" \n")
    with pytest.raises(ValueError, match="is empty"):
        read_token(path)
