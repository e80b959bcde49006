"""Which method tells what each value of a case added to a fitted model's answer."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from auscult.evaluate.explain.activation_map import has_maps, margin_map
from auscult.evaluate.explain.gradients import network_attributions
from auscult.models.gradient_boosting import GradientBoosting
from auscult.models.logistic import Logistic
from auscult.models.random_forest import RandomForest
from auscult.train.estimator import NetworkClassifier
from auscult.types import FloatArray, IntArray

NEEDS_SHAP = "The attributions of trees need the package shap: pip install 'auscult[explain]'"


@dataclass(frozen=True, eq=False)
class Attributed:
    """``values`` has the shape of the cases; of a map that channels share, one channel."""

    method: str
    unit: str
    values: FloatArray


def attribute(
    fitted: Any, X: FloatArray, classes: IntArray, training: FloatArray
) -> Attributed | None:
    """What each value of the cases added to the answer for one class of each.

    Parameters
    ----------
    fitted
        A fitted model of the table. Networks are explained by integrated gradients, logistic
        regression by its weights times the distance from the training mean (which integrated
        gradients would give too), trees by Shapley values (Lundberg et al., Nature Machine
        Intelligence 2020) where the package shap is installed.
    X
        ``(n_cases, n_features)`` or ``(n_cases, n_channels, n_timepoints)``.
    classes
        ``(n_cases,)`` the class that is explained.
    training
        The training cases; their mean is where explanations start from.

    Returns
    -------
    Attributed or None
        None where the model has no such method, or shap is missing.
    """
    if isinstance(fitted, NetworkClassifier):
        return _network(fitted, X, classes, training)
    if isinstance(fitted, Logistic):
        return _linear(fitted, X, classes)
    if isinstance(fitted, RandomForest | GradientBoosting):
        return _trees(fitted, X, classes)
    return None


def moments(fitted: Any, X: FloatArray, classes: IntArray, training: FloatArray) -> Any:
    """As :func:`attribute` for signals; networks with maps by class activation maps."""
    if isinstance(fitted, NetworkClassifier) and has_maps(fitted.network_):
        values = margin_map(fitted.network_, X, classes)
        return Attributed("class-activation-map", "log odds", values)
    return attribute(fitted, X, classes, training)


def _network(
    fitted: NetworkClassifier, X: FloatArray, classes: IntArray, training: FloatArray
) -> Attributed:
    table = X.ndim == 2
    cases = X[:, None, :] if table else X
    mean = mean_case(training)
    found = network_attributions(fitted.network_, cases, classes, mean[None] if table else mean)
    values = found[:, 0] if table else found
    return Attributed("integrated-gradients", "log odds", values)


def mean_case(training: FloatArray) -> FloatArray:
    """The mean of cases, value by value; 0 where all signals have ended."""
    known = ~np.isnan(training)
    total = np.where(known, training, 0.0).sum(axis=0, dtype=np.float64)
    mean: FloatArray = total / np.maximum(known.sum(axis=0), 1)
    return mean


def _linear(fitted: Logistic, X: FloatArray, classes: IntArray) -> Attributed:
    scaler, regression = fitted.inner_[0], fitted.inner_[-1]
    z = scaler.transform(X.reshape(len(X), -1).astype(np.float64))
    weight = regression.coef_
    if len(weight) == 1:  # of the second class against the first
        weight = np.concatenate([-weight, weight]) / 2
    return Attributed("linear", "log odds", (z * _over(weight, classes)).reshape(X.shape))


def _over(each: FloatArray, classes: IntArray) -> FloatArray:
    """Of ``(n_classes, ...)`` the row of each class minus the mean of the others'."""
    rest = (each.sum(axis=0) - each) / (len(each) - 1)
    over: FloatArray = (each - rest)[classes]
    return over


def _trees(fitted: Any, X: FloatArray, classes: IntArray) -> Attributed | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its import meets what others have deprecated
            from shap import TreeExplainer  # noqa: PLC0415
    except ModuleNotFoundError:
        return None
    flat = X.reshape(len(X), -1).astype(np.float64)
    found = np.asarray(TreeExplainer(fitted.inner_).shap_values(flat))
    forest = isinstance(fitted, RandomForest)
    if found.ndim == 2:  # the log odds of the second class
        values = found * np.where(classes == 1, 1.0, -1.0)[:, None]
    elif forest:
        values = found[np.arange(len(X)), :, classes]
    else:
        own = found[np.arange(len(X)), :, classes]
        values = own - (found.sum(axis=2) - own) / (found.shape[2] - 1)
    unit = "probability" if forest else "log odds"
    return Attributed("tree-shap", unit, values.reshape(X.shape))
