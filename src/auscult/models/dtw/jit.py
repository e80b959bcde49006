"""Compiled kernels, cached where there is a place to cache them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """Compile ``function`` on its first call, without the interpreter's lock."""
    return _compiled(function)


def inner(function: Kernel) -> Kernel:
    """A kernel that only kernels call: compiled without the way in from Python."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _compiled(function: Kernel, **options: bool) -> Kernel:
    """Cache the machine code beside the package or, where that is read-only, with the person.

    A locked-down container has neither place; a kernel then compiles once a process instead of
    failing on import.
    """
    try:
        compiled = njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:
        compiled = njit(nogil=True, **options)(function)
    return cast(Kernel, compiled)
