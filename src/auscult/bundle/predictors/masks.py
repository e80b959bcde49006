"""Small trees answered for many cases without walking: one look-up a feature.

A case's test at a node, where it fails, rules out the leaves left of the node. The leaf is the
leftmost that no failed test of the tree rules out, on the path or not (QuickScorer: Lucchese et
al., SIGIR 2015). Of one feature, the tests that a value fails are those of all lower thresholds, so
that a table by the value's place among the thresholds holds what they rule out in every tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from auscult.types import BoolArray, FloatArray, IntArray

MOST_LEAVES: Final = 64
"""Of a tree: they must fit into one word."""
MOST_NODES: Final = 100_000
MOST_BYTES: Final = 64 * 2**20
"""Of all tables."""
_CASES: Final = 1024
"""Looked up together: what they take should stay in the cache."""

Words = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Table:
    """What the values of one feature rule out.

    ``thresholds`` ``(n,)`` float64, rising; ``left`` ``(n + 2, n_trees)`` words of the leaves that
    are left: by how many thresholds lie below a value, and last of a gap.
    """

    feature: int
    thresholds: FloatArray
    left: Words


@dataclass(frozen=True, eq=False)
class Masks:
    """Tables of all features, and ``leaf`` ``(n_trees, most leaves of a tree)``, from the left."""

    tables: tuple[Table, ...]
    leaf: IntArray
    kind: np.dtype[Any]

    def leaves(self, X: FloatArray) -> IntArray:
        """``(n_trees, n_cases)`` the leaf of each case in each tree."""
        n_trees, most = self.leaf.shape
        found = np.empty((n_trees, len(X)), dtype=np.int64)
        flat, first = self.leaf.ravel(), np.arange(n_trees) * most
        for start in range(0, len(X), _CASES):
            part = X[start : start + _CASES]
            left = np.full((len(part), n_trees), np.iinfo(self.kind).max, dtype=self.kind)
            for table in self.tables:
                left &= np.take(table.left, _places(table, part[:, table.feature]), axis=0)
            lowest = left & (~left + self.kind.type(1))
            place = np.frexp(lowest.astype(np.float64))[1] - 1
            found[:, start : start + _CASES] = np.take(flat, first + place).T
        return found


def _places(table: Table, values: FloatArray) -> IntArray:
    below = np.searchsorted(table.thresholds, values.astype(np.float64), side="left")
    gaps = np.isnan(values)
    if gaps.any():
        below = np.where(gaps, len(table.thresholds) + 1, below)
    return np.asarray(below)


def masks_of(
    roots: IntArray,
    feature: IntArray,
    threshold: FloatArray,
    left: IntArray,
    right: IntArray,
    missing_left: BoolArray,
) -> Masks | None:
    """The tables of trees, whose arrays are those of a ``Trees``; None where they are too large."""
    if len(feature) > MOST_NODES or not len(feature):
        return None
    orders = [_in_order(int(root), left, right) for root in roots]
    most = max(len(leaves) for leaves, _ in orders)
    if most > MOST_LEAVES:
        return None
    kind: np.dtype[Any] = np.dtype(np.uint32 if most <= 32 else np.uint64)
    n_rows = len(np.unique(np.column_stack([feature, threshold]), axis=0)) + 2 * len(set(feature))
    if n_rows * len(roots) * kind.itemsize > MOST_BYTES:
        return None
    leaf = np.zeros((len(roots), most), dtype=np.int64)
    tree_of = np.zeros(len(feature), dtype=np.int64)
    kept = np.zeros(len(feature), dtype=kind)
    for tree, (leaves, nodes) in enumerate(orders):
        leaf[tree, : len(leaves)] = leaves
        for node, first, behind in nodes:
            tree_of[node] = tree
            kept[node] = np.iinfo(kind).max ^ (((1 << (behind - first)) - 1) << first)
    tables = [
        _table(
            int(f), np.flatnonzero(feature == f), threshold, missing_left, tree_of, kept, len(roots)
        )
        for f in np.unique(feature)
    ]
    return Masks(tuple(tables), leaf, kind)


def _in_order(
    root: int, left: IntArray, right: IntArray
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """A tree's leaves from the left, and of each node which of them lie to its left.

    A node comes with the place of the first leaf below it and that of the first on its right.
    """
    leaves: list[int] = []
    nodes: list[tuple[int, int, int]] = []
    # A link below, or a node whose left side is done: its number, and where that side began.
    ahead: list[tuple[int, int]] = [(root, -1)]
    while ahead:
        link, first = ahead.pop()
        if first >= 0:
            nodes.append((link, first, len(leaves)))
        elif link < 0:
            leaves.append(-1 - link)
        else:
            ahead += [(int(right[link]), -1), (link, len(leaves)), (int(left[link]), -1)]
    return leaves, nodes


def _table(
    feature: int,
    nodes: IntArray,
    threshold: FloatArray,
    missing_left: BoolArray,
    tree_of: IntArray,
    kept: Words,
    n_trees: int,
) -> Table:
    thresholds, rank = np.unique(threshold[nodes], return_inverse=True)
    rows = np.full((len(thresholds) + 2, n_trees), np.iinfo(kept.dtype).max, dtype=kept.dtype)
    np.bitwise_and.at(rows, (rank.reshape(-1) + 1, tree_of[nodes]), kept[nodes])
    rows[:-1] = np.bitwise_and.accumulate(rows[:-1], axis=0)
    gaps = nodes[~missing_left[nodes]]
    np.bitwise_and.at(rows, (np.full(len(gaps), len(rows) - 1), tree_of[gaps]), kept[gaps])
    return Table(feature, thresholds, rows)
