"""What every model makes of shapes, gaps and too little."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.models.conformance.making import (
    N_CASES,
    N_TIMEPOINTS,
    data,
    make,
    require_probabilities,
    signals,
    tags_of,
)


def one_channel(name: str) -> None:
    X, y = signals()
    require_probabilities(make(name).fit(X, y), X)


def several_channels(name: str) -> None:
    X, y = signals(3)
    if tags_of(name).multichannel:
        require_probabilities(make(name).fit(X, y), X)
        return
    with pytest.raises(ValueError, match="channel"):
        make(name).fit(X, y)


def other_channels_at_predict(name: str) -> None:
    X, y = signals(2)
    model = make(name).fit(X, y)
    with pytest.raises(ValueError, match=r"2 .*\b1\b|1 .*\b2\b"):
        model.predict(X[:, :1])
    # The same number of values in another shape is no less wrong.
    with pytest.raises(ValueError, match=r"2 .*\b4\b|4 .*\b2\b"):
        model.predict_proba(X.reshape(N_CASES, 4, N_TIMEPOINTS // 2))


def another_length_at_predict(name: str) -> None:
    X, y = signals()
    model = make(name).fit(X, y)
    if name == "knn-dtw":  # warps any length on any other
        require_probabilities(model, X[..., :-3])
        return
    with pytest.raises(ValueError, match=r"10 .*\b7\b"):
        model.predict(X[..., :-3])


def another_width_at_predict(name: str) -> None:
    if not tags_of(name).tables:
        return
    X, y = data(name)
    model = make(name).fit(X, y)
    with pytest.raises(ValueError, match=r"7 features.*10 features"):
        model.predict(X[:, :7])


def shapes_that_are_none(name: str) -> None:
    X, y = data(name)
    for wrong in (X[0].ravel(), X.reshape(N_CASES, 1, 1, -1), np.float64(3), X[:0]):
        with pytest.raises(ValueError, match=r"(?i)dim|array|case"):
            make(name).fit(wrong, y[: np.shape(wrong)[0] if np.ndim(wrong) else 0])


def as_many_classes_as_cases(name: str) -> None:
    X, y = data(name)
    with pytest.raises(ValueError, match=r"24.*23|23.*24"):
        make(name).fit(X, y[:-1])


def unequal_lengths(name: str) -> None:
    X, y = signals()
    X[::3, :, 6:] = np.nan
    if tags_of(name).unequal_length or tags_of(name).missing:
        require_probabilities(make(name).fit(X, y), X)
        return
    with pytest.raises(ValueError, match="NaN"):
        make(name).fit(X, y)


def padding_plays_no_part(name: str) -> None:
    if not tags_of(name).unequal_length:
        return
    X, y = signals()
    padded = np.pad(X, ((0, 0), (0, 0), (0, 4)), constant_values=np.nan)
    padded[0, :, 5:] = np.nan
    longer = np.pad(padded, ((0, 0), (0, 0), (0, 7)), constant_values=np.nan)
    a, b = (make(name).fit(one, y).predict_proba(one) for one in (padded, longer))
    np.testing.assert_allclose(a, b, atol=1e-6)


def missing_values(name: str) -> None:
    X, y = data(name)
    X[3, ..., 4] = np.nan
    if tags_of(name).missing:
        require_probabilities(make(name).fit(X, y), X)
        return
    with pytest.raises(ValueError, match=r"NaN|missing"):
        make(name).fit(X, y)
    model = make(name).fit(data(name)[0], y)
    with pytest.raises(ValueError, match=r"NaN|missing"):
        model.predict(X)


def infinity_is_refused(name: str) -> None:
    X, y = data(name)
    X[3, ..., 4] = np.inf
    with pytest.raises(ValueError, match=r"infinit|large"):
        make(name).fit(X, y)


def one_class_is_refused(name: str) -> None:
    X, _ = data(name)
    with pytest.raises(ValueError, match="class"):
        make(name).fit(X, np.ones(N_CASES, dtype=np.int64))


def fewer_than_two_cases(name: str) -> None:
    X, y = data(name)
    for n in (0, 1):
        with pytest.raises(ValueError, match=r"class|sample|case"):
            make(name).fit(X[:n], y[:n])


def two_cases_are_enough(name: str) -> None:
    X, y = data(name)
    require_probabilities(make(name).fit(X[:2], y[:2]), X)


def constant_features(name: str) -> None:
    X, y = data(name)
    X[..., 2] = 7.0
    require_probabilities(make(name).fit(X, y), X)
    require_probabilities(make(name).fit(np.ones_like(X), y), X)


CHECKS: tuple[Callable[[str], None], ...] = (
    one_channel,
    several_channels,
    other_channels_at_predict,
    another_length_at_predict,
    another_width_at_predict,
    shapes_that_are_none,
    as_many_classes_as_cases,
    unequal_lengths,
    padding_plays_no_part,
    missing_values,
    infinity_is_refused,
    one_class_is_refused,
    fewer_than_two_cases,
    two_cases_are_enough,
    constant_features,
)
