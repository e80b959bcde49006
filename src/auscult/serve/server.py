"""Listening: one socket, one process, ended by a signal after the last answer."""

from __future__ import annotations

import contextlib
import errno
import gc
import socket
import ssl
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn

from auscult.errors import InputError
from auscult.serve.app import make_app
from auscult.serve.origins import is_loopback
from auscult.serve.protocol import connection_class
from auscult.serve.state import ServeState, Settings

_DRAIN_SECONDS = 10
_IDLE_SECONDS = 30
_UNREAD = 128 << 10
_LARGEST_MESSAGE = 1 << 20


def serve(state: ServeState, announce: Callable[[str], object] = lambda _: None) -> None:
    """Answer until a signal; then finish what is being answered, and raise the signal again.

    Parameters
    ----------
    state
        What is served, and how.
    announce
        Called with the address once it is listened on.

    Raises
    ------
    InputError
        The port is taken, or the address is not this machine's; the TLS files do not fit.
    """
    settings = state.settings
    try:
        _raise_file_limit()
        with _listening(settings) as listener:
            server = _Server(_config(state), state)
            # What stands now stays: each search of it for garbage would hold answers up by 50 ms.
            gc.collect()
            gc.freeze()
            announce(address(settings, listener))
            server.run(sockets=[listener])
    finally:
        state.close()


def require_safe(settings: Settings) -> None:
    """Refuse to listen beyond this machine without a token, or with half of TLS.

    Raises
    ------
    InputError
        As said.
    """
    if not is_loopback(settings.host) and settings.token is None:
        raise InputError(
            "others could reach this service: it needs a token. Set AUSCULT_TOKEN or give "
            "--token-file FILE.",
            where=f"--host {settings.host}",
        )
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise InputError("give both --tls-cert and --tls-key, or neither.")


def address(settings: Settings, listener: socket.socket) -> str:
    """``http://127.0.0.1:8000/`` of a socket that listens."""
    scheme = "http" if settings.tls_certificate is None else "https"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{scheme}://{host}:{listener.getsockname()[1]}/"


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, state: ServeState) -> None:
        super().__init__(config)
        self._state = state

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._state.stopping = True
        super().handle_exit(sig, frame)


def _config(state: ServeState) -> uvicorn.Config:
    settings = state.settings
    config = uvicorn.Config(
        make_app(state),
        http=connection_class(state.limits),
        ws="websockets-sansio",
        ws_max_size=_LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        loop="asyncio",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    try:
        config.load()
    except (ssl.SSLError, OSError) as error:
        raise InputError(
            f"these are no certificate and key in PEM that belong together ({error}).",
            where="--tls-cert, --tls-key",
        ) from None
    return config


def _listening(settings: Settings) -> socket.socket:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _refused(settings, error) from None
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # What a client sends unasked waits in the system's memory: not in megabytes.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _UNREAD)
        listener.bind(where)
        listener.listen(2048)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise _refused(settings, error) from None
    return listener


def _refused(settings: Settings, error: OSError) -> InputError:
    if error.errno == errno.EADDRINUSE:
        return InputError(
            f"port {settings.port} is taken. Stop what listens there, or give another; "
            "--port 0 takes a free one.",
            where="--port",
        )
    if error.errno == errno.EACCES:
        return InputError(f"port {settings.port} needs more rights.", where="--port")
    return InputError(f"cannot listen there ({error.strerror}).", where=f"--host {settings.host}")


def _raise_file_limit() -> None:
    """As many open connections as the machine allows this person."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
