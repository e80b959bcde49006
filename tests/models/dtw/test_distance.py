"""The distance of two signals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.models.dtw.plain import plain_dtw

from auscult.errors import InputError
from auscult.models.dtw.distance import dtw_distance

Float64 = NDArray[np.float64]
Pair = tuple[Float64, Float64]


@st.composite
def pairs(draw: st.DrawFn, equal: bool = False) -> Pair:
    """Two signals with the same channels; few different values, so that paths tie."""
    channels, n, m = draw(st.integers(1, 3)), draw(st.integers(1, 14)), draw(st.integers(1, 14))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = draw(st.sampled_from([1, 4, 10**6]))
    x, y = (rng.integers(-steps, steps + 1, (channels, k)) / steps for k in (n, n if equal else m))
    return x, y


costs = st.sampled_from(["squared", "absolute"])
windows = st.one_of(st.none(), st.integers(0, 15))
unhurried = settings(deadline=None)  # the first example compiles


@unhurried
@given(pairs(), costs, windows)
def test_equals_the_textbook_to_the_bit(pair: Pair, cost: str, window: int | None) -> None:
    x, y = pair
    assert dtw_distance(x, y, cost=cost, window=window) == plain_dtw(
        x, y, cost == "squared", window
    )


@unhurried
@given(pairs(), costs, windows)
def test_is_symmetric(pair: Pair, cost: str, window: int | None) -> None:
    x, y = pair
    there, back = (dtw_distance(a, b, cost=cost, window=window) for a, b in ((x, y), (y, x)))
    assert there == back


@unhurried
@given(pairs(), costs, windows)
def test_a_signal_is_at_no_distance_from_itself(pair: Pair, cost: str, window: int | None) -> None:
    assert dtw_distance(pair[0], pair[0], cost=cost, window=window) == 0


@unhurried
@given(pairs(), costs)
def test_the_widest_window_is_no_window(pair: Pair, cost: str) -> None:
    x, y = pair
    widest = max(x.shape[1], y.shape[1])
    assert dtw_distance(x, y, cost=cost, window=widest) == dtw_distance(x, y, cost=cost)


@unhurried
@given(pairs(), costs, st.integers(0, 12))
def test_a_wider_window_is_never_farther(pair: Pair, cost: str, window: int) -> None:
    x, y = pair
    narrow = dtw_distance(x, y, cost=cost, window=window)
    assert dtw_distance(x, y, cost=cost, window=window + 1) <= narrow


@unhurried
@given(pairs(equal=True))
def test_window_0_is_the_euclidean_distance_squared(pair: Pair) -> None:
    x, y = pair
    assert dtw_distance(x, y, window=0) == pytest.approx(np.square(x - y).sum())


def test_refuses_unequal_channels_and_unknown_costs() -> None:
    with pytest.raises(InputError, match="x has 2 channels and y has 1"):
        dtw_distance(np.zeros((2, 3)), np.zeros((1, 3)))
    with pytest.raises(InputError, match="'squared' or 'absolute'"):
        dtw_distance([0.0, 1.0], [0.0, 1.0], cost="cubic")
