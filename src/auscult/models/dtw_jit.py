"""Compiled kernels, cached where there is a place to cache them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """Compile ``function`` on its first call, without the interpreter's lock.

    numba keeps the machine code beside the package or, where that is read-only, in the
    person's cache folder. A locked-down container has neither; the kernel then compiles once a
    process instead of failing on import.
    """
    try:
        compiled = njit(cache=True, nogil=True)(function)
    except RuntimeError:
        compiled = njit(nogil=True)(function)
    return cast(Kernel, compiled)
