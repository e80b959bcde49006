"""How fast a served table bundle answers, and what an attack does to those who wait.

    python benchmarks/serve_load.py [--requests 100000] [--clients 64]

Three measurements on the loopback, the service and its clients in processes of their own:

- one client, one row a request;
- many clients at once, one row a request each;
- a fifth as many again, while 600 connections send half a head and stay, and 100 clients
  send bodies of 500 MB, half of them with a declared length and half in chunks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.kept import make_table_bundle
from tests.serve.running import Server, start

ROW = {"age": 55, "sex": "male", "chest_pain": "none", "chol": 250, "thalach": 150, "oldpeak": 1.2}
HALF_OPEN, BODIES, BODY_BYTES = 600, 100, 500_000_000
_LENGTH = re.compile(rb"content-length: (\d+)")


@dataclass
class Measured:
    """Latencies in ms of what was answered, and how many were not answered with 200."""

    ms: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        p50, p99, p999 = np.percentile(self.ms, [50, 99, 99.9])
        rate = len(self.ms) / self.seconds
        return (
            f"{len(self.ms):,} answers, {self.errors} errors, {rate:,.0f} a second: "
            f"p50 {p50:.2f} ms, p99 {p99:.2f} ms, p99.9 {p999:.2f} ms, most {max(self.ms):.1f} ms"
        )


class Client(asyncio.Protocol):
    """Asks, waits for the answer, asks again: as often as there are requests left."""

    def __init__(self, request: bytes, left: list[int], measured: Measured) -> None:
        self.request, self.left, self.measured = request, left, measured
        self.done = asyncio.get_running_loop().create_future()
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        """The next request, or the end."""
        if self.left[0] <= 0:
            self.transport.close()
            return
        self.left[0] -= 1
        self.began = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, found, body = self.answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or length is None or len(body) < int(length[1]):
            return
        self.measured.ms.append(1000 * (time.perf_counter() - self.began))
        self.measured.errors += not self.answer.startswith(b"HTTP/1.1 200 ")
        self.answer = b""
        self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        self.measured.errors += error is not None or bool(self.answer)
        if not self.done.done():
            self.done.set_result(None)


async def _load(port: int, clients: int, requests: int) -> Measured:
    body = json.dumps(ROW).encode()
    head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    loop, measured, left = asyncio.get_running_loop(), Measured(), [requests]
    began = time.perf_counter()
    made = [
        await loop.create_connection(lambda: Client(request, left, measured), "127.0.0.1", port)
        for _ in range(clients)
    ]
    await asyncio.gather(*(client.done for _, client in made))
    measured.seconds = time.perf_counter() - began
    return measured


def load(port: int, clients: int, requests: int) -> Measured:
    """Latencies of requests by several clients at once."""
    return asyncio.run(_load(port, clients, requests))


async def _half_open(port: int) -> None:
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nX: ")
            await reader.read()
            writer.close()
        except OSError:
            await asyncio.sleep(0.1)


async def _large(port: int, chunked: bool) -> int:
    """Send a body of 500 MB; how much was taken."""
    sent, piece = 0, b" " * 65536
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % BODY_BYTES
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + length + b"\r\n\r\n")
        while sent < BODY_BYTES:
            writer.write(b"10000\r\n" + piece + b"\r\n" if chunked else piece)
            await writer.drain()
            sent += len(piece)
    except OSError:
        pass
    return sent


async def _attack(port: int, taken: Connection) -> None:
    waiting = [asyncio.create_task(_half_open(port)) for _ in range(HALF_OPEN)]
    await asyncio.sleep(1)
    taken.send(0)
    sent = await asyncio.gather(*(_large(port, i % 2 == 0) for i in range(BODIES)))
    taken.send(sum(sent))
    await asyncio.gather(*waiting)


def attack(port: int, taken: Connection) -> None:
    """Half-open connections for ever, and large bodies once."""
    asyncio.run(_attack(port, taken))


def cpu_seconds(service: Server) -> float:
    """Processor time of the service so far."""
    parts = Path(f"/proc/{service.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def memory(service: Server, field: str) -> float:
    """``VmRSS`` or ``VmHWM`` of the service in MB."""
    text = Path(f"/proc/{service.process.pid}/status").read_text()
    found = re.search(rf"{field}:\s+(\d+) kB", text)
    assert found
    return int(found[1]) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--history", action="store_true", help="store every prediction (SQLite)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bundle = make_table_bundle(Path(folder))
        stored = {"history": str(Path(folder) / "history.sqlite")} if asked.history else {}
        service = start([bundle], Path(folder) / "log", **stored)
        try:
            measure(service, asked.clients, asked.requests)
        finally:
            service.stop()


def measure(service: Server, clients: int, requests: int) -> None:
    """The three measurements."""
    load(service.port, 1, 200)
    print("one client:  ", load(service.port, 1, 2000))
    before = cpu_seconds(service)
    print(f"{clients} clients:  ", load(service.port, clients, requests), flush=True)
    each = 1000 * (cpu_seconds(service) - before) / requests
    print(f"processor time of the service: {each:.2f} ms a request")
    Path(f"/proc/{service.process.pid}/clear_refs").write_text("5")
    held = memory(service, "VmRSS")
    context = multiprocessing.get_context("spawn")
    taken, sending = context.Pipe(duplex=False)
    attacker = context.Process(target=attack, args=(service.port, sending))
    attacker.start()
    taken.recv()
    print("under attack:", load(service.port, clients, requests // 5))
    sent = taken.recv() if taken.poll(60) else 0
    attacker.kill()
    attacker.join()
    grown = memory(service, "VmHWM") - held
    print(f"memory: {held:.0f} MB before the attack, at most {grown:.0f} MB more during it")
    print(f"taken of {BODIES} bodies of 500 MB: {sent / 1e6:,.0f} MB")
    print("afterwards:  ", load(service.port, clients, requests // 5))


if __name__ == "__main__":
    main()
