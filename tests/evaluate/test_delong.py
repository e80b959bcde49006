"""DeLong's variances against a plain reference, and where they have none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.evaluate.delong import area_difference, area_interval, areas, influence
from auscult.types import BoolArray, FloatArray


def plain(positive: BoolArray, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Areas and covariance pair by pair, as the paper writes them."""
    kernel = [
        np.array([[(x > y) + 0.5 * (x == y) for y in row[~positive]] for x in row[positive]])
        for row in scores
    ]
    values = np.array([k.mean() for k in kernel])
    by_positive = np.array([k.mean(axis=1) for k in kernel])
    by_negative = np.array([k.mean(axis=0) for k in kernel])
    m, n = by_positive.shape[1], by_negative.shape[1]
    return values, np.atleast_2d(np.cov(by_positive)) / m + np.atleast_2d(np.cov(by_negative)) / n


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(4, 60), st.booleans())
def test_equals_the_plain_reference(seed: int, n: int, ties: bool) -> None:
    random = np.random.default_rng(seed)
    positive = np.r_[True, True, False, False, random.random(n - 4) < 0.4]
    scores = random.normal(size=(3, n)) + 0.7 * positive
    scores = np.round(scores) if ties else scores
    found = areas(positive, scores)
    values, covariance = plain(positive, scores)
    np.testing.assert_allclose(found.value, values, atol=1e-12)
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-12)


def test_area_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415

    random = np.random.default_rng(1)
    positive, score = random.random(300) < 0.3, np.round(random.normal(size=300), 1)
    assert areas(positive, score).value[0] == pytest.approx(roc_auc_score(positive, score))


def test_influence_sums_to_nothing_and_its_squares_to_the_variance() -> None:
    random = np.random.default_rng(2)
    positive = random.random(2000) < 0.5
    score = random.normal(size=2000) + positive
    pull = influence(positive, score)
    assert pull.sum() == pytest.approx(0, abs=1e-12)
    assert np.sum(pull**2) == pytest.approx(areas(positive, score).covariance[0, 0], rel=0.005)


def test_interval_covers_the_true_area() -> None:
    random = np.random.default_rng(3)
    truth = 0.7602499389065233  # of two normals one standard deviation apart: Phi(1 / sqrt 2)
    covered = 0
    for _ in range(400):
        positive = np.arange(120) < 50
        found = area_interval(positive, random.normal(size=120) + positive)
        covered += found.low <= truth <= found.high
    assert 0.92 <= covered / 400 <= 0.98


def test_test_of_equal_models_is_uniform_and_finds_a_better_one() -> None:
    random = np.random.default_rng(4)
    positive = np.arange(200) < 80
    p_values = []
    for _ in range(300):
        common = random.normal(size=200) + positive
        a, b = (common + random.normal(size=200) for _ in range(2))
        p_values.append(area_difference(positive, a, b)[1])
    assert 0.02 <= np.mean(np.array(p_values) < 0.05) <= 0.09
    truth = random.normal(size=200) + 2 * positive
    difference, p = area_difference(positive, truth, random.normal(size=200))
    assert difference.low > 0
    assert p < 1e-6


def test_the_same_scores_do_not_differ() -> None:
    positive, score = np.arange(30) < 12, np.arange(30.0)
    difference, p = area_difference(positive, score, score)
    assert (difference.value, difference.low, difference.high, p) == (0, 0, 0, 1)


def test_one_case_of_a_class_has_an_area_and_no_interval() -> None:
    found = area_interval(np.array([True, False, False]), np.array([2.0, 1.0, 3.0]))
    assert found.value == 0.5
    assert np.isnan(found.low)
    assert np.isnan(found.high)


def test_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match="both classes"):
        areas(np.ones(4, dtype=bool), np.arange(4.0))
