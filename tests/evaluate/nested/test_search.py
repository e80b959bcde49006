"""A search stays in its budget and in the inner folds, and finds what there is to find."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.evaluate.nested.made import drawn

import auscult
from auscult.errors import InputError
from auscult.evaluate.fitting import Fits, fit_all
from auscult.evaluate.nested import search as module
from auscult.evaluate.nested.choose import NAME
from auscult.evaluate.nested.result import Nested
from auscult.evaluate.nested.search import budgeted_search
from auscult.evaluate.nested.space import SPACES, Span, space_of
from auscult.evaluate.result import Result
from auscult.models.spec import ModelSpec
from auscult.models.table import MODELS
from auscult.train.estimator import estimator_class

pytest.importorskip("optuna")
pytestmark = pytest.mark.usefixtures("one_thread")


def searched(trials: int, n: int = 120, **options: Any) -> tuple[Result, Nested]:
    asked: dict[str, Any] = {
        "models": "logistic",
        "folds": 4,
        "repeats": 1,
        "search": trials,
        **options,
    }
    result = auscult.compare(drawn(n, columns=30), **asked)
    nested = result[NAME].nested
    assert nested is not None
    return result, nested


def test_it_stays_in_its_budget_and_repeats() -> None:
    (_, first), (_, again) = (searched(6) for _ in range(2))
    assert first == again
    assert first.settings == 6 * 4
    assert 0 <= first.stopped < first.settings
    assert sum(one.chosen for one in first.candidates) == 4


def test_it_finds_a_setting_better_than_the_default() -> None:
    result, nested = searched(12, metric="log_loss")
    chosen = [c.model for c in nested.candidates if c.chosen]
    assert all(float(model.partition("C=")[2] or 1.0) < 0.5 for model in chosen)
    figures = [result[name].metrics["log_loss"].value for name in (NAME, "logistic")]
    assert figures[0] < figures[1]


def test_hopeless_trials_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    fits: list[int] = []

    def counted(*arguments: Any) -> Fits:
        fits.append(1)
        return fit_all(*arguments)

    monkeypatch.setattr(module, "fit_all", counted)
    _, nested = searched(20, metric="log_loss")
    assert nested.stopped > 0
    assert len(fits) < 20 * 4 * 3


def test_a_grid_says_what_may_be_set() -> None:
    _, nested = searched(4, grid="C=0.01,0.02")
    tried = [c.model for c in nested.candidates if c.model.startswith("logistic:")]
    assert set(tried) <= {"logistic:C=0.01", "logistic:C=0.02"}


def test_every_space_is_of_known_settings_that_models_take() -> None:
    for name in MODELS:
        known = estimator_class(name)().get_params()
        for setting, values in space_of(ModelSpec(name)).items():
            assert setting in known
            ends = (values.low, values.high) if isinstance(values, Span) else values
            for end in ends:
                whole = isinstance(values, Span) and values.whole
                estimator_class(name)(**{setting: int(end) if whole else end}).check_settings()
    assert set(SPACES) <= set(MODELS)


def test_what_a_spec_sets_is_left_alone() -> None:
    assert not space_of(ModelSpec("logistic", {"C": 2.0}))
    assert "learning_rate" in space_of(ModelSpec("mlp", {"dropout": 0.1}))


def test_nothing_to_search_is_refused() -> None:
    with pytest.raises(InputError, match="anything to search"):
        budgeted_search(3, [ModelSpec("majority")])


def test_without_optuna_the_person_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(InputError, match=r"auscult\[search\]"):
        budgeted_search(3, [ModelSpec("logistic")])


def test_test_labels_do_not_touch_the_search() -> None:
    data = drawn(100, columns=10)
    test = np.arange(30)
    y = data.y.copy()
    y[test] = 1 - y[test]
    loaded = (auscult.api.Loaded(one, test) for one in (data, replace(data, y=y)))
    p, q = (auscult.compare(one, models="logistic", search=4)[NAME].predictions for one in loaded)
    np.testing.assert_array_equal(p.probability, q.probability)
    assert p.true.tolist() != q.true.tolist()
