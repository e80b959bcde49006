"""Sharing the fused recurrence's work among threads, and keeping its large buffers."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import torch
from numpy.typing import NDArray


@dataclass(frozen=True)
class Shares:
    """Items ``fit · parts + part``, to be done by ``threads``.

    ``whole_fits``: every thread owns whole fits and can add up the parts of each by itself.
    """

    fits: int
    parts: int
    threads: int

    @property
    def whole_fits(self) -> bool:
        return self.fits % self.threads == 0 or self.fits >= 8 * self.threads

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """A few runs of items a thread: whoever is done first takes the next one."""
        unit = self.parts if self.whole_fits else 1
        n = self.fits * self.parts // unit
        pieces = min(n, 4 * self.threads) if self.threads > 1 else 1
        cuts = [n * k // pieces * unit for k in range(pieces + 1)]
        return list(pairwise(cuts))


_pool: ThreadPoolExecutor | None = None
_pool_key = (0, 0)
_lock = threading.Lock()


def _executor(threads: int) -> ThreadPoolExecutor:
    """A pool of this process: threads do not survive a fork."""
    global _pool, _pool_key  # noqa: PLW0603
    with _lock:
        if _pool is None or _pool_key != (os.getpid(), threads):
            _pool = ThreadPoolExecutor(threads, thread_name_prefix="recurrence")
            _pool_key = (os.getpid(), threads)
        return _pool


def run(work: Callable[[int, int], None], shares: Shares) -> None:
    """Call ``work(first, last)`` for every range of items, in this thread and its helpers."""
    ranges = deque(shares.ranges)

    def help_out() -> None:
        while True:
            try:
                first, last = ranges.popleft()
            except IndexError:
                return
            work(first, last)

    helpers = min(shares.threads, len(ranges)) - 1
    waiting = [_executor(shares.threads - 1).submit(help_out) for _ in range(helpers)]
    help_out()
    for helper in waiting:
        helper.result()


class Buffer:
    """An uninitialised array that goes back to a small store when nobody holds it any more.

    The system clears large memory before it hands it out, which would cost a tenth of the time.
    """

    _store: ClassVar[list[torch.Tensor]] = []
    _store_bytes = 256 << 20

    def __init__(self, size: int, dtype: torch.dtype) -> None:
        needed = size * dtype.itemsize
        with _lock:
            fitting = [t for t in self._store if needed <= t.numel() <= 2 * needed]
            best = min(fitting, key=torch.Tensor.numel, default=None)
            if best is not None:
                self._store[:] = [t for t in self._store if t is not best]
        self._bytes = torch.empty(needed, dtype=torch.uint8) if best is None else best
        self.array: NDArray[Any] = self._bytes[:needed].view(dtype).numpy()

    def __del__(self) -> None:
        if 0 < self._bytes.numel() <= self._store_bytes:
            with _lock:
                self._store.append(self._bytes)
                while sum(t.numel() for t in self._store) > self._store_bytes:
                    self._store.pop(0)
