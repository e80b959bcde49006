"""The peak of the memory that a piece of work holds."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event, Thread
from typing import Self

STATUS = Path("/proc/self/status")


def held() -> int:
    """Bytes of this process that no file backs, or 0 where the system does not say.

    Pages of a mapped file are not counted: the system takes them back when it needs them.
    """
    if not STATUS.exists():
        return 0
    line = next(x for x in STATUS.read_text().splitlines() if x.startswith("RssAnon"))
    return int(line.split()[1]) * 1024


class Peak:
    """Looks every few milliseconds: ``bytes`` is the most held within, less ``before``."""

    def __init__(self, before: int, interval: float = 0.005) -> None:
        self.before, self.interval = before, interval
        self.bytes = 0
        self._done = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._look()

    def _look(self) -> None:
        self.bytes = max(self.bytes, held() - self.before)

    def _watch(self) -> None:
        while not self._done.is_set():
            self._look()
            time.sleep(self.interval)
