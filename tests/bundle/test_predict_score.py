"""Figures of a file, in bounded memory, beside those of the study."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t
from tests.bundle.cases_file import made_bundle

from auscult.bundle.score import Score, Scoring, _quantile
from auscult.bundle.summary import promised
from auscult.evaluate.delong import area_interval
from auscult.evaluate.intervals import wilson
from auscult.types import Estimate, FloatArray, IntArray


def cases(n: int, seed: int = 0) -> tuple[IntArray, FloatArray]:
    rng = np.random.default_rng(seed)
    true = rng.integers(2, size=n)
    p = 1 / (1 + np.exp(-(true - 0.5 + rng.normal(size=n))))
    return true, np.column_stack([1 - p, p])


def scored(true: IntArray, p: FloatArray, parts: int = 1, **options: int) -> Score:
    scoring = Scoring(p.shape[1], **options)
    for index in np.array_split(np.arange(len(true)), parts):
        scoring.add(true[index], p[index], p[index].argmax(axis=1), None)
    assert scoring.score is not None
    return scoring.score


def test_as_the_study_scores() -> None:
    true, p = cases(400)
    found = scored(true, p.astype(np.float32).astype(float), parts=7)
    right = float(np.mean(p.argmax(axis=1) == true))
    assert found.accuracy == Estimate(right, *wilson(right, 400))
    exact = area_interval(true == 1, p[:, 1])
    np.testing.assert_allclose(found.roc_auc, exact, atol=2e-3)
    assert found.roc_auc.value == pytest.approx(exact.value, abs=1e-4)


def test_what_is_not_known_is_left_out() -> None:
    true, p = cases(100)
    true[:40] = -1
    assert scored(true, p, parts=3).n_cases == 60
    assert Scoring(2).score is None


def test_of_very_many_cases_a_random_part_is_ranked() -> None:
    true, p = cases(60_000, seed=4)
    whole, part = scored(true, p), scored(true, p, parts=29, most=5000)
    assert part.accuracy == whole.accuracy
    assert (part.n_cases, part.n_ranked) == (60_000, 5000)
    assert part.roc_auc.low < whole.roc_auc.value < part.roc_auc.high


def test_records_widen_the_interval() -> None:
    rng = np.random.default_rng(1)
    scoring, plain = Scoring(2), Scoring(2)
    for record in range(12):
        true = rng.integers(2, size=200)
        right = rng.random(200) < rng.beta(4, 1)
        predicted = np.where(right, true, 1 - true)
        p = np.eye(2)[predicted] * 0.8 + 0.1
        scoring.add(true, p, predicted, f"r{record}")
        plain.add(true, p, predicted, None)
    grouped, single = scoring.score, plain.score
    assert grouped is not None
    assert single is not None
    assert grouped.accuracy.value == pytest.approx(single.accuracy.value)
    for name in ("accuracy", "roc_auc"):
        wide, narrow = getattr(grouped, name), getattr(single, name)
        assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_one_class_and_three() -> None:
    true, p = cases(50)
    assert np.isnan(scored(np.zeros(50, dtype=np.int64), p).roc_auc.value)
    three = np.column_stack([p / 2, np.full(50, 0.5)])
    assert 0.5 < scored(true, three).roc_auc.value < 1
    perfect = scored(true, np.eye(2)[true])
    assert perfect.roc_auc.value == 1
    assert perfect.roc_auc.low < 1


def test_students_quantile() -> None:
    for degrees in (3, 5, 9, 47):
        assert _quantile(degrees) == pytest.approx(t.ppf(0.975, degrees), rel=0.01)


def test_a_figure_below_the_study_is_said() -> None:
    document = made_bundle().document
    low = Score(100, Estimate(0.4, 0.3, 0.5), Estimate(0.5, 0.4, 0.6), 100)
    assert [f.code for f in promised(document, low, "x")] == ["below-the-study"]
    usual = Score(100, Estimate(0.7, 0.6, 0.8), Estimate(0.5, 0.4, 0.6), 100)
    assert promised(document, usual, "x") == []
    assert promised(document, None, "x") == []
