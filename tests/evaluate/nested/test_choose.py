"""The choice is made inside, without a look at what it is judged by, and is told of honestly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.evaluate.nested.made import drawn

import auscult
from auscult.data.dataset import Dataset
from auscult.errors import InputError
from auscult.evaluate.fitting import Fits, fit_all
from auscult.evaluate.metrics import HIGHER_IS_BETTER
from auscult.evaluate.nested import choose
from auscult.evaluate.nested.result import Nested
from auscult.evaluate.result import Result
from auscult.evaluate.serialize import from_dict, to_dict
from auscult.models.spec import ModelSpec

pytestmark = pytest.mark.usefixtures("one_thread")

MODELS = "logistic,random-forest:n_estimators=3:n_jobs=1"


def study(data: Dataset, **options: Any) -> Result:
    asked: dict[str, Any] = {"models": MODELS, "folds": 4, "repeats": 1, "nested": True, **options}
    found: Result = auscult.compare(data, **asked)
    return found


def told(result: Result) -> Nested:
    found = result[choose.NAME].nested
    assert found is not None
    return found


def test_each_fit_takes_what_is_best_on_its_own_inner_folds() -> None:
    result = study(drawn(160))
    row, nested = result[choose.NAME], told(result)
    assert nested.fits == 4
    assert sum(one.chosen for one in nested.candidates) == 4
    for fold in range(4):
        mine = row.predictions.fold == fold
        equal = [
            np.array_equal(row.predictions.probability[mine], other.predictions.probability[mine])
            for other in result.models
            if other.model != choose.NAME
        ]
        assert any(equal)
    assert {one.model for one in nested.candidates} == {
        other.model for other in result.models if other.model != choose.NAME
    }


@pytest.mark.parametrize("grid", [None, "C=0.001,10"])
def test_test_labels_do_not_touch_the_choice(grid: str | None) -> None:
    data = drawn(120)
    test = np.arange(40)
    y = data.y.copy()
    y[test] = 1 - y[test]
    before, after = (
        auscult.compare(auscult.api.Loaded(one, test), models=MODELS, nested=True, grid=grid)
        for one in (data, replace(data, y=y))
    )
    chosen = [[c.chosen for c in told(r).candidates] for r in (before, after)]
    assert chosen[0] == chosen[1]
    p, q = (r[choose.NAME].predictions for r in (before, after))
    np.testing.assert_array_equal(p.probability, q.probability)
    assert p.true.tolist() != q.true.tolist()


def test_a_grid_s_settings_are_candidates_and_the_models_stand_as_named() -> None:
    result = study(drawn(120), models="logistic", grid="C=0.00001,1")
    assert {row.model for row in result.models} == {"majority", "logistic", choose.NAME}
    assert told(result).settings == 2 * 4
    assert not any(row.sweep for row in result.models)


def test_picking_among_models_that_know_nothing_is_told_to_be_optimistic() -> None:
    models = ",".join(f"random-forest:n_estimators=2:n_jobs=1:random_state={i}" for i in range(8))
    gaps = []
    for seed in range(3):
        nothing = drawn(100, seed=seed, signal=0.0)
        found = told(study(nothing, models=models)).optimism
        assert found is not None
        assert found.low <= found.value <= found.high
        gaps.append(found.value)
    assert np.mean(gaps) > 0.02


def test_groups_stay_whole_and_the_row_is_not_the_best() -> None:
    data = drawn(160, patients=20)
    result = study(data, metric="roc_auc")
    assert result.best != choose.NAME
    assert all(choose.NAME not in (c.a, c.b) for c in result.comparisons)
    assert HIGHER_IS_BETTER[result.headline]
    assert "other folds" in told(result).inner


def test_models_whose_inner_folds_were_fitted_have_the_nested_interval() -> None:
    result = study(drawn(120))
    for row in result.models:
        assert ("nested_cv" in row.intervals) == (row.model != choose.NAME)
        assert set(row.intervals["corrected_t"]) == {"accuracy", "roc_auc"}


def test_the_same_seed_chooses_the_same() -> None:
    a, b = (study(drawn(100)) for _ in range(2))
    assert told(a) == told(b)


def test_it_outlives_a_run_folder(tmp_path: Path) -> None:
    result = study(drawn(100), out=tmp_path / "run")
    again = auscult.load(tmp_path / "run")
    assert told(again) == told(result)
    assert again[choose.NAME].metrics == result[choose.NAME].metrics
    assert again["logistic"].intervals == result["logistic"].intervals
    old = json.loads(json.dumps(to_dict(result)))
    for row in old["models"]:
        del row["nested"], row["intervals"]
    assert from_dict(old)[choose.NAME].nested is None
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "<h3>Chosen inside</h3>" in page
    assert "nested cross-validation" in page
    assert "With the choice made inside" in page


def test_what_fails_inside_cannot_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fit_all

    def failing(spec: ModelSpec, *arguments: Any) -> Fits:
        if str(spec).startswith("random-forest"):
            raise ValueError("out of luck")
        return whole(spec, *arguments)

    monkeypatch.setattr(choose, "fit_all", failing)
    nested = told(study(drawn(100)))
    (lost,) = [c for c in nested.candidates if c.model.startswith("random-forest")]
    assert lost.chosen == 0
    assert lost.failed == "failed: out of luck"


def test_networks_and_signals_are_chosen_too(shared: Path) -> None:
    data = auscult.read(shared / "ecg200" / "ECG200_TRAIN.tsv")
    result = auscult.compare(data, models="lstm:units=4", epochs=2, folds=4, repeats=1, nested=True)
    assert sum(c.chosen for c in told(result).candidates) == 4


def test_a_search_out_of_range_is_refused_before_any_fit() -> None:
    for trials in (0, 501):
        with pytest.raises(InputError, match="1 to 500"):
            study(drawn(), search=trials)
