"""The connection below HTTP: bounds that the server itself does not set.

A client may open a connection and say nothing, send a head for ever, or a body that nobody wants.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from http import HTTPStatus
from itertools import chain
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from auscult.serve.limits import Limits

_LINGER_SECONDS = 1.0
_LINGER_BYTES = 1 << 20
_ANSWER = (b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4", b"HTTP/1.1 5")
_END = b"\r\n\r\n"


class Connection(HttpToolsProtocol):
    """uvicorn's connection with a time and a size for heads, and a bound on how many are open.

    A subclass made by :func:`connection_class` holds what is shared by one service.
    """

    limits: ClassVar[Limits]
    incomplete: ClassVar[OrderedDict[Connection, None]]
    idle: ClassVar[OrderedDict[Connection, None]]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Lingering(transport, self))  # type: ignore[arg-type]
        self._in_head = True
        self._upgraded = False
        self._fed = 0
        self._head_bytes = 0
        self._refused = 400
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self.incomplete[self] = None
        self._await_head()
        if len(self.connections) > self.limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self.resume_writing()
        self.incomplete.pop(self, None)
        self.idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        transport: Any = self.transport
        if transport.lingers:
            transport.swallow(len(data))
            return
        super().data_received(data)
        # The bytes of a WebSocket's handshake are no head that goes on.
        if self._upgraded or transport.is_closing() or not (self._in_head or self._is_idle()):
            return
        self._fed += len(data)
        if self._fed > self.limits.header_bytes:
            self._refuse(431)
        elif self._timer is None:
            self._await_head()

    def on_message_begin(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        self.incomplete[self] = None
        self.idle.pop(self, None)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._fed = 0
        self._stop_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.incomplete.pop(self, None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        transport: Any = self.transport
        transport.flush()
        super().on_response_complete()
        if self._is_idle() and self not in self.incomplete:
            self.idle[self] = None

    def send_400_response(self, msg: str) -> None:
        self._refuse(self._refused)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(self.limits.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def handle_websocket_upgrade(self) -> None:
        self._upgraded = True
        self._stop_timer()
        self.incomplete.pop(self, None)
        super().handle_websocket_upgrade()

    def _is_idle(self) -> bool:
        return self.cycle is None or (self.cycle.response_complete and not self.pipeline)

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.limits.header_bytes:
            # The parser makes its own error of this, and that ends in send_400_response.
            self._refused = 431
            raise ValueError

    def _await_head(self) -> None:
        self._timer = self.loop.call_later(self.limits.header_seconds, self._head_is_late)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _head_is_late(self) -> None:
        self._timer = None
        if self.cycle is None or self.cycle.response_complete:
            self._refuse(408)
        else:
            self._await_head()

    def _make_room(self) -> None:
        """Close the connection that has kept its request back for longest, or an idle one."""
        others = (one for one in chain(self.incomplete, self.idle) if one is not self)
        oldest = next(others, self)
        oldest.transport.abort()
        self.connections.discard(oldest)
        self.incomplete.pop(oldest, None)
        self.idle.pop(oldest, None)

    def _refuse(self, status: int) -> None:
        if self.transport.is_closing():
            return
        texts = {
            400: "This is not HTTP.",
            408: "The head took too long to arrive.",
            431: f"The head is larger than {self.limits.header_bytes:,} bytes.",
        }
        body = json.dumps({"error": texts[status], "where": "head"}).encode()
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nx-content-type-options: nosniff\r\n"
            "cache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


class _Lingering:
    """A transport that closes politely, and sends an answer's head together with its body.

    Closing a socket with bytes unread resets it, and the answer may never be seen: what still
    comes is swallowed for a moment instead, a bounded number of bytes.
    """

    def __init__(self, transport: asyncio.Transport, owner: Connection) -> None:
        self._transport = transport
        self._owner = owner
        self._left = _LINGER_BYTES
        self._head = b""
        self.lingers = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send, or hold the head of an answer until more of it comes."""
        if not self._head and data.startswith(_ANSWER) and data.endswith(_END):
            self._head = data
        elif self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Send what is held."""
        if self._head:
            self.write(b"")

    def is_closing(self) -> bool:
        return self.lingers or self._transport.is_closing()

    def close(self) -> None:
        self.flush()
        if self.lingers or self._transport.is_closing():
            return
        if self._owner not in self._owner.incomplete or not self._transport.can_write_eof():
            self._transport.close()
            return
        self.lingers = True
        self._transport.write_eof()
        self._owner.loop.call_later(_LINGER_SECONDS, self._transport.abort)

    def swallow(self, size: int) -> None:
        """Count bytes that nobody reads; beyond the bound none are taken from the network."""
        self._left -= size
        if self._left < 0:
            self._transport.pause_reading()


def connection_class(limits: Limits) -> type[Connection]:
    """The connection of one service."""
    shared = {"limits": limits, "incomplete": OrderedDict(), "idle": OrderedDict()}
    return type("BoundedConnection", (Connection,), shared)
