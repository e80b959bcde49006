"""What a stranger may do to a connection, and what that does to others."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests.serve.conftest import StartServer
from tests.serve.running import Server, start_limited
from tests.serve.test_predict import ROW, rows

POST = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def hasty(table_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with little patience and few connections."""
    log = tmp_path_factory.mktemp("hasty") / "log"
    service = start_limited(
        table_bundle,
        log,
        header_seconds=0.6,
        body_seconds=0.6,
        write_seconds=0.6,
        connections=40,
        requests=4,
        bodies_bytes=1 << 20,
        body_bytes=1 << 20,
    )
    yield service
    service.stop()


def connect(service: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=5)


def said(line: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = []
    try:
        while part := line.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def answers(service: Server) -> bool:
    return httpx.post(f"{service.url}/predict", json=ROW).status_code == 200


@pytest.mark.parametrize("sent", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: loc", b"\r\n"])
def test_a_head_that_does_not_come_is_408(hasty: Server, sent: bytes) -> None:
    with connect(hasty) as line:
        line.sendall(sent)
        began = time.monotonic()
        assert said(line).startswith(b"HTTP/1.1 408 ")
        assert 0.3 < time.monotonic() - began < 4


def test_a_head_that_trickles_is_408(hasty: Server) -> None:
    with connect(hasty) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        answer = b""
        line.settimeout(0.1)
        for _ in range(40):
            try:
                line.sendall(b"a")
                answer += line.recv(1000)
            except TimeoutError:
                continue
            except OSError:
                break
            if answer:
                break
        assert answer.startswith(b"HTTP/1.1 408 ")


def test_the_second_head_has_a_time_too(hasty: Server) -> None:
    with connect(hasty) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
        line.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        assert said(line).startswith(b"HTTP/1.1 408 ")


def test_a_large_head_is_431(hasty: Server) -> None:
    for head in (
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 20_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000,
        b"\r\n" * 50_000,
    ):
        with connect(hasty) as line:
            line.sendall(head)
            assert said(line).startswith(b"HTTP/1.1 431 "), head[:40]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\x03",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_http_is_400(hasty: Server, sent: bytes) -> None:
    with connect(hasty) as line:
        line.sendall(sent)
        assert said(line).startswith(b"HTTP/1.1 400 ")


def test_a_body_that_trickles_is_408(hasty: Server) -> None:
    with connect(hasty) as line:
        line.sendall(POST + b"Content-Length: 500\r\n\r\n{")
        assert said(line).startswith(b"HTTP/1.1 408 ")


def test_a_declared_large_body_is_413_before_it_comes(hasty: Server) -> None:
    with connect(hasty) as line:
        line.sendall(POST + b"Content-Length: 500000000\r\n\r\n")
        began = time.monotonic()
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")
        assert time.monotonic() - began < 0.4


def test_a_large_body_in_chunks_is_413(hasty: Server) -> None:
    with connect(hasty) as line:
        line.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        try:
            for _ in range(200):
                line.sendall(chunk)
        except OSError:
            pass
        assert b" 413 " in said(line)[:20]


def test_a_body_that_nobody_asked_for_is_not_swallowed(hasty: Server) -> None:
    with connect(hasty) as line:
        line.sendall(
            b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000000\r\n\r\n"
        )
        sent = 0
        line.settimeout(3)
        try:
            while sent < 200 << 20:
                sent += line.send(b" " * (1 << 20))
        except OSError:
            pass
        assert sent < 20 << 20


def test_slow_bodies_take_no_place(hasty: Server) -> None:
    with ExitStack() as lines:
        for _ in range(20):
            line = lines.enter_context(connect(hasty))
            line.sendall(POST + b"Content-Length: 500\r\n\r\n{")
        assert answers(hasty)


def test_half_open_connections_make_room(hasty: Server) -> None:
    with ExitStack() as lines:
        for _ in range(150):
            line = lines.enter_context(connect(hasty))
            line.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert answers(hasty)
    assert answers(hasty)


def test_idle_connections_make_room(hasty: Server) -> None:
    with ExitStack() as lines:
        for _ in range(60):
            line = lines.enter_context(connect(hasty))
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert answers(hasty)


def test_answers_that_nobody_reads_are_given_up(hasty: Server) -> None:
    body = json.dumps({"rows": rows() * 200}, separators=(",", ":")).encode()
    asked = POST + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(("127.0.0.1", hasty.port))
        with contextlib.suppress(OSError):
            for _ in range(20):
                line.sendall(asked)
        assert said(line).count(b"HTTP/1.1 200") < 20
    assert answers(hasty)


def test_requests_in_a_row_on_one_connection(hasty: Server) -> None:
    asked = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connect(hasty) as line:
        line.sendall(asked * 20 + asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert said(line).count(b"HTTP/1.1 200 ") == 21


def test_many_clients_are_answered_or_told_to_wait(hasty: Server) -> None:
    body = {"rows": rows() * 200}
    with httpx.Client(base_url=hasty.url, timeout=60) as client, ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(client.post, "/predict", json=body) for _ in range(32)]
        answered = [one.result() for one in asked]
    assert {one.status_code for one in answered} == {200, 503}
    waits = {one.headers.get("retry-after") for one in answered if one.status_code == 503}
    assert waits == {"1"}
    assert answers(hasty)


def test_a_rate_is_429(server: StartServer, table_bundle: Path) -> None:
    service = server([table_bundle], rate=5)
    with httpx.Client(base_url=service.url) as client:
        answers = [client.post("/predict", json=ROW) for _ in range(30)]
        assert {answer.status_code for answer in answers} == {200, 429}
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert client.get("/healthz").status_code == 200
