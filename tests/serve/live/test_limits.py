"""Streams that say nothing, stay too long or do not listen are ended."""

from __future__ import annotations

import json
import socket as sockets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from tests.kept import make_beat_bundle
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from auscult.serve.bundles import Source
from auscult.serve.live import LiveLimits, routes
from auscult.serve.state import ServeState, Settings

HELLO = json.dumps({"sampling_rate": 360, "unit": "mV"})
Opened = Callable[[LiveLimits], Any]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_beat_bundle(tmp_path_factory.mktemp("live"), "logistic", recipe="live")


@pytest.fixture
def opened(bundle: Path) -> Iterator[Opened]:
    """Opens a stream of a service with the limits it is given."""
    running: list[tuple[uvicorn.Server, threading.Thread, ServeState]] = []

    def open_(limits: LiveLimits) -> Any:
        state = ServeState([Source(bundle)], Settings(access_log=None))
        app = Starlette(routes=routes(state, limits))
        config = uvicorn.Config(app, ws="websockets-sansio", log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        listener = sockets.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        running.append((server, thread, state))
        return connect(f"ws://127.0.0.1:{listener.getsockname()[1]}/live", compression=None)

    yield open_
    for server, thread, state in running:
        server.should_exit = True
        thread.join(10)
        state.close()


def received(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(10))
    return message


def ended(socket: ClientConnection) -> tuple[int, str]:
    said = received(socket)
    assert said["type"] == "error"
    with pytest.raises(ConnectionClosed) as end:
        socket.recv(10)
    assert end.value.rcvd is not None
    assert end.value.rcvd.reason == said["error"]
    return end.value.rcvd.code, said["error"]


def test_who_says_nothing_first(opened: Opened) -> None:
    with opened(LiveLimits(hello_seconds=0.2)) as socket:
        assert ended(socket) == (1008, "no first message came in 0.2 s")


def test_who_falls_silent(opened: Opened) -> None:
    with opened(LiveLimits(idle_seconds=0.2)) as socket:
        socket.send(HELLO)
        assert received(socket)["type"] == "ready"
        assert ended(socket) == (1008, "no samples came for 0.2 s")


def test_who_stays_too_long(opened: Opened) -> None:
    with opened(LiveLimits(seconds=0.4)) as socket:
        socket.send(HELLO)
        assert received(socket)["type"] == "ready"
        for _ in range(3):
            time.sleep(0.1)
            socket.send(b"")
        assert ended(socket) == (1008, "the stream has lasted as long as one may")


def test_who_sends_too_much_at_once(opened: Opened) -> None:
    with opened(LiveLimits(message_bytes=100, samples_per_second=10)) as socket:
        socket.send(HELLO)
        assert received(socket)["type"] == "ready"
        socket.send(bytes(4 * 25))
        assert ended(socket) == (1008, "samples come faster than 10 a second")
