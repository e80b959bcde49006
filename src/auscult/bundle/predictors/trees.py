"""Decision trees as arrays, walked level by level by all cases and trees at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from auscult.bundle.predictors.checks import refused, require_within
from auscult.bundle.predictors.masks import Masks, masks_of
from auscult.bundle.predictors.predictor import Parts
from auscult.types import FloatArray, IntArray

DEEPEST: Final = 10_000
"""Levels of a tree; a grown tree has some tens."""
MOST_TREES: Final = 50_000
"""A thousand rounds of boosting with fifty classes."""
_AT_ONCE: Final = 1 << 20
"""Cases times trees."""
_MANY: Final = 256
"""From so many cases on, small trees are looked up and not walked."""


@dataclass(frozen=True, eq=False)
class Trees:
    """Trees whose inner nodes stand in one list, parents before children.

    Parameters
    ----------
    roots
        ``(n_trees,)`` int32. Of all links: a number from 0 on is an inner node, ``-1 - k`` the
        leaf ``k``.
    feature, threshold
        ``(n_nodes,)`` int32 and float64: a case goes left where its feature is not above.
    left, right
        ``(n_nodes,)`` int32 links.
    missing_left
        ``(n_nodes,)`` whether a gap goes left.
    """

    roots: IntArray
    feature: IntArray
    threshold: FloatArray
    left: IntArray
    right: IntArray
    missing_left: NDArray[np.bool_]

    @property
    def n_trees(self) -> int:
        return len(self.roots)

    def parts(self, X: FloatArray) -> Iterator[tuple[slice, IntArray]]:
        """Some cases at a time, ``X`` ``(n_cases, n_features)``, and their leaves.

        Leaves are ``(n_trees, n_cases)``.
        """
        size = max(1, _AT_ONCE // max(1, self.n_trees))
        for start in range(0, len(X), size):
            part = slice(start, min(start + size, len(X)))
            yield part, self.leaves(X[part])

    def leaves(self, X: FloatArray) -> IntArray:
        """``(n_trees, n_cases)`` the leaf of each case ``(n_cases, n_features)`` in each tree."""
        if len(X) >= _MANY and self._masks is not None:
            return self._masks.leaves(X)
        return self.walked(X)

    @cached_property
    def _masks(self) -> Masks | None:
        links = (self.left, self.right)
        return masks_of(self.roots, self.feature, self.threshold, *links, self.missing_left)

    def walked(self, X: FloatArray) -> IntArray:
        """The same by walking, which is faster for few cases and takes trees of any size."""
        at = np.repeat(self.roots, len(X))
        case = np.tile(np.arange(len(X)), self.n_trees)
        walking = np.flatnonzero(at >= 0)
        gaps = bool(np.isnan(X).any())
        while len(walking):
            node = at[walking]
            values = X[case[walking], self.feature[node]]
            goes_left = values <= self.threshold[node]
            if gaps:
                goes_left |= np.isnan(values) & self.missing_left[node]
            link = np.where(goes_left, self.left[node], self.right[node])
            at[walking] = link
            walking = walking[link >= 0]
        return np.asarray(-1 - at).reshape(self.n_trees, len(X))


def read_trees(parts: Parts, n_leaves: int) -> Trees:
    """Trees from the arrays ``roots``, ``feature``, ``threshold``, ``left``, ``right``, ...

    Raises
    ------
    InputError
        A feature, a link or a threshold is out of range, a node does not stand behind its parent
        or has not exactly one, or a tree is too deep.
    """
    roots = parts.array("roots", "int32", (None,))
    feature = parts.array("feature", "int32", (None,))
    n_nodes = len(feature)
    trees = Trees(
        roots,
        feature,
        parts.array("threshold", "float64", (n_nodes,)),
        parts.array("left", "int32", (n_nodes,)),
        parts.array("right", "int32", (n_nodes,)),
        parts.array("missing_left", "bool", (n_nodes,)),
    )
    if not 0 < len(roots) <= MOST_TREES:
        raise refused("roots", f"of 1 to {MOST_TREES:,} trees")
    require_within(feature, 0, parts.n_features, "feature")
    if np.isnan(trees.threshold).any():
        raise refused("threshold", "numbers")
    _require_linked(trees, n_leaves)
    return trees


def _require_linked(trees: Trees, n_leaves: int) -> None:
    n_nodes = len(trees.feature)
    for name in ("roots", "left", "right"):
        require_within(getattr(trees, name), -n_leaves, n_nodes, name)
    own = np.arange(n_nodes)
    for name in ("left", "right"):
        links = getattr(trees, name)
        if bool(((links >= 0) & (links <= own)).any()):
            raise refused(name, "behind its parent")
    links = np.concatenate([trees.roots, trees.left, trees.right])
    if not bool((np.bincount(links[links >= 0], minlength=n_nodes) == 1).all()):
        raise refused("left", "trees: every node has one parent, or is a root")
    _require_shallow(trees)


def _require_shallow(trees: Trees) -> None:
    level = trees.roots[trees.roots >= 0]
    for _ in range(DEEPEST):
        if not len(level):
            return
        below: NDArray[Any] = np.concatenate([trees.left[level], trees.right[level]])
        level = below[below >= 0]
    raise refused("left", f"trees of at most {DEEPEST:,} levels")
