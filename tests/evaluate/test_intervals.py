"""Intervals cover the truth, respect repeats and groups, and never collapse at 0 or 1."""

from __future__ import annotations

import numpy as np
import pytest

from auscult.evaluate.intervals import (
    estimate,
    estimate_all,
    estimate_per_class,
    wilson,
)
from auscult.evaluate.metrics import METRICS, confusion, per_class, score
from auscult.evaluate.result import Predictions
from auscult.types import Estimate, FloatArray, IntArray


def predictions(
    true: IntArray, probability: FloatArray, repeat: IntArray | None = None
) -> Predictions:
    n = len(true)
    none = np.zeros(n, dtype=np.int64)
    repeat = none if repeat is None else repeat
    case = np.concatenate([np.arange(np.sum(repeat == r)) for r in np.unique(repeat)])
    return Predictions(case, repeat, none, true, probability)


def noisy(n: int, n_classes: int = 2, seed: int = 0) -> Predictions:
    random = np.random.default_rng(seed)
    y = random.integers(0, n_classes, n)
    return predictions(
        y, random.dirichlet(np.ones(n_classes), n) * 0.6 + 0.4 * np.eye(n_classes)[y]
    )


def repeated(p: Predictions, times: int) -> Predictions:
    n = len(p.case)
    return Predictions(
        np.tile(p.case, times),
        np.repeat(np.arange(times), n),
        np.tile(p.fold, times),
        np.tile(p.true, times),
        np.tile(p.probability, (times, 1)),
    )


def width(e: Estimate) -> float:
    return e.high - e.low


def test_accuracy_interval_covers_the_truth_95_times_in_100() -> None:
    random = np.random.default_rng(11)
    truth, n, trials = 0.85, 150, 400
    covered = 0
    for trial in range(trials):
        right = random.random(n) < truth
        y = random.integers(0, 2, n)
        said = np.where(right, y, 1 - y)
        found = estimate_all(predictions(y, np.eye(2)[said]), n_resamples=400, seed=trial)
        covered += found["accuracy"].low <= truth <= found["accuracy"].high
    assert 0.92 <= covered / trials <= 0.98


def test_group_interval_covers_where_the_case_interval_does_not() -> None:
    random = np.random.default_rng(5)
    groups = np.repeat(np.arange(40), 20)
    covered = {"groups": 0, "cases": 0}
    trials = 150
    for trial in range(trials):
        skill = random.beta(8, 2, 40)[groups]
        y = random.integers(0, 2, len(groups))
        said = np.where(random.random(len(groups)) < skill, y, 1 - y)
        p = predictions(y, np.eye(2)[said])
        for name, given in (("groups", groups), ("cases", None)):
            found = estimate_all(p, groups=given, n_resamples=200, seed=trial)["accuracy"]
            covered[name] += found.low <= 0.8 <= found.high
    assert covered["groups"] / trials > 0.88
    assert covered["cases"] / trials < 0.85


def test_values_are_the_metrics_and_lie_in_their_intervals() -> None:
    p = noisy(200, 3)
    found = estimate_all(p)
    assert tuple(found) == METRICS
    for name, e in found.items():
        assert e.value == pytest.approx(score(name, p.true, p.probability)[0], abs=1e-12)
        assert e.low < e.value < e.high
    matrix = per_class(confusion(p.true, p.predicted, 3))
    for code, row in enumerate(estimate_per_class(p)):
        for name, e in row.items():
            assert e.value == pytest.approx(matrix[name][code])
            assert e.low < e.value < e.high


def test_repeats_are_averaged_and_do_not_narrow() -> None:
    p = noisy(120)
    once, five = estimate_all(p), estimate_all(repeated(p, 5))
    for name in METRICS:
        assert once[name] == pytest.approx(five[name], abs=1e-12)
    other = noisy(120, seed=1)
    both = repeated(p, 2)
    both.probability[120:] = np.where(
        (other.true == p.true)[:, None], other.probability, p.probability
    )
    halves = [
        score("roc_auc", p.true, both.probability[part])[0] for part in np.split(np.arange(240), 2)
    ]
    assert estimate_all(both)["roc_auc"].value == pytest.approx(np.mean(halves), abs=1e-12)


def test_same_seed_same_interval_whatever_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    p = noisy(90, 3)
    first = estimate_all(p, seed=4)
    assert estimate_all(p, seed=5) != first
    monkeypatch.setattr("auscult.evaluate.metrics.CHUNK", 500)
    for name, e in estimate_all(p, seed=4).items():
        assert e == pytest.approx(first[name], abs=1e-13)


def test_cases_numbered_with_gaps_and_groups_by_case() -> None:
    p = noisy(60)
    spread = Predictions(p.case * 3 + 1, p.repeat, p.fold, p.true, p.probability)
    assert estimate_all(spread) == estimate_all(p)
    groups = np.full(200, -9)
    groups[spread.case] = np.arange(60)
    assert estimate_all(spread, groups=groups) == estimate_all(p)


def test_perfect_figures_keep_an_interval() -> None:
    y = np.arange(30) % 2
    found = estimate_all(predictions(y, np.eye(2)[y]))
    assert found["accuracy"] == pytest.approx((1.0, *wilson(1.0, 30)))
    for name in ("balanced_accuracy", "roc_auc", "average_precision", "f1_macro"):
        assert found[name] == pytest.approx((1.0, *wilson(1.0, 15)))
    wrong = estimate_all(predictions(y, np.eye(2)[1 - y]))
    assert wrong["accuracy"] == pytest.approx((0.0, *wilson(0.0, 30)))
    for row in estimate_per_class(predictions(y, np.eye(2)[y])):
        assert all(e.low < 0.9 for e in row.values())
    three = np.arange(30) // 10
    assert estimate_all(predictions(y, np.eye(2)[y]), groups=three)["accuracy"].low < 0.5


def test_majority_class_has_the_figures_it_should() -> None:
    y = np.repeat([0, 1], [80, 20])
    found = estimate_all(predictions(y, np.tile([0.8, 0.2], (100, 1))))
    assert found["balanced_accuracy"] == (0.5, 0.5, 0.5)
    assert found["roc_auc"] == (0.5, 0.5, 0.5)
    assert width(found["accuracy"]) > 0.1
    assert np.isnan(
        estimate_per_class(predictions(y, np.tile([0.8, 0.2], (100, 1))))[1]["precision"][0]
    )


def test_one_group_has_no_interval() -> None:
    found = estimate_all(noisy(50), groups=np.zeros(50, dtype=int))
    assert np.isfinite(found["accuracy"].value)
    assert np.isnan([found["accuracy"].low, found["accuracy"].high]).all()


def test_class_without_cases_gives_nan() -> None:
    p = noisy(50, 2)
    wide = np.column_stack([p.probability, np.zeros(50)])
    found = estimate_all(predictions(p.true, wide))
    assert np.isnan(found["roc_auc"]).all()
    assert np.isfinite(found["accuracy"]).all()


def test_mostly_undefined_resamples_give_no_bounds() -> None:
    drawn = np.array([0.5, 0.6, np.nan, np.nan, np.nan])
    assert np.isnan(estimate(0.5, drawn, 9).low)


@pytest.mark.parametrize(
    ("share", "n", "low", "high"),
    [(0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0), (0.5, 100, 0.4038, 0.5962)],
)
def test_wilson(share: float, n: int, low: float, high: float) -> None:
    assert wilson(share, n) == pytest.approx((low, high), abs=1e-4)
    assert np.isnan(wilson(share, 0)).all()
