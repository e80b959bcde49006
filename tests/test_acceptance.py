"""The figures that auscult must find on real data, seed 0, as a person would ask for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from auscult.api import compare
from auscult.evaluate.result import Result

pytestmark = pytest.mark.slow


def value(result: Result, model: str, metric: str = "accuracy") -> float:
    return result[model].metrics[metric].value


def codes(result: Result) -> set[str]:
    return {finding.code for finding in result.warnings}


@pytest.fixture(scope="module")
def heart(shared: Path) -> Result:
    path = shared / "heart" / "heart.csv"
    return compare(path, target="target", models="logistic,lstm", seed=0)


@pytest.fixture(scope="module")
def alzheimers(shared: Path) -> Result:
    return compare(
        shared / "alzheimers" / "alzheimers_disease_data.csv",
        target="Diagnosis",
        id="PatientID",
        models="logistic,gradient-boosting,rnn",
        repeats=1,
        seed=0,
    )


@pytest.fixture(scope="module")
def twoleadecg(shared: Path) -> Result:
    folder = shared / "twoleadecg"
    return compare(
        folder / "TwoLeadECG_TRAIN.tsv",
        test=folder / "TwoLeadECG_TEST.tsv",
        models="knn-dtw:k=1..9:cost=absolute,knn-dtw,lstm-fcn",
        seed=0,
    )


def test_heart_logistic(heart: Result) -> None:
    assert 0.80 <= value(heart, "logistic") <= 0.88
    assert value(heart, "logistic", "roc_auc") >= 0.89
    low, high = heart["logistic"].metrics["accuracy"][1:]
    assert low < value(heart, "logistic") < high
    assert 0.03 < high - low < 0.12


def test_heart_majority(heart: Result) -> None:
    assert value(heart, "majority") == pytest.approx(0.545, abs=0.001)


def test_heart_lstm(heart: Result) -> None:
    assert value(heart, "lstm") >= 0.78


def test_heart_findings(heart: Result) -> None:
    assert {"duplicate-cases", "inverted-labels"} <= codes(heart)
    assert heart.data.n_duplicates == 1


def test_heart_lstm_is_not_said_to_be_better(heart: Result) -> None:
    # No worse than the published 0.803, and still not better than the linear baseline.
    pair = next(c for c in heart.comparisons if {c.a, c.b} == {"lstm", "logistic"})
    better = pair.p_adjusted < 0.05 and heart.best == "lstm"
    assert not better


def test_alzheimers(alzheimers: Result) -> None:
    assert value(alzheimers, "gradient-boosting") >= 0.945
    assert value(alzheimers, "rnn") >= 0.82
    assert value(alzheimers, "majority") == pytest.approx(0.646, abs=0.001)
    assert alzheimers.best == "gradient-boosting"


def test_alzheimers_findings(alzheimers: Result) -> None:
    constant = [f for f in alzheimers.warnings if f.code == "constant-column"]
    assert any("DoctorInCharge" in finding.message for finding in constant)
    assert "PatientID" not in {column.name for column in alzheimers.data.columns}


# k-NN with DTW and absolute cost, k = 1 to 9: right answers among the 1139 test cases.
ABSOLUTE = (0.9306, 0.8218, 0.8578, 0.7665, 0.8244, 0.7129, 0.7471, 0.6848, 0.7006)


def test_twoleadecg_absolute_cost(twoleadecg: Result) -> None:
    curve = [value(twoleadecg, f"knn-dtw:k={k}:cost=absolute") for k in range(1, 10)]
    np.testing.assert_array_equal(np.round(curve, 4), ABSOLUTE)


def test_twoleadecg_squared_cost(twoleadecg: Result) -> None:
    assert round(value(twoleadecg, "knn-dtw"), 4) == 0.9043


def test_twoleadecg_lstm_fcn(twoleadecg: Result) -> None:
    assert value(twoleadecg, "lstm-fcn") >= 0.999
    assert twoleadecg["lstm-fcn"].leaky is None


def test_twoleadecg_plan(twoleadecg: Result) -> None:
    assert twoleadecg.plan.kind == "given"
    assert twoleadecg.data.class_counts == (581, 581)
    assert len(twoleadecg["lstm-fcn"].predictions.case) == 1139
