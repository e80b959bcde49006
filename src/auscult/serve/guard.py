"""What every request passes before a route sees it, and what every answer carries."""

from __future__ import annotations

import time

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from auscult.serve.api import OPEN
from auscult.serve.refusals import Refused, refusal, report_fault
from auscult.serve.state import ServeState
from auscult.serve.tokens import client_of

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
_LOGIN = "/login"
_STATIC = "/static/"
_SMALL = 64 << 10


class Guard:
    """The application: origin, rate, token, concurrency, then the routes; then log and figures."""

    def __init__(self, app: Starlette, state: ServeState) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self._app
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app.router(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(scope, receive, send)
        try:
            await self._answer(exchange)
        except Exception as error:
            if exchange.status:
                report_fault(error)
                raise
            response = self._to_login(scope, error) or refusal(error)
            await response(scope, exchange.receive, exchange.send)
        finally:
            self._note(scope, exchange)

    async def _answer(self, exchange: _Exchange) -> None:
        state, scope = self._state, exchange.scope
        connection = HTTPConnection(scope)
        state.origins.check(scope["method"], connection.headers)
        if scope["path"] in OPEN:
            await self._app.router(scope, exchange.receive, exchange.send)
            return
        state.rate.take(client_of(connection))
        self._require_token(connection)
        state.metrics.running.inc()
        try:
            with state.concurrency.answering():
                await self._app.router(scope, exchange.receive, exchange.send)
        finally:
            state.metrics.running.dec()

    def _require_token(self, connection: HTTPConnection) -> None:
        path = connection.scope["path"]
        if self._state.token is not None and path != _LOGIN and not path.startswith(_STATIC):
            self._state.token.require(connection)

    def _to_login(self, scope: Scope, error: Exception) -> Response | None:
        """A browser without a token is sent to where one is asked for."""
        asks_page = "text/html" in Headers(scope=scope).get("accept", "")
        if isinstance(error, Refused) and error.status == 401 and scope["method"] == "GET":
            return RedirectResponse(_LOGIN, 303) if asks_page else None
        return None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        state, connection = self._state, HTTPConnection(scope)
        began, status = time.perf_counter(), 101
        try:
            state.origins.check("GET", connection.headers, handshake=True)
            state.rate.take(client_of(connection))
            self._require_token(connection)
        except Refused as refused:
            status = refused.status
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused.message[:100]})
        else:
            await self._app.router(scope, receive, send)
        finally:
            self._log("WEBSOCKET", scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.began
        self._log(scope["method"], scope, exchange.status, seconds)

    def _log(self, method: str, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        self._state.metrics.answered(method, route, status, seconds)
        bundle = scope.get("state", {}).get("bundle")
        self._state.log.request(
            method=method, route=route, status=status, seconds=seconds, bundle=bundle
        )


class _Exchange:
    """A request and its answer, watched: how far the body was read, which status was sent."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.began = time.perf_counter()
        self.status = 0
        self._receive = receive
        self._send = send
        self._unread = _has_large_body(scope)

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            self._unread = False
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ())]
            present = {name.lower() for name, _ in headers}
            headers += [pair for pair in _SECURITY if pair[0] not in present]
            if self._unread and b"connection" not in present:
                # Else the connection would go on swallowing the body that nobody wants.
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        await self._send(message)


def _has_large_body(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return True
        if name == b"content-length":
            return not value.isdigit() or int(value[:20]) > _SMALL
    return False
