"""The estimator: the published curve, scikit-learn's manners, and plain refusals."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import clone
from tests.models.dtw.plain import padded, plain_neighbours

from auscult.errors import InputError
from auscult.models.knn_dtw import KNNDTW

Float64 = NDArray[np.float64]
Split = tuple[Float64, Float64, Float64, Float64]

PUBLISHED = [0.9306, 0.8218, 0.8578, 0.7665, 0.8244, 0.7129, 0.7471, 0.6848, 0.7006]


@pytest.fixture(scope="session")
def twoleadecg(shared: Path) -> Split:
    parts = []
    for part in ("TRAIN", "TEST"):
        table = np.loadtxt(shared / "twoleadecg" / f"TwoLeadECG_{part}.tsv")
        parts += [table[:, 1:], table[:, 0]]
    return parts[0], parts[1], parts[2], parts[3]


def small(n: int = 30, length: int = 12, seed: int = 6) -> tuple[Float64, NDArray[np.str_]]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 2, length)), np.where(rng.random(n) < 0.5, "no", "yes")


def test_reproduces_the_published_curve(twoleadecg: Split) -> None:
    X, y, X_test, y_test = twoleadecg
    sweep = KNNDTW(cost="absolute").fit(X, y).k_sweep(X_test, 9)
    assert (sweep == y_test).mean(axis=1).round(4).tolist() == PUBLISHED


@pytest.mark.parametrize("k", [1, 2, 9])
def test_each_k_alone_gives_its_point_of_the_curve(twoleadecg: Split, k: int) -> None:
    X, y, X_test, y_test = twoleadecg
    accuracy = KNNDTW(k, cost="absolute").fit(X, y).score(X_test, y_test)
    assert round(accuracy, 4) == PUBLISHED[k - 1]


def test_squared_cost_gives_the_archive_s_figure(twoleadecg: Split) -> None:
    X, y, X_test, y_test = twoleadecg
    assert round(KNNDTW().fit(X, y).score(X_test, y_test), 4) == 0.9043


def test_ties_of_votes_go_to_the_class_that_sorts_first() -> None:
    model = KNNDTW(2).fit([[0.0, 0.0], [0.1, 0.1]], ["b", "a"])
    assert model.predict([[0.0, 0.0]]).tolist() == ["a"]
    assert model.predict_proba([[0.0, 0.0]]).tolist() == [[0.5, 0.5]]


def test_probabilities_are_shares_of_the_votes() -> None:
    X, y = small()
    model = KNNDTW(5).fit(X, y)
    _, cases = model.kneighbors(X[:7])
    shares = np.array([[np.mean(y[c] == label) for label in model.classes_] for c in cases])
    np.testing.assert_allclose(model.predict_proba(X[:7]), shares)


@pytest.mark.parametrize("window", [None, 3, 0.25])
def test_neighbours_of_unequal_signals_of_several_channels(window: float | None) -> None:
    rng = np.random.default_rng(7)
    signals = [rng.standard_normal((3, rng.integers(4, 17))) for _ in range(40)]
    longest = max(s.shape[1] for s in signals[5:])
    points = int(window * longest) if isinstance(window, float) else window
    model = KNNDTW(3, window=window).fit(padded(signals[5:]), np.arange(35) % 2)
    distances, cases = model.kneighbors(padded(signals[:5]))
    expected = plain_neighbours(signals[:5], signals[5:], 3, True, points)
    np.testing.assert_array_equal(cases, expected[1])
    np.testing.assert_array_equal(distances, expected[0])


def test_two_dimensions_are_one_channel() -> None:
    X, y = small()
    flat, deep = X[:, 0], X[:, :1]
    one, other = (KNNDTW().fit(X, y).kneighbors(X) for X in (flat, deep))
    np.testing.assert_array_equal(one[1], other[1])


def test_takes_clones_pickles_and_any_labels() -> None:
    X, y = small()
    model = KNNDTW(3, cost="absolute", window=0.5, n_jobs=1)
    assert clone(model).get_params() == model.get_params()
    for labels in (y, y == "yes", np.where(y == "yes", 7, -1)):
        fitted = pickle.loads(pickle.dumps(model.fit(X, labels)))
        assert set(fitted.predict(X)) <= set(labels.tolist())
        assert fitted.classes_.tolist() == sorted(set(labels.tolist()))


def test_leaves_its_input_as_it_was() -> None:
    X, y = small()
    X[0, :, 9:] = np.nan
    X.setflags(write=False)
    before = X.copy()
    KNNDTW().fit(X, y).predict(X)
    np.testing.assert_array_equal(X, before)


def holed() -> Float64:
    X = np.zeros((3, 2, 5))
    X[1, 0, 2] = np.nan
    return X


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros(5), "has 1 dimension"),
        (np.zeros((3, 2, 0)), "has no values"),
        (holed(), "case 1, channel 0, time 2 is missing"),
        (np.full((3, 1, 4), np.nan), "case 0 has no values at all"),
        (np.where(np.eye(3) > 0, np.inf, 0), "case 0, channel 0, time 0 is infinite"),
        ([["a", "b"]] * 3, "not numbers"),
        (np.zeros((2, 4)), "X has 2 cases"),
    ],
)
def test_refuses_signals_it_cannot_warp(X: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        KNNDTW().fit(X, [0, 1, 1])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"k": 0}, "k is 0"),
        ({"k": 4}, "there are 3 training cases"),
        ({"k": 1.5}, "k is 1.5"),
        ({"cost": "cubic"}, "cost is 'cubic'"),
        ({"window": -1}, "window is -1"),
        ({"window": 1.2}, "window is 1.2"),
        ({"window": True}, "window is True"),
    ],
)
def test_refuses_settings_out_of_range(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        KNNDTW(**settings).fit(np.zeros((3, 4)), [0, 1, 1])


def test_refuses_other_channels_than_it_was_fitted_on() -> None:
    X, y = small()
    with pytest.raises(InputError, match=r"X has 1 channel\(s\), the training signals have 2"):
        KNNDTW().fit(X, y).predict(X[:, :1])
