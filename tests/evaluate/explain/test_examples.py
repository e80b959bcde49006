"""Which signals are shown, and that they say what the models did."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.evaluate.explain.test_permutation import by_model, signals, study

from auscult.evaluate.explain.examples import picked
from auscult.evaluate.result import Result
from auscult.evaluate.serialize import from_dict, to_dict


@pytest.fixture(scope="module")
def result() -> Result:
    return study(signals(60), "logistic,knn-dtw,fcn:filters=8+8+8,gru:units=4", epochs=3)


def test_the_rule_picks_the_surest_the_least_sure_and_the_surest_wrong() -> None:
    probability = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7], [0.9, 0.1]])
    found = list(picked(np.arange(10, 15), np.array([0, 0, 0, 0, 0]), probability))
    assert [(p.rule, p.case) for p in found] == [
        ("surest right", 10),  # of equals the first
        ("least sure right", 11),
        ("surest wrong", 12),
    ]


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("logistic", "linear"),
        ("knn-dtw", "warping-path"),
        ("fcn:filters=8+8+8", "class-activation-map"),
        ("gru:units=4", "integrated-gradients"),
    ],
)
def test_each_model_is_explained_its_own_way(result: Result, model: str, method: str) -> None:
    cases = by_model(result, model).cases
    assert cases
    assert {case.method for case in cases} == {method}
    predictions = result[model].predictions
    for case in cases:
        row = int(np.flatnonzero((predictions.case == case.case) & (predictions.repeat == 0))[0])
        assert case.predicted == predictions.predicted[row]
        assert case.fold == predictions.fold[row]
        assert case.probability == pytest.approx(predictions.probability[row].max(), abs=1e-5)
        assert ("right" in case.chosen) == (case.true == case.predicted)
        assert np.array(case.signal).shape == (3, 48)
        np.testing.assert_allclose(case.signal, signals(60).X[case.case], rtol=1e-5, atol=1e-6)
        if case.neighbour is None:
            assert np.array(case.weight).shape in ((3, 48), (1, 48))
        else:
            assert case.neighbour.case not in predictions.case[predictions.fold == case.fold][:20]
            assert case.neighbour.true == case.predicted
            assert case.neighbour.path[-1] == (47, 47)


def test_linear_attributions_stand_on_the_bump(result: Result) -> None:
    for case in by_model(result, "logistic").cases:
        if case.chosen == "surest right":
            weight = np.array(case.weight)
            assert weight[0, 20:24].sum() > 0.25 * np.abs(weight).sum()


def test_recurrent_networks_have_a_memory(result: Result) -> None:
    remembered = by_model(result, "gru:units=4").memory
    assert remembered is not None
    assert (remembered.cell, remembered.units) == ("gru", 4)
    assert len(remembered.reach) == 48
    assert by_model(result, "fcn:filters=8+8+8").memory is None


def test_explanations_come_back_from_json(result: Result) -> None:
    back = from_dict(json.loads(json.dumps(to_dict(result), allow_nan=False)))
    assert repr(back.explanations) == repr(result.explanations)


def test_results_without_them_still_load(result: Result) -> None:
    content = to_dict(result)
    del content["explanations"]
    assert from_dict(content).explanations == ()
