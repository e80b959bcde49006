"""Trees looked up are the trees that are walked, to the leaf."""

from __future__ import annotations

import numpy as np
import pytest

from auscult.bundle.predictors.masks import MOST_LEAVES, masks_of
from auscult.bundle.predictors.trees import Trees


def grown(n_trees: int, most: int, seed: int, n_features: int = 4) -> Trees:
    """Random trees of up to ``most`` leaves, some of a single one."""
    rng = np.random.default_rng(seed)
    roots: list[int] = []
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    leaves = 0

    def grow(n: int) -> int:
        nonlocal leaves
        if n == 1:
            leaves += 1
            return -leaves
        node = len(feature)
        feature.append(int(rng.integers(n_features)))
        threshold.append(float(rng.choice([*np.round(rng.normal(size=3), 1), 0.0, np.inf])))
        left.append(0)
        right.append(0)
        share = int(rng.integers(1, n))
        left[node], right[node] = grow(share), grow(n - share)
        return node

    for _ in range(n_trees):
        roots.append(grow(int(rng.integers(1, most + 1))))
    missing = rng.random(len(feature)) < 0.5
    return Trees(
        np.array(roots, dtype=np.int32),
        np.array(feature, dtype=np.int32),
        np.array(threshold),
        np.array(left, dtype=np.int32),
        np.array(right, dtype=np.int32),
        missing,
    )


def cases(
    n: int, seed: int, n_features: int = 4
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rng = np.random.default_rng(seed)
    X = np.round(rng.normal(size=(n, n_features)), 1)
    X[rng.random(X.shape) < 0.1] = np.nan
    X[rng.random(X.shape) < 0.02] = np.inf
    return X.astype(np.float32)


@pytest.mark.parametrize("most", [2, 9, 31, 32, 33, 64])
@pytest.mark.parametrize("seed", range(4))
def test_the_same_leaves(most: int, seed: int) -> None:
    trees, X = grown(30, most, seed), cases(3000, seed)
    masks = trees._masks
    assert masks is not None
    np.testing.assert_array_equal(masks.leaves(X), trees.walked(X))
    np.testing.assert_array_equal(trees.leaves(X), trees.walked(X))


def test_large_trees_are_walked() -> None:
    trees = grown(6, 40 * MOST_LEAVES, 3)
    assert trees._masks is None
    assert trees.leaves(cases(500, 1)).shape == (6, 500)
    none = np.empty(0, dtype=np.int32)
    gaps = np.empty(0, dtype=np.bool_)
    assert masks_of(np.array([-1]), none, np.empty(0), none, none, gaps) is None
