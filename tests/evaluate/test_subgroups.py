"""Subgroups: how columns are cut, what their figures are, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from auscult.data.dataset import Dataset
from auscult.errors import InputError
from auscult.evaluate.bands import FEW, MOST, banded
from auscult.evaluate.result import Predictions
from auscult.evaluate.subgroups import subgroup_findings, subgroups
from auscult.types import Column

N = 600


def dataset(seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    age = rng.integers(29, 78, N).astype(float)
    chol = rng.normal(240, 40, N)
    chol[:7] = np.nan
    X = np.column_stack(
        [age, rng.integers(2, size=N), chol, rng.integers(20, size=N), rng.integers(3, size=N)]
    )
    columns = (
        Column("Age at exam", "numeric"),
        Column("sex", "numeric"),
        Column("chol", "numeric", n_missing=7),
        Column("town", "categorical", categories=tuple(f"t{i}" for i in range(20))),
        Column("site", "categorical", categories=("a", "b", "c", "unused")),
    )
    return Dataset("d", "table", X, rng.integers(2, size=N), ("no", "yes"), columns)


def answers(data: Dataset, weak: np.ndarray | None = None, seed: int = 0) -> Predictions:
    """What a fair model says; where ``weak`` it says nothing."""
    rng = np.random.default_rng(seed)
    n = data.n_cases
    logit = 2.5 * (2 * data.y - 1) + rng.normal(0, 2, n)
    if weak is not None:
        logit = np.where(weak, rng.normal(0, 2, n), logit)
    p = 1 / (1 + np.exp(-logit))
    zero = np.zeros(n, dtype=np.int64)
    return Predictions(np.arange(n), zero, zero, data.y, np.column_stack([1 - p, p]))


def test_age_is_cut_into_decades_and_thin_ends_are_joined() -> None:
    data = dataset()
    found = banded(data, "Age at exam")
    age = data.X[:, 0]
    assert found.names[0].startswith("29–")
    assert found.names[-1].endswith("–77")
    for k, name in enumerate(found.names):
        low, high = map(int, name.split("–"))
        inside = age[found.code == k]
        assert low <= inside.min() <= inside.max() <= high
        assert len(inside) >= FEW
    assert "40–49" in found.names


def test_few_values_are_subgroups_each() -> None:
    found = banded(dataset(), "sex")
    assert found.names == ("0", "1")
    np.testing.assert_array_equal(found.code, dataset().X[:, 1])


def test_other_numbers_are_cut_into_quarters_and_missing_ones_stand_alone() -> None:
    found = banded(dataset(), "chol")
    assert len(found.names) == 5
    assert found.names[-1] == "missing"
    counts = np.bincount(found.code)
    assert counts[-1] == 7
    assert counts[:4].min() >= (N - 7) // 4 - 1


def test_categories_are_themselves_and_many_are_joined() -> None:
    assert banded(dataset(), "site").names == ("a", "b", "c")
    found = banded(dataset(), "town")
    assert len(found.names) == MOST
    assert found.names[-1] == "9 others"
    town = dataset().X[:, 3].astype(int)
    for k, name in enumerate(found.names[:-1]):
        np.testing.assert_array_equal(found.code == k, town == int(name[1:]))


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"^--by: no column is called 'sx'\. Did you mean 'sex'"):
        banded(dataset(), "sx")
    X = np.zeros((4, 1, 5), dtype=np.float32)
    signals = Dataset(
        "s", "signals", X, np.array([0, 1, 0, 1]), ("a", "b"), (Column("I", "numeric"),)
    )
    with pytest.raises(InputError, match=r"^--by: subgroups are made of columns of a table"):
        banded(signals, "I")


def test_figures_are_those_of_the_subgroup_s_cases() -> None:
    data = dataset()
    p = answers(data)
    found = subgroups(data, ["sex"], p)
    for value, part in enumerate(found):
        rows = data.X[:, 1] == value
        right = p.predicted[rows] == data.y[rows]
        positive = data.y[rows] == 1
        assert part.n_cases == rows.sum()
        assert part.class_counts == tuple(np.bincount(data.y[rows]).tolist())
        assert part.metrics["accuracy"].value == pytest.approx(right.mean())
        assert part.metrics["sensitivity"].value == pytest.approx(right[positive].mean())
        assert part.metrics["specificity"].value == pytest.approx(right[~positive].mean())
        large = (p.probability[rows, 1] - data.y[rows]).mean()
        assert part.metrics["in_the_large"].value == pytest.approx(large)
    a, b = (part.metrics["accuracy"].value for part in found)
    assert found[0].difference["accuracy"].value == pytest.approx(a - b)


def test_a_subgroup_for_whom_the_model_is_worse_is_found() -> None:
    data = dataset()
    found = subgroups(data, ["sex", "chol"], answers(data, weak=data.X[:, 1] == 1))
    said = list(subgroup_findings(found))
    worse = [f for f in said if f.code == "worse-subgroup"]
    assert worse
    assert all("'sex' is 1" in f.message for f in worse)
    (small,) = [f for f in said if f.code == "small-subgroup"]
    assert "'missing' (7)" in small.message
    assert small.severity == "note"


def test_alike_subgroups_raise_few_alarms() -> None:
    alarms = 0
    for seed in range(12):
        data = dataset(seed)
        found = subgroups(data, ["sex", "site"], answers(data, seed=seed))
        alarms += any(f.code == "worse-subgroup" for f in subgroup_findings(found))
    assert alarms <= 2


def test_several_classes_have_confidence_less_accuracy() -> None:
    data = dataset()
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(3), N)
    true = rng.integers(3, size=N)
    zero = np.zeros(N, dtype=np.int64)
    three = Dataset("d", "table", data.X, true, ("a", "b", "c"), data.columns)
    found = subgroups(three, ["sex"], Predictions(np.arange(N), zero, zero, true, p))
    assert set(found[0].metrics) == {"accuracy", "roc_auc", "balanced_accuracy", "in_the_large"}
    rows = data.X[:, 1] == 0
    gap = p[rows].max(axis=1).mean() - (p[rows].argmax(axis=1) == true[rows]).mean()
    assert found[0].metrics["in_the_large"].value == pytest.approx(gap)
