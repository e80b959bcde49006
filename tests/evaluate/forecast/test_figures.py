"""Figures of forecasts, their intervals, their test and their prediction intervals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from auscult.evaluate.forecast.conformal import adaptive_widths, quality, split_widths
from auscult.evaluate.forecast.diebold_mariano import diebold_mariano
from auscult.evaluate.forecast.intervals import block_length, estimate_all, estimate_skill
from auscult.evaluate.forecast.metrics import by_number, error_sums, figures, naive_scales

Values = NDArray[np.float64]


def of(true: Values, forecast: Values, scale: float = 1.0) -> dict[str, float]:
    centre = np.full(len(true), true.mean())
    scales = np.tile([scale, scale**2], (len(true), 1))
    total = error_sums(true, forecast, centre, scales).sum(axis=0)
    return {name: float(value) for name, value in figures(total).items()}


def test_figures_are_sklearns() -> None:
    from sklearn import metrics as sk  # noqa: PLC0415

    rng = np.random.default_rng(0)
    true = rng.normal(size=(50, 4)) + 5
    forecast = true + rng.normal(size=(50, 4))
    found = of(true, forecast, scale=2.0)
    flat = true.ravel(), forecast.ravel()
    assert found["r2"] == pytest.approx(sk.r2_score(*flat))
    assert found["mae"] == pytest.approx(sk.mean_absolute_error(*flat))
    assert found["rmse"] == pytest.approx(sk.root_mean_squared_error(*flat))
    assert found["mape"] == pytest.approx(sk.mean_absolute_percentage_error(*flat))
    assert found["mase"] == pytest.approx(found["mae"] / 2)
    assert found["rmsse"] == pytest.approx(found["rmse"] / 2)


def test_a_truth_of_zero_is_no_share() -> None:
    found = of(np.array([[0.0, 2.0]]), np.array([[1.0, 3.0]]))
    assert found["mape"] == 0.5
    assert found["smape"] == pytest.approx((2 / 1 + 2 / 5) / 2)
    nothing = of(np.zeros((1, 2)), np.zeros((1, 2)))
    assert np.isnan(nothing["mape"])
    assert np.isnan(nothing["r2"])
    assert nothing["mae"] == 0


def test_scales_come_from_the_training_part() -> None:
    y = np.array([1.0, 2.0, 4.0, 7.0, 1e9])
    np.testing.assert_allclose(naive_scales([y], np.array([4]), 1), [[2, 14 / 3]])
    np.testing.assert_allclose(naive_scales([y], np.array([4]), 2), [[4, 17]])
    assert np.isnan(naive_scales([y, np.ones(9)], np.array([4, 9]), 4)).all()


def test_series_of_one_time_are_drawn_together() -> None:
    sums = np.arange(4.0)[:, None]
    np.testing.assert_array_equal(by_number(sums, np.array([0, 1, 0, 1])), [[2], [4]])


def test_block_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Errors that go together: intervals of single origins would be far too narrow."""
    rng = np.random.default_rng(0)
    held = {1: 0, 12: 0}
    n, trials = 300, 200
    for trial in range(trials):
        noise = rng.normal(size=n + 5)
        error = np.convolve(noise, np.ones(6) / 6, mode="valid")  # overlaps of six origins
        true = np.zeros((n, 1))
        sums = error_sums(true, error[:, None] + 0.0, np.zeros(n), np.ones((n, 2)))
        expected = np.sqrt(2 / np.pi / 6)
        for block in held:
            interval = estimate_all(sums, block, n_resamples=300, seed=trial)["mae"]
            held[block] += interval.low <= expected <= interval.high
    assert held[1] / trials < 0.8
    assert 0.87 <= held[12] / trials <= 0.99


def test_few_blocks_have_no_interval() -> None:
    sums = np.ones((7, 11))
    found = estimate_all(sums, 2)["mae"]
    assert found.value == 1
    assert np.isnan(found.low)
    assert block_length(1000, 3) == 10
    assert block_length(1000, 50) == 50


def test_skill_is_one_less_the_ratio() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(size=(200, 1))
    args = np.zeros(200), np.ones((200, 2))
    good = error_sums(true, true + 0.5, *args)
    bad = error_sums(true, true + rng.choice([-1, 1], size=(200, 1)), *args)
    found = estimate_skill(good, bad, 5)
    assert found.value == pytest.approx(0.5)
    assert found.low == pytest.approx(0.5)


