"""The warping path: which time point of one signal is matched with which of another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.models.dtw.distance import cell_cost, full_window, is_squared
from auscult.models.dtw.jit import kernel
from auscult.models.dtw.signals import as_signals

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


def warping_path(
    x: ArrayLike, y: ArrayLike, *, cost: str = "squared", window: int | None = None
) -> Int64:
    """The cheapest warping path of two signals (Sakoe & Chiba 1978).

    Its cost is :func:`~auscult.models.dtw.distance.dtw_distance`. Of equally cheap steps back the
    diagonal one is taken, then the one in ``x``.

    Parameters
    ----------
    x, y
        ``(n_timepoints,)`` or ``(n_channels, n_timepoints)``; lengths may differ.
    cost, window
        As of :func:`~auscult.models.dtw.distance.dtw_distance`.

    Returns
    -------
    Int64
        ``(n_pairs, 2)`` time points of ``x`` and of ``y``, from the first pair to the last.
    """
    a, b = (as_signals(np.asarray(s)[None], name) for s, name in ((x, "x"), (y, "y")))
    n, m = int(a.lengths[0]), int(b.lengths[0])
    band = full_window(n, m, window)
    return _path(a.values[0, :n], b.values[0, :m], band, is_squared(cost))


@kernel
def _path(x: Float64, y: Float64, window: int, squared: bool) -> Int64:
    n, m = len(x), len(y)
    total = np.full((n + 1, m + 1), np.inf)  # a row and a column in front of the first pair
    total[0, 0] = 0.0
    for i in range(n):
        for j in range(max(0, i - window), min(m, i + window + 1)):
            before = min(total[i, j], total[i, j + 1], total[i + 1, j])
            total[i + 1, j + 1] = before + cell_cost(x, i, y, j, squared)
    pairs = np.empty((n + m - 1, 2), dtype=np.int64)
    place, i, j = len(pairs), n, m
    while i > 0:
        place -= 1
        pairs[place, 0], pairs[place, 1] = i - 1, j - 1
        diagonal, above, left = total[i - 1, j - 1], total[i - 1, j], total[i, j - 1]
        if diagonal <= above and diagonal <= left:
            i, j = i - 1, j - 1
        elif above <= left:
            i -= 1
        else:
            j -= 1
    return pairs[place:]
