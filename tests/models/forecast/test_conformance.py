"""What every forecaster of the table keeps to, whatever it is made of."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import clone

from auscult.errors import InputError
from auscult.models.forecast.spec import Task
from auscult.models.forecast.table import FORECASTERS
from auscult.train.forecaster import NetworkForecaster
from auscult.train.forecasters import forecaster_class

Values = NDArray[np.float64]


def is_network(name: str) -> bool:
    return issubclass(forecaster_class(name), NetworkForecaster)


pytestmark = pytest.mark.usefixtures("one_thread")

SEASONS, HORIZON = (6, 24), 8
SMALL: dict[str, dict[str, Any]] = {
    "gradient-boosting": {"max_iter": 8, "min_samples_leaf": 5},
    "mean": {"members": ("ridge", "last-value")},
    "arima": {"order": (1, 1, 1)},
    **{name: {"epochs": 2, "lags": 24} for name in FORECASTERS if is_network(name)},
}

Check = Callable[[str], None]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    CHECKS.append(function)
    return function


def make(name: str, **settings: Any) -> Any:
    cls = forecaster_class(name)
    return cls(**(Task(HORIZON, SEASONS, 1, 0).settings(cls) | SMALL.get(name, {}) | settings))


def series(n_points: int = 260, seed: int = 0) -> Values:
    rng = np.random.default_rng(seed)
    t = np.arange(n_points)
    noise = np.cumsum(rng.normal(size=n_points)) + rng.normal(size=n_points)
    seasonal = 10 * np.sin(t / 6 * 2 * np.pi) + 5 * np.sin(t / 24 * 2 * np.pi)
    found: Values = 100 + seasonal + noise
    return found


ORIGINS = np.array([200, 201, 230, 260])


@check
def never_reads_what_follows_the_origin(name: str) -> None:
    y = series()
    model = make(name).fit(y[:200])
    before = model.forecast(y, ORIGINS, HORIZON)
    for row, t in zip(before, ORIGINS, strict=True):
        for after in (np.nan, 1e9):
            changed = y.copy()
            changed[t:] = after
            found = model.forecast(changed, [t], HORIZON)[0]
            np.testing.assert_allclose(found, row, rtol=1e-12)
        np.testing.assert_allclose(model.forecast(y[:t], [t], HORIZON)[0], row, rtol=1e-12)


@check
def predict_is_the_forecast_at_the_end(name: str) -> None:
    y = series()
    model = make(name).fit(y)
    found = model.predict(HORIZON)
    assert found.shape == (HORIZON,)
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found, model.forecast(y, [len(y)], HORIZON)[0])


@check
def first_steps_do_not_depend_on_how_many_follow(name: str) -> None:
    model = make(name).fit(series())
    np.testing.assert_allclose(model.predict(HORIZON)[:3], model.predict(3), rtol=1e-12)


@check
def same_seed_same_forecast(name: str) -> None:
    y = series()
    first, second = (make(name).fit(y).predict(HORIZON) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@check
def cloned_and_pickled(name: str) -> None:
    y = series()
    model = make(name)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    expected = model.fit(y).predict(HORIZON)
    np.testing.assert_array_equal(copy.fit(y).predict(HORIZON), expected)
    thawed = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(thawed.predict(HORIZON), expected)


@check
def fitting_leaves_settings_and_data_alone(name: str) -> None:
    y = series()
    before, model = y.copy(), make(name)
    params = model.get_params()
    model.fit(y).predict(HORIZON)
    np.testing.assert_array_equal(y, before)
    assert model.get_params() == params


@check
def a_panel_is_answered_by_a_list(name: str) -> None:
    panel = [series(), 1000 * series(240, seed=1)]
    model = make(name).fit(panel)
    ahead = model.predict(HORIZON)
    assert [row.shape for row in ahead] == [(HORIZON,)] * 2
    origins = [np.array([200, 220]), np.array([200])]
    found = model.forecast(panel, origins, HORIZON)
    assert [rows.shape for rows in found] == [(2, HORIZON), (1, HORIZON)]
    again = model.forecast(panel, [np.array([220]), np.array([200])], HORIZON)
    np.testing.assert_allclose(again[0][0], found[0][1], rtol=1e-12)
    np.testing.assert_allclose(again[1][0], found[1][0], rtol=1e-12)
    # Each series' forecast is of its own size.
    assert 500 < abs(ahead[1]).max() / abs(ahead[0]).max() < 2000 or name in ("line", "drift")


@check
def a_bent_series_is_forecast_at_its_own_level(name: str) -> None:
    """A forecast of a shifted series is the shifted forecast: no level is built in."""
    y = series()
    found = make(name).fit(y).predict(HORIZON)
    moved = make(name).fit(y + 5000).predict(HORIZON) - 5000
    np.testing.assert_allclose(moved, found, atol=2.0)


@check
def a_constant_series_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="constant: every point is 7"):
        make(name).fit(np.full(300, 7.0))


@check
def a_short_series_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"points?"):
        make(name).fit(np.array([1.0]))
    if make(name).points_needed > 2:
        with pytest.raises(InputError, match=r"points|lags"):
            make(name).fit(series(make(name).points_needed - 1))


@check
def the_fewest_points_are_enough(name: str) -> None:
    model = make(name)
    y = series(max(model.points_needed, 2))
    try:
        found = model.fit(y).predict(HORIZON)
    except InputError:
        return  # refused in words
    assert np.isfinite(found).all()


@check
def gaps_and_origins_outside_are_refused(name: str) -> None:
    y = series()
    holed = y.copy()
    holed[100] = np.nan
    with pytest.raises(InputError, match="1 gaps, the first at point 100"):
        make(name).fit(holed)
    model = make(name).fit(y)
    with pytest.raises(InputError, match="gaps"):
        model.forecast(holed, [200], HORIZON)
    with pytest.raises(InputError, match="needs origins from"):
        model.forecast(y, [len(y) + 1], HORIZON)
    with pytest.raises(InputError, match="needs origins from"):
        model.forecast(y, [0], HORIZON)
    with pytest.raises(InputError, match="horizon is 1 or more"):
        model.predict(0)


@check
def no_origins_give_no_rows(name: str) -> None:
    y = series()
    none = np.empty(0, dtype=np.int64)
    assert make(name).fit(y).forecast(y, none, HORIZON).shape == (0, HORIZON)


@pytest.mark.parametrize("name", FORECASTERS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda f: f.__name__)
def test_conformance(name: str, check: Check) -> None:
    check(name)


def test_text_is_refused() -> None:
    with pytest.raises(InputError, match="not a number"):
        make("last-value").fit(np.array(["a", "b"]))
