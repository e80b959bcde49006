"""A plan tests every case once a repeat, keeps groups whole, and refuses what cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.data.dataset import Dataset
from auscult.errors import InputError
from auscult.evaluate.plan import Plan
from auscult.evaluate.plan_checks import overlapping_groups
from auscult.types import Column, IntArray


def dataset(y: Any, groups: Any = None) -> Dataset:
    y = np.array(y, dtype=np.int64)
    return Dataset(
        name="heart.csv",
        kind="table",
        X=np.arange(len(y), dtype=np.float64)[:, None],
        y=y,
        classes=tuple("abcd"[: max(2, int(y.max()) + 1)]),
        columns=(Column("age", "numeric"),),
        target="diagnosis",
        groups=None if groups is None else np.array(groups, dtype=np.int64),
        group_name=None if groups is None else "patient",
    )


@st.composite
def class_codes(draw: st.DrawFn) -> IntArray:
    counts = draw(st.lists(st.integers(6, 90), min_size=2, max_size=4))
    return np.repeat(np.arange(len(counts)), counts)


@settings(max_examples=40, deadline=None)
@given(class_codes(), st.integers(2, 6), st.integers(1, 3), st.integers(0, 1000))
def test_every_case_is_tested_once_a_repeat(
    y: IntArray, folds: int, repeats: int, seed: int
) -> None:
    data = dataset(y)
    splits = Plan(folds=folds, repeats=repeats, seed=seed).splits(data)
    assert [(s.repeat, s.fold) for s in splits] == [
        (r, f) for r in range(repeats) for f in range(folds)
    ]
    for repeat in range(repeats):
        tested = np.concatenate([s.test for s in splits if s.repeat == repeat])
        assert np.array_equal(np.sort(tested), np.arange(len(y)))
    for split in splits:
        every = np.concatenate([split.train, split.validation, split.test])
        assert np.array_equal(np.sort(every), np.arange(len(y)))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(10, 60))
def test_grouped_plan_keeps_groups_whole_validation_too(seed: int, n_groups: int) -> None:
    random = np.random.default_rng(seed)
    groups = random.integers(0, n_groups, 400)
    data = dataset(random.integers(0, 2, 400), groups)
    splits = Plan(kind="grouped", seed=seed).splits(data)
    assert overlapping_groups(splits, data) == 0
    for split in splits:
        assert not set(groups[split.train]) & set(groups[split.validation])


def test_same_seed_same_splits_and_another_seed_others() -> None:
    data = dataset([0, 1] * 100)
    first, again, other = (Plan(seed=s).splits(data) for s in (7, 7, 8))
    for a, b in zip(first, again, strict=True):
        assert np.array_equal(a.train, b.train)
        assert np.array_equal(a.validation, b.validation)
        assert np.array_equal(a.test, b.test)
    assert any(not np.array_equal(a.test, b.test) for a, b in zip(first, other, strict=True))


def test_fewer_repeats_are_the_first_of_more() -> None:
    data = dataset([0, 1] * 100)
    one, three = (Plan(repeats=r).splits(data) for r in (1, 3))
    for a, b in zip(one, three, strict=False):
        assert np.array_equal(a.test, b.test)


def test_fit_seeds_differ_and_stay() -> None:
    plan = Plan(seed=3)
    seeds = [plan.fit_seed(r, f) for r in range(2) for f in range(5)]
    assert len(set(seeds)) == 10
    assert seeds == [Plan(seed=3, folds=9).fit_seed(r, f) for r in range(2) for f in range(5)]
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_validation_is_stratified_and_told() -> None:
    data = dataset([0] * 138 + [1] * 165)
    plan = Plan()
    splits = plan.splits(data)
    for split in splits:
        share = np.bincount(data.y[split.validation]) / np.bincount(
            data.y[np.concatenate([split.train, split.validation])]
        )
        assert np.abs(share - 0.15).max() < 0.01
    words = plan.summary(splits, data).validation
    assert words == "37 cases cut from the training cases of each fit (15%)"


@pytest.mark.parametrize(
    ("y", "validation", "why"),
    [
        ([0, 1] * 60, 0.15, "none: a fit has 96 training cases, fewer than 100"),
        ([0] * 300 + [1] * 30, 0.15, "none: it would hold 4 cases of class 'b', fewer than 5"),
        ([0, 1] * 300, 0.0, "none: none was asked for"),
    ],
)
def test_no_validation_says_why(y: list[int], validation: float, why: str) -> None:
    data = dataset(y)
    plan = Plan(validation=validation)
    splits = plan.splits(data)
    assert all(len(split.validation) == 0 for split in splits)
    assert plan.summary(splits, data).validation == why


def test_a_rare_class_does_not_cost_the_validation_part() -> None:
    data = dataset([0] * 900 + [1] * 300 + [2] * 6)
    plan = Plan()
    splits = plan.splits(data)
    assert all(len(split.validation) > 100 for split in splits)
    words = plan.summary(splits, data).validation
    assert words.endswith("(15%); too rare to be watched: 'c'")


def test_whole_groups_are_tried_until_the_part_holds_every_class() -> None:
    y = np.array(([0] * 80 + [1] * 20) * 2 + [0] * 1800)
    data = dataset(y.tolist(), groups=np.arange(20).repeat(100).tolist())
    plan = Plan("given", validation=0.3)
    for seed in range(5):
        (split,) = Plan("given", validation=0.3, seed=seed).splits(data, range(1900, 2000))
        held = np.bincount(data.y[split.validation], minlength=2)
        assert held.min() >= 5
        assert data.groups is not None
        assert not set(data.groups[split.validation]) & set(data.groups[split.train])
    assert "too rare" not in plan.summary((split,), data).validation


def test_given_split_trains_on_the_rest() -> None:
    data = dataset([0, 1] * 10 + [-1])
    (split,) = Plan(kind="given").splits(data, [0, 1, 2, 20])
    assert split.test.tolist() == [0, 1, 2]
    assert split.train.tolist() == list(range(3, 20))


def test_summary_counts_every_part() -> None:
    data = dataset([0, 1] * 100, np.repeat(np.arange(40), 5))
    plan = Plan(kind="grouped", folds=4, repeats=1)
    summary = plan.summary(plan.splits(data), data)
    assert (summary.kind, summary.group, summary.n_groups) == ("grouped", "patient", 40)
    assert summary.leaky is None
    assert all(s["train"] + s["validation"] + s["test"] == 200 for s in summary.splits)


def test_plan_that_ignores_groups_is_called_leaky() -> None:
    data = dataset([0, 1] * 100, np.repeat(np.arange(40), 5))
    plan = Plan(kind="kfold")
    leaky = plan.summary(plan.splits(data), data).leaky
    assert leaky == "40 of 40 groups of 'patient' stand in training and test cases"


def refusal(plan: Plan, data: Dataset, test_cases: Any = None) -> str:
    with pytest.raises(InputError) as caught:
        plan.splits(data, test_cases)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_more_folds_than_the_smallest_class_has_cases() -> None:
    text = refusal(Plan(folds=5), dataset([0] * 50 + [1] * 3))
    assert text == (
        "heart.csv: class 'b' of column 'diagnosis' has 3 cases, fewer than 5 folds. Use --folds 3."
    )


def test_a_class_of_one_case() -> None:
    assert "has 1 case. No plan" in refusal(Plan(), dataset([0] * 50 + [1]))


def test_fewer_groups_than_folds() -> None:
    data = dataset([0, 1] * 30, np.arange(60) % 3)
    assert "has 3 groups, fewer than 5 folds. Use --folds 3." in refusal(Plan("grouped"), data)


def test_grouped_without_groups() -> None:
    assert "--group" in refusal(Plan("grouped"), dataset([0, 1] * 30))


def test_group_on_both_sides_of_a_given_split() -> None:
    data = dataset([0, 1] * 10, np.arange(20) // 2)
    assert "1 of the groups of 'patient'" in refusal(Plan("given"), data, [0, 1, 2])


def test_class_in_one_group_only() -> None:
    groups = np.repeat(np.arange(10), 10)
    text = refusal(Plan("grouped"), dataset(groups == 4, groups))
    assert "class 'b'" in text
    assert "no training case" in text


@pytest.mark.parametrize("cases", [None, [], [99], [-1], list(range(20))])
def test_given_split_without_sensible_test_cases(cases: list[int] | None) -> None:
    assert refusal(Plan("given"), dataset([0, 1] * 10), cases)


def test_one_class_only() -> None:
    assert "one class only" in refusal(Plan(), dataset([0] * 20))


@pytest.mark.parametrize(
    ("setting", "where"),
    [
        ({"folds": 1}, "--folds"),
        ({"repeats": 0}, "--repeats"),
        ({"seed": -1}, "--seed"),
        ({"validation": 0.6}, "plan"),
        ({"kind": "weekly"}, "--plan"),
    ],
)
def test_settings_out_of_range(setting: dict[str, Any], where: str) -> None:
    with pytest.raises(InputError, match=f"^{where}: "):
        Plan(**setting)
