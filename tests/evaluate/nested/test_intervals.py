"""Intervals that know of training: against plain code, and against the truth."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import t

from auscult.evaluate.intervals import estimate_all
from auscult.evaluate.nested.fold_figures import fold_figures, mean_variance
from auscult.evaluate.nested.intervals import corrected_t_interval, nested_cv_interval
from auscult.evaluate.result import Predictions
from auscult.types import FloatArray, IntArray

K = 5


class Line:
    """A classifier by the mean of each class: cheap enough to be trained thousands of times."""

    def __init__(self, columns: int) -> None:
        self.columns = columns

    def predict(self, X: FloatArray, y: IntArray, new: FloatArray) -> FloatArray:
        a, b = (X[y == code].mean(axis=0) for code in (0, 1))
        score = (new - (a + b) / 2) @ (b - a)
        p = 1 / (1 + np.exp(-score))
        return np.stack([1 - p, p], axis=1)


def cases(n: int, columns: int, random: np.random.Generator) -> tuple[FloatArray, IntArray]:
    X = random.normal(size=(n, columns))
    y = (random.random(n) < 1 / (1 + np.exp(-1.5 * X[:, 0]))).astype(np.int64)
    return X, y


def validated(
    X: FloatArray, y: IntArray, random: np.random.Generator, repeats: int = 2
) -> tuple[Predictions, list[Predictions]]:
    model, outer, inside = Line(X.shape[1]), [], []
    for repeat in range(repeats):
        fold_of = random.permutation(np.arange(len(y)) % K)
        by_fit: list[list[Predictions]] = [[] for _ in range(K)]

        def told(train: IntArray, test: IntArray, r: int, f: int) -> Predictions:
            p = model.predict(X[train], y[train], X[test])
            return Predictions(test, np.full(len(test), r), np.full(len(test), f), y[test], p)

        tests = [np.flatnonzero(fold_of == k) for k in range(K)]
        for k in range(K):
            outer.append(told(np.flatnonzero(fold_of != k), tests[k], repeat, k))
        for k, j in combinations(range(K), 2):
            train = np.flatnonzero((fold_of != k) & (fold_of != j))
            by_fit[k].append(told(train, tests[j], 0, j))
            by_fit[j].append(told(train, tests[k], 0, k))
        inside += [joined(parts) for parts in by_fit]
    return joined(outer), inside


def joined(parts: list[Predictions]) -> Predictions:
    names = ("case", "repeat", "fold", "true", "probability")
    return Predictions(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def test_corrected_t_is_the_formula() -> None:
    outer, _ = validated(*cases(80, 3, np.random.default_rng(0)), np.random.default_rng(1))
    right = outer.predicted == outer.true
    by_fold = [
        right[(outer.repeat == r) & (outer.fold == k)].mean() for r in range(2) for k in range(K)
    ]
    half = t.ppf(0.975, 9) * np.sqrt((1 / 10 + 1 / 4) * np.var(by_fold, ddof=1))
    found = corrected_t_interval(outer, "accuracy")
    assert found.value == pytest.approx(np.mean(by_fold))
    assert (found.low, found.high) == pytest.approx(
        (np.mean(by_fold) - half, min(1, np.mean(by_fold) + half))
    )


def test_nested_cv_is_algorithm_1_of_the_paper() -> None:
    outer, inside = validated(*cases(90, 8, np.random.default_rng(2)), np.random.default_rng(3))
    a, b, every = [], [], []
    for place, inner in enumerate(inside):
        rows = (outer.repeat == place // K) & (outer.fold == place % K)
        e_out = (outer.predicted[rows] == outer.true[rows]).astype(float)
        e_in = (inner.predicted == inner.true).astype(float)
        a.append((e_in.mean() - e_out.mean()) ** 2)
        b.append(e_out.var(ddof=1) / len(e_out))
        every.append(e_in.mean())
    error = np.mean([(outer.predicted == outer.true).mean()])
    spread = np.sqrt((K - 1) / K * max(0, np.mean(a) - np.mean(b)))
    plain = np.sqrt(mean_variance(fold_figures(outer, "accuracy"), None))
    spread = min(max(spread, plain), np.sqrt(K) * plain)
    centre = np.mean(every) - (1 + (K - 2) / K) * (np.mean(every) - error)
    found = nested_cv_interval(outer, inside, "accuracy")
    assert found.value == pytest.approx(error)
    half = t.ppf(0.975, 89) * spread
    assert found.low == pytest.approx(centre - half, abs=0.003)
    assert found.high == pytest.approx(centre + half, abs=0.003)


def test_variance_of_groups_is_larger_where_cases_of_one_agree() -> None:
    random = np.random.default_rng(4)
    groups = np.repeat(np.arange(12), 10)
    y = np.repeat(random.integers(0, 2, 12), 10)
    said = np.repeat(random.integers(0, 2, 12), 10)
    one = np.zeros(120, dtype=np.int64)
    found = fold_figures(Predictions(np.arange(120), one, one, y, np.eye(2)[said]), "accuracy")
    assert mean_variance(found, groups) > 5 * mean_variance(found, None)


@pytest.mark.parametrize("columns", [2, 20])
def test_the_default_interval_holds_the_true_score_where_the_bare_bootstrap_does_not(
    columns: int,
) -> None:
    random, n, draws = np.random.default_rng(5), 60, 120
    new, classes = cases(4000, columns, random)
    true, found = [], []
    for _ in range(draws):
        X, y = cases(n, columns, random)
        true.append(np.mean(Line(columns).predict(X, y, new).argmax(axis=1) == classes))
        outer, _ = validated(X, y, random)
        found.append(estimate_all(outer, n_resamples=200, metrics=("accuracy",))["accuracy"])
    held = np.mean([e.low <= np.mean(true) <= e.high for e in found])
    assert 0.90 <= held <= 0.99
    spread = np.std([e.value for e in found])
    assert np.mean([e.high - e.low for e in found]) < 1.4 * 3.92 * spread


def test_a_fold_without_a_class_has_no_area() -> None:
    zeros = np.zeros(4, dtype=np.int64)
    p = np.array([[0.5, 0.5]] * 4)
    assert fold_figures(Predictions(np.arange(4), zeros, zeros, zeros, p), "roc_auc") == []
