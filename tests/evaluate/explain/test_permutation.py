"""Permutation importance finds what matters, and gives nothing to what does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from auscult.data.dataset import Dataset
from auscult.evaluate.explain.parts import SEGMENTS, exchanged, part_names
from auscult.evaluate.explain.permutation import _others
from auscult.evaluate.explain.result import Explanation
from auscult.evaluate.plan import Plan
from auscult.evaluate.result import Result
from auscult.evaluate.study import run_study
from auscult.models.spec import parse_models
from auscult.types import Column


def table(n: int = 240, seed: int = 0) -> Dataset:
    """The class is written into 'sign' and, less clearly, into 'colour'; 'noise' is noise."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    sign = 2.0 * y - 1 + 0.8 * rng.normal(size=n)
    colour = np.where(rng.random(n) < 0.4, y, rng.integers(0, 3, n)).astype(float)
    noise = rng.normal(size=n)
    noise[rng.random(n) < 0.1] = np.nan
    return Dataset(
        name="planted",
        kind="table",
        X=np.column_stack([sign, colour, noise, rng.normal(size=n)]),
        y=y,
        classes=("no", "yes"),
        columns=(
            Column("sign", "numeric"),
            Column("colour", "categorical", categories=("red", "green", "blue")),
            Column("noise", "numeric"),
            Column("more noise", "numeric"),
        ),
    )


def signals(n: int = 120) -> Dataset:
    """A bump at points 20 to 24 of the first channel is the class; the third is constant."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, n)
    X = rng.normal(0, 0.3, (n, 3, 48))
    X[:, 0, 20:24] += 2.0 * y[:, None]
    X[:, 2] = rng.normal(size=(n, 1))
    names = tuple(Column(name, "numeric") for name in ("MLII", "V1", "RR before"))
    return Dataset("bumps", "signals", X.astype(np.float32), y, ("flat", "bump"), names)


def study(dataset: Dataset, models: str, **settings: object) -> Result:
    plan = Plan("kfold", folds=3, repeats=2, seed=0)
    specs = parse_models(models, dataset.kind)
    return run_study(dataset, plan, specs, explain=True, **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def of_table() -> Result:
    return study(table(), "random-forest:n_estimators=20,mlp", epochs=20)


def by_model(result: Result, model: str) -> Explanation:
    return next(e for e in result.explanations if e.model == model)


@pytest.mark.parametrize("model", ["logistic", "random-forest:n_estimators=20", "mlp"])
def test_the_planted_column_is_found_and_noise_is_not(of_table: Result, model: str) -> None:
    sign, colour, *noises = by_model(of_table, model).importance
    assert sign.part == "sign"
    assert sign.drop.low > 0.1
    assert sign.drop.value > colour.drop.value
    assert colour.drop.value > -0.02
    for noise in noises:
        assert abs(noise.drop.value) < 0.03
        assert noise.drop.low <= 0.005


def test_the_drop_is_of_the_headline_metric() -> None:
    result = study(table(), "logistic", headline="log_loss")
    sign = by_model(result, "logistic").importance[0]
    assert by_model(result, "logistic").metric == "log_loss"
    assert sign.drop.low > 0  # more loss is worse: a drop is positive all the same


def test_majority_and_sweeps_are_not_explained(of_table: Result) -> None:
    assert "majority" not in [e.model for e in of_table.explanations]
    order = [row.model for row in of_table.models]
    shown = [e.model for e in of_table.explanations]
    assert shown == sorted(shown, key=order.index)


def test_explaining_changes_no_figure(of_table: Result) -> None:
    plan = Plan("kfold", folds=3, repeats=2, seed=0)
    specs = parse_models("random-forest:n_estimators=20,mlp", "table")
    plain = run_study(table(), plan, specs, epochs=20)
    assert plain.explanations == ()
    for row, other in zip(plain.models, of_table.models, strict=True):
        assert row.metrics == other.metrics


def test_attributions_name_the_planted_column(of_table: Result) -> None:
    for explained in of_table.explanations:
        found = explained.attributions
        if found is None:  # trees without the package shap
            assert "auscult[explain]" in explained.note
            continue
        assert found.columns[0] == "sign"
        assert found.towards == 1
        values, inputs = np.array(found.values)[:, 0], np.array(found.inputs)[:, 0]
        assert np.corrcoef(values, inputs)[0, 1] > 0.7
        assert found.n_cases == 480


def test_the_stretch_with_the_bump_is_found() -> None:
    result = study(signals(), "logistic")
    importance = by_model(result, "logistic").importance
    assert len(importance) == 2 * SEGMENTS + 1  # the constant channel is one part
    most = max(importance, key=lambda part: part.drop.value)
    assert (most.part, most.start, most.stop) == ("MLII", 20, 24)
    assert most.drop.low > 0
    others = [part.drop.value for part in importance if part is not most]
    assert max(others) < 0.05


def test_every_case_gets_the_values_of_another() -> None:
    donors = _others(9, np.random.default_rng(0))
    assert sorted(donors) == list(range(9))
    assert not (donors == np.arange(9)).any()


def test_a_signal_keeps_its_length_where_a_stretch_is_exchanged() -> None:
    dataset = signals(4)
    X = np.array(dataset.X)
    X[1, :, 21:] = np.nan
    part = next(p for p in part_names(dataset) if (p.channel, p.start) == (0, 20))
    changed = exchanged(X, np.array([1, 2, 3, 0]), part, np.arange(0))
    np.testing.assert_array_equal(np.isnan(changed), np.isnan(X))
    assert changed[0, 0, 20] == X[1, 0, 20]
    assert changed[0, 0, 21] == X[0, 0, 21]  # the donor has ended
    np.testing.assert_array_equal(changed[:, 1:], X[:, 1:])


def test_groups_widen_the_interval() -> None:
    dataset = table()
    one = by_model(study(dataset, "logistic"), "logistic").importance[0].drop
    grouped = replace(dataset, groups=dataset.y * 3 + np.arange(240) % 3, group_name="patient")
    few = by_model(study(grouped, "logistic"), "logistic").importance[0].drop
    assert few.value == one.value
    assert few != one
