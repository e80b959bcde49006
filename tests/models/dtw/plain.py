"""Dynamic time warping as the textbook writes it: what the fast search must equal to the bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]


def plain_dtw(x: Float64, y: Float64, squared: bool = True, window: int | None = None) -> float:
    """The distance of ``(n_channels, n)`` and ``(n_channels, m)`` signals."""
    xs, ys = x.T.tolist(), y.T.tolist()
    band = max(len(xs), len(ys)) if window is None else max(window, abs(len(xs) - len(ys)))
    above = [0.0] + [np.inf] * len(ys)
    for i, point in enumerate(xs):
        row = [np.inf] * (len(ys) + 1)
        for j in range(max(0, i - band), min(len(ys), i + band + 1)):
            cost = 0.0
            for a, b in zip(point, ys[j], strict=True):
                cost += (a - b) * (a - b) if squared else abs(a - b)
            row[j + 1] = cost + min(above[j], above[j + 1], row[j])
        above = row
    return above[-1]


def plain_neighbours(
    queries: list[Float64], references: list[Float64], k: int, squared: bool, window: int | None
) -> tuple[Float64, NDArray[np.int64]]:
    """Every pair, then a stable sort: ties go to the lower index."""
    table = np.array([[plain_dtw(q, r, squared, window) for r in references] for q in queries])
    cases = np.argsort(table, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(table, cases, axis=1), cases


def padded(signals: list[Float64]) -> Float64:
    """One array of signals of unequal length, NaN at their ends."""
    longest = max(s.shape[1] for s in signals)
    array = np.full((len(signals), signals[0].shape[0], longest), np.nan)
    for case, signal in enumerate(signals):
        array[case, :, : signal.shape[1]] = signal
    return array
