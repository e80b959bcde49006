"""Nearest neighbours of many cases, and whether they are nearer than neighbours are."""

from __future__ import annotations

import numpy as np

from auscult.types import FloatArray, IntArray

DENSE = 4000
WIDTH = 12
_BLOCK = 1024


def nearest(points: FloatArray, k: int, seed: int = 0) -> tuple[FloatArray, IntArray]:
    """``(n_points, k)`` distances to the nearest others, ascending, and who they are.

    Few points are compared each with each. Many are thrown onto 12 random directions (Johnson &
    Lindenstrauss, 1984), looked up in a k-d tree there, in O(n log n), and those found are
    measured in full: a copy of a point is always found, some of its further neighbours may not be.

    Parameters
    ----------
    points
        ``(n_points, n_dimensions)``.
    k
        How many, fewer than there are points.
    seed
        Of the random directions.
    """
    points = np.ascontiguousarray(points, dtype=np.float64)
    if len(points) <= DENSE:
        return _each_with_each(points, k)
    from scipy.spatial import cKDTree  # noqa: PLC0415

    thrown, wanted = points, k + 1
    if points.shape[1] > WIDTH:
        rng = np.random.default_rng(seed)
        thrown = points @ rng.standard_normal((points.shape[1], WIDTH)) / np.sqrt(WIDTH)
        wanted = min(len(points), 4 * k)
    _, near = cKDTree(thrown).query(thrown, k=wanted)
    return _measured(points, np.asarray(near, dtype=np.int64), k)


def _each_with_each(points: FloatArray, k: int) -> tuple[FloatArray, IntArray]:
    squares = (points**2).sum(axis=1)
    found = []
    for start in range(0, len(points), _BLOCK):
        block = points[start : start + _BLOCK]
        apart = squares[start : start + _BLOCK, None] + squares - 2 * block @ points.T
        apart[np.arange(len(block)), np.arange(start, start + len(block))] = np.inf
        found.append(np.argpartition(apart, k - 1, axis=1)[:, :k])
    # Small distances are lost in the difference of squares: they are measured again.
    return _measured(points, np.concatenate(found), k)


def _measured(points: FloatArray, near: IntArray, k: int) -> tuple[FloatArray, IntArray]:
    distance = np.empty(near.shape)
    for start in range(0, len(points), _BLOCK):
        here = slice(start, start + _BLOCK)
        gap = points[near[here]] - points[here, None]
        distance[here] = np.sqrt((gap**2).sum(axis=2))
        # A point is no neighbour of its own.
        distance[here][near[here] == np.arange(len(points))[here, None]] = np.inf
    order = np.argsort(distance, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distance, order, 1), np.take_along_axis(near, order, 1)


def too_near(distance: FloatArray, closest: float = 0.2) -> tuple[FloatArray, float]:
    """First neighbour's distance as a share of the last's, and below what none is by chance.

    Among points that lie smoothly in D dimensions, the ratio of the distances to the first and to
    the k-th neighbour is below t with probability 1 - (1 - t**D)**(k - 1); so its median tells D,
    and the number of smaller ratios tells whether there are copies (after E. Facco, M. d'Errico,
    A. Rodriguez, A. Laio, "Estimating the intrinsic dimension of datasets by a minimal
    neighborhood information", Scientific Reports 7, 2017). Where D differs from place to place,
    more are small than its median tells, but they thin out towards 0: in two dimensions or more
    there is one below t for three between t and 2 t. Copies are a heap of their own. Where most
    points have copies, D is told by the ratio to the (k / 2)-th neighbour instead: its D-th power
    has the median of a symmetric beta distribution, a half.

    Parameters
    ----------
    distance
        ``(n_points, k)`` ascending.
    closest
        The largest ratio of what may be called a copy.

    Returns
    -------
    ratio, bound
        ``(n_points,)``, and the bound: 0 where the small ratios are no more than expected.
    """
    from scipy.special import pdtrc  # noqa: PLC0415

    n, k = distance.shape
    ratio = distance[:, 0] / np.maximum(distance[:, -1], 1e-300)
    median = float(np.clip(np.median(ratio), 1e-6, 0.99))
    D = np.log(1 - 0.5 ** (1 / (k - 1))) / np.log(median)
    if median < closest:
        halfway = np.median(distance[:, k // 2 - 1] / np.maximum(distance[:, -1], 1e-300))
        D = np.log(0.5) / np.log(np.clip(halfway, 1e-6, 0.99))
    bound = 0.0
    for t in closest * np.array([0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0]):
        count = int((ratio < t).sum())
        thinned = float(((ratio >= t) & (ratio < 2 * t)).sum()) / 3
        expected = max(n * (1 - (1 - t**D) ** (k - 1)), thinned)
        if count >= 3 * expected + 2 and pdtrc(count - 1, expected) < 1e-5:
            bound = float(t)
    return ratio, bound
