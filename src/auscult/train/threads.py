"""How many threads a piece of work may use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numba
import torch
from threadpoolctl import threadpool_limits

from auscult.types import FloatArray

SMALL = 1_000_000
"""Numbers in the data up to which threads of a library mostly wait for each other."""


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread for torch and numba in the calling thread, whatever was allowed before."""
    before = torch.get_num_threads(), numba.get_num_threads()
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        numba.set_num_threads(before[1])


def threads_for(X: FloatArray) -> AbstractContextManager[Any]:
    """One thread for the libraries' own pools (OpenMP, BLAS) where the data is small."""
    return threadpool_limits(1) if X.size <= SMALL else nullcontext()
