"""Splits keep their promises for any classes and groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auscult.data.splits import (
    cut,
    grouped_kfold,
    part_sizes,
    stratified_kfold,
    validation_pays,
)
from auscult.types import IntArray


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


classes = st.lists(st.integers(0, 3), min_size=2, max_size=120).map(np.array)
seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=60, deadline=None)


@st.composite
def grouped(draw: st.DrawFn) -> tuple[IntArray, IntArray]:
    y = draw(classes)
    groups = draw(st.lists(st.integers(-5, 25), min_size=len(y), max_size=len(y)))
    return y, np.array(groups)


@quick
@given(classes, st.integers(2, 10), seeds)
def test_stratified_folds_are_within_one_of_even(y: IntArray, folds: int, seed: int) -> None:
    fold = stratified_kfold(y, folds, rng(seed))
    parts = [fold] + [fold[y == code] for code in np.unique(y)]
    for part in parts:
        sizes = np.bincount(part, minlength=folds)
        assert len(sizes) == folds
        assert sizes.max() - sizes.min() <= 1


@quick
@given(classes, st.integers(2, 10), seeds)
def test_same_seed_same_folds(y: IntArray, folds: int, seed: int) -> None:
    first, second = (stratified_kfold(y, folds, rng(seed)) for _ in range(2))
    assert np.array_equal(first, second)


def test_another_seed_another_shuffle() -> None:
    y = np.arange(60) % 2
    assert not np.array_equal(stratified_kfold(y, 5, rng(0)), stratified_kfold(y, 5, rng(1)))


@quick
@given(grouped(), st.integers(2, 6), seeds)
def test_no_group_is_in_two_folds_and_no_fold_is_empty(
    case: tuple[IntArray, IntArray], folds: int, seed: int
) -> None:
    y, groups = case
    fold = grouped_kfold(y, groups, folds, rng(seed))
    for group in np.unique(groups):
        assert len(np.unique(fold[groups == group])) == 1
    assert len(np.unique(fold)) == min(folds, len(np.unique(groups)))
    assert np.array_equal(fold, grouped_kfold(y, groups, folds, rng(seed)))


def test_hundreds_of_groups_give_nearly_even_class_shares() -> None:
    random = rng(0)
    groups = random.integers(0, 300, 4000)
    leaning = random.beta(0.5, 2, 300)
    y = (random.random(4000) < leaning[groups]).astype(int) + (random.random(4000) < 0.02)
    fold = grouped_kfold(y, groups, 5, random)
    for code in np.unique(y):
        share = np.bincount(fold[y == code], minlength=5) / np.sum(y == code)
        assert np.abs(share - 0.2).max() < 0.02


def test_a_class_of_two_groups_is_put_in_two_folds() -> None:
    groups = np.repeat(np.arange(12), 20)
    y = np.isin(groups, [3, 7]).astype(int)
    for seed in range(20):
        fold = grouped_kfold(y, groups, 3, rng(seed))
        assert len(np.unique(fold[y == 1])) == 2


@quick
@given(classes, st.floats(0.01, 0.5), seeds)
def test_cut_is_stratified_and_leaves_every_class(y: IntArray, fraction: float, seed: int) -> None:
    stay, part = cut(y, None, fraction, rng(seed))
    assert np.array_equal(np.sort(np.concatenate([stay, part])), np.arange(len(y)))
    for code in np.unique(y):
        n = np.sum(y == code)
        assert abs(np.sum(y[part] == code) - fraction * n) <= 1
        assert np.sum(y[stay] == code) >= 1


@quick
@given(grouped(), st.floats(0.05, 0.5), seeds)
def test_cut_takes_whole_groups(
    case: tuple[IntArray, IntArray], fraction: float, seed: int
) -> None:
    y, groups = case
    stay, part = cut(y, groups, fraction, rng(seed))
    assert np.array_equal(np.sort(np.concatenate([stay, part])), np.arange(len(y)))
    assert not set(groups[stay]) & set(groups[part])
    assert set(y[stay]) == set(y)


def test_cut_of_many_groups_is_near_the_fraction() -> None:
    random = rng(3)
    groups = random.integers(0, 200, 3000)
    y = random.integers(0, 3, 3000)
    _, part = cut(y, groups, 0.15, random)
    share = np.bincount(y[part]) / np.bincount(y)
    assert np.abs(share - 0.15).max() < 0.02


def test_part_sizes_round_and_leave_one() -> None:
    assert part_sizes(np.array([100, 10, 3, 1, 0]), 0.5).tolist() == [50, 5, 2, 0, 0]


@pytest.mark.parametrize(
    ("counts", "fraction", "pays"),
    [
        ((50, 50), 0.15, True),
        ((50, 49), 0.15, False),
        ((500, 30), 0.15, True),
        ((500, 29), 0.15, False),
        ((500, 500), 0.0, False),
    ],
)
def test_validation_pays_by_size(counts: tuple[int, int], fraction: float, pays: bool) -> None:
    assert validation_pays(np.repeat([0, 1], counts), fraction) is pays
