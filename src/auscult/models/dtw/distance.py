"""The distance itself in float64, pruned by a limit.

Dynamic time warping: Sakoe and Chiba (1978). Several channels are warped together: the cost of
a cell is summed over them ("dependent" DTW, Shokoohi-Yekta et al. 2017). Cells that no path
within the limit can use are left out as in EAPrunedDTW: Herrmann and Webb (2021).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.errors import InputError
from auscult.models.dtw.jit import inner, kernel
from auscult.models.dtw.signals import as_signals

Float64 = NDArray[np.float64]


@inner
def cell_cost(x: Float64, i: int, y: Float64, j: int, squared: bool) -> float:
    """The cost of matching ``x[i]`` with ``y[j]``, summed over the channels."""
    total = 0.0
    for channel in range(x.shape[1]):
        difference = x[i, channel] - y[j, channel]
        total += difference * difference if squared else abs(difference)
    return total


@kernel
def distance(
    x: Float64, y: Float64, window: int, squared: bool, limit: float, row: Float64
) -> float:
    """The DTW distance of ``x`` and ``y``, or infinity where it is above ``limit``.

    Parameters
    ----------
    x, y
        ``(n_timepoints, n_channels)``, each of its own length.
    window
        The most a match may lie off the diagonal; at least the difference of the lengths.
    squared
        Squared differences, or absolute ones.
    limit
        A bound that callers know; infinity for none.
    row
        Scratch, at least as long as ``y``.
    """
    columns = len(y)
    begin, end = 0, 0
    for i in range(len(x)):
        first, last = max(begin, i - window), min(columns, i + window + 1)
        above_left = np.inf
        if i == 0:
            above_left = 0.0
        elif begin < first <= end:
            above_left = row[first - 1]
        left = np.inf
        begin, stop = columns, 0
        for j in range(first, last):
            if j > end and left > limit:
                break
            above = row[j] if j < end else np.inf
            left = min(above_left, above, left) + cell_cost(x, i, y, j, squared)
            above_left = above
            row[j] = left
            if left <= limit:
                begin, stop = min(begin, j), j + 1
        if stop == 0:
            return np.inf
        end = stop
    return row[columns - 1] if end == columns else np.inf


def full_window(n: int, m: int, window: int | None) -> int:
    """The window in time points that a pair of lengths needs: never below their difference."""
    longest = max(n, m)
    return longest if window is None else min(longest, max(window, abs(n - m)))


def dtw_distance(
    x: ArrayLike, y: ArrayLike, *, cost: str = "squared", window: int | None = None
) -> float:
    """The DTW distance of two signals, in the unit of the cost (no root is taken).

    Parameters
    ----------
    x, y
        ``(n_timepoints,)`` or ``(n_channels, n_timepoints)``; lengths may differ.
    cost
        ``"squared"`` or ``"absolute"`` differences.
    window
        The most a match may lie off the diagonal, in time points; None for no bound.

    Raises
    ------
    InputError
        Wrong shape, unequal channels, or values that are missing.
    """
    squared = is_squared(cost)
    a, b = (as_signals(np.asarray(s)[None], name) for s, name in ((x, "x"), (y, "y")))
    if a.n_channels != b.n_channels:
        raise InputError(f"x has {a.n_channels} channels and y has {b.n_channels}")
    n, m = int(a.lengths[0]), int(b.lengths[0])
    band = full_window(n, m, window)
    row = np.empty(m)
    return float(distance(a.values[0, :n], b.values[0, :m], band, squared, np.inf, row))


def is_squared(cost: str) -> bool:
    """Whether the cost is the squared one; refuses words that are no cost."""
    if cost not in ("squared", "absolute"):
        raise InputError(f"cost is {cost!r}. Use 'squared' or 'absolute'.")
    return cost == "squared"


def window_points(window: float | int | None, n_timepoints: int) -> int | None:
    """A window as a number of time points; None for any distance.

    Raises
    ------
    InputError
        A negative number, or a fraction above 1.
    """
    if window is None:
        return None
    if isinstance(window, (int, np.integer)) and not isinstance(window, bool) and window >= 0:
        return int(window)
    if isinstance(window, (float, np.floating)) and 0 <= window <= 1:
        return int(window * n_timepoints)
    raise InputError(
        f"window is {window!r}. Use a number of time points (0, 1, 2, …), a fraction of the "
        "signal (0.0 to 1.0), or None for no window."
    )
