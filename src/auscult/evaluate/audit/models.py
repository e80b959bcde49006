"""The plain models that the deep checks train."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np

from auscult.types import BoolArray, FloatArray, IntArray

Learner = Literal["logistic", "forest", "neighbour"]
MOST = 4000
FOLDS = 5


def out_of_fold(
    X: FloatArray,
    y: IntArray,
    learner: Learner,
    seed: int,
    *,
    groups: IntArray | None = None,
    folds: int = FOLDS,
) -> FloatArray:
    """``(n_cases, n_classes)`` probabilities, each case's by a model that was not trained on it.

    Parameters
    ----------
    X
        ``(n_cases, n_features)`` without gaps.
    y
        ``(n_cases,)`` codes 0, 1, …, each of two cases or more.
    learner
        Which model.
    seed
        Of the folds and the forest.
    groups
        What must not stand on both sides of a fold.
    folds
        At most; no more than the smallest class has cases.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold  # noqa: PLC0415

    folds = int(max(2, min(folds, np.bincount(y).min())))
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    found = np.zeros((len(X), int(y.max()) + 1))
    with warnings.catch_warnings():
        # A fold without a class, or a model not quite converged, still gives an answer.
        warnings.simplefilter("ignore")
        cut = kind(folds, shuffle=True, random_state=seed).split(X, y, groups)
        for train, test in cut:
            model = _model(learner, seed).fit(X[train], y[train])
            found[np.ix_(test, model.classes_)] = model.predict_proba(X[test])
    return found


def fitted(X: FloatArray, y: IntArray, learner: Learner, seed: int) -> Any:
    """A model of all these cases."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _model(learner, seed).fit(X, y)


def _model(learner: Learner, seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.neighbors import KNeighborsClassifier  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    if learner == "forest":
        return ExtraTreesClassifier(100, min_samples_leaf=2, random_state=seed)
    if learner == "neighbour":
        return make_pipeline(StandardScaler(), KNeighborsClassifier(1))
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=300))


def drawn(n: int, seed: int, most: int = MOST) -> IntArray:
    """Indices of as many cases as the checks train on, in order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def auc(score: FloatArray, positive: FloatArray | IntArray | BoolArray) -> float:
    """Area under the ROC curve of a score for a 0/1 truth."""
    from scipy.stats import rankdata  # noqa: PLC0415

    is_one = np.asarray(positive, dtype=np.bool_)
    n, rest = int(is_one.sum()), int((~is_one).sum())
    if not n or not rest:
        return float("nan")
    return float((rankdata(score)[is_one].sum() - n * (n + 1) / 2) / (n * rest))
