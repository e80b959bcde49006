"""Curves of a model's predictions for one class against the rest, thinned for drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auscult.evaluate.intervals import wilson
from auscult.evaluate.metrics import divide
from auscult.evaluate.result import Predictions
from auscult.types import FloatArray, IntArray

MAX_POINTS = 200


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of a curve, ``(n_points,)`` each; ``threshold`` is the probability that gives it.

    Of a ROC, ``x`` is 1 - specificity and ``y`` sensitivity; of a precision-recall curve, ``x``
    is recall and ``y`` precision. Both start where no case is called (threshold infinite).
    """

    x: FloatArray
    y: FloatArray
    threshold: FloatArray


@dataclass(frozen=True, eq=False)
class Reliability:
    """Bins of about as many cases each, ``(n_bins,)``, by rising probability.

    ``predicted`` is the mean probability, ``observed`` the share of the class with Wilson's
    95 % interval ``low``-``high``, ``count`` the number of rows.
    """

    predicted: FloatArray
    observed: FloatArray
    low: FloatArray
    high: FloatArray
    count: IntArray


def roc(predictions: Predictions, code: int, *, max_points: int = MAX_POINTS) -> Curve:
    """ROC of one class against the rest, all repeats pooled; NaN where a side has no case."""
    hits, alarms, threshold = _sweep(predictions, code)
    return _thin(divide(alarms, alarms[-1:]), divide(hits, hits[-1:]), threshold, max_points)


def pr(predictions: Predictions, code: int, *, max_points: int = MAX_POINTS) -> Curve:
    """Precision against recall of one class, all repeats pooled.

    Where no case is called precision is taken from the first threshold that calls one.
    """
    hits, alarms, threshold = _sweep(predictions, code)
    precision = divide(hits, hits + alarms)
    precision[:1] = precision[1:2] if len(precision) > 1 else np.nan
    return _thin(divide(hits, hits[-1:]), precision, threshold, max_points)


def reliability(predictions: Predictions, code: int, *, bins: int = 10) -> Reliability:
    """Predicted against observed share of one class.

    The intervals count each case once, however many repeats tested it.
    """
    p = predictions.probability[:, code]
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    observed = np.array([np.mean(predictions.true[part] == code) for part in parts])
    distinct = [len(np.unique(predictions.case[part])) for part in parts]
    bounds = [wilson(float(s), n) for s, n in zip(observed, distinct, strict=True)]
    low, high = np.array(bounds).reshape(-1, 2).T
    mean = np.array([p[part].mean() for part in parts])
    return Reliability(mean, observed, low, high, np.array([len(part) for part in parts]))


def _sweep(predictions: Predictions, code: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """True and false positives as the threshold falls past each distinct probability."""
    p = predictions.probability[:, code]
    order = np.argsort(-p, kind="stable")
    positive = (predictions.true == code)[order]
    last = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1) if len(p) else np.empty(0, int)
    hits, alarms = np.cumsum(positive)[last], np.cumsum(~positive)[last]
    threshold = np.concatenate([[np.inf], p[order][last]])
    return np.append(0.0, hits), np.append(0.0, alarms), threshold


def _thin(x: FloatArray, y: FloatArray, threshold: FloatArray, max_points: int) -> Curve:
    """Keep the ends and points evenly spaced along the curve."""
    if len(x) > max_points:
        step = np.abs(np.diff(x)) + np.abs(np.diff(y))
        along = np.append(0.0, np.cumsum(np.nan_to_num(step)))
        keep = np.unique(np.searchsorted(along, np.linspace(0, along[-1], max_points)))
        keep[0], keep[-1] = 0, len(x) - 1
        x, y, threshold = x[keep], y[keep], threshold[keep]
    return Curve(x, y, threshold)
