"""Metrics equal scikit-learn's, weighted ones too, and keep the field's laws."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference
from sklearn.preprocessing import label_binarize

from auscult.evaluate.metrics import METRICS, Scorer, confusion, per_class, score
from auscult.types import FloatArray, IntArray


def example(
    n_classes: int, n: int = 200, seed: int = 0, decimals: int = 12
) -> tuple[IntArray, FloatArray]:
    """Classes and probabilities that somewhat agree; few decimals make ties."""
    random = np.random.default_rng(seed)
    y = random.integers(0, n_classes, n)
    odds = random.random((n, n_classes)) + 0.4 * np.eye(n_classes)[y]
    p = odds / odds.sum(axis=1, keepdims=True)
    if decimals < 12:
        p = random.multinomial(10**decimals, p) / 10**decimals
    return y, p


def expected(name: str, y: IntArray, p: FloatArray, w: FloatArray | None) -> float:
    n, predicted = p.shape[1], p.argmax(axis=1)
    hot = label_binarize(y, classes=range(n)) if n > 2 else y
    column: Any = p if n > 2 else p[:, 1]
    many = {"multi_class": "ovr", "labels": range(n)} if n > 2 else {}
    calls = {
        "accuracy": lambda: reference.accuracy_score(y, predicted, sample_weight=w),
        "balanced_accuracy": lambda: reference.balanced_accuracy_score(
            y, predicted, sample_weight=w
        ),
        "roc_auc": lambda: reference.roc_auc_score(y, column, sample_weight=w, **many),
        "average_precision": lambda: reference.average_precision_score(
            hot, column, sample_weight=w
        ),
        "f1_macro": lambda: reference.f1_score(
            y, predicted, average="macro", sample_weight=w, zero_division=0
        ),
        "log_loss": lambda: reference.log_loss(y, p, labels=range(n), sample_weight=w),
        "brier": lambda: reference.brier_score_loss(
            y, column, labels=range(n) if n > 2 else None, sample_weight=w
        ),
    }
    return float(calls[name]())


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("n_classes", [2, 3, 5])
@pytest.mark.parametrize("decimals", [12, 1])
def test_equals_scikit_learn(name: str, n_classes: int, decimals: int) -> None:
    for seed in range(5):
        y, p = example(n_classes, seed=seed, decimals=decimals)
        assert score(name, y, p)[0] == pytest.approx(expected(name, y, p, None), abs=1e-12)


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_weighted_equals_scikit_learn(name: str, n_classes: int) -> None:
    y, p = example(n_classes, decimals=2)
    weights = np.random.default_rng(1).random((6, len(y)))
    found = score(name, y, p, weights)
    assert found.shape == (6,)
    for row, w in zip(found, weights, strict=True):
        assert row == pytest.approx(expected(name, y, p, w), abs=1e-11)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=3, max_size=40),
    st.integers(0, 100),
)
def test_whole_weights_are_copies_of_cases(rows: list[tuple[int, int]], seed: int) -> None:
    y = np.array([row[0] for row in rows])
    p = np.random.default_rng(seed).dirichlet(np.ones(3), len(y)).round(1)
    counts = np.array([row[1] for row in rows])
    copies = np.repeat(np.arange(len(y)), counts)
    for name in METRICS:
        weighted = score(name, y, p, counts[None, :].astype(float))[0]
        if len(copies) == 0:
            assert np.isnan(weighted)
        else:
            copied = score(name, y[copies], p[copies])[0]
            assert weighted == pytest.approx(copied, abs=1e-12, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_laws(seed: int, n_classes: int) -> None:
    y, p = example(n_classes, n=60, seed=seed, decimals=2)
    order = np.random.default_rng(seed).permutation(len(y))
    for name in METRICS:
        value = score(name, y, p)[0]
        assert value == pytest.approx(score(name, y[order], p[order])[0], abs=1e-12)
        assert value >= 0
        if name != "log_loss":
            assert value <= (2 if name == "brier" else 1)
    if n_classes == 2:
        swapped = score("roc_auc", y, p[:, ::-1])[0]
        assert score("roc_auc", y, p)[0] == pytest.approx(1 - swapped, abs=1e-12)


def test_perfect_and_useless() -> None:
    y = np.array([0, 1, 2, 0, 1, 2])
    perfect, useless = np.eye(3)[y], np.full((6, 3), 1 / 3)
    for name in METRICS:
        best = 0.0 if name in ("log_loss", "brier") else 1.0
        assert score(name, y, perfect)[0] == pytest.approx(best, abs=1e-12)
    assert score("roc_auc", y, useless)[0] == 0.5
    assert score("average_precision", y, useless)[0] == pytest.approx(1 / 3)
    assert score("log_loss", y, useless)[0] == pytest.approx(np.log(3))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_class_without_cases_gives_nan_and_no_warning(n_classes: int) -> None:
    y = np.zeros(10, dtype=int)
    p = np.random.default_rng(0).dirichlet(np.ones(n_classes), 10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(score("roc_auc", y, p)[0])
        assert np.isnan(score("average_precision", y, p)[0])
        for name in ("accuracy", "balanced_accuracy", "f1_macro", "log_loss", "brier"):
            assert np.isfinite(score(name, y, p)[0])


def test_probabilities_that_are_not_finite_give_nan() -> None:
    y, p = example(2, n=20)
    p[3, 1] = np.nan
    assert all(np.isnan(score(name, y, p)[0]) for name in METRICS)


def test_chunks_do_not_change_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    y, p = example(3)
    weights = np.random.default_rng(1).integers(0, 3, (50, len(y))).astype(float)
    whole = {name: score(name, y, p, weights) for name in METRICS}
    monkeypatch.setattr("auscult.evaluate.metrics.CHUNK", 1000)
    for name in METRICS:
        assert np.allclose(whole[name], score(name, y, p, weights), rtol=0, atol=1e-14)


def test_confusion_and_per_class_equal_scikit_learn() -> None:
    y, p = example(3)
    predicted = p.argmax(axis=1)
    matrix = confusion(y, predicted, 3)
    assert np.array_equal(matrix, reference.confusion_matrix(y, predicted))
    assert np.array_equal(Scorer(y, p).confusion(np.ones((len(y), 1)))[0], matrix)
    found = per_class(matrix)
    precision, recall, f1, _ = reference.precision_recall_fscore_support(y, predicted)
    assert np.allclose(found["precision"], precision, rtol=0, atol=1e-12)
    assert np.allclose(found["sensitivity"], recall, rtol=0, atol=1e-12)
    assert np.allclose(found["f1"], f1, rtol=0, atol=1e-12)
    for code in range(3):
        rest = reference.recall_score(y != code, predicted != code)
        assert found["specificity"][code] == pytest.approx(rest, abs=1e-12)


def test_a_class_never_predicted_has_no_precision() -> None:
    found = per_class(np.array([[8, 0], [2, 0]]))
    assert np.isnan(found["precision"][1])
    assert found["f1"][1] == 0
    assert found["sensitivity"].tolist() == [1, 0]


def test_unknown_metric_is_named() -> None:
    with pytest.raises(ValueError, match="acuracy"):
        score("acuracy", *example(2))