@pytest.mark.parametrize("overlap", [1, 4])
@pytest.mark.parametrize("n", [60, 300])
def test_diebold_mariano_has_its_size(n: int, overlap: int) -> None:
    """Of equal forecasts one in twenty is called different, whether or not errors overlap."""
    rng = np.random.default_rng(n + overlap)
    trials = 3000
    noise = rng.normal(size=(trials, n + overlap - 1))
    kernel = np.ones(overlap)
    p = [diebold_mariano(np.convolve(row, kernel, mode="valid"), overlap) for row in noise]
    size = float(np.mean(np.array(p) < 0.05))
    assert 0.035 <= size <= (0.065 if n == 300 or overlap == 1 else 0.11)
    if overlap > 1 and n == 300:
        naive = [diebold_mariano(np.convolve(row, kernel, mode="valid"), 1) for row in noise[:300]]
        assert np.mean(np.array(naive) < 0.05) > 0.2


def test_diebold_mariano_finds_a_difference() -> None:
    rng = np.random.default_rng(0)
    assert diebold_mariano(0.5 + rng.normal(size=200), 1) < 1e-6
    assert diebold_mariano(np.zeros(50), 1) == 1
    assert diebold_mariano(np.ones(50), 1) == 0
    assert np.isnan(diebold_mariano(np.ones(7), 3))


def test_diebold_mariano_is_the_t_test_of_independent_losses() -> None:
    from scipy.stats import ttest_1samp  # noqa: PLC0415

    d = np.random.default_rng(0).normal(size=40) + 0.2
    assert diebold_mariano(d, 1) == pytest.approx(float(ttest_1samp(d, 0).pvalue), rel=1e-9)


def test_split_intervals_cover_errors_of_the_same_law() -> None:
    rng = np.random.default_rng(0)
    covered = []
    for _ in range(300):
        calibration = rng.standard_t(4, size=(40, 1, 3)) * [1, 2, 3]
        later = rng.standard_t(4, size=(40, 3)) * [1, 2, 3]
        covered.append(np.mean(np.abs(later) <= split_widths(calibration, 0.9), axis=0))
    # With 40 errors the 37th smallest is taken: 37 of 41.
    np.testing.assert_allclose(np.mean(covered, axis=0), 37 / 41, atol=0.01)


def test_adaptive_intervals_follow_errors_that_grow() -> None:
    rng = np.random.default_rng(0)
    calibration = rng.normal(size=(200, 1, 2))
    residuals = rng.normal(size=(2000, 1, 2)) * np.linspace(1, 4, 2000)[:, None, None]
    split = np.mean(np.abs(residuals[:, 0]) <= split_widths(calibration, 0.9))
    widths = adaptive_widths(calibration, residuals, 0.9)
    adaptive = np.mean(np.abs(residuals[:, 0]) <= widths)
    assert split < 0.65
    assert 0.87 <= adaptive <= 0.93


@pytest.mark.parametrize("gap", [0, 3])
def test_adaptive_intervals_know_only_what_has_happened(gap: int) -> None:
    """A change of an error moves no interval before the point it belongs to is known."""
    rng = np.random.default_rng(0)
    calibration, residuals = rng.normal(size=(20, 2, 5)), rng.normal(size=(30, 2, 5))
    before = adaptive_widths(calibration, residuals, 0.8, spacing=2, gap=gap)
    moved = 0
    for origin, step in ((3, 0), (10, 4), (20, 2)):
        changed = residuals.copy()
        changed[origin, :, step] = 1e6
        after = adaptive_widths(calibration, changed, 0.8, spacing=2, gap=gap)
        # Origins stand at 0, 2, 4, …: the point is known from the first at or behind it on.
        known = -(-(2 * origin + gap + step + 1) // 2)
        np.testing.assert_array_equal(after[:known], before[:known])
        moved += (after[known:] != before[known:]).any()
    assert moved >= 2  # an error that was large before may move nothing


def test_quality_counts_what_is_inside() -> None:
    true = np.array([[1.0, 5.0], [2.0, 2.0]])
    found = quality(true, np.zeros((2, 2)), np.full((2, 2), 4.0), "split", 0.9)
    assert found.coverage == 0.75
    assert found.by_step == (1.0, 0.5)
    assert found.width == 4.0
