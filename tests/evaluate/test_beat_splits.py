"""The published splits of heartbeats: which beats train, which are tested, what leaks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from auscult.data.dataset import Dataset
from auscult.data.ecg.patients import DS1, DS2, record_of
from auscult.errors import InputError
from auscult.evaluate.plan import Plan
from auscult.types import Column

RECORDS = ("101", "201", "223", "100", "202", "234", "102")
PATIENTS = (0, 1, 2, 3, 1, 4, 5)  # 201 and 202 are one person


def beats(records: tuple[str, ...] = RECORDS, a_record: int = 60, **changes: Any) -> Dataset:
    n = len(records) * a_record
    options: dict[str, Any] = {
        "ids": tuple(f"{name}:{i}" for name in records for i in range(a_record)),
        "groups": np.repeat(PATIENTS[: len(records)], a_record),
        "group_name": "record",
    }
    return Dataset(
        name="mitdb",
        kind="signals",
        X=np.arange(n, dtype=np.float32)[:, None, None],
        y=np.arange(n) % 3,
        classes=("N", "S", "V"),
        columns=(Column("MLII", "numeric"),),
        target="beat",
        **{**options, **changes},
    )


def test_the_two_halves_of_de_chazal() -> None:
    assert len(DS1) == len(DS2) == 22
    assert not set(DS1) & set(DS2)
    assert not {"102", "104", "107", "217"} & {*DS1, *DS2}


def test_ds1_trains_and_ds2_is_tested() -> None:
    data = beats()
    (split,) = Plan("ds1-ds2").splits(data)
    ids = data.ids or ()
    trained = {record_of(ids[i]) for i in np.concatenate([split.train, split.validation])}
    assert trained == {"101", "201", "223"}
    assert {record_of(ids[i]) for i in split.test} == {"100", "202", "234"}
    assert len(split.train) + len(split.validation) == len(split.test) == 180


def test_ds1_ds2_is_told_as_one_split_that_does_not_leak() -> None:
    data, plan = beats(), Plan("ds1-ds2", folds=5, repeats=2)
    summary = plan.summary(plan.splits(data), data)
    assert (summary.kind, summary.folds, summary.repeats) == ("ds1-ds2", 1, 1)
    assert summary.leaky is None


def test_by_beat_is_leaky_and_says_why() -> None:
    data, plan = beats(), Plan("by-beat")
    (split,) = splits = plan.splits(data)
    summary = plan.summary(splits, data)
    assert "beats of one patient stand on both sides" in str(summary.leaky)
    assert summary.group is None
    every = np.concatenate([split.train, split.validation, split.test])
    assert np.array_equal(np.sort(every), np.arange(data.n_cases))
    assert np.bincount(data.y[split.test]).tolist() == [28, 28, 28]


def test_by_beat_follows_its_seed() -> None:
    data = beats()
    (a,), (again,), (other,) = (Plan("by-beat", seed=s).splits(data) for s in (1, 1, 2))
    assert np.array_equal(a.test, again.test)
    assert not np.array_equal(a.test, other.test)


def test_beats_of_unknown_class_stand_nowhere() -> None:
    data = beats()
    y = data.y.copy()
    y[:20] = -1
    unknown = Dataset(**{**vars(data), "y": y})
    for kind in ("ds1-ds2", "by-beat"):
        (split,) = Plan(kind).splits(unknown)
        assert min(split.train.min(), split.test.min()) >= 20


def test_kfold_of_beats_leaks_too() -> None:
    data, plan = beats(), Plan("kfold", folds=2, repeats=1)
    summary = plan.summary(plan.splits(data), data)
    assert "6 of 6 groups" in str(summary.leaky)
    assert summary.group is None


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("ds1-ds2", {"records": RECORDS[:3]}, "no record of DS2"),
        ("ds1-ds2", {"records": ("a", "b")}, "no record of DS1"),
        ("ds1-ds2", {"ids": None}, "ECG records"),
        ("by-beat", {"groups": None}, "ECG records"),
        ("by-beet", {}, "'by-beat'"),
    ],
)
def test_refused_in_one_line(kind: Any, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        Plan(kind).splits(beats(**changes))
    assert "--plan" in str(refused.value)
