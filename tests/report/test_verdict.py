"""The verdict says what the figures say, no more."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tests.report import sample

from auscult.evaluate.result import Comparison, Result
from auscult.report.verdict import verdict
from auscult.types import Estimate

NAN = math.nan
MAJORITY = (0.545, 0.49, 0.60)
FIGURES = {
    "logistic": (0.842, 0.795, 0.881),
    "lstm": (0.81, 0.77, 0.86),
    "majority": MAJORITY,
}
SPACE = "\u00a0"


def study(
    figures: dict[str, tuple[float, float, float]],
    *p_values: tuple[str, str, float],
    metric: str = "accuracy",
    classes: tuple[str, ...] = ("0", "1"),
    kind: str = "kfold",
) -> Result:
    base = sample.result(
        folds=2, repeats=1, epochs=2, n_cases=60, headline=metric, classes=classes, kind=kind
    )
    found = sample.with_headline(base, figures)
    pairs = [
        Comparison(
            a,
            b,
            metric,
            Estimate(figures[a][0] - figures[b][0], NAN, NAN),
            p,
            p,
        )
        for a, b, p in p_values
    ]
    return replace(found, comparisons=tuple(pairs))


def said(result: Result) -> str:
    sentences = verdict(result)
    assert 2 <= len(sentences) <= 4
    for sentence in sentences:
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert "nan" not in sentence.split()
    return " ".join(sentences).replace(SPACE, " ")


def test_best_is_the_linear_baseline() -> None:
    text = said(
        study(FIGURES, ("logistic", "lstm", 0.21), ("logistic", "majority", 1e-9)),
    )
    assert text.startswith(
        "Logistic regression gives the right class for 84 % of new cases like these "
        "(95 % interval 80–88 %). It is the linear baseline: no other model is better "
        "(closest: LSTM, 81 %, p = 0.21 paired)."
    )
    assert "the best of 2 was picked on these same figures, so expect slightly less" in text
    assert text.endswith(
        "Two warnings change how you should read this: duplicate cases and possible group."
    )


def test_better_than_the_baseline_only_with_a_small_p() -> None:
    figures = FIGURES | {"lstm": (0.9, 0.86, 0.94)}
    majority = ("lstm", "majority", 1e-6)
    text = said(study(figures, ("lstm", "logistic", 0.003), majority))
    assert "It is better than the linear baseline, logistic regression (84 %, p = 0.003" in text
    text = said(study(figures, ("lstm", "logistic", 0.21), majority))
    assert "It is not better than the linear baseline, logistic regression (84 %, p = 0.21" in text


def test_comparison_the_other_way_round_counts_too() -> None:
    figures = FIGURES | {"lstm": (0.9, 0.86, 0.94)}
    text = said(study(figures, ("logistic", "lstm", 0.003), ("lstm", "majority", 1e-6)))
    assert "It is better than the linear baseline" in text


def test_without_a_test_nothing_is_claimed() -> None:
    figures = FIGURES | {"lstm": (0.9, 0.86, 0.94)}
    assert "It is not known to be better" in said(study(figures))
    assert "It is not known to be better" in said(study(figures, ("lstm", "logistic", NAN)))


def test_no_linear_baseline() -> None:
    figures = {"lstm": (0.9, 0.86, 0.94), "majority": MAJORITY}
    assert "has no linear baseline" in said(study(figures))


def test_majority_is_best() -> None:
    text = said(study(FIGURES | {"majority": (0.9, 0.86, 0.94)}, ("majority", "logistic", 0.3)))
    assert text.startswith("Nothing was learned: always answering '")
    assert "No model is better (closest: logistic regression, 84 %, p = 0.30 paired)." in text
    assert "picked" not in text


def test_best_is_no_better_than_majority() -> None:
    figures = {"lstm": (0.56, 0.50, 0.61), "logistic": (0.55, 0.5, 0.6), "majority": MAJORITY}
    text = said(study(figures, ("lstm", "majority", 0.7), ("lstm", "logistic", 0.8)))
    assert text.startswith("Nothing is shown to be learned: LSTM gives the right class for 56 %")
    assert "That is not better than always answering" in text
    assert "p = 0.70 paired): chance alone could make this difference." in text
    assert said(study(figures)).startswith("Nothing is shown to be learned: LSTM")
    equal = figures | {"lstm": MAJORITY, "logistic": (0.5, 0.45, 0.55)}
    assert said(study(equal)).startswith("Nothing was learned: ")


def test_ties() -> None:
    figures = FIGURES | {"lstm": FIGURES["logistic"]}
    text = said(study(figures, ("logistic", "lstm", 1.0), ("logistic", "majority", 1e-6)))
    assert "LSTM only reaches the same figure" in text or "which reaches the same figure" in text


def test_no_interval() -> None:
    figures = FIGURES | {"logistic": (0.842, NAN, NAN)}
    text = said(study(figures, ("logistic", "majority", 1e-6)))
    assert "84 % of new cases like these (no interval can be given)." in text
    assert "the interval reflects" not in text


def test_no_figure_at_all() -> None:
    figures = {"logistic": (NAN, NAN, NAN)}
    assert "it is not defined here" in said(study(figures))


def test_leaky_comes_first_and_names_its_cause() -> None:
    found = study(FIGURES, ("logistic", "majority", 1e-6))
    rows = [
        replace(row, leaky="Its best epoch was picked on the test cases.") for row in found.models
    ]
    text = said(replace(found, models=tuple(rows)))
    assert text.startswith("This figure is leaky and not to be relied on: Logistic regression")
    assert "(its best epoch was picked on the test cases)." in text
    plan = replace(found.plan, leaky="12 patients stand on both sides")
    assert said(replace(found, plan=plan)).startswith("This figure is leaky")


def test_a_leaky_rival_is_called_leaky() -> None:
    found = study(FIGURES, ("logistic", "majority", 1e-6))
    rows = [replace(r, leaky="x" if r.model == "lstm" else None) for r in found.models]
    assert "closest: LSTM, 81 %, leaky" in said(replace(found, models=tuple(rows)))


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("balanced_accuracy", "for 84 % of new cases like these, every class counting the same"),
        ("roc_auc", "puts two new cases of different classes in the right order 84 % of the time"),
        ("f1_macro", "reaches F1 (macro) 0.842 on new cases (95 % interval 0.795–0.881)"),
    ],
)
def test_each_headline_has_its_words(metric: str, words: str) -> None:
    found = study(FIGURES, ("logistic", "majority", 1e-6), metric=metric, classes=("a", "b", "c"))
    assert words in said(found)


def test_where_the_figure_comes_from() -> None:
    assert "from 2-fold cross-validation, each case judged by fits" in said(study(FIGURES))
    assert "each 'PatientID' judged by fits that never saw it" in said(
        study(FIGURES, kind="grouped")
    )
    assert "from the given test file (30 cases), which no fit has seen" in said(
        study(FIGURES, kind="given")
    )


def test_no_warnings_no_sentence() -> None:
    assert "warning" not in said(replace(study(FIGURES), warnings=()))


def test_no_model_left() -> None:
    empty = replace(study(FIGURES), models=(), failed={"lstm": "the loss was not finite."})
    assert said(empty) == (
        "No model gave a figure. 1 model failed or could not take the data "
        "(lstm: the loss was not finite)."
    )
