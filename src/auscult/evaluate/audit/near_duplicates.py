"""Cases that are nearly another one: noise added, a value mended, a signal shifted or scaled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.evaluate.audit.alignment import aligned
from auscult.evaluate.audit.neighbours import nearest, too_near
from auscult.evaluate.audit.view import NotRun, View, cases
from auscult.types import Finding, FloatArray, IntArray

NEIGHBOURS = 10
CHANCE = 1e-3
RARE = 0.2
TIMES = 10
LEAST_COLUMNS = 3
ACROSS = 0.05


def near_duplicates(view: View) -> Iterator[Finding]:
    """Cases much nearer to another than neighbours are, or equal to it in all columns but one."""
    if view.derived:
        raise NotRun("the columns are measures of beats that follow one another")
    first = np.unique(view.kinds, return_index=True)[1]
    if len(first) < 3 * NEIGHBOURS:
        raise NotRun(f"there are fewer than {3 * NEIGHBOURS} different cases")
    pairs, how = (_of_tables if view.is_table else _of_signals)(view, np.sort(first))
    if not len(pairs):
        return
    crossing = view.crosses(pairs)
    count, n = len(np.unique(pairs)), view.dataset.n_cases
    said = f"{cases(count)} of {n} ({count / n:.1%}) {how}"
    torn = view.dataset.y[pairs[:, 0]] != view.dataset.y[pairs[:, 1]]
    told = f" {int(torn.sum())} of the pairs differ in their class." if torn.any() else ""
    a, b = (int(i) for i in pairs[int(crossing.argmax())])
    told += f" The first pair: cases {a + 1} and {b + 1} of the file."
    # Of very many pairs that groups keep together, a few meet across them by chance.
    if view.splits and crossing.mean() <= ACROSS:
        torn_apart = f"{int(crossing.sum())} of {len(pairs)} pairs" if crossing.any() else "none"
        yield Finding("near-duplicates", f"{said}; {torn_apart} across a split.{told}", "note")
        return
    across = f" {int(crossing.sum())} of {len(pairs)} pairs are torn apart by a split."
    yield Finding(
        "near-duplicates",
        f"{said}.{across if view.splits else ''}{told}",
        mend="Keep one of each, or name what they share (the patient) with --group.",
    )


def _of_tables(view: View, first: IntArray) -> tuple[IntArray, str]:
    pairs = [_all_but_one(view, first)]
    how = "equal another in all columns but one"
    if len(view.numeric) >= LEAST_COLUMNS:
        distance, near = nearest(view.points[first], NEIGHBOURS, view.seed)
        ratio, bound = too_near(distance)
        at = np.flatnonzero(ratio < bound)
        if len(at):
            pairs.append(_pairs(first[at], first[near[at, 0]]))
            how = (
                f"lie {1 / bound:.0f} times or more nearer to another than to their tenth neighbour"
            )
    return np.unique(np.concatenate(pairs), axis=0), how


def _of_signals(view: View, first: IntArray) -> tuple[IntArray, str]:
    distance, near = aligned(view.dataset, first, NEIGHBOURS, view.seed)
    ratio, bound = too_near(distance)
    at = np.flatnonzero(ratio < bound)
    pairs = _pairs(first[at], first[near[at, 0]])
    return pairs, "are another one shifted or scaled, but for little noise"


def _pairs(a: IntArray, b: IntArray) -> IntArray:
    """``(n_pairs, 2)``, each pair once, the smaller index in front."""
    return np.unique(np.sort(np.stack([a, b], axis=1), axis=1), axis=0).reshape(-1, 2)


def _all_but_one(view: View, first: IntArray) -> IntArray:
    """Pairs that are equal in all columns but one, where chance gives none, or far fewer.

    Chance is reckoned as of independent columns; those that go together give more pairs. Each
    column is left out once and the sums of the other columns' hashes are sorted: O(n log n).
    """
    X = view.dataset.X[first]
    if X.shape[1] <= LEAST_COLUMNS:
        return np.empty((0, 2), dtype=np.int64)
    codes = [np.unique(X[:, j], return_inverse=True) for j in range(X.shape[1])]
    alike = np.array(
        [float((np.bincount(code) / len(X) @ np.bincount(code)) / len(X)) for _, code in codes]
    )
    rng = np.random.default_rng(view.seed)
    hashes = np.stack(
        [rng.integers(0, 2**64, len(u), dtype=np.uint64)[code] for u, code in codes], axis=1
    )
    total = hashes.sum(axis=1, dtype=np.uint64)
    none: IntArray = np.empty((0, 2), dtype=np.int64)
    never, seldom = [none], [none]
    by_chance = 0.0
    for j in range(X.shape[1]):
        expected = float(np.delete(alike, j).prod()) * len(X) ** 2 / 2
        if expected < RARE:
            by_chance += expected
            pairs = _equal(total - hashes[:, j], first)
            (never if expected * X.shape[1] < CHANCE else seldom).append(pairs)
    found = np.concatenate(never + seldom)
    few = len(found) < 3 + TIMES * by_chance
    return np.unique(np.concatenate(never) if few else found, axis=0)


def _equal(keys: FloatArray | IntArray, first: IntArray) -> IntArray:
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    return _pairs(first[order[same]], first[order[same + 1]])
