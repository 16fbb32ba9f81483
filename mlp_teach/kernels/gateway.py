"""Kernels on another computer: a connection through which pictures that move come whole.

JupyterLab's server can hand all kernels to a Jupyter Kernel Gateway elsewhere:

    jupyter lab --gateway-url=http://127.0.0.1:8889 \\
      --ServerApp.kernel_websocket_connection_class=mlp_teach.kernels.gateway.WholeFrames \\
      --GatewayClient.gateway_token_renewer_class=mlp_teach.kernels.gateway.TokenFile

Between browser, server and gateway run two WebSockets, whose frames are text or binary. A message
with buffers, as widgets send them, is a binary frame. The class that comes with jupyter_server
2.21 decodes every frame as UTF-8 and sends every frame on as text, so that the first binary one
ends the connection (jupyter-widgets/ipywidgets issue 3798). This one hands each frame on as the
kind that it was.

A page has a session, and the gateway answers to sessions: of two connections with the same one the
kernel hears that which came last, for good. JupyterLab always makes two. The first asks for a
protocol that no server with a gateway has, so the browser ends it at once and makes the second;
where the first one's way to the gateway took longer, nobody would answer the page. So here a
session's next connection waits until the gateway has seen the end of the one before.

While the gateway is away the stock class drops what the page says, and gives up after five tries;
the page takes itself for connected, and its cells wait for ever. Here what it says waits, and the
tries go on until the page goes.

The token travels in a header. jupyter_server would take it from its environment as well, but writes
that whole environment into its log whenever it starts a kernel; so we read it from a file.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import ClassVar
from weakref import WeakValueDictionary

from jupyter_server.gateway.connections import GatewayWebSocketConnection
from jupyter_server.gateway.gateway_client import GatewayClient, GatewayTokenRenewerBase
from tornado.websocket import WebSocketClosedError

TOKEN_FILE = "MLP_TEACH_GATEWAY_TOKEN_FILE"  # the variable that names another file than this:
USUAL = "~/.mlp_gateway_token"
PATIENCE = 20  # s that a gateway may take to see an end; the next connection is made all the same


class WholeFrames(GatewayWebSocketConnection):
    """jupyter_server's connection to a gateway, with each frame kept as it came, and one at a time
    for each session of a kernel."""

    # The last of each kernel and session, while there is one.
    _last: ClassVar[WeakValueDictionary[tuple[str, str], WholeFrames]] = WeakValueDictionary()

    def __init__(self, **options):
        super().__init__(**options)
        self.over = asyncio.Event()  # nothing of it is at the gateway, nor on the way there
        self.over.set()
        self.unsent: list[str | bytes] = []  # what the page said while the gateway was away

    async def connect(self) -> None:
        """To the gateway, after the same session's connection before has ended there."""
        if self.disconnected:  # another has come while it waited to try again
            return
        whose = self.kernel_id, self.session_id
        before, self._last[whose] = self._last.get(whose), self
        self.over.clear()
        if before not in (None, self):
            before.disconnect()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(before.over.wait(), PATIENCE)
        if self.disconnected:
            self.over.set()
        else:
            await super().connect()

    async def _read_messages(self) -> None:
        while self.ws is not None:
            frame = await self.ws.read_message()
            if frame is None:  # one side has ended it
                break
            if not self.disconnected:
                self.handle_outgoing_message(frame)
        if not self.disconnected:
            self.log.warning("Lost the connection to the gateway: kernel %s", self.kernel_id)
        if self.ws is not None:
            self.ws.close()
        self.ws = self.ws_future = None
        self.over.set()
        # Tries do not come to an end while the page is there, which does not know of them.
        if most := GatewayClient.instance().gateway_retry_max:
            self.retry = min(self.retry, most - 1)
        await super()._read_messages()  # reads no more, and connects again if that is wanted

    def disconnect(self) -> None:
        """The page has gone. A connection that does not stand yet is closed as soon as it does:
        cancelled, as in the stock class, it would open all the same and take the kernel's answers.
        """
        self.disconnected = True
        if self.ws is not None:
            self.ws.close()

    def _connection_done(self, fut) -> None:
        if self.disconnected and fut.exception() is None:
            self.ws = fut.result()  # so that its end is waited for
            self.ws.close()
            return
        super()._connection_done(fut)
        if self.ws is not None:
            unsent, self.unsent = self.unsent, []
            for message in unsent:
                self._write_message(message)

    def handle_incoming_message(self, message: str | bytes) -> None:
        """From the browser; it waits while the gateway is away."""
        if self.ws is None and not self.disconnected:
            self.unsent.append(message)
        else:
            self._write_message(message)

    def handle_outgoing_message(self, incoming_msg: str | bytes, *args) -> None:
        """From the gateway to the browser."""
        with suppress(WebSocketClosedError):  # the page was closed
            sent = self.websocket_handler.write_message(
                incoming_msg, binary=isinstance(incoming_msg, bytes)
            )
            _without_traceback(sent)

    def _write_message(self, message: str | bytes) -> None:
        """From the browser to the gateway."""
        if self.disconnected or self.ws is None:
            return
        try:
            _without_traceback(self.ws.write_message(message, binary=isinstance(message, bytes)))
        except WebSocketClosedError:
            self.log.warning("The gateway is not there: a message to it is lost.")


def _without_traceback(sent: asyncio.Future | None) -> None:
    """A side that ends while a message is on its way to it is no error."""
    if sent is not None:
        sent.add_done_callback(lambda done: done.cancelled() or done.exception())


class TokenFile(GatewayTokenRenewerBase):
    """The gateway's token from a file, read anew for each connection."""

    def get_token(self, auth_header_key: str, auth_scheme: str | None, auth_token: str) -> str:
        """The file's content. jupyter_server logs a refusal, and the gateway answers 401."""
        return read_token(Path(os.environ.get(TOKEN_FILE) or USUAL).expanduser())


def read_token(path: Path) -> str:
    """A token that its owner alone can read. Raises PermissionError if others can, ValueError for
    an empty file."""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise PermissionError(f"Others can read {path}, and so use your kernels: chmod 600 {path}")
    if not (token := path.read_text("utf-8").strip()):
        raise ValueError(f"{path} is empty; it must hold the gateway's token.")
    return token
