"""Ridge on lags: its sums against scikit-learn, its lags, its strategies."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from auscult.errors import InputError
from auscult.models.forecast.lags import calendar, default_lags, training_origins
from auscult.models.forecast.normal_equations import NormalEquations
from auscult.models.forecast.ridge import Ridge

pytestmark = pytest.mark.usefixtures("one_thread")


def autoregression(n_points: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    y = np.zeros(n_points)
    for t in range(2, n_points):
        y[t] = 1.2 * y[t - 1] - 0.5 * y[t - 2] + rng.normal()
    return 50 + y


def test_sums_solve_as_sklearn_does() -> None:
    from sklearn.linear_model import Ridge as Reference  # noqa: PLC0415

    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 5)) * [1, 10, 0.1, 3, 1] + 7
    T = X @ rng.normal(size=(5, 3)) + rng.normal(size=(200, 3))
    sums = NormalEquations(5, 3)
    for rows in np.array_split(np.arange(200), 7):
        sums.add(X[rows], T[rows])
    found = sums.solve(0.01)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    expected = Reference(alpha=0.01 * 200).fit(scaled, T).predict(scaled)
    np.testing.assert_allclose(found.predict(X), expected, rtol=1e-9)
    error = np.mean((found.predict(X) - T) ** 2)
    assert sums.squared_error(found) == pytest.approx(error, rel=1e-9)


def test_a_column_of_one_value_is_left_out() -> None:
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=50), np.full(50, 1e6)])
    sums = NormalEquations(2, 1)
    sums.add(X, X[:, :1] * 2)
    found = sums.solve(1e-6)
    assert found.weights[1, 0] == 0
    assert found.weights[0, 0] == pytest.approx(2, rel=1e-4)


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_reaches_the_error_of_the_true_process(strategy: str) -> None:
    y = autoregression(6000)
    model = Ridge(lags=4, horizon=3, strategy=strategy).fit(y[:5000])  # type: ignore[arg-type]
    origins = np.arange(5000, 5990)
    error = model.forecast(y, origins, 3) - y[origins[:, None] + np.arange(3)]
    # Psi weights of the process are 1, 1.2, 0.94: its error variances 1, 2.44, 3.32.
    np.testing.assert_allclose((error**2).mean(axis=0), [1, 2.44, 3.32], rtol=0.12)


def test_a_direct_fit_ends_at_its_horizon_and_a_recursive_does_not() -> None:
    y = autoregression(300)
    with pytest.raises(InputError, match="fitted for 2 steps, not 3"):
        Ridge(lags=4, horizon=2).fit(y).predict(3)
    assert len(Ridge(lags=4, horizon=2, strategy="recursive").fit(y).predict(30)) == 30


def test_memory_does_not_grow_with_the_series() -> None:
    y = autoregression(200_000)
    Ridge(lags=100).fit(y[:2000])
    tracemalloc.start()
    Ridge(lags=100).fit(y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The matrix of lags would be 160 MB.
    assert peak < 90e6


def test_a_covariate_known_ahead_is_used() -> None:
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, size=(1000, 1)).astype(float)
    y = 10 + 5 * X[:, 0] + 0.1 * rng.normal(size=1000)
    model = Ridge(lags=3, horizon=2).fit(y[:900], X[:900])
    origins = np.arange(900, 998)
    found = model.forecast(y, origins, 2, X)
    truth = y[origins[:, None] + np.arange(2)]
    assert np.abs(found - truth).mean() < 0.3
    np.testing.assert_allclose(model.predict(2, X[900:902]), found[0], rtol=1e-12)
    with pytest.raises(InputError, match="give X to predict"):
        model.predict(2)
    with pytest.raises(InputError, match="covariates end at point 950"):
        model.forecast(y, [949], 2, X[:950])


def test_series_of_a_panel_count_alike() -> None:
    """A series of large numbers must not decide what is learnt of the others."""
    rng = np.random.default_rng(0)
    small = autoregression(2000)
    large = 1e6 * rng.normal(size=2000).cumsum()
    alone = Ridge(lags=4, horizon=1).fit(small)
    panel = Ridge(lags=4, horizon=1).fit([small, large, small + 100])
    at = np.arange(1000, 2000)
    error = np.abs(panel.forecast([small], [at], 1)[0][:-1, 0] - small[1000:-1][: len(at) - 1])
    own = np.abs(alone.forecast(small, at, 1)[:-1, 0] - small[1000:-1][: len(at) - 1])
    assert error.mean() < 1.35 * own.mean()


def test_default_lags() -> None:
    assert default_lags((), 1, 1000) == tuple(range(1, 25))
    assert default_lags((), 1, 30) == tuple(range(1, 11))
    one = default_lags((96, 672), 1, 35040)
    assert {1, 12, 92, 96, 100, 2016, 2020} <= set(one)
    assert 13 not in one
    assert default_lags((96, 672), 96, 35040) == tuple(range(1, 673))


def test_training_origins_stand_where_the_forecast_does() -> None:
    (at,), every = training_origins([1000], 50, 30, 24)
    assert every == 24 or every < 24
    assert set((1000 - at) % every) == {0}
    assert at.min() >= 50
    assert at.max() + 30 <= 1000
    (at,), every = training_origins([10_000], 50, 30, 24)
    assert every == 24
    assert at.max() == 10_000 - 48


def test_calendar_counts_weekdays_of_quarter_hours() -> None:
    at = np.arange(0, 96 * 8, 96)
    codes = calendar(at, (96, 672), 96)
    assert [(list(c), n) for c, n in codes] == [([0, 1, 2, 3, 4, 5, 6, 0], 7)]


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"lags": 0}, "'lags' is empty"),
        ({"lags": (0, 1)}, "'lags' is a whole number from 1"),
        ({"alpha": -1.0}, "'alpha' is above 0"),
        ({"strategy": "both"}, "'strategy' is one of direct, recursive"),
        ({"horizon": 0}, "'horizon' is a whole number from 1"),
        ({"season": 2.5}, "season"),
    ],
)
def test_wrong_settings(settings: dict[str, object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        Ridge(**settings).fit(autoregression(100))  # type: ignore[arg-type]
