"""A recording sent to ``/live`` at its own pace."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import numpy as np
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.sync.client import ClientConnection, connect

from auscult.errors import InputError
from auscult.types import FloatArray

Told = Callable[[dict[str, Any]], object]

_PIECE_SECONDS: Final = 0.01


@dataclass(frozen=True, eq=False)
class Replay:
    """What is played: ``(n_samples,)`` in mV at Hz, its lead, how fast, for which bundle."""

    signal: FloatArray
    sampling_rate: float
    lead: str
    speed: float = 1.0
    bundle: str | None = None


def play(
    replay: Replay,
    url: str,
    token: str | None = None,
    *,
    ready: Told = lambda _: None,
    beat: Told = lambda _: None,
) -> dict[str, Any]:
    """Send a recording and hear its beats.

    Parameters
    ----------
    replay
        What, and how fast.
    url
        Of the service: ``http://127.0.0.1:8000``.
    token
        The service's, where it wants one.
    ready, beat
        Told each message of the service. A beat has ``delay_ms`` besides: from the moment that
        its R-peak was sent to the moment that its label came.

    Returns
    -------
    dict
        The last message (``beats``, ``counts``), with ``usual_ms`` and ``longest_ms``, the median
        and the 99th percentile of the delays of beats that were not ``late``.

    Raises
    ------
    InputError
        The service cannot be reached, refuses the stream or ends it.
    """
    address = live_address(url)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with connect(address, additional_headers=headers, compression=None) as socket:
            return _played(replay, socket, ready, beat)
    except InvalidStatus as error:
        status = error.response.status_code
        hint = " Give --token-file." if status in (401, 403) and not token else ""
        raise InputError(f"the service refuses the stream ({status}).{hint}", where=url) from None
    except ConnectionClosed as error:
        said = error.rcvd.reason if error.rcvd and error.rcvd.reason else "without a reason"
        raise InputError(f"the service closed the stream: {said}", where=url) from None
    except (OSError, InvalidHandshake, InvalidURI) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise InputError(
            f"no service answers there ({reason}). Start one: auscult serve BUNDLE", where=url
        ) from None


def live_address(url: str) -> str:
    """``ws://host/live`` of ``http://host``.

    Raises
    ------
    InputError
        It is no address of a service.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None or not parts.netloc:
        raise InputError("is no address. It looks like http://127.0.0.1:8000.", where=url)
    path = (
        parts.path if parts.path.rstrip("/").endswith("/live") else f"{parts.path.rstrip('/')}/live"
    )
    return urlunsplit((scheme, parts.netloc, path, "", ""))


def _played(replay: Replay, socket: ClientConnection, ready: Told, beat: Told) -> dict[str, Any]:
    hello = {"sampling_rate": replay.sampling_rate, "unit": "mV", "lead": replay.lead}
    if replay.bundle is not None:
        hello["bundle"] = replay.bundle
    socket.send(json.dumps(hello))
    ready(_next(socket))
    sender = _Sender(replay, socket)
    sender.start()
    delays, late = [], 0
    try:
        while True:
            message = _next(socket)
            if message["type"] == "end":
                break
            message["delay_ms"] = 1000 * (time.monotonic() - sender.sent_at(message["sample"]))
            late += message["late"]
            if not message["late"]:
                delays.append(message["delay_ms"])
            beat(message)
    finally:
        sender.stop()
    figures: dict[str, Any] = {"late": late, "usual_ms": None, "longest_ms": None}
    if delays:
        usual, longest = np.percentile(delays, [50, 99])
        figures |= {"usual_ms": float(usual), "longest_ms": float(longest)}
    return message | figures


def _next(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv())
    if message["type"] == "error":
        raise InputError(f"the service refuses: {message['error']}")
    return message


class _Sender(threading.Thread):
    """Sends pieces when they are due."""

    def __init__(self, replay: Replay, socket: ClientConnection) -> None:
        super().__init__(name="replay", daemon=True)
        self._replay = replay
        self._socket = socket
        self._stopped = threading.Event()
        self._began = time.monotonic()

    def sent_at(self, sample: int) -> float:
        """When a sample was due."""
        return self._began + sample / (self._replay.sampling_rate * self._replay.speed)

    def stop(self) -> None:
        self._stopped.set()
        self.join(2)

    def run(self) -> None:
        signal = self._replay.signal.astype("<f4")
        piece = max(1, round(_PIECE_SECONDS * self._replay.sampling_rate * self._replay.speed))
        self._began = time.monotonic()
        try:
            for start in range(0, len(signal), piece):
                due = self.sent_at(min(start + piece, len(signal)))
                if self._stopped.wait(max(0.0, due - time.monotonic())):
                    return
                self._socket.send(signal[start : start + piece].tobytes())
            self._socket.send('{"end": true}')
        except ConnectionClosed:
            return  # whoever reads hears why
