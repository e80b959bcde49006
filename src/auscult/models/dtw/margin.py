"""How far a float32 distance may be from the float64 one.

The signals are shifted and scaled (by a power of two) into [-1, 1] before they are rounded to
float32. With ``u = 2**-24`` the difference of two values is then off by less than
``delta = 5 u``: two roundings of values of at most 1 and one of a difference of at most 2.

Take the path that is best for the true differences. It has ``n`` differences, at most
(rows + columns) × channels. By the triangle inequality the root of its sum of squares moves by
less than ``delta * sqrt(n)``, its sum of absolute values by less than ``delta * n``; the same
holds for the path that is best for the rounded ones, hence for the distances. Summing ``n``
non-negative terms in float32, in any order, adds a relative error below ``growth = 1.1 n u``,
one tenth of which more than covers what float64 does to the exact value.

A reference is discarded only where this bound says that its float64 distance is above the k-th
smallest; what remains is computed in float64.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from auscult.models.dtw.jit import kernel

_ROUNDING = 2.0**-24


class Margin(NamedTuple):
    """``shift`` moves the distance (its root where the cost is squared), ``growth`` scales it."""

    shift: float
    growth: float
    squared: bool


def margin(n_differences: int, magnitude: float, squared: bool) -> Margin:
    """The margin of paths of ``n_differences`` between values of at most ``magnitude``."""
    delta = 5 * _ROUNDING * max(1.0, magnitude)
    shift = delta * (math.sqrt(n_differences) if squared else n_differences)
    return Margin(shift, 1.1 * _ROUNDING * (n_differences + 8), squared)


@kernel
def rounded_at_most(distance: float, bound: Margin) -> float:
    """The largest float32 distance of a pair whose float64 distance is at most ``distance``.

    At most what float32 holds, and enlarged so that it may itself be rounded.
    """
    if bound.squared:
        largest = (math.sqrt(distance) + bound.shift) ** 2 * (1 + bound.growth)
    else:
        largest = (distance + bound.shift) * (1 + bound.growth)
    return min(largest * (1 + 1e-6), 3e38)


@kernel
def exact_at_most(rounded: float, bound: Margin) -> float:
    """The largest float64 distance of a pair whose float32 distance is ``rounded``."""
    if bound.squared:
        return (math.sqrt(rounded * (1 + 2 * bound.growth)) + bound.shift) ** 2
    return rounded * (1 + 2 * bound.growth) + bound.shift
