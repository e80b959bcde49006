"""The window that serves best when every training case is left out in turn.

After FastWWSearch (Tan, Herrmann, Forestier, Webb and Petitjean 2018) and UltraFastWWSearch
(Tan, Herrmann and Webb 2021): a wider window never lengthens a distance, hence a search with
one window bounds all narrower ones from below and all wider ones from above; and where a case
keeps its neighbour and their distance from a narrow to a wide window, it keeps them between.
Each case halves the range of windows until that settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.errors import InputError
from auscult.models.dtw.block import lay_query
from auscult.models.dtw.distance import distance, is_squared, window_points
from auscult.models.dtw.jit import inner, kernel
from auscult.models.dtw.neighbours import lanes_of, run_parts, task_for
from auscult.models.dtw.references import lay_references
from auscult.models.dtw.search import (
    Lanes,
    Scratch,
    Task,
    bound_all,
    keep_smallest,
    make_scratch,
    screen,
)
from auscult.models.dtw.signals import as_signals

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class WindowChoice:
    """What each window achieves.

    Parameters
    ----------
    window
        The narrowest of the best windows, in time points.
    accuracy
        Its share of cases whose nearest other case has their class.
    windows, accuracies
        Every window that was asked, in ascending time points, and its accuracy.
    nearest
        ``(n_cases, n_windows)`` the nearest other case.
    """

    window: int
    accuracy: float
    windows: tuple[int, ...]
    accuracies: tuple[float, ...]
    nearest: Int64


def best_window(
    X: ArrayLike,
    y: ArrayLike,
    *,
    cost: str = "squared",
    windows: Sequence[float | int] | None = None,
    n_jobs: int | None = None,
) -> WindowChoice:
    """Exact leave-one-out accuracy of 1-NN DTW for every window.

    Parameters
    ----------
    X, y
        As :meth:`auscult.models.knn_dtw.KNNDTW.fit` takes them; at least two cases.
    cost
        ``"squared"`` or ``"absolute"``.
    windows
        Time points (int) or fractions of the longest signal (float); None for 0 to 100 % in
        steps of one.
    n_jobs
        Threads; None for all processors this process may use.

    Raises
    ------
    InputError
        Wrong shapes, missing values, one case only, or a window that is out of range.
    """
    signals, labels = as_signals(X), np.asarray(y)
    if labels.shape != (signals.n_cases,) or signals.n_cases < 2:
        raise InputError(
            f"X has {signals.n_cases} cases, y has the shape {labels.shape}. "
            "Leaving one out needs two cases with a label each."
        )
    points = _sorted_points(windows, signals.n_timepoints)
    references = lay_references(signals, one_length=True)
    task = task_for(signals, references, 1, is_squared(cost), None)
    lanes = lanes_of(references)
    nearest = np.empty((signals.n_cases, len(points)), dtype=np.int64)

    def search(part: slice) -> None:
        nearest_by_window(part.start, points, lanes, task, nearest[part])

    run_parts(search, signals.n_cases, n_jobs)
    accuracies = (labels[nearest] == labels[:, None]).mean(axis=0)
    best = int(np.argmax(accuracies))
    return WindowChoice(
        int(points[best]),
        float(accuracies[best]),
        tuple(int(w) for w in points),
        tuple(float(a) for a in accuracies),
        nearest,
    )


def _sorted_points(windows: Sequence[float | int] | None, n_timepoints: int) -> Int64:
    wanted = [k / 100 for k in range(101)] if windows is None else list(windows)
    points = {window_points(w, n_timepoints) for w in wanted}
    if not points or None in points:
        raise InputError("windows is empty. Name at least one number of time points.")
    return np.array(sorted(min(p, n_timepoints) for p in points if p is not None))


@inner
def copy(source: Float64, out: Float64) -> None:
    """Element by element: numba's own slice assignment takes seconds to compile."""
    for at in range(len(source)):
        out[at] = source[at]


@kernel
def nearest_by_window(start: int, points: Int64, lanes: Lanes, task: Task, nearest: Int64) -> None:
    """Fill ``nearest`` ``(n_cases, n_windows)`` for the cases from ``start`` on."""
    s = make_scratch(lanes, lanes.values.shape[1], 1)
    depth = 3 + int(np.log2(len(points)))
    floors = np.empty((depth, len(lanes.values)))
    distances, row = np.empty(len(points)), np.empty(lanes.values.shape[1])
    low, high = np.empty(depth, np.int64), np.empty(depth, np.int64)
    for q in range(len(nearest)):
        case, last, top = start + q, len(points) - 1, 0
        floors[0].fill(0.0)
        for w in (last, 0):
            find(case, points[w], np.inf, floors[0], lanes, task, s, row)
            nearest[q, w], distances[w] = s.best_cases[0], s.best[0]
            if w == last:
                copy(s.floor, floors[0])
        low[0], high[0] = 0, last
        while top >= 0:
            a, b = low[top], high[top]
            if nearest[q, a] == nearest[q, b] and distances[a] == distances[b]:
                for w in range(a + 1, b):
                    nearest[q, w], distances[w] = nearest[q, a], distances[a]
            if b - a < 2 or (nearest[q, a] == nearest[q, b] and distances[a] == distances[b]):
                top -= 1
                continue
            middle = (a + b) // 2
            find(case, points[middle], distances[a], floors[top], lanes, task, s, row)
            nearest[q, middle], distances[middle] = s.best_cases[0], s.best[0]
            low[top] = middle
            top += 1
            low[top], high[top] = a, middle
            copy(s.floor, floors[top])


@inner
def find(
    case: int,
    window: int,
    known: float,
    floor: Float64,
    lanes: Lanes,
    task: Task,
    s: Scratch,
    row: Float64,
) -> None:
    """The nearest other case with one window, into ``s.best`` and ``s.best_cases``.

    ``known`` bounds its distance from above, ``floor`` each reference's from below.
    """
    rows = lanes.lengths[case]
    x = lanes.values[case, :rows]
    here = Task(1, window, task.squared, task.bound)
    unit = lanes.scale * lanes.scale if task.squared else lanes.scale
    lay_query(x, lanes.offset, lanes.scale, s.query)
    bound_all(lanes, s.query, rows, here, case, s)
    for other in range(len(floor)):
        s.floor[other] = max(s.floor[other], floor[other])
    within = screen(lanes, rows, here, case, known * unit * (1 + 1e-9), s)
    s.best.fill(np.inf)
    s.best_cases.fill(len(floor))
    for other in range(len(floor)):
        if 0 <= s.rounded[other] <= within:
            y = lanes.values[other, : lanes.lengths[other]]
            band = max(window, abs(rows - len(y)))
            exact = distance(x, y, band, task.squared, s.best[0], row)
            keep_smallest(s.best, s.best_cases, exact, other)
