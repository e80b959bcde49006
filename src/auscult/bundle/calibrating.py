"""Calibration maps and prediction sets, applied from their numbers."""

from __future__ import annotations

import numpy as np

from auscult.bundle.document import CalibrationMap, Document, Sets
from auscult.evaluate.calibration.scaling import Heat, OneAgainstRest, Sigmoid, Steps
from auscult.evaluate.conformal.scores import aps, lac
from auscult.types import BoolArray, FloatArray, IntArray


def calibrated(probability: FloatArray, found: CalibrationMap) -> FloatArray:
    """``(n_cases, n_classes)`` probabilities by the map that these numbers are."""
    if found.method == "temperature":
        return Heat(found.degrees)(probability)
    if found.method == "platt":
        return OneAgainstRest(tuple(Sigmoid(*pair) for pair in found.sigmoids))(probability)
    return OneAgainstRest(tuple(Steps(np.array(x), np.array(y)) for x, y in found.steps))(
        probability
    )


def scores(probability: FloatArray, score: str) -> FloatArray:
    """``(n_cases, n_classes)`` how little each class conforms, by ``lac`` or ``aps``.

    ``aps`` counts half of a class's own probability, not a random part of it, so that a case has
    the same set whenever it is asked. Counting all of it would put both of two classes into every
    set where a model errs more often than sets may.
    """
    if score == "lac":
        return lac(probability)
    return aps(probability, np.full(len(probability), 0.5))


def prediction_sets(probability: FloatArray, sets: Sets) -> BoolArray:
    """``(n_cases, n_classes)`` which classes a case cannot be denied."""
    quantiles = np.array([np.inf if q is None else q for q in sets.quantiles])
    return np.asarray(scores(probability, sets.score) <= quantiles)


def called(probability: FloatArray, raw: FloatArray, document: Document) -> IntArray:
    """``(n_cases,)`` class codes: the most probable, or by the document's threshold.

    Parameters
    ----------
    probability, raw
        ``(n_cases, n_classes)`` after and before calibration.
    document
        Of the bundle.
    """
    threshold = document.threshold
    if threshold is None:
        return np.asarray(np.argmax(probability, axis=1))
    code = document.classes.index(threshold.class_name)
    others = probability.copy()
    others[:, code] = -1.0
    return np.where(raw[:, code] >= threshold.value, code, np.argmax(others, axis=1))
