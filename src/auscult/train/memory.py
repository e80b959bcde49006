"""The memory that a network takes: told before any of it is taken, and where it was too little."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

from auscult.errors import InputError
from auscult.models.network import Architecture
from auscult.types import InputShape

_EACH: Final = 24  # bytes: weight, gradient, two moments, the best weight so far, and its copy
_NO_MEMORY: Final = re.compile("allocate memory|not enough memory|out of memory")
_TOO_LARGE: Final = "too large for this machine: choose fewer units, filters or layers."


def n_parameters(architecture: Architecture, shape: InputShape) -> int:
    """Trained numbers of one fit.

    Raises
    ------
    InputError
        To train one fit would take more memory than this machine has.
    """
    try:
        with torch.device("meta"):  # shapes without numbers
            found = architecture.build(1, shape).n_parameters
    except RuntimeError as error:
        if "overflow" not in str(error):
            raise
        raise InputError(f"the {architecture.label} of these settings is {_TOO_LARGE}") from None
    if fits_at_once(found) < 1:
        raise InputError(
            f"the {architecture.label} of these settings is {_TOO_LARGE} It has {found:,} "
            f"parameters, and to train them takes {found * _EACH / 1e9:,.0f} GB of "
            f"{_memory() / 1e9:,.0f}."
        )
    return found


def fits_at_once(n_parameters: int) -> int:
    """How many fits of so many trained numbers the memory would hold in training."""
    return _memory() // (_EACH * n_parameters)


@contextmanager
def memory_told(architecture: Architecture) -> Iterator[None]:
    """Turn "no memory" inside into an error of the settings: batches take memory too.

    Raises
    ------
    InputError
        There was not enough, here or on the GPU.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not _NO_MEMORY.search(str(error)):
            raise
        raise InputError(
            f"the {architecture.label} of these settings ran out of memory: choose a smaller "
            "batch_size, or shorter signals."
        ) from error


def _memory() -> int:
    """Bytes of this machine's memory; no bound where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return sys.maxsize
