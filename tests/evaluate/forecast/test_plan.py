"""Plans of origins: nothing fitted on lies behind what it forecasts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import InputError
from auscult.evaluate.forecast.plan import ForecastPlan

plans = st.builds(
    ForecastPlan,
    horizon=st.integers(1, 20),
    test=st.none() | st.integers(25, 60),
    step=st.none() | st.integers(1, 30),
    gap=st.integers(0, 5),
    window=st.none() | st.integers(5, 100),
    refit=st.none() | st.integers(1, 5),
)


@given(plan=plans, lengths=st.lists(st.integers(150, 400), min_size=1, max_size=3))
def test_every_fit_ends_before_its_origins(plan: ForecastPlan, lengths: list[int]) -> None:
    folds = plan.folds(lengths)
    for fold in folds:
        for n, low, high, at in zip(lengths, fold.start, fold.end, fold.origins, strict=True):
            assert 0 <= low < high <= at[0]
            assert (np.diff(at) == plan.spacing).all()
            assert at[-1] + plan.reach <= n
            assert plan.window is None or high - low <= plan.window
            assert plan.refit is None or len(at) <= plan.refit
    if plan.refit is None:
        assert len(folds) == 1
    for i, n in enumerate(lengths):
        every = np.concatenate([fold.origins[i] for fold in folds])
        first = n - plan.n_test(lengths)
        np.testing.assert_array_equal(every, np.arange(first, n - plan.reach + 1, plan.spacing))


@given(plan=plans, lengths=st.lists(st.integers(150, 400), min_size=1, max_size=3))
def test_calibration_lies_within_the_training_part(plan: ForecastPlan, lengths: list[int]) -> None:
    for fold in plan.folds(lengths):
        ends, origins = plan.calibration(fold)
        for low, high, end, at in zip(fold.start, fold.end, ends, origins, strict=True):
            assert low < end <= high
            if len(at):
                assert end == at[0]
                assert at[-1] + plan.reach <= high
                assert ((high - at) % plan.spacing == 0).all()


def test_published_is_the_last_two_percent_behind_a_window() -> None:
    (fold,) = ForecastPlan("published").folds([35040])
    assert fold.end[0] == 35040 - 701
    assert fold.origins[0][0] == 35040 - 701 + 96
    assert len(fold.origins[0]) == 605


def test_every_is_the_common_spacing_of_origins_and_season() -> None:
    assert ForecastPlan(horizon=96).every((96, 672)) == 96
    assert ForecastPlan(horizon=24).every((96, 672)) == 24
    assert ForecastPlan(horizon=1).every((96, 672)) == 1
    assert ForecastPlan(horizon=5).every(()) == 1


@pytest.mark.parametrize(
    ("settings", "length", "match"),
    [
        ({"horizon": 500}, 300, "holds no forecast of 500 steps"),
        ({"horizon": 10, "test": 5}, 300, "holds no forecast of 10 steps in its last 5"),
        ({"horizon": 10, "test": 300}, 300, "holds no forecast"),
        ({"kind": "published"}, 1000, "behind a window of 96"),
    ],
)
def test_refuses_what_the_data_cannot_hold(
    settings: dict[str, object], length: int, match: str
) -> None:
    with pytest.raises(InputError, match=match):
        ForecastPlan(**settings).folds([length])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"kind": "rollin"}, "Did you mean 'rolling'"),
        ({"horizon": 0}, "--horizon"),
        ({"gap": -1}, "--gap"),
        ({"refit": 0}, "--refit"),
        ({"kind": "published", "horizon": 2}, "one step ahead"),
    ],
)
def test_refuses_settings(settings: dict[str, object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        ForecastPlan(**settings)  # type: ignore[arg-type]
