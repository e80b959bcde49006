"""``/live``: samples of an ECG as they come, answered by beats with labels."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import numpy as np
from prometheus_client import Counter as CounterFigure
from prometheus_client import Gauge, Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from auscult.bundle.bundle import Bundle
from auscult.data.ecg.stream import BeatStream, StreamBeat
from auscult.errors import AuscultError, InputError
from auscult.serve.answers import dumps
from auscult.serve.batching import Answered
from auscult.serve.live_answers import beat_message, label_of, ready_message
from auscult.serve.live_messages import Hello, Refusal, live_bundles, read_hello, read_samples
from auscult.serve.pages.errors import told_on_a_page
from auscult.serve.pages.render import page, words_of
from auscult.serve.refusals import Refused, report_fault
from auscult.serve.state import ServeState

SECTION: Final = "live"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
T = TypeVar("T")


@dataclass(frozen=True)
class LiveLimits:
    """Bounds of the streams of one service.

    Parameters
    ----------
    streams
        Open at a time.
    message_bytes
        The largest message.
    samples_per_second
        How fast samples may come on average; twice that at once.
    hello_seconds
        How long the first message may take.
    idle_seconds
        How long no message may come.
    send_seconds
        How long a client may leave its beats unread.
    seconds
        How long a stream may last.
    """

    streams: int = 16
    message_bytes: int = 64 << 10
    samples_per_second: float = 20_000.0
    hello_seconds: float = 10.0
    idle_seconds: float = 30.0
    send_seconds: float = 10.0
    seconds: float = 24 * 3600.0


def routes(state: ServeState, limits: LiveLimits = LiveLimits()) -> list[BaseRoute]:
    """The WebSocket and the page that shows it.

    Parameters
    ----------
    state
        Its sections gain ``live`` where a bundle can label beats of a stream.
    limits
        Of the streams.
    """
    live = Live(state, limits)
    if live_bundles(state.bundles):
        state.sections = (*state.sections, SECTION)
    return [
        WebSocketRoute("/live", live.stream),
        Route("/live", told_on_a_page(live.page)),
    ]


class Live:
    """The streams of one service."""

    def __init__(self, state: ServeState, limits: LiveLimits) -> None:
        self.state = state
        self.limits = limits
        self.open = 0
        kept = state.metrics.registry
        self.streams = Gauge("auscult_live_streams", "Streams that are open.", registry=kept)
        self.beats = CounterFigure("auscult_live_beats", "Beats labelled.", registry=kept)
        self.seconds = Histogram(
            "auscult_live_seconds",
            "From the last sample to the label.",
            buckets=_SECONDS,
            registry=kept,
        )
        # Long messages are looked through away from the event loop, one at a time.
        self._executor = ThreadPoolExecutor(1, "live")

    async def page(self, request: Request) -> Response:
        """The page."""
        t = words_of(request)
        found = live_bundles(self.state.bundles)
        shown = {
            name: {"classes": list(bundle.document.classes), "target": bundle.document.target}
            for name, bundle in found.items()
        }
        return page(request, "live.html", title=t("live-title"), bundles=shown)

    async def stream(self, socket: WebSocket) -> None:
        """One stream, from its first message to its close."""
        await socket.accept()
        if self.open >= self.limits.streams:
            await _close(socket, Refusal(1013, "too many streams are open; try again later"))
            return
        self.open += 1
        self.streams.inc()
        try:
            async with asyncio.timeout(self.limits.seconds):
                await _Stream(self, socket).run()
        except Refusal as refusal:
            await _close(socket, refusal)
        except TimeoutError:
            await _close(socket, Refusal(1008, "the stream has lasted as long as one may"))
        except WebSocketDisconnect:
            pass
        except Exception as error:
            report_fault(error)
            await _close(socket, Refusal(1011, "a fault of the service"))
        finally:
            self.open -= 1
            self.streams.dec()

    async def run(self, small: bool, function: Callable[[], T]) -> T:
        """Run it here where it is small."""
        if small:
            return function()
        return await asyncio.get_running_loop().run_in_executor(self._executor, function)


class _Stream:
    def __init__(self, live: Live, socket: WebSocket) -> None:
        self.live = live
        self.limits = live.limits
        self.socket = socket
        self.counts: Counter[str] = Counter()
        self.n_beats = 0
        self._began = time.monotonic()
        self._n_samples = 0

    async def run(self) -> None:
        hello, name, bundle = await self._hello()
        try:
            recipe = str((bundle.document.recipe or {}).get("recipe") or "kaggle")
            stream = BeatStream(hello.sampling_rate, recipe)
        except AuscultError as error:
            raise Refusal(1008, str(error)) from None
        await self._send(ready_message(name, bundle, stream, hello))
        self._began = time.monotonic()
        while True:
            message = await self._receive(self.limits.idle_seconds, "no samples came for {:g} s")
            received = time.perf_counter()
            samples = read_samples(message, hello, self.limits.message_bytes)
            if samples is None:
                break
            self._require_slow(len(samples))
            small = len(samples) <= hello.sampling_rate / 2
            beats = await self.live.run(small, partial(stream.push, samples))
            await self._answer(name, bundle, stream, beats, received)
        received = time.perf_counter()
        await self._answer(name, bundle, stream, stream.finish(), received)
        end = {"type": "end", "samples": stream.n_samples, "beats": self.n_beats}
        await self._send(end | {"counts": dict(self.counts)})
        await self.socket.close(1000)

    async def _hello(self) -> tuple[Hello, str, Bundle]:
        message = await self._receive(self.limits.hello_seconds, "no first message came in {:g} s")
        return read_hello(message, live_bundles(self.live.state.bundles), self.limits.message_bytes)

    async def _receive(self, seconds: float, late: str) -> dict[str, Any]:
        try:
            async with asyncio.timeout(seconds):
                message = await self.socket.receive()
        except TimeoutError:
            raise Refusal(1008, late.format(seconds)) from None
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1005)
        return dict(message)

    async def _answer(
        self,
        name: str,
        bundle: Bundle,
        stream: BeatStream,
        beats: list[StreamBeat],
        received: float,
    ) -> None:
        rows = [beat.X for beat in beats if beat.X is not None]
        answered = await self._answered(name, bundle, np.stack(rows)) if rows else None
        place = 0
        for beat in beats:
            seconds = time.perf_counter() - received
            content = beat_message(beat, stream.sampling_rate, seconds)
            if beat.X is not None and answered is not None:
                content |= label_of(answered, place)
                self.counts[content["label"]] += 1
                self.live.seconds.observe(seconds)
                self.live.beats.inc()
                place += 1
            self.n_beats += 1
            await self._send(content)

    async def _answered(self, name: str, bundle: Bundle, X: Any) -> Answered:
        try:
            answered = await self.live.state.answered(name, bundle, X)
        except Refused as refused:
            raise Refusal(1013, refused.message) from None
        except InputError as error:
            raise Refusal(1008, str(error)) from None
        if not np.isfinite(answered.answers.probability).all():
            raise Refusal(1008, "the model has no answer for a beat")
        return answered

    def _require_slow(self, n: int) -> None:
        self._n_samples += n
        rate = self.limits.samples_per_second
        if self._n_samples > rate * (time.monotonic() - self._began + 2):
            raise Refusal(1008, f"samples come faster than {rate:,.0f} a second")

    async def _send(self, content: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(self.limits.send_seconds):
                await self.socket.send_text(dumps(content).decode())
        except TimeoutError:
            raise Refusal(1008, "the beats are not read") from None
        except RuntimeError:  # the client went away in the middle
            raise WebSocketDisconnect(1006) from None


async def _close(socket: WebSocket, refusal: Refusal) -> None:
    if socket.application_state is not WebSocketState.CONNECTED:
        return
    with contextlib.suppress(RuntimeError, TimeoutError, WebSocketDisconnect):
        async with asyncio.timeout(1):
            content = {"type": "error", "error": refusal.line}
            await socket.send_text(dumps(content).decode())
            await socket.close(refusal.code, refusal.reason)
