"""Inner folds never hold a test case of the fit they serve, nor half a group."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evaluate.nested.made import drawn

from auscult.evaluate.nested.inner import FOLDS, inner_folds
from auscult.evaluate.plan import Plan


@pytest.mark.parametrize(
    ("plan", "patients"),
    [
        (Plan(folds=4, repeats=2), None),
        (Plan(folds=3, repeats=1), None),
        (Plan("grouped", folds=5, repeats=2), 30),
        (Plan("grouped", folds=2, repeats=1), 30),
    ],
)
def test_inner_fits_know_nothing_of_what_they_are_for(plan: Plan, patients: int | None) -> None:
    data = drawn(300, patients=patients)
    splits = plan.splits(data)
    inner = inner_folds(plan, data, splits)
    for place, split in enumerate(splits):
        own = inner.of(place)
        judged = np.concatenate([fit.serves[place] for fit in own])
        np.testing.assert_array_equal(np.sort(judged), np.setdiff1d(np.arange(300), split.test))
        for fit in own:
            known = np.concatenate([fit.split.train, fit.split.validation])
            assert not np.intersect1d(known, np.r_[split.test, fit.serves[place]]).size
            assert not np.intersect1d(fit.split.train, fit.split.validation).size
            if data.groups is not None:
                unseen = np.r_[split.test, fit.serves[place]]
                assert not np.intersect1d(data.groups[known], data.groups[unseen]).size


def test_models_without_two_folds_serve_both() -> None:
    plan, data = Plan(folds=5, repeats=2), drawn()
    inner = inner_folds(plan, data, plan.splits(data))
    assert len(inner.fits) == 2 * 10
    assert all(len(fit.serves) == 2 for fit in inner.fits)
    assert "other folds" in inner.words


def test_a_given_test_set_is_cut_into_inner_folds() -> None:
    plan, data = Plan("given"), drawn()
    inner = inner_folds(plan, data, plan.splits(data, np.arange(30)))
    assert len(inner.fits) == FOLDS
    assert str(FOLDS) in inner.words


def test_validation_parts_are_cut_where_the_plan_has_them() -> None:
    for n, cut in ((400, True), (120, False)):
        plan, data = Plan(folds=5, repeats=1), drawn(n)
        inner = inner_folds(plan, data, plan.splits(data))
        assert all(bool(len(fit.split.validation)) == cut for fit in inner.fits)


def test_seeds_differ_and_repeat() -> None:
    plan, data = Plan(folds=5, repeats=1), drawn()
    seeds = [[f.seed for f in inner_folds(plan, data, plan.splits(data)).fits] for _ in range(2)]
    assert seeds[0] == seeds[1]
    assert len(set(seeds[0])) == len(seeds[0])
