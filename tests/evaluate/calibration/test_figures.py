"""Calibration error, Brier parts and decision curves, against formulas written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.evaluate.calibration.decision import THRESHOLDS, decision_curve, net_benefit, treat_all
from auscult.evaluate.calibration.error import PARTS, bins, brier_parts, calibration_error
from auscult.evaluate.calibration.figures import calibration
from auscult.evaluate.metrics import Scorer
from auscult.evaluate.result import Predictions
from auscult.types import FloatArray

seeds = st.integers(0, 2**32 - 1)


def predictions(seed: int, n: int = 200, heat: float = 1.0, repeats: int = 1) -> Predictions:
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 1.5, n)
    true = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(np.int64)
    p = 1 / (1 + np.exp(-heat * (z + rng.normal(0, 0.01, (repeats, n))))).ravel()
    case = np.tile(np.arange(n), repeats)
    return Predictions(
        case,
        np.repeat(np.arange(repeats), n),
        np.zeros(n * repeats, dtype=np.int64),
        np.tile(true, repeats),
        np.column_stack([1 - p, p]),
    )


def unit(p: Predictions) -> tuple[Scorer, FloatArray]:
    return Scorer(p.true, p.probability), np.ones((len(p.true), 1))


@given(seeds, st.floats(0.3, 4))
@settings(max_examples=40, deadline=None)
def test_the_parts_make_the_brier_score(seed: int, heat: float) -> None:
    p = predictions(seed, heat=heat)
    weights = np.random.default_rng(seed).integers(0, 4, (len(p.true), 5)).astype(float)
    scorer = Scorer(p.true, p.probability)
    reliability, resolution, uncertainty, within = (
        brier_parts(scorer, weights)[name] for name in PARTS
    )
    whole = scorer.scores(weights, ("brier",))["brier"]
    np.testing.assert_allclose(reliability - resolution + uncertainty + within, whole, atol=1e-12)
    assert (reliability >= 0).all()
    assert (resolution >= 0).all()


def test_murphy_s_parts_of_few_distinct_forecasts() -> None:
    """Ten forecasts of 0.2 with three hits, ten of 0.8 with eight: nothing within bins."""
    p = np.repeat([0.2, 0.8], 10)
    true = np.array([1] * 3 + [0] * 7 + [1] * 8 + [0] * 2)
    scorer = Scorer(true, np.column_stack([1 - p, p]))
    found = brier_parts(scorer, np.ones((20, 1)))
    expected = {
        "reliability": (0.1**2 + 0) / 2,
        "resolution": ((0.3 - 0.55) ** 2 + (0.8 - 0.55) ** 2) / 2,
        "uncertainty": 0.55 * 0.45,
        "within": 0.0,
    }
    for name, value in expected.items():
        assert found[name][0] == pytest.approx(value, abs=1e-12)
    assert calibration_error(scorer, np.ones((20, 1)))["ece"][0] == pytest.approx(0.05)


def test_equal_predictions_stand_in_one_bin_and_bins_are_even() -> None:
    order, starts = bins(np.repeat([0.3, 0.6], 50))
    assert starts.tolist() == [0, 50]
    _, starts = bins(np.random.default_rng(0).random(200))
    assert np.diff(starts).tolist() == [20] * 9
    assert len(order) == 100


def test_the_error_of_several_classes_is_of_the_likeliest() -> None:
    p = np.tile([0.6, 0.3, 0.1], (10, 1))
    true = np.array([0] * 4 + [1] * 6)
    found = calibration_error(Scorer(true, p), np.ones((10, 1)))["ece"]
    assert found[0] == pytest.approx(0.2)


def test_a_calibrated_model_shows_about_the_error_of_chance_and_its_interval_reaches_zero() -> None:
    reached = 0
    errors, chances = [], []
    for seed in range(24):
        told = calibration(predictions(seed, n=300))
        assert told is not None
        errors.append(told.ece.value)
        chances.append(told.ece_by_chance)
        reached += told.ece.low == 0.0
        assert told.ece.low <= told.ece.value <= told.ece.high
    assert np.mean(errors) == pytest.approx(np.mean(chances), rel=0.12)
    assert reached >= 22


def test_a_model_too_sure_is_seen_through() -> None:
    told = calibration(predictions(1, n=1000, heat=3.0))
    assert told is not None
    assert told.ece.low > 0.05 > told.ece_by_chance


def test_a_model_without_probabilities_has_no_calibration() -> None:
    p = predictions(0, n=20)
    p.probability[0] = np.nan
    assert calibration(p) is None


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_net_benefit_is_the_formula(seed: int) -> None:
    p = predictions(seed, n=60)
    ranked = np.round(p.probability[:, 1], 1)  # some on the thresholds themselves
    found = net_benefit(p.true, ranked, THRESHOLDS, np.ones((60, 1)))[:, 0]
    for t, benefit in zip(THRESHOLDS, found, strict=True):
        called = ranked >= t
        hits, alarms = np.sum(called & (p.true == 1)), np.sum(called & (p.true == 0))
        assert benefit == pytest.approx(hits / 60 - alarms / 60 * t / (1 - t), abs=1e-12)


def test_calling_everyone_is_treat_all() -> None:
    true = np.array([1] * 3 + [0] * 7)
    found = net_benefit(true, np.ones(10), THRESHOLDS, np.ones((10, 1)))[:, 0]
    np.testing.assert_allclose(found, treat_all(0.3, THRESHOLDS), atol=1e-12)
    none = net_benefit(true, np.zeros(10), THRESHOLDS, np.ones((10, 1)))
    np.testing.assert_allclose(none, 0)


def test_a_decision_curve_has_an_interval_around_each_point_and_counts_a_case_once() -> None:
    once, twice = predictions(2), predictions(2, repeats=2)
    a, b = decision_curve(once), decision_curve(twice)
    assert all(x <= y <= z for x, y, z in zip(a.low, a.net_benefit, a.high, strict=True))
    assert a.treat_all == pytest.approx(b.treat_all)
    width_a = a.high[20] - a.low[20]
    assert b.high[20] - b.low[20] == pytest.approx(width_a, rel=0.15)
