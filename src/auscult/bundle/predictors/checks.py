"""What numbers of a stranger must hold before they are used."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.errors import InputError


def refused(name: str, must: str) -> InputError:
    """The refusal of an array."""
    return InputError(f"weights.safetensors: '{name}' must be {must}.")


def require_finite(array: NDArray[Any], name: str) -> None:
    """Refuse NaN and infinity."""
    if not np.isfinite(array).all():
        raise refused(name, "finite")


def require_shares(array: NDArray[Any], name: str) -> None:
    """Refuse what is not between 0 and 1, or does not add up to 1 along the last axis."""
    if not bool(((array >= 0) & (array <= 1)).all()):
        raise refused(name, "from 0 to 1")
    if not np.allclose(array.sum(axis=-1), 1, rtol=0, atol=1e-6):
        raise refused(name, "shares that add up to 1")


def require_within(array: NDArray[Any], low: int, high: int, name: str) -> None:
    """Refuse whole numbers below ``low`` or from ``high`` on."""
    if array.size and (int(array.min()) < low or int(array.max()) >= high):
        raise refused(name, f"from {low} to below {high}")
