"""Comparisons are paired, corrected, and cry wolf no more often than they say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from auscult.evaluate.comparison import best_model, compare_models
from auscult.evaluate.intervals import estimate_all
from auscult.evaluate.paired_tests import corrected_t_test, holm, sign_flip_test
from auscult.evaluate.result import ModelResult, Predictions, Split
from auscult.types import FloatArray, IntArray


def predictions(true: IntArray, probability: FloatArray, folds: int = 1) -> Predictions:
    n = len(true)
    case = np.arange(n)
    return Predictions(case, np.zeros(n, dtype=np.int64), case % folds, true, probability)


def skilled(y: IntArray, skill: float, seed: int, folds: int = 1) -> Predictions:
    """A model whose scores of the two classes lie ``skill`` apart."""
    score = np.random.default_rng(seed).normal(size=len(y)) + skill * (y - 0.5)
    p = 1 / (1 + np.exp(-score))
    return predictions(y, np.column_stack([1 - p, p]), folds)


def row(model: str, p: Predictions, leaky: str | None = None) -> ModelResult:
    return ModelResult(
        model, model, {}, estimate_all(p, n_resamples=50), (), (), 0, 0, None, False, (), p, leaky
    )


def folds_of(n: int, folds: int) -> tuple[Split, ...]:
    none, case = np.empty(0, dtype=np.int64), np.arange(n)
    return tuple(
        Split(0, f, case[case % folds != f], none, case[case % folds == f]) for f in range(folds)
    )


def study(skills: dict[str, float], n: int = 300, folds: int = 5) -> list[ModelResult]:
    y = np.random.default_rng(9).integers(0, 2, n)
    return [row(m, skilled(y, s, k, folds)) for k, (m, s) in enumerate(skills.items())]


def test_pairs_are_best_against_each_and_each_against_the_baseline() -> None:
    rows = study({"lstm": 2.5, "mlp": 1.0, "logistic": 1.5, "majority": 0.0})
    found = compare_models(rows, "roc_auc", splits=folds_of(300, 5))
    assert [(c.a, c.b) for c in found] == [
        ("lstm", "mlp"),
        ("lstm", "logistic"),
        ("lstm", "majority"),
        ("mlp", "logistic"),
        ("majority", "logistic"),
    ]
    for c in found:
        values = {r.model: r.metrics["roc_auc"].value for r in rows}
        assert c.difference.value == pytest.approx(values[c.a] - values[c.b])
        assert c.difference.low <= c.difference.value <= c.difference.high
        assert 0 <= c.p_value <= c.p_adjusted <= 1
    assert [c.p_adjusted for c in found] == holm([c.p_value for c in found])
    assert found[2].p_adjusted < 0.01


def test_baseline_that_is_best_is_compared_once() -> None:
    rows = study({"logistic": 2.5, "mlp": 1.0, "rnn": 0.5})
    found = compare_models(rows, "accuracy", splits=folds_of(300, 5))
    assert [(c.a, c.b) for c in found] == [("logistic", "mlp"), ("logistic", "rnn")]


def test_losses_are_better_when_lower_and_leaky_rows_do_not_win() -> None:
    rows = study({"good": 1.0, "bad": -1.0})
    assert best_model(rows, "brier").model == "good"
    y = rows[0].predictions.true
    cheat = row("cheat", skilled(y, 9, 3, 5), leaky="saw the test cases")
    assert best_model([cheat, *rows], "accuracy").model == "good"
    assert best_model([cheat], "accuracy").model == "cheat"


def test_rows_of_other_cases_are_left_out_and_order_does_not_matter() -> None:
    rows = study({"a": 2.0, "b": 1.0})
    p = rows[1].predictions
    order = np.random.default_rng(0).permutation(len(p.case))
    shuffled = Predictions(
        p.case[order], p.repeat[order], p.fold[order], p.true[order], p.probability[order]
    )
    half = skilled(p.true[:150], 1.0, 4, 5)
    splits = folds_of(300, 5)
    found = compare_models([rows[0], row("b", shuffled), row("c", half)], "roc_auc", splits=splits)
    (plain,) = compare_models(rows, "roc_auc", splits=splits)
    assert len(found) == 1
    assert found[0].p_value == pytest.approx(plain.p_value)
    assert found[0].difference == pytest.approx(plain.difference)


def test_one_model_has_nothing_to_compare_with() -> None:
    assert compare_models(study({"a": 1.0}), "accuracy", splits=folds_of(300, 5)) == ()


def test_model_against_its_copy() -> None:
    y = np.random.default_rng(0).integers(0, 2, 100)
    p = skilled(y, 1.0, 0, 5)
    for n_folds in (1, 5):
        (c,) = compare_models([row("a", p), row("b", p)], "roc_auc", splits=folds_of(100, n_folds))
        assert c.difference == (0, 0, 0)
        assert c.p_value == 1


def test_corrected_t_test_equals_the_formula_and_is_wider_than_the_plain_one() -> None:
    d = np.array([0.02, 0.05, -0.01, 0.04, 0.03])
    plain = stats.ttest_1samp(d, 0).pvalue
    assert corrected_t_test(d, 0.0) == pytest.approx(plain)
    t = d.mean() / np.sqrt((1 / 5 + 1 / 4) * d.var(ddof=1))
    assert corrected_t_test(d, 0.25) == pytest.approx(2 * stats.t.sf(t, 4))
    assert corrected_t_test(d, 0.25) > plain


def test_accuracy_on_given_cases_is_mcnemars_exact_test() -> None:
    y = np.ones(100, dtype=int)
    right_a, right_b = np.ones(100, dtype=int), np.ones(100, dtype=int)
    right_a[:3] = 0
    right_b[10:22] = 0
    p = sign_flip_test(
        predictions(y, np.eye(2)[right_a]), predictions(y, np.eye(2)[right_b]), "accuracy"
    )
    assert p == pytest.approx(stats.binomtest(3, 15).pvalue)


def test_few_groups_try_every_flip() -> None:
    groups = np.repeat(np.arange(6), 10)
    y = np.ones(60, dtype=int)
    a, b = (
        predictions(y, np.eye(2)[y]),
        predictions(y, np.eye(2)[(np.arange(60) % 10 > 2).astype(int)]),
    )
    # Only keeping all and swapping all are as extreme: 2 of 2**6.
    assert sign_flip_test(a, b, "accuracy", groups=groups) == pytest.approx(2 / 64)


def test_random_flips_agree_with_the_exact_test() -> None:
    y = np.random.default_rng(0).integers(0, 2, 400)
    a, b = skilled(y, 1.6, 1), skilled(y, 1.0, 2)
    exact = sign_flip_test(a, b, "accuracy")
    by_flips = sign_flip_test(a, b, "accuracy", groups=np.arange(400))
    assert by_flips == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize("metric", ["roc_auc", "accuracy", "log_loss"])
def test_alike_models_are_called_different_as_rarely_as_promised(metric: str) -> None:
    random = np.random.default_rng(2)
    p_values = []
    for trial in range(60):
        y = random.integers(0, 2, 60)
        a, b = skilled(y, 1.0, 2 * trial), skilled(y, 1.0, 2 * trial + 1)
        p_values.append(sign_flip_test(a, b, metric, seed=trial))
    assert np.mean(np.array(p_values) <= 0.05) <= 0.15
    assert 0.35 < np.mean(p_values) < 0.75


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "f1_macro"])
def test_counted_swaps_equal_weighted_ones(metric: str, monkeypatch: pytest.MonkeyPatch) -> None:
    y = np.random.default_rng(0).integers(0, 2, 120)
    a, b = skilled(y, 1.5, 1), skilled(y, 1.0, 2)
    groups = np.arange(120) % 30
    counted = sign_flip_test(a, b, metric, groups=groups)
    monkeypatch.setattr("auscult.evaluate.paired_tests._TABLE", 0)
    monkeypatch.setattr("auscult.evaluate.metrics.CHUNK", 10_000)
    assert sign_flip_test(a, b, metric, groups=groups) == counted


def test_a_rescaled_model_has_the_same_ranks() -> None:
    y = np.random.default_rng(0).integers(0, 2, 80)
    a = skilled(y, 1.0, 1)
    p = a.probability[:, 1] ** 3
    b = predictions(y, np.column_stack([1 - p, p]))
    assert sign_flip_test(a, b, "roc_auc") == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_keeps_order_and_never_lowers(p_values: Sequence[float]) -> None:
    adjusted = np.array(holm(p_values))
    p = np.array(p_values)
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1, p * len(p)) + 1e-12).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


def test_holm_by_hand_and_with_an_undefined_one() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.01, float("nan")]) == pytest.approx([0.02, float("nan")], nan_ok=True)
    assert holm([]) == []
