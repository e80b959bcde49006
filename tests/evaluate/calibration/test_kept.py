"""What fits keep aside, and that calibration learns from nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import auscult
from auscult.data.dataset import Dataset
from auscult.evaluate.calibration.kept import (
    ON_FOLDS,
    ON_PARTS,
    KeptFits,
    fit_keeping,
    learned_on,
)
from auscult.evaluate.calibration.recalibrate import recalibrate
from auscult.evaluate.fitting import make_estimator
from auscult.evaluate.inputs import fit_inputs
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent
from auscult.models.spec import ModelSpec
from auscult.types import Column


def table(n: int, seed: int = 0, groups: bool = False) -> Dataset:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 4))
    y = (X[:, 0] + 0.5 * X[:, 1] + rng.normal(0, 1, n) > 0).astype(np.int64)
    columns = (*(Column(f"x{j}", "numeric") for j in range(4)),)
    of = np.repeat(np.arange(n // 4), 4) if groups else None
    return Dataset("t", "table", X, y, ("no", "yes"), columns, groups=of, group_name="p")


def fitted(dataset: Dataset, name: str = "logistic", kind: str = "kfold", **plan: Any) -> KeptFits:
    split_by = Plan(kind, folds=3, repeats=1, **plan)  # type: ignore[arg-type]
    splits = split_by.splits(dataset)
    spec = ModelSpec(name, {})
    seeds = [split_by.fit_seed(s.repeat, s.fold) for s in splits]
    inputs = fit_inputs(dataset, splits)
    grouped = split_by.keeps_groups
    return fit_keeping(
        spec,
        make_estimator(spec),
        dataset,
        inputs,
        seeds,
        Silent(),
        grouped=grouped,
        enough=100,
    )


def test_large_validation_parts_are_kept_aside_and_small_ones_give_way_to_folds() -> None:
    large, small = fitted(table(1300)), fitted(table(300))
    assert learned_on(large.kept) == ON_PARTS
    assert learned_on(small.kept) == ON_FOLDS
    assert min(len(one.true) for one in large.kept) >= 100
    assert all(len(one.members) == 5 for one in small.kept)
    assert min(len(one.true) for one in small.kept) >= 300 * 2 / 3 * 0.8


def test_the_rows_of_all_fits_are_all_test_cases_once() -> None:
    for fits in (fitted(table(1300)), fitted(table(90), validation=0.0)):
        rows = np.concatenate([one.rows for one in fits.kept])
        assert sorted(rows) == list(range(len(fits.predictions.case)))
        for one in fits.kept:
            assert all(len(member.test) == len(one.rows) for member in one.members)


def test_test_cases_are_answered_by_the_model_that_answered_those_kept_aside() -> None:
    fits = fitted(table(1300))
    assert fits.apart is not None
    for one in fits.kept:
        (member,) = one.members
        np.testing.assert_array_equal(member.test, fits.apart.probability[one.rows])
        assert not np.array_equal(member.test, fits.predictions.probability[one.rows])


def test_out_of_fold_predictions_are_of_models_that_did_not_see_the_case() -> None:
    """A nearest neighbour knows what it saw by heart; of noise it can know nothing else."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((90, 1, 12)).astype(np.float32)
    y = rng.integers(2, size=90)
    noise = Dataset("n", "signals", X, y, ("a", "b"), (Column("I", "numeric"),))
    fits = fitted(noise, "knn-dtw")
    right = [
        np.mean(member.probability.argmax(axis=1) == member.true)
        for one in fits.kept
        for member in one.members
    ]
    assert 0.3 < np.mean(right) < 0.7


def test_whole_groups_are_folded() -> None:
    """Cases of a group share a signal that tells their class and nothing of others' classes."""
    rng = np.random.default_rng(0)
    of = np.repeat(np.arange(30), 4)
    X = rng.standard_normal((30, 1, 12)).repeat(4, axis=0).astype(np.float32)
    X = X + rng.normal(0, 0.01, X.shape).astype(np.float32)
    y = rng.integers(2, size=30)[of]
    noise = Dataset(
        "n", "signals", X, y, ("a", "b"), (Column("I", "numeric"),), groups=of, group_name="p"
    )
    by_group = fitted(noise, "knn-dtw", kind="grouped")
    by_case = fitted(noise, "knn-dtw")
    shares = [
        np.mean([np.mean(m.probability.argmax(1) == m.true) for k in fits.kept for m in k.members])
        for fits in (by_group, by_case)
    ]
    assert shares[0] < 0.75
    assert shares[1] > 0.85


def test_calibration_does_not_look_at_test_classes() -> None:
    fits = fitted(table(300))
    turned = replace(fits.predictions, true=1 - fits.predictions.true)
    for method in ("temperature", "platt", "isotonic"):
        a, _ = recalibrate(method, fits.predictions, fits.kept)
        b, _ = recalibrate(method, turned, fits.kept)
        np.testing.assert_array_equal(a.probability, b.probability)


def test_what_calibration_changed_is_after_less_before() -> None:
    fits = fitted(table(300), "random-forest")
    after, told = recalibrate("temperature", fits.predictions, fits.kept)
    assert told.change["accuracy"] == (0.0, 0.0, 0.0)
    assert len(told.temperatures) == 3
    brier = [np.mean((p.probability[:, 1] - p.true) ** 2) for p in (fits.predictions, after)]
    assert told.before["brier"].value == pytest.approx(brier[0])
    assert told.change["brier"].value == pytest.approx(brier[1] - brier[0])
    assert len(told.bins) == 10


def test_a_study_with_all_of_it() -> None:
    data = table(240)
    plain = auscult.compare(data, models="logistic", repeats=1)
    asked = auscult.compare(
        data,
        models="logistic",
        repeats=1,
        calibrate="isotonic",
        sets="0.9:by-class",
        sensitivity="no=0.8",
        by="x0",
    )
    row, majority = asked["logistic"], asked["majority"]
    assert row.calibration is not None
    assert row.calibration.recalibration is not None
    assert row.calibration.recalibration.before["log_loss"].value == pytest.approx(
        plain["logistic"].metrics["log_loss"].value
    )
    assert row.sets is not None
    assert row.sets.by_class
    assert row.chosen_sensitivity is not None
    assert row.chosen_sensitivity.target == "no"
    assert [part.column for part in asked.subgroups] == ["x0"] * 4
    assert majority.sets is None
    assert majority.calibration is not None
    assert majority.calibration.recalibration is None
    assert plain["logistic"].sets is None
    assert plain["logistic"].calibration is not None
    assert plain["logistic"].calibration.decision is not None
    np.testing.assert_array_equal(
        plain["majority"].predictions.probability, majority.predictions.probability
    )


def test_more_classes_have_no_decision_curve() -> None:
    data = table(240)
    third = replace(data, y=np.where(data.X[:, 2] > 0.7, 2, data.y), classes=("a", "b", "c"))
    found = auscult.compare(third, models="logistic", repeats=1, sets="0.8:aps", calibrate="platt")
    told = found["logistic"].calibration
    assert told is not None
    assert told.decision is None
    assert told.brier == {}
    sets = found["logistic"].sets
    assert sets is not None
    assert len(sets.sizes) == 4


def test_many_cases_of_few_groups_are_few() -> None:
    """Parts of more than a hundred cases, of a dozen groups: the groups are counted."""
    data = table(1200)
    few = replace(data, groups=np.arange(1200) // 10, group_name="p")
    fits = fitted(few, kind="grouped")
    assert min(len(one.true) for one in fits.kept) > 100
    assert learned_on(fits.kept) == ON_FOLDS
