"""Maps from a model's probabilities to calibrated ones, learned on cases it was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from auscult.types import BoolArray, FloatArray, IntArray

Method = Literal["temperature", "platt", "isotonic"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)
Map = Callable[[FloatArray], FloatArray]
"""From ``(n_cases, n_classes)`` probabilities to calibrated ones."""

_FLOOR = 1e-7
_COLDEST, _HOTTEST = 0.1, 100.0
_HALVINGS = 60
_MOST_STEPS = 100
_STILL = 1e-10


@dataclass(frozen=True)
class Heat:
    """Probabilities at a temperature; see :func:`heated`."""

    degrees: float

    def __call__(self, probability: FloatArray) -> FloatArray:
        return heated(probability, self.degrees)


@dataclass(frozen=True)
class Sigmoid:
    """Platt's sigmoid of the log-odds of one class's probability, ``(n_cases,)``."""

    slope: float
    shift: float

    def __call__(self, probability: FloatArray) -> FloatArray:
        return _logistic(self.slope * _log_odds(probability) + self.shift)


@dataclass(frozen=True, eq=False)
class Steps:
    """A map of one class's probability, ``(n_cases,)``, straight between its knots."""

    x: FloatArray
    y: FloatArray

    def __call__(self, probability: FloatArray) -> FloatArray:
        p = np.asarray(probability, dtype=np.float64)
        return np.interp(np.clip(p, self.x[0], self.x[-1]), self.x, self.y)


@dataclass(frozen=True)
class OneAgainstRest:
    """One map, of the second of two classes, or one a class; rows sum to 1."""

    maps: tuple[Sigmoid | Steps, ...]

    def __call__(self, probability: FloatArray) -> FloatArray:
        return _each_class(probability, self.maps)


def fit_map(method: Method, probability: FloatArray, true: IntArray) -> Heat | OneAgainstRest:
    """Learn one of :data:`METHODS`.

    Platt's and the isotonic map are of one class against the rest: with two classes of the
    second, with more of each, the rows then scaled to sum to 1.

    Parameters
    ----------
    method
        ``temperature`` (:func:`temperature`), ``platt`` (:func:`platt`) or ``isotonic``
        (:func:`isotonic`).
    probability
        ``(n_cases, n_classes)`` of cases that the model was not trained on.
    true
        ``(n_cases,)`` class codes.
    """
    if method == "temperature":
        return Heat(temperature(probability, true))
    fit = platt if method == "platt" else isotonic
    codes = (1,) if probability.shape[1] == 2 else range(probability.shape[1])
    return OneAgainstRest(tuple(fit(probability[:, code], true == code) for code in codes))


def temperature(probability: FloatArray, true: IntArray) -> float:
    """The temperature that makes the observed classes most likely (Guo et al. 2017).

    Logits, here the logarithms of the probabilities, are divided by it: above 1 a model was too
    sure, below 1 not sure enough. The likelihood is log-concave in its inverse, so the best one
    is found by halving. Where every case is right no temperature is low enough and nothing can
    be learned from them: 1. Never below 0.1 or above 100.

    Parameters
    ----------
    probability
        ``(n_cases, n_classes)``.
    true
        ``(n_cases,)`` class codes.
    """
    logits = _logs(probability)
    given = logits[np.arange(len(true)), true]
    others = np.where(np.arange(logits.shape[1]) == true[:, None], -np.inf, logits)
    if not len(true) or bool((given > others.max(axis=1)).all()):
        return 1.0

    def slope(inverse: float) -> float:
        expected = (_softmax(logits * inverse) * logits).sum(axis=1)
        return float(np.mean(expected - given))

    if abs(slope(1.0)) < _STILL:
        return 1.0
    low, high = 1 / _HOTTEST, 1 / _COLDEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 2 / (low + high)


def heated(probability: FloatArray, degrees: float) -> FloatArray:
    """Probabilities at a temperature; the most probable class stays the most probable."""
    return _softmax(_logs(probability) / degrees)


def platt(probability: FloatArray, positive: BoolArray) -> Sigmoid:
    """Platt's (1999) sigmoid of the log-odds, with his targets.

    A positive case counts as ``(n₊ + 1) / (n₊ + 2)`` and a negative one as ``1 / (n₋ + 2)``, so
    that the sigmoid stays finite where the classes do not overlap.

    Parameters
    ----------
    probability, positive
        ``(n_cases,)`` probability of a class; whether the case is of it.

    Returns
    -------
    Sigmoid
        Of the probability of that class alone, ``(n_cases,)``.
    """
    n = int(positive.sum())
    target = np.where(positive, (n + 1) / (n + 2), 1 / (len(positive) - n + 2))
    return Sigmoid(*_sigmoid(_log_odds(probability), target))


def isotonic(probability: FloatArray, positive: BoolArray) -> Steps:
    """The best map that never falls (Zadrozny & Elkan 2002), as scikit-learn fits it.

    Its steps reach 0 and 1 after a handful of cases; ``n`` cases are no ground for that, so it
    is held between ``1 / (n + 2)`` and ``(n + 1) / (n + 2)``, Laplace's rule of succession.

    Parameters
    ----------
    probability, positive
        As of :func:`platt`.
    """
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415  (heavy)

    least = 1 / (len(positive) + 2)
    steps = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
    steps.fit(np.asarray(probability, dtype=np.float64), positive.astype(np.float64))
    return Steps(np.asarray(steps.X_thresholds_), np.asarray(steps.y_thresholds_))


def _each_class(probability: FloatArray, maps: Sequence[Map]) -> FloatArray:
    if len(maps) == 1:
        second = maps[0](probability[:, 1])
        return np.column_stack([1 - second, second])
    columns = np.column_stack([one(probability[:, code]) for code, one in enumerate(maps)])
    shares: FloatArray = columns / columns.sum(axis=1, keepdims=True)
    return shares


def _sigmoid(x: FloatArray, target: FloatArray) -> tuple[float, float]:
    """Slope and shift of least cross-entropy: Newton's steps, halved until they help."""
    design = np.column_stack([x, np.ones_like(x)])
    at = np.array([0.0, np.log(target.mean() / (1 - target.mean()))])
    loss = _cross_entropy(design @ at, target)
    for _ in range(_MOST_STEPS):
        share = _logistic(design @ at)
        gradient = design.T @ (share - target)
        curvature = (design * (share * (1 - share))[:, None]).T @ design + 1e-12 * np.eye(2)
        step, length = np.linalg.solve(curvature, gradient), 1.0
        while length > _STILL and _cross_entropy(design @ (at - length * step), target) > loss:
            length /= 2
        at = at - length * step
        before, loss = loss, _cross_entropy(design @ at, target)
        if before - loss <= _STILL * max(1.0, abs(loss)):
            break
    return float(at[0]), float(at[1])


def _cross_entropy(logit: FloatArray, target: FloatArray) -> float:
    return float(np.sum(np.logaddexp(0.0, logit) - target * logit))


def _logs(probability: FloatArray) -> FloatArray:
    return np.log(np.maximum(np.asarray(probability, dtype=np.float64), _FLOOR))


def _log_odds(probability: FloatArray) -> FloatArray:
    p = np.clip(np.asarray(probability, dtype=np.float64), _FLOOR, 1 - _FLOOR)
    odds: FloatArray = np.log(p) - np.log1p(-p)
    return odds


def _logistic(x: FloatArray) -> FloatArray:
    share: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * x))
    return share


def _softmax(logits: FloatArray) -> FloatArray:
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return shares
