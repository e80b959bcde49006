"""The audit finds what is there, counts it right, and is silent about clean data."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auscult.data.dataset import Dataset
from auscult.evaluate.audit.duplicates import duplicates
from auscult.evaluate.audit.run import audit
from auscult.evaluate.audit.view import identical_cases
from auscult.evaluate.plan import Plan
from auscult.types import Column, Finding, FloatArray

HEART = Path(__file__).parents[3].parent / "shared/data/heart/heart.csv"


def table(X: FloatArray, y: Any, **kwargs: Any) -> Dataset:
    columns = kwargs.pop("columns", None) or tuple(
        Column(f"x{j}", "numeric") for j in range(X.shape[1])
    )
    y = np.array(y, dtype=np.int64)
    classes = tuple("abc"[: int(y.max()) + 1])
    return Dataset("t.csv", "table", X, y, classes, columns, target="diagnosis", **kwargs)


def clean(n: int = 200, seed: int = 0) -> tuple[FloatArray, Any]:
    random = np.random.default_rng(seed)
    return random.normal(size=(n, 4)), random.permutation(np.arange(n) % 2)


def found(dataset: Dataset, plan: Plan | None = None) -> dict[str, Finding]:
    splits = (plan or Plan()).splits(dataset)
    return {finding.code: finding for finding in audit(dataset, splits)}


def test_clean_data_has_no_findings() -> None:
    assert audit(table(*clean()), Plan().splits(table(*clean()))) == ()
    assert audit(table(*clean()), ()) == ()


def test_duplicates_are_counted_and_their_twins_traced() -> None:
    X, y = clean()
    X[-20:], y[-20:] = X[:20], y[:20]
    data = table(X, y)
    assert duplicates(data) == 20
    finding = found(data)["duplicate-cases"]
    assert finding.severity == "warning"
    assert finding.message.startswith(
        "20 cases of 200 (10.0%) repeat an earlier one exactly. 40 of"
    )


def test_duplicates_kept_together_are_a_note() -> None:
    X, y = clean()
    X[-20:], y[-20:] = X[:20], y[:20]
    groups = np.concatenate([np.arange(180), np.arange(20)])
    data = table(X, y, groups=groups, group_name="patient")
    assert found(data, Plan("grouped"))["duplicate-cases"].severity == "note"


def test_zeros_and_missing_values_are_alike() -> None:
    X = np.array([[0.0, np.nan], [-0.0, -np.nan], [0.0, 1.0]])
    assert identical_cases(table(X, [0, 1, 1])).tolist() == [0, 0, 1]


def test_disagreeing_duplicates() -> None:
    X, y = clean()
    X[1], y[0], y[1] = X[0], 0, 1
    assert "2 cases are identical" in found(table(X, y))["duplicates-disagree"].message


def test_column_that_tells_the_class() -> None:
    X, y = clean()
    X[:, 2] = -(y + np.random.default_rng(0).normal(size=len(y)) * 0.1)
    finding = found(table(X, y))["illegitimate-feature"]
    assert "Column 'x2' alone tells class" in finding.message


def test_missing_that_tells_the_class() -> None:
    X, y = clean()
    X[y == 1, 3] = np.nan
    messages = [f.message for f in audit(table(X, y), ())]
    assert any(m.startswith("Whether column 'x3' is missing") for m in messages)


def test_category_that_tells_the_class_in_no_order() -> None:
    X, y = clean()
    X[:, 0] = np.where(y == 1, 1, np.random.default_rng(0).choice([0, 2], len(y)))
    columns = (Column("drug", "categorical", categories=("x", "y", "z")), *table(X, y).columns[1:])
    data = table(X, y, columns=columns)
    assert "'drug' alone tells class" in found(data)["illegitimate-feature"].message


def test_category_of_one_case_each_is_not_blamed() -> None:
    X, y = clean()
    X[:, 0] = np.random.default_rng(0).permutation(len(y))
    names = tuple(map(str, range(len(y))))
    columns = (Column("name", "categorical", categories=names), *table(X, y).columns[1:])
    assert "illegitimate-feature" not in found(table(X, y, columns=columns))


def test_imbalance_constant_missing_and_small() -> None:
    X, y = clean(250)
    y[:] = np.arange(250) % 25 == 0
    y[:4] = 2
    X[:, 1] = 7
    X[::10, 2] = np.nan
    codes = found(table(X, y), Plan(folds=2))
    assert "'a': always saying so has an accuracy of 0.948" in codes["class-imbalance"].message
    assert "'x1'" in codes["constant-column"].message
    assert codes["missing-values"].message.startswith(
        "2.5% of values are missing; most in 'x2' (10"
    )
    assert codes["small-class"].message == (
        "Class 'c' has 4 cases: as few as 2 to train a fit on and 2 to test it. "
        "What is said of it is a guess."
    )
    severities = [f.severity for f in audit(table(X, y), ())]
    assert severities == sorted(severities, reverse=True)


def test_one_is_not_told_as_many() -> None:
    X, y = clean()
    X[-1], y[-1] = X[0], y[0]
    message = found(table(X, y))["duplicate-cases"].message
    assert message.startswith("1 case of 200 (0.5%) repeats an earlier one exactly. 2 of 200")


def test_few_cases_to_train_on_in_a_given_plan() -> None:
    X, y = clean()
    data = table(X, y)
    splits = Plan("given").splits(data, np.arange(12, 200))
    messages = {f.code: f for f in audit(data, splits)}["small-class"]
    assert " to train on and " in messages.message
    assert "guess" not in messages.message
    assert "--folds" not in str(messages.mend)


def test_missing_values_that_the_reader_told_of_are_not_told_twice() -> None:
    X, y = clean()
    X[0, 0] = np.nan
    told = Finding("missing-values", "1 cell is missing, in 'x0'.", "note")
    assert "missing-values" in found(table(X, y))
    assert "missing-values" not in found(table(X, y, findings=(told,)))


def test_few_tested_cases() -> None:
    X, y = clean()
    data = table(X, y)
    splits = Plan("given").splits(data, np.arange(20))
    assert "small-test" in {f.code for f in audit(data, splits)}


def test_group_on_both_sides() -> None:
    X, y = clean()
    data = table(X, y, groups=np.arange(200) // 4, group_name="patient")
    finding = found(data)["group-overlap"]
    assert finding.mend
    assert finding.mend.startswith("leave out --plan")
    assert "50 groups" in finding.message
    assert "group-overlap" not in found(data, Plan("grouped"))


def test_few_groups() -> None:
    X, y = clean()
    data = table(X, y, groups=np.arange(200) % 7, group_name="patient")
    assert "Only 7 groups" in found(data, Plan("grouped"))["few-groups"].message


def test_signals_padded_at_the_end_are_not_missing() -> None:
    X = np.random.default_rng(0).normal(size=(100, 1, 30)).astype(np.float32)
    lengths = np.full(100, 30)
    X[5, 0, 20:], lengths[5] = np.nan, 20
    y = np.arange(100) % 2
    data = Dataset("s", "signals", X, y, ("a", "b"), (Column("lead", "numeric"),), lengths=lengths)
    assert audit(data, Plan().splits(data)) == ()
    gap = X.copy()
    gap[7, 0, 3] = np.nan
    data = Dataset(
        "s", "signals", gap, y, ("a", "b"), (Column("lead", "numeric"),), lengths=lengths
    )
    assert [f.code for f in audit(data, ())] == ["missing-values"]


def test_heart_csv_has_its_one_duplicate() -> None:
    if not HEART.exists():
        pytest.skip(f"{HEART} is missing")
    with HEART.open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))[1:]
    values = np.array(rows, dtype=np.float64)
    data = table(values[:, :-1], values[:, -1])
    assert duplicates(data) == 1
    assert {f.code for f in audit(data, Plan().splits(data))} <= {"duplicate-cases"}
