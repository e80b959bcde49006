"""Synthetic cases made between two real ones, before the split (SMOTE and its kin)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.evaluate.audit.neighbours import nearest
from auscult.evaluate.audit.view import NotRun, View, cases
from auscult.types import BoolArray, Finding, FloatArray, IntArray

NEIGHBOURS = 16
LEAST_COLUMNS = 3
SHARE = 0.01
FEW = 3
_ON_LINE = 1e-6
_FRACTIONS = 12
_BLOCK = 256


def oversampling(view: View) -> Iterator[Finding]:
    """Cases that lie on the straight line between two others of their class.

    SMOTE makes a case at a random point between a case and one of its neighbours (N. V. Chawla,
    K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, JAIR 16, 2002). Measured cases do not lie on such
    lines, save on those of a grid, at simple fractions: these are not counted.
    """
    if len(view.numeric) < LEAST_COLUMNS or view.derived:
        raise NotRun(f"fewer than {LEAST_COLUMNS} columns are numeric")
    made: list[IntArray] = [np.empty((0, 3), dtype=np.int64)]
    first = np.unique(view.kinds, return_index=True)[1]
    points = view.points[:, : len(view.numeric)]
    for code in range(len(view.dataset.classes)):
        of = first[view.dataset.y[first] == code]
        if len(of) > LEAST_COLUMNS:
            made.append(_between(points, of, view.seed))
    found = np.concatenate(made)
    found = found[_mattering(view, found)]
    if len(found) < max(FEW, SHARE * view.dataset.n_cases):
        return
    counts = np.bincount(view.dataset.y[found[:, 0]], minlength=len(view.dataset.classes))
    which = view.dataset.classes[int(counts.argmax())]
    yield Finding(
        "oversampled-before-split",
        f"{cases(len(found))} lie exactly on the line between two others of their class, most in "
        f"class '{which}': synthetic ones, as SMOTE makes them. Where a parent is trained on and "
        "the child is tested, or the other way round, the test is no test.",
        mend="Start from the measured cases; oversample inside the training cases of each fit.",
    )


def _mattering(view: View, found: IntArray) -> BoolArray:
    """``(n_found,)`` without those that stand in the training file with both parents."""
    if len(view.splits) != 1:
        return np.ones(len(found), dtype=np.bool_)
    tested = np.isin(found, view.halves[1])
    return np.asarray(tested.any(axis=1))


def _between(points: FloatArray, of: IntArray, seed: int) -> IntArray:
    """``(n_found, 3)`` a case between two others, and those."""
    k = min(NEIGHBOURS, len(of) - 1)
    own = points[of]
    distance, near = nearest(own, k, seed)
    found = []
    for start in range(0, len(of), _BLOCK):
        here = slice(start, start + _BLOCK)
        way = own[near[here]] - own[here, None]
        length = np.maximum(distance[here], 1e-12)
        cosine = np.einsum("nad,nbd->nab", way, way) / (length[:, :, None] * length[:, None])
        at, a, b = np.nonzero(np.triu(np.ones((k, k), dtype=np.bool_), 1) & (cosine < _ON_LINE - 1))
        keep = _is_random(way[at, a], way[at, b])
        lying = np.stack([at + start, near[here][at, a], near[here][at, b]], axis=1)[keep]
        found.append(lying[np.unique(lying[:, 0], return_index=True)[1]])
    rows: IntArray = of[np.concatenate(found)]
    return rows


def _is_random(a: FloatArray, b: FloatArray) -> BoolArray:
    """Whether a case lies at no simple fraction of a line along three columns or more."""
    lengths = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    u = lengths[0] / np.maximum(lengths[0] + lengths[1], 1e-12)
    # A cosine cannot tell a bend of a thousandth from a straight line.
    bend = np.linalg.norm(a * (1 - u)[:, None] + b * u[:, None], axis=1)
    straight = bend <= _ON_LINE * (lengths[0] + lengths[1])
    of = np.arange(1, _FRACTIONS + 1)
    simple = (np.abs(u[:, None] * of - np.round(u[:, None] * of)) < 1e-4 * of).any(axis=1)
    moved = (np.abs(a - b) > 1e-9).sum(axis=1) >= LEAST_COLUMNS
    return np.asarray(straight & ~simple & moved)
