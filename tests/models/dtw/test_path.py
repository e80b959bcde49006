"""The warping path is one, and its cost is the distance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.models.dtw.distance import dtw_distance
from auscult.models.dtw.path import warping_path


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 12),
    m=st.integers(1, 12),
    channels=st.integers(1, 2),
    window=st.none() | st.integers(0, 12),
    cost=st.sampled_from(["squared", "absolute"]),
)
@settings(max_examples=60, deadline=None)
def test_path_is_valid_and_as_cheap_as_the_distance(
    seed: int, n: int, m: int, channels: int, window: int | None, cost: str
) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(channels, n)), rng.normal(size=(channels, m))
    path = warping_path(x, y, cost=cost, window=window)
    assert tuple(path[0]) == (0, 0)
    assert tuple(path[-1]) == (n - 1, m - 1)
    assert {tuple(step) for step in np.diff(path, axis=0)} <= {(1, 1), (1, 0), (0, 1)}
    if window is not None:
        assert np.abs(path[:, 0] - path[:, 1]).max() <= max(window, abs(n - m))
    difference = np.abs(x[:, path[:, 0]] - y[:, path[:, 1]])
    total = (difference**2 if cost == "squared" else difference).sum()
    assert total == pytest.approx(dtw_distance(x, y, cost=cost, window=window))


def test_a_signal_is_warped_onto_itself_along_the_diagonal() -> None:
    x = np.sin(np.arange(20.0))
    path = warping_path(x, x)
    np.testing.assert_array_equal(path[:, 0], path[:, 1])
    assert len(path) == 20


def test_a_late_bump_is_matched_with_the_early_one() -> None:
    x, y = np.zeros(30), np.zeros(30)
    x[8:12], y[15:19] = 1.0, 1.0
    matched = {int(j) for i, j in warping_path(x, y) if 8 <= i < 12}
    assert matched == {15, 16, 17, 18}
