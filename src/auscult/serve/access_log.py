"""One JSON line a request: what was asked and how it went, never what it was about."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from auscult.errors import InputError

_MOST = 10_000
_SECONDS = 0.2


class AccessLog:
    """Writes lines from a thread of its own: a reader that stalls never stalls an answer.

    Each line holds ``time`` (UTC), ``method``, ``route`` (the template, never the path or the
    query), ``status``, ``ms`` and ``bundle`` (its hash). What a stalled reader leaves unwritten
    beyond 10,000 lines is dropped, and a line says how many.

    Parameters
    ----------
    to
        ``-`` for the error output, a file to append to, or None for nothing.

    Raises
    ------
    InputError
        The file cannot be written.
    """

    def __init__(self, to: str | Path | None = "-") -> None:
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._stop = threading.Event()
        self._file = _opened(to)
        self._thread = threading.Thread(target=self._write_all, daemon=True)
        if self._file is not None:
            self._thread.start()

    def request(
        self, *, method: str, route: str, status: int, seconds: float, bundle: str | None
    ) -> None:
        """Note a request."""
        if self._file is None:
            return
        self._append(
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            bundle=bundle,
        )

    def event(self, event: str, **said: object) -> None:
        """Note something else: a bundle replaced or refused."""
        if self._file is not None:
            self._append(event=event, **said)

    def close(self) -> None:
        """Write what waits, for at most a second."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
            if self._file not in (None, sys.stderr) and not self._thread.is_alive():
                self._file.close()

    def _append(self, **said: object) -> None:
        if len(self._lines) >= _MOST:
            self._dropped += 1
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._lines.append(json.dumps({"time": now, **said}, ensure_ascii=False))

    def _write_all(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while not self._stop.wait(_SECONDS):
                self._write()
            self._write()

    def _write(self) -> None:
        assert self._file is not None
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            lines.append(json.dumps({"event": "lines dropped", "n": dropped}))
        if lines:
            self._file.write("\n".join(lines) + "\n")
            self._file.flush()


def _opened(to: str | Path | None) -> TextIO | None:
    if to is None:
        return None
    if str(to) == "-":
        return sys.stderr
    try:
        return Path(to).open("a", encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror}).", where=str(to)) from None
