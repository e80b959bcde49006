"""How much of a stranger's request is read, how long it may take, and how many run at once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from auscult.serve.refusals import Refused, busy

_FREE = 64 << 10
_CLIENTS = 10_000
CLOSE = {"Connection": "close"}


@dataclass(frozen=True)
class Limits:
    """Bounds of one service.

    Parameters
    ----------
    body_bytes
        The largest body of a request (413).
    bodies_bytes
        All bodies larger than 64 KiB that are being read at a time (503).
    bodies_rate
        Bytes a second that are read of them together: small requests are answered in between.
    rows
        Cases in one request (413).
    header_bytes, header_seconds
        Size of a request's head (431) and how long it may take to arrive (408).
    body_seconds
        How long a body may take to arrive (408).
    answer_seconds
        How long an answer may wait for the model (503).
    requests
        Requests that are answered at a time, those whose body still arrives not counted (503).
    write_seconds
        How long a client may leave an answer unread before its connection ends.
    values
        In one JSON body (400).
    connections
        Open connections; beyond, the one that has been incomplete for longest is closed, or else
        the one that has been idle for longest.
    rate
        Requests a second a client may send on average, and twice that at once (429); None sets
        no bound.
    """

    body_bytes: int = 8 << 20
    bodies_bytes: int = 32 << 20
    bodies_rate: float = 100e6
    rows: int = 10_000
    header_bytes: int = 32 << 10
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    answer_seconds: float = 60.0
    write_seconds: float = 30.0
    values: int = 1_000_000
    requests: int = 256
    connections: int = 1024
    rate: float | None = None


class Concurrency:
    """How many requests are being answered, and how many bytes of bodies are held."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.running = 0
        self.held = 0
        self._free_at = 0.0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """One more request; refused where there are too many (503)."""
        self._require_room()
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1

    @contextmanager
    def _reading(self) -> Iterator[None]:
        # A body that trickles in costs nothing but its bytes: it takes nobody's place.
        self.running -= 1
        try:
            yield
        finally:
            self.running += 1

    def _require_room(self) -> None:
        if self.running >= self.limits.requests:
            busy("The service is busy. Try again in a second.")

    async def body(self, request: Request, most: int | None = None) -> bytes:
        """The whole body of a request.

        Parameters
        ----------
        request
            Its body must not have been read before.
        most
            A bound in bytes other than ``limits.body_bytes``.

        Raises
        ------
        Refused
            413 too large, 408 too slow, 400 the connection broke, 503 too much is held.
        """
        most = self.limits.body_bytes if most is None else most
        _require_declared(request, most)
        with self._reading():
            body = await self._read(request, most)
        if self.running > self.limits.requests:
            busy("The service is busy. Try again in a second.")
        return body

    async def _read(self, request: Request, most: int) -> bytes:
        parts: list[bytes] = []
        size = held = 0
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                async for part in request.stream():
                    parts.append(part)
                    size += len(part)
                    if size > most:
                        _too_large(most)
                    if size > _FREE:
                        held += self._hold(size - held)
                        await self._pace(len(part))
            return b"".join(parts)
        except TimeoutError:
            raise Refused(408, "The body took too long to arrive.", headers=CLOSE) from None
        except ClientDisconnect:
            raise Refused(400, "The connection ended before the body did.") from None
        finally:
            self.held -= held

    async def _pace(self, size: int) -> None:
        """Wait until so many more bytes may be read of large bodies."""
        now = time.monotonic()
        self._free_at = max(now, self._free_at) + size / self.limits.bodies_rate
        await asyncio.sleep(self._free_at - now)

    def _hold(self, size: int) -> int:
        if self.held + size > self.limits.bodies_bytes:
            raise Refused(
                503,
                "The service holds too many large bodies. Try again in a second.",
                headers={"Retry-After": "1"} | CLOSE,
            )
        self.held += size
        return size


def _require_declared(request: Request, most: int) -> None:
    """Refuse by the length that is declared, before a byte of the body is read."""
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
        _too_large(most)


def _too_large(most: int) -> None:
    raise Refused(
        413,
        f"The body is larger than {most:,} bytes. Send fewer rows a request; "
        "`auscult predict` takes files of any size.",
        headers=CLOSE,
    )


class Rate:
    """A bucket of requests a client: it fills steadily and holds twice what fills in a second."""

    def __init__(self, rate: float | None, burst: float | None = None) -> None:
        self.rate = rate
        self.burst = burst if burst is not None else 2 * (rate or 0)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """One request of a client; refused where its bucket is empty (429)."""
        if self.rate is None:
            return
        now = time.monotonic()
        level, then = self._buckets.pop(client, (self.burst, now))
        level = min(self.burst, level + (now - then) * self.rate)
        self._buckets[client] = (max(level - 1, 0.0) if level >= 1 else level, now)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        if level < 1:
            seconds = max(1, round((1 - level) / self.rate))
            raise Refused(
                429,
                f"Too many requests. Try again in {seconds} s.",
                headers={"Retry-After": str(seconds)},
            )
