"""Intervals of a cross-validated figure that know of training, beside the bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from auscult.evaluate.nested.fold_figures import fold_figures, mean_figure, mean_variance
from auscult.evaluate.result import Predictions
from auscult.types import Estimate, IntArray

_Z = 1.959963984540054
_NAN = float("nan")


def corrected_t_interval(predictions: Predictions, metric: str) -> Estimate:
    """The mean of the folds' figures with the 95 % interval of the corrected resampled t.

    Nadeau & Bengio (Machine Learning 2003): of the variance ``S²`` of ``J`` figures the mean has
    ``(1/J + n_test/n_train) S²``, for folds share training cases; Student's t of ``J - 1``.

    Parameters
    ----------
    predictions
        Of cross-validation: every case once a repeat.
    metric
        ``accuracy`` or ``roc_auc``.

    Returns
    -------
    Estimate
        Cut at 0 and 1; bounds NaN with fewer than two folds.
    """
    from scipy.stats import t  # noqa: PLC0415  (heavy)

    values = np.array([figure.value for figure in fold_figures(predictions, metric)])
    mean = float(values.mean()) if len(values) else _NAN
    if len(values) < 2:
        return Estimate(mean, _NAN, _NAN)
    folds = _folds(predictions)
    spread = sqrt((1 / len(values) + 1 / (folds - 1)) * float(values.var(ddof=1)))
    return _between(mean, float(t.ppf(0.975, len(values) - 1)) * spread, mean)


def nested_cv_interval(
    outer: Predictions,
    inside: Sequence[Predictions],
    metric: str,
    *,
    groups: IntArray | None = None,
) -> Estimate:
    """A cross-validated figure with the interval of nested cross-validation.

    Bates, Hastie & Tibshirani (JASA 2024), algorithm 1. For each fold the figure of the inner
    folds, by models that never saw it, and the fold's own estimate the same thing from separate
    cases; the mean square of their difference, less the variance of the fold's own over its
    cases, is the mean squared error of cross-validation with ``K - 1`` folds. The standard error
    is ``sqrt((K - 1) / K)`` of its root, kept between the plain one and ``sqrt(K)`` times that. The
    centre is carried on from ``K - 2`` and ``K - 1`` folds of training cases to all of them.

    Of the AUC a fold's figure is its own area, the inner figure the mean of the inner folds'
    areas, and the variances are DeLong's of the fold's cases. Variances are over groups where
    there are any, and the quantile is Student's with one degree of freedom less than there are.

    Parameters
    ----------
    outer
        Of cross-validation of three folds or more.
    inside
        One for each repeat and fold, in their order: predictions of the other folds' cases by
        models trained without either fold; ``fold`` tells the inner folds apart.
    metric
        ``accuracy`` or ``roc_auc``.
    groups
        ``(n_cases_of_dataset,)`` codes, or None.

    Returns
    -------
    Estimate
        Cut at 0 and 1; bounds NaN where too few folds have a figure.
    """
    from scipy.stats import t  # noqa: PLC0415  (heavy)

    figures = fold_figures(outer, metric)
    folds, value = _folds(outer), mean_figure(figures)
    by_fit = {(figure.repeat, figure.fold): figure for figure in figures}
    order = sorted({(int(r), int(f)) for r, f in zip(outer.repeat, outer.fold, strict=True)})
    squares, variances, inner_values = [], [], []
    for key, predictions in zip(order, inside, strict=True):
        inner = mean_figure(fold_figures(predictions, metric))
        if key not in by_fit or np.isnan(inner):
            continue
        squares.append((inner - by_fit[key].value) ** 2)
        variances.append(by_fit[key].variance(groups))
        inner_values.append(inner)
    plain = sqrt(mean_variance(figures, groups)) if len(figures) > 1 else _NAN
    if len(squares) < 2 or np.isnan(variances).any():
        return Estimate(value, _NAN, _NAN)
    error = max(0.0, float(np.mean(squares) - np.mean(variances)))
    spread = float(np.clip(sqrt((folds - 1) / folds * error), plain, sqrt(folds) * plain))
    unit = outer.case if groups is None else np.asarray(groups)[outer.case]
    quantile = float(t.ppf(0.975, max(1, len(np.unique(unit)) - 1)))
    centre = value - (folds - 2) / folds * (float(np.mean(inner_values)) - value)
    return _between(centre, quantile * spread, value)


def _folds(predictions: Predictions) -> int:
    return len(np.unique(predictions.fold))


def _between(centre: float, half: float, value: float) -> Estimate:
    return Estimate(value, max(0.0, centre - half), min(1.0, centre + half))
