"""Work that other processes find by its name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.train.jobs import Job
from auscult.train.store import Entry


def total(about: float, arrays: Sequence[NDArray[Any]]) -> Entry:
    """A sum; takes a little time, as a fit does."""
    time.sleep(0.02)
    value = about + sum(float(array.sum()) for array in arrays)
    return Entry({"value": np.array(value)}, {})


def deadly(about: int, arrays: Sequence[NDArray[Any]]) -> Entry:
    """Kills its process."""
    os.kill(os.getpid(), signal.SIGKILL)
    return total(about, arrays)


def deadly_once(about: tuple[str, float], arrays: Sequence[NDArray[Any]]) -> Entry:
    """Kills its process the first time."""
    mark = Path(about[0])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return total(about[1], arrays)


def wrong(about: str, arrays: Sequence[NDArray[Any]]) -> Entry:
    raise ValueError(about)


def slow(about: tuple[float, float], arrays: Sequence[NDArray[Any]]) -> Entry:
    time.sleep(about[1])
    return total(about[0], arrays)


def sums(n: int = 12, seconds: float = 0.0) -> tuple[list[Job], list[float]]:
    """Jobs that share an array, and their outcomes."""
    shared = np.arange(100.0)
    own = [np.full(3, float(i)) for i in range(n)]
    jobs = [Job(slow, (float(i), seconds), (shared, own[i])) for i in range(n)]
    return jobs, [i + 4950.0 + 3.0 * i for i in range(n)]


def values(found: dict[int, Entry]) -> list[float]:
    return [float(found[place].arrays["value"]) for place in sorted(found)]
