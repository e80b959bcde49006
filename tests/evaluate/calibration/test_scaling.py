"""Temperature, Platt's sigmoid and isotonic regression: laws, and others' answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from auscult.evaluate.calibration.scaling import (
    METHODS,
    Method,
    fit_map,
    heated,
    isotonic,
    platt,
    temperature,
)
from auscult.types import FloatArray, IntArray

seeds = st.integers(0, 2**32 - 1)


def drawn(seed: int, n: int = 80, k: int = 3, heat: float = 1.0) -> tuple[FloatArray, IntArray]:
    """Classes drawn from probabilities, and what a model says that is too sure by ``heat``."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (n, k))
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    true = (rng.random((n, 1)) > np.cumsum(chance, axis=1)).sum(axis=1)
    said = np.exp(heat * logits)
    return said / said.sum(axis=1, keepdims=True), true


@given(seeds, st.sampled_from([2, 3, 6]), st.floats(0.1, 20))
@settings(max_examples=60, deadline=None)
def test_a_temperature_keeps_the_most_probable_class(seed: int, k: int, degrees: float) -> None:
    p, _ = drawn(seed, k=k)
    warm = heated(p, degrees)
    np.testing.assert_array_equal(warm.argmax(axis=1), p.argmax(axis=1))
    np.testing.assert_allclose(warm.sum(axis=1), 1)


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("heat", [0.5, 1.0, 3.0])
def test_the_temperature_is_the_most_likely_one(k: int, heat: float) -> None:
    p, true = drawn(5, n=400, k=k, heat=heat)

    def loss(at: Any) -> float:
        return float(-np.log(heated(p, float(np.exp(at[0]))))[np.arange(len(true)), true].mean())

    best = minimize(loss, [0.0], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12})
    assert temperature(p, true) == pytest.approx(float(np.exp(best.x[0])), rel=1e-4)


def test_a_model_too_sure_is_cooled_down_by_as_much() -> None:
    p, true = drawn(1, n=40_000, heat=2.5)
    assert temperature(p, true) == pytest.approx(2.5, rel=0.03)


def test_where_every_case_is_right_there_is_nothing_to_learn() -> None:
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    assert temperature(p, np.array([0, 1, 0])) == 1.0
    assert temperature(np.full((4, 2), 0.5), np.array([0, 1, 0, 1])) == 1.0
    assert temperature(np.empty((0, 2)), np.empty(0, dtype=np.int64)) == 1.0


def test_sure_mistakes_heat_up_to_the_limit() -> None:
    p = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert temperature(p, np.array([1, 1, 0])) == pytest.approx(100, rel=1e-3)


def test_platt_minimises_the_loss_of_his_targets() -> None:
    p, true = drawn(3, n=150, k=2, heat=2.0)
    positive = true == 1
    x = np.log(p[:, 1] / p[:, 0])
    n = positive.sum()
    target = np.where(positive, (n + 1) / (n + 2), 1 / (len(true) - n + 2))

    def loss(at: FloatArray) -> float:
        logit = at[0] * x + at[1]
        return float(np.sum(np.logaddexp(0, logit) - target * logit))

    a, b = minimize(loss, [1.0, 0.0], method="BFGS", options={"gtol": 1e-9}).x
    said = platt(p[:, 1], positive)(p[:, 1])
    np.testing.assert_allclose(said, 1 / (1 + np.exp(-(a * x + b))), atol=1e-6)


def test_platt_stays_finite_where_classes_do_not_overlap() -> None:
    p = np.array([0.01, 0.02, 0.98, 0.99])
    said = platt(p, p > 0.5)(np.array([0.0, 0.5, 1.0]))
    assert np.isfinite(said).all()
    assert 0.5 < platt(p, p > 0.5)(p)[3] < 5 / 6


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_isotonic_never_falls_and_is_scikit_learn_s(seed: int) -> None:
    p, true = drawn(seed, k=2)
    positive = true == 1
    grid = np.linspace(0, 1, 101)
    said = isotonic(p[:, 1], positive)(grid)
    assert (np.diff(said) >= 0).all()
    theirs = IsotonicRegression(out_of_bounds="clip").fit(p[:, 1], positive.astype(float))
    least = 1 / (len(true) + 2)
    at = isotonic(p[:, 1], positive)(p[:, 1])
    expected = np.clip(theirs.predict(p[:, 1]), least, 1 - least)
    np.testing.assert_allclose(at, expected, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("k", [2, 4])
def test_calibrated_rows_are_probabilities_and_better_ones(method: Method, k: int) -> None:
    p, true = drawn(7, n=3000, k=k, heat=3.0)
    half = len(true) // 2
    learned = fit_map(method, p[:half], true[:half])
    said = learned(p[half:])
    assert said.shape == p[half:].shape
    assert ((said >= 0) & (said <= 1)).all()
    np.testing.assert_allclose(said.sum(axis=1), 1)
    rows = np.arange(half)
    before, after = (-np.log(q[rows, true[half:]]).mean() for q in (p[half:], said))
    assert after < before - 0.1


@pytest.mark.parametrize("method", METHODS)
def test_a_class_without_a_case_does_no_harm(method: Method) -> None:
    p, true = drawn(2, n=60, k=3)
    said = fit_map(method, p[true < 2], true[true < 2])(p)
    assert np.isfinite(said).all()
    np.testing.assert_allclose(said.sum(axis=1), 1)
