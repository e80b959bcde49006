"""scikit-learn's trees as the arrays of a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree, its root first: children are numbers of nodes, leaves have none."""

    feature: Array
    threshold: Array
    left: Array
    right: Array
    missing_left: Array
    leaf: Array
    value: Array
    """``(n_nodes, ...)``."""


def tree_arrays(trees: Sequence[Tree]) -> tuple[dict[str, Array], Array]:
    """All trees in one list of inner nodes, and the values of their leaves.

    Links are as of :class:`~auscult.bundle.predictors.trees.Trees`.
    """
    roots, inner, leaves = [], [], []
    n_nodes = n_leaves = 0
    for tree in trees:
        link = np.where(tree.leaf, n_leaves + _ranks(tree.leaf), n_nodes + _ranks(~tree.leaf))
        link = np.where(tree.leaf, -1 - link, link)
        roots.append(link[0])
        kept = np.flatnonzero(~tree.leaf)
        inner.append(
            (
                tree.feature[kept],
                tree.threshold[kept],
                link[tree.left[kept]],
                link[tree.right[kept]],
                tree.missing_left[kept],
            )
        )
        leaves.append(tree.value[tree.leaf])
        n_nodes, n_leaves = n_nodes + len(kept), n_leaves + int(tree.leaf.sum())
    columns = [np.concatenate(column) for column in zip(*inner, strict=True)]
    names = ("feature", "threshold", "left", "right", "missing_left")
    dtypes = (np.int32, np.float64, np.int32, np.int32, np.bool_)
    arrays: dict[str, Array] = {"roots": np.array(roots, dtype=np.int32)}
    for name, column, dtype in zip(names, columns, dtypes, strict=True):
        arrays[name] = column.astype(dtype)
    return arrays, np.concatenate(leaves)


def _ranks(chosen: Array) -> Array:
    return np.cumsum(chosen) - 1


def forest_tree(tree: Any) -> Tree:
    """A tree of a random forest; its leaves hold the classes' shares."""
    left = tree.children_left
    return Tree(
        tree.feature,
        tree.threshold,
        left,
        tree.children_right,
        np.asarray(tree.missing_go_to_left, dtype=np.bool_),
        left < 0,
        tree.value[:, 0, :],
    )


def boosted_tree(nodes: Any) -> Tree:
    """A tree of gradient boosting on histograms; its leaves hold what they add."""
    if nodes["is_categorical"].any():
        raise AssertionError("no model of ours splits by categories")
    return Tree(
        nodes["feature_idx"],
        nodes["num_threshold"],
        nodes["left"].astype(np.int64),
        nodes["right"].astype(np.int64),
        nodes["missing_go_to_left"].astype(np.bool_),
        nodes["is_leaf"].astype(np.bool_),
        nodes["value"],
    )
