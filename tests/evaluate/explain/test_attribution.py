"""Attributions of every kind of model sum to what they explain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.evaluate.explain.test_permutation import table

from auscult.evaluate.explain.attribution import attribute, mean_case, moments
from auscult.evaluate.explain.columns import _by_column
from auscult.evaluate.explain.parts import column_of_feature
from auscult.evaluate.inputs import fit_inputs
from auscult.evaluate.result import Split
from auscult.train.estimator import estimator_class
from auscult.types import FloatArray, IntArray


def cases(n_classes: int, n: int = 120) -> tuple[FloatArray, IntArray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 4)).astype(np.float32)
    y = (X[:, 0] + 0.3 * rng.normal(size=n) > 0).astype(np.int64)
    return X, y + (X[:, 1] > 1) if n_classes == 3 else y


def fitted(name: str, n_classes: int, **params: Any) -> Any:
    return estimator_class(name)(**params).fit(*cases(n_classes))


def margin(probability: FloatArray, codes: IntArray) -> FloatArray:
    """The log of a class's probability minus the mean of the others' logs."""
    logs = np.log(probability)
    own = logs[np.arange(len(codes)), codes]
    rest: FloatArray = (logs.sum(axis=1) - own) / (logs.shape[1] - 1)
    return own - rest


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    ("name", "params", "unit"),
    [
        ("logistic", {}, "log odds"),
        ("gradient-boosting", {"max_iter": 10}, "log odds"),
        ("random-forest", {"n_estimators": 10, "random_state": 0}, "probability"),
        ("mlp", {"epochs": 3, "random_state": 0}, "log odds"),
    ],
)
def test_attributions_sum_to_the_answer(
    name: str, params: dict[str, Any], unit: str, n_classes: int
) -> None:
    model, (X, _) = fitted(name, n_classes, **params), cases(n_classes)
    codes = np.full(20, n_classes - 1)
    found = attribute(model, X[:20], codes, X)
    if found is None:
        pytest.skip("the package shap is not installed")
    assert found.unit == unit
    assert found.values.shape == (20, 4)
    probability = model.predict_proba(X[:20])
    said = probability[:, -1] if unit == "probability" else margin(probability, codes)
    # The sum is known up to what the start of the explanation answers, the same for all cases.
    offset = said - found.values.sum(axis=1)
    np.testing.assert_allclose(offset, offset[0], atol=0.02 if name == "mlp" else 1e-5)


def test_linear_attributions_start_at_the_mean_case() -> None:
    model, (X, _) = fitted("logistic", 2), cases(2)
    codes = np.ones(5, dtype=np.int64)
    found = attribute(model, X[:5], codes, X)
    assert found is not None
    at_mean = margin(model.predict_proba(X.mean(axis=0)[None]), codes[:1])
    said = margin(model.predict_proba(X[:5]), codes) - at_mean
    np.testing.assert_allclose(found.values.sum(axis=1), said, atol=1e-4)


def test_neighbours_have_no_attributions() -> None:
    X, y = cases(2)
    model = estimator_class("knn-dtw")().fit(X[:, None, :], y)
    assert attribute(model, X[:3, None, :], y[:3], X[:, None, :]) is None
    assert moments(model, X[:3, None, :], y[:3], X[:, None, :]) is None


def test_the_mean_case_leaves_out_what_has_ended() -> None:
    X = np.array([[[1.0, 2.0, np.nan]], [[3.0, np.nan, np.nan]]])
    np.testing.assert_array_equal(mean_case(X), [[2.0, 2.0, 0.0]])


def test_the_features_of_a_category_add_up() -> None:
    dataset, everyone = table(), np.arange(240)
    one = fit_inputs(dataset, [Split(0, 0, everyone[:200], everyone[:0], everyone[200:])])[0]
    features = column_of_feature(dataset, one)
    assert features.tolist() == [0, 1, 1, 1, 2, 3, 2]  # the last says where 'noise' was missing
    model = estimator_class("logistic")().fit(one.X[:200], dataset.y[:200])
    found = attribute(model, one.X[:3], np.ones(3, dtype=np.int64), one.X[:200])
    assert found is not None
    by_column = _by_column(found, features, 4)
    assert by_column.shape == (3, 4)
    np.testing.assert_allclose(by_column.sum(axis=1), found.values.sum(axis=1))
