"""How many threads a piece of work may use, and the memory that it may keep."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any

import numba
import torch
from threadpoolctl import threadpool_limits

from auscult.types import FloatArray

SMALL = 1_000_000
"""Numbers in the data up to which threads of a library mostly wait for each other."""


@contextmanager
def some_threads(count: int) -> Iterator[None]:
    """So many threads for torch and numba in the calling thread, whatever was allowed before."""
    before = torch.get_num_threads(), numba.get_num_threads()
    torch.set_num_threads(count)
    numba.set_num_threads(min(count, numba.config.NUMBA_NUM_THREADS))
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        numba.set_num_threads(before[1])


def one_thread() -> AbstractContextManager[None]:
    """One thread for torch and numba in the calling thread, whatever was allowed before."""
    return some_threads(1)


def n_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def n_threads_for(X: FloatArray) -> int:
    """How many threads of a library work on so much data; 0 for as many as there are."""
    return 1 if X.size <= SMALL else 0


def threads_for(X: FloatArray) -> AbstractContextManager[Any]:
    """One thread for the libraries' own pools (OpenMP, BLAS) where the data is small."""
    return threadpool_limits(1) if n_threads_for(X) else nullcontext()


@cache
def keep_freed_memory() -> None:
    """Let the process keep what it frees, where the C library is glibc.

    A training step allocates and frees the same few megabytes. By default they go back to the
    system each time, and each page of them is cleared and mapped anew at its next first touch: on
    small networks a third of the time. The most memory held at one time stays the same.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt:
        trim_threshold, mmap_threshold = -1, -3  # names of malloc.h
        mallopt(mmap_threshold, 32 * 2**20)
        mallopt(trim_threshold, 2**30)
