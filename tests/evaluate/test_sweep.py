"""Settings are chosen on validation parts alone, and what is chosen is scored once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import auscult
from auscult.data.dataset import Dataset
from auscult.errors import AuscultError, InputError
from auscult.evaluate import sweep as module
from auscult.evaluate.fitting import Fits, fit_all
from auscult.evaluate.grid import Sweep, divide
from auscult.evaluate.inputs import FitInput, fit_inputs
from auscult.evaluate.intervals import estimate_all
from auscult.evaluate.metrics import Scorer
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.evaluate.result import Predictions, SweepRow
from auscult.evaluate.sweep import Swept, run_sweep
from auscult.models.spec import ModelSpec, parse_models
from auscult.types import IntArray

pytestmark = pytest.mark.usefixtures("one_thread")

GRID = "optimizer=sgd,adam batch=16,64"


@pytest.fixture(scope="module")
def heart(shared: Path) -> Dataset:
    found: Dataset = auscult.read(shared / "heart" / "heart.csv", target="target")
    return found


def sweep_of(models: str, grid: str, epochs: int | None = 4) -> Sweep:
    return divide(parse_models(models, "table"), grid, epochs).sweeps[0]


def parts(
    data: Dataset, plan: Plan, test: IntArray | None = None
) -> tuple[list[FitInput], list[int]]:
    splits = plan.splits(data, test)
    return fit_inputs(data, splits), [plan.fit_seed(s.repeat, s.fold) for s in splits]


def run(data: Dataset, sweep: Sweep, plan: Plan, test: IntArray | None = None) -> Swept:
    return run_sweep(sweep, data, *parts(data, plan, test), Silent(), "accuracy")


def test_test_labels_do_not_touch_the_choice(heart: Dataset) -> None:
    test = np.arange(0, heart.n_cases, 4)
    y = heart.y.copy()
    y[test] = np.random.default_rng(0).permutation(y[test])
    assert (y != heart.y).sum() > 20
    sweep, plan = sweep_of("mlp", GRID), Plan("given")
    before, after = (run(data, sweep, plan, test) for data in (heart, replace(heart, y=y)))
    assert after.predictions.true.tolist() != before.predictions.true.tolist()
    np.testing.assert_array_equal(after.predictions.probability, before.predictions.probability)
    assert [r.chosen for r in after.rows] == [r.chosen for r in before.rows]
    assert [r.validation for r in after.rows] == [r.validation for r in before.rows]


@pytest.mark.parametrize(
    ("models", "grid"), [("mlp", GRID), ("random-forest:n_jobs=1", "min=1,20 n_est=5")]
)
def test_each_split_takes_what_is_best_on_its_own_validation_part(
    heart: Dataset, models: str, grid: str
) -> None:
    sweep, plan = sweep_of(models, grid), Plan(folds=3, repeats=1)
    inputs, seeds = parts(heart, plan)
    found = run(heart, sweep, plan)
    alone = [
        fit_all(spec, estimator, heart, inputs, seeds, Silent(), validate=True)
        for spec, estimator in zip(sweep.specs, sweep.estimators, strict=True)
    ]
    wins = [0] * len(alone)
    for one in inputs:
        fold = one.split.fold
        scores = [_scores(fits.validation, fold) for fits in alone]
        taken = scores.index(min(scores))
        wins[taken] += 1
        np.testing.assert_array_equal(
            _fold(found.predictions, fold).probability,
            _fold(alone[taken].predictions, fold).probability,
        )
    assert [row.chosen for row in found.rows] == wins
    assert sorted(found.predictions.case.tolist()) == list(range(heart.n_cases))
    for row, fits in zip(found.rows, alone, strict=True):
        assert fits.validation is not None
        assert row.validation == estimate_all(fits.validation)["accuracy"]


def _fold(predictions: Predictions, fold: int) -> Predictions:
    rows = predictions.fold == fold
    return Predictions(
        predictions.case[rows],
        predictions.repeat[rows],
        predictions.fold[rows],
        predictions.true[rows],
        predictions.probability[rows],
    )


def _scores(predictions: Predictions | None, fold: int) -> tuple[float, float]:
    assert predictions is not None
    part = _fold(predictions, fold)
    scores = Scorer(part.true, part.probability).scores(np.ones((len(part.case), 1)))
    return -float(scores["accuracy"][0]), float(scores["log_loss"][0])


def test_ties_go_to_the_lower_log_loss_then_to_the_first() -> None:
    def fit(p: float) -> module._Fit:
        zero = np.zeros(2, dtype=np.int64)
        part = Predictions(zero, zero, zero, np.array([0, 1]), np.array([[p, 1 - p], [1 - p, p]]))
        return module._Fit(part, part, None)

    first = module._better(0, None, fit(0.8), "accuracy")
    second = module._better(1, first, fit(0.9), "accuracy")
    third = module._better(2, second, fit(0.9), "accuracy")
    assert [f.number for f in (first, second, third) if f] == [0, 1, 1]
    assert module._better(3, third, None, "accuracy") is third


def test_groups_widen_the_validation_intervals(heart: Dataset) -> None:
    grouped = replace(heart, groups=np.arange(heart.n_cases) // 10, group_name="ward")
    plan, sweep = Plan("grouped", folds=3, repeats=1, group="ward"), sweep_of("mlp", "batch=16")
    inputs, seeds = parts(grouped, plan)
    row = run(grouped, sweep, plan).rows[0]
    fits = fit_all(sweep.spec, sweep.estimators[0], grouped, inputs, seeds, Silent(), validate=True)
    assert fits.validation is not None
    assert row.validation == estimate_all(fits.validation, groups=grouped.groups)["accuracy"]
    assert row.validation != estimate_all(fits.validation)["accuracy"]


def test_a_setting_that_diverges_is_not_chosen(heart: Dataset) -> None:
    found = run(heart, sweep_of("mlp", "learning=1e36,1e-2"), Plan(folds=3, repeats=1))
    lost, kept = found.rows
    assert (lost.chosen, kept.chosen) == (0, 3)
    assert np.isnan(lost.validation.value)
    assert lost.failed is not None
    assert lost.failed.startswith("failed in 3 of 3 fits: the loss was not finite")
    assert kept.failed is None


def test_a_setting_that_fails_in_one_split_is_lost_to_that_split_only(
    heart: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_in_fold_1(
        spec: ModelSpec,
        estimator: object,
        data: Dataset,
        inputs: list[FitInput],
        seeds: list[int],
        progress: StudyProgress,
        validate: bool,
    ) -> Fits:
        if any(one.split.fold == 1 for one in inputs):
            raise InputError("not that one")
        return fit_all(spec, estimator, data, inputs, seeds, progress, validate)

    plan, sweep = Plan(folds=3, repeats=1), sweep_of("mlp", "batch=16,32")
    inputs, seeds = parts(heart, plan)
    whole = module._fit(sweep.specs[0], sweep.estimators[0], heart, inputs, seeds, Silent())
    monkeypatch.setattr(module, "fit_all", fails_in_fold_1)
    some = module._fit(sweep.specs[0], sweep.estimators[0], heart, inputs, seeds, Silent())
    assert [fit is None for fit in whole.each] == [False, False, False]
    assert [fit is None for fit in some.each] == [False, True, False]
    assert some.failure == "failed in 1 of 3 fits: not that one"
    with pytest.raises(AuscultError, match=r"in every fit: failed in 1 of 3.*not that one"):
        run(heart, sweep, plan)


def test_progress_runs_over_all_settings(heart: Dataset) -> None:
    told: list[tuple[str, float, str]] = []

    class Listening(Silent):
        def advanced(self, name: str, done: float, detail: str) -> None:
            told.append((name, done, detail))

    sweep, plan = sweep_of("mlp", GRID, epochs=2), Plan(folds=2, repeats=1)
    run_sweep(sweep, heart, *parts(heart, plan), Listening(), "accuracy")
    assert {name for name, _, _ in told} == {"mlp:grid"}
    shares = [done for _, done, _ in told]
    assert shares == sorted(shares)
    assert 0 < shares[0] <= 0.25
    assert shares[-1] == pytest.approx(1)
    assert told[-1][2].startswith("4 of 4, optimizer=adam batch_size=64: ")


def test_a_study_with_a_grid(heart: Dataset, tmp_path: Path) -> None:
    result = auscult.compare(
        heart, models="mlp,random-forest:n_estimators=5", folds=3, repeats=2, epochs=4,
        grid=GRID, out=tmp_path / "run",
    )  # fmt: skip
    names = {"majority", "logistic", "mlp:grid", "random-forest:n_estimators=5"}
    assert {row.model for row in result.models} == names
    row = result["mlp:grid"]
    assert (row.label, row.baseline) == ("MLP (best of 4 settings)", False)
    assert [dict(r.params) for r in row.sweep] == [
        {"optimizer": o, "batch_size": b} for o in ("sgd", "adam") for b in (16, 64)
    ]
    assert sum(r.chosen for r in row.sweep) == 6
    assert all(r.validation.low <= r.validation.value <= r.validation.high for r in row.sweep)
    assert row.params["grid"] == "optimizer=sgd,adam batch_size=16,64"
    assert row.params["chosen"].endswith("of 6 fits")
    assert "optimizer" not in row.params
    assert len(row.histories) == 6
    assert row.fit_seconds + row.predict_seconds == pytest.approx(sum(r.seconds for r in row.sweep))
    assert [w.code for w in result.warnings].count("not-swept") == 1
    assert not any(other.sweep for other in result.models if other is not row)
    again = auscult.load(tmp_path / "run")
    assert again["mlp:grid"].sweep == row.sweep
    assert again["mlp:grid"].params == row.params
    content = json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))
    fields = set(SweepRow.__dataclass_fields__)
    (swept,) = (model["sweep"] for model in content["models"] if model["model"] == "mlp:grid")
    assert all(set(tried) == fields for tried in swept)
    assert "Settings tried" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_an_older_result_has_no_sweeps(heart: Dataset, tmp_path: Path) -> None:
    auscult.compare(heart, models="logistic", folds=2, repeats=1, out=tmp_path)
    path = tmp_path / "result.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for model in content["models"]:
        del model["sweep"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert all(row.sweep == () for row in auscult.load(tmp_path).models)


def test_without_a_validation_part_there_is_nothing_to_choose_on(heart: Dataset) -> None:
    few = heart.take(np.r_[0:12, 290:302])
    with pytest.raises(InputError, match=r"--grid: .*validation part.*Get more training cases"):
        auscult.compare(few, models="mlp", folds=2, repeats=1, grid="batch=8,16")
