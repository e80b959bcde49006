"""Signals that ask training to stop are heeded behind a step, never within one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_HEEDED: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def heeding_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set; the signal itself is delivered at the end.

    A second signal is not waited with. Outside of the main thread, which alone is interrupted,
    the event is never set.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    came: list[int] = []

    def note(number: int, _: Any) -> None:
        if came:
            restore()
            signal.raise_signal(number)
        came.append(number)
        asked.set()

    before = {number: signal.signal(number, note) for number in _HEEDED}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    try:
        yield asked
    finally:
        restore()
        if came:
            signal.raise_signal(came[0])
