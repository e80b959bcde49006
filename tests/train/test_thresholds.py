"""Threshold moving: against all thresholds, and through an estimator and a study."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import balanced_accuracy_score, f1_score

import auscult
from auscult.errors import InputError
from auscult.train.thresholds import GRID, class_factors, moved
from auscult.types import FloatArray, IntArray

METRICS = ("f1_macro", "balanced_accuracy")


def value(metric: str, true: IntArray, probability: FloatArray) -> float:
    predicted = probability.argmax(axis=1)
    if metric == "balanced_accuracy":
        return float(balanced_accuracy_score(true, predicted))
    return float(f1_score(true, predicted, average="macro", labels=np.unique(true)))


def skewed(seed: int, n: int = 200, classes: int = 3) -> tuple[FloatArray, IntArray]:
    """Probabilities that know something, of classes of which the last is rare; all present."""
    rng = np.random.default_rng(seed)
    true = rng.choice(
        classes, size=n, p=np.array([8, 3, 1, 1, 1][:classes]) / sum([8, 3, 1, 1, 1][:classes])
    )
    true[:classes] = np.arange(classes)
    logits = rng.normal(size=(n, classes)) + np.array([2.0, 0.5, -1, -1, -1][:classes])
    logits[np.arange(n), true] += 1.5
    weights = np.exp(logits)
    return weights / weights.sum(axis=1, keepdims=True), true


@pytest.mark.parametrize("metric", METRICS)
@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_the_metric_never_falls(metric: str, seed: int, classes: int) -> None:
    probability, true = skewed(seed, classes=classes)
    factors = class_factors(probability, true, metric)
    after = moved(probability, factors)
    assert value(metric, true, after) >= value(metric, true, probability) - 1e-12
    np.testing.assert_allclose(after.sum(axis=1), 1)
    assert np.isin(factors, GRID).all()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("seed", range(5))
def test_of_two_classes_it_finds_the_best_threshold_of_the_grid(metric: str, seed: int) -> None:
    probability, true = skewed(seed, classes=2)
    every = [value(metric, true, moved(probability, np.array([1.0, f]))) for f in GRID]
    factors = class_factors(probability, true, metric)
    assert value(metric, true, moved(probability, factors)) >= max(every) - 1e-12


def test_a_rare_class_is_found_again() -> None:
    probability, true = skewed(0, n=2000)
    factors = class_factors(probability, true, "balanced_accuracy")
    before, after = (
        value("balanced_accuracy", true, p) for p in (probability, moved(probability, factors))
    )
    assert after > before + 0.1
    assert factors[2] > factors[0]


def test_nothing_is_moved_without_need() -> None:
    probability = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
    for metric in METRICS:
        assert class_factors(probability, np.array([0, 1, 0]), metric).tolist() == [1, 1]


def test_a_class_without_cases_keeps_its_probability() -> None:
    probability, true = skewed(3, classes=4)
    assert class_factors(probability, np.minimum(true, 2), "f1_macro")[3] == 1


def test_probabilities_of_exactly_zero_and_one() -> None:
    probability, true = np.eye(3)[[0, 1, 2, 0]], np.array([0, 1, 2, 1])
    factors = class_factors(probability, true, "f1_macro")
    assert np.isfinite(moved(probability, factors)).all()


def cases(n: int) -> tuple[FloatArray, IntArray]:
    rng = np.random.default_rng(0)
    y = (rng.random(n) < 0.12).astype(np.int64)
    return rng.normal(size=(n, 4)) + 0.9 * y[:, None], y


@pytest.mark.usefixtures("one_thread")
def test_an_estimator_moves_its_probabilities_and_keeps_the_factors() -> None:
    X, y = cases(1000)
    plain = auscult.MLP(epochs=15, random_state=0)
    mover = clone(plain).set_params(threshold="balanced_accuracy")
    plain.fit(X, y)
    mover.fit(X, y)
    assert plain.factors_ is None
    assert isinstance(mover.factors_, np.ndarray)
    assert mover.factors_.shape == (2,)
    expected = moved(plain.predict_proba(X), mover.factors_)
    np.testing.assert_allclose(mover.predict_proba(X), expected)
    assert (mover.predict(X) == 1).sum() > (plain.predict(X) == 1).sum()
    again = pickle.loads(pickle.dumps(mover))
    np.testing.assert_array_equal(again.predict_proba(X), mover.predict_proba(X))


@pytest.mark.usefixtures("one_thread")
def test_too_few_cases_for_a_validation_part_move_nothing() -> None:
    X, y = cases(40)
    model = auscult.MLP(epochs=2, threshold="f1_macro", random_state=0).fit(X, y)
    assert model.factors_ is None


def test_wrong_words_are_refused() -> None:
    X, y = cases(40)
    with pytest.raises(InputError, match="early_stopping=false cuts none"):
        auscult.MLP(threshold="f1_macro", early_stopping=False).fit(X, y)
    with pytest.raises(InputError, match=r"'threshold' .* Did you mean 'f1_macro'"):
        auscult.MLP(threshold="f1macro").fit(X, y)


@pytest.mark.usefixtures("one_thread")
def test_a_study_moves_thresholds_on_validation_parts(tmp_path: Path) -> None:
    X, y = cases(600)
    lines = [",".join([*(f"{v:.4f}" for v in row), "ny"[t]]) for row, t in zip(X, y, strict=True)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["a,b,c,d,sick", *lines]) + "\n")
    names = ["mlp:epochs=15:threshold=none", "mlp:epochs=15:threshold=balanced_accuracy"]
    result = auscult.compare(path, models=names, folds=3, repeats=1)
    plain, moving = (result[name].metrics["balanced_accuracy"].value for name in names)
    assert moving > plain + 0.05
    assert result[names[0]].params["threshold"] == "none"
