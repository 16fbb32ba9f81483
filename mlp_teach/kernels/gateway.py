"""Kernels on another computer: a connection through which pictures that move come whole.

JupyterLab's server can hand all kernels to a Jupyter Kernel Gateway elsewhere:

    jupyter lab --gateway-url=http://127.0.0.1:8889 \\
      --ServerApp.kernel_websocket_connection_class=mlp_teach.kernels.gateway.WholeFrames

Between browser, server and gateway run two WebSockets, whose frames are text or binary. A message
with buffers, as widgets send them, is a binary frame. The class that comes with jupyter_server
2.21 decodes every frame as UTF-8 and sends every frame on as text, so that the first binary one
ends the connection (jupyter-widgets/ipywidgets issue 3798). This one hands each frame on as the
kind that it was.

The token is read by jupyter_server itself from JUPYTER_GATEWAY_AUTH_TOKEN and travels in a header.
"""

from __future__ import annotations

from contextlib import suppress

from jupyter_server.gateway.connections import GatewayWebSocketConnection
from tornado.websocket import WebSocketClosedError


class WholeFrames(GatewayWebSocketConnection):
    """jupyter_server's connection to a gateway, with each frame kept as it came."""

    async def _read_messages(self) -> None:
        while self.ws is not None and not self.disconnected:
            frame = await self.ws.read_message()
            if frame is None:  # one side has ended it
                break
            self.handle_outgoing_message(frame)
        if not self.disconnected:
            self.log.warning("Lost the connection to the gateway: kernel %s", self.kernel_id)
        if self.ws is not None:
            self.ws.close()
        # Without them, what the browser sends meanwhile is dropped instead of waiting in a loop.
        self.ws = self.ws_future = None
        await super()._read_messages()  # reads no more, and connects again if that is wanted

    def handle_outgoing_message(self, incoming_msg: str | bytes, *args) -> None:
        """From the gateway to the browser."""
        with suppress(WebSocketClosedError):  # the page was closed
            self.websocket_handler.write_message(
                incoming_msg, binary=isinstance(incoming_msg, bytes)
            )

    def _write_message(self, message: str | bytes) -> None:
        """From the browser to the gateway."""
        if self.disconnected or self.ws is None:
            return
        try:
            self.ws.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            self.log.warning("The gateway is not there: a message to it is lost.")
