"""Curves start and end where they must and keep their area when thinned."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn import metrics as reference

from auscult.evaluate.curves import pr, reliability, roc
from auscult.evaluate.result import Predictions


def example(n: int = 3000, decimals: int = 9) -> Predictions:
    random = np.random.default_rng(0)
    y = random.integers(0, 3, n)
    p = random.dirichlet(np.ones(3), n) * 0.7 + 0.3 * np.eye(3)[y]
    none = np.zeros(n, dtype=np.int64)
    return Predictions(np.arange(n), none, none, y, p.round(decimals))


@pytest.mark.parametrize("code", [0, 1, 2])
@pytest.mark.parametrize("decimals", [9, 1])
def test_full_curves_equal_scikit_learn(code: int, decimals: int) -> None:
    p = example(200, decimals)
    curve = roc(p, code, max_points=10_000)
    fpr, tpr, _ = reference.roc_curve(
        p.true == code, p.probability[:, code], drop_intermediate=False
    )
    assert np.allclose(curve.x, fpr)
    assert np.allclose(curve.y, tpr)
    precision, recall, threshold = reference.precision_recall_curve(
        p.true == code, p.probability[:, code]
    )
    found = pr(p, code, max_points=10_000)
    assert np.allclose(found.x[1:], recall[-2::-1])
    assert np.allclose(found.y[1:], precision[-2::-1])
    assert np.allclose(found.threshold[1:], threshold[::-1])


def test_thinned_roc_keeps_its_ends_and_area() -> None:
    p = example()
    full, thin = roc(p, 1, max_points=10_000), roc(p, 1)
    assert len(thin.x) <= 200
    assert (thin.x[0], thin.y[0], thin.x[-1], thin.y[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(thin.y, thin.x) == pytest.approx(np.trapezoid(full.y, full.x), abs=1e-3)
    assert (np.diff(thin.x) >= 0).all()
    assert (np.diff(thin.y) >= 0).all()
    assert len(pr(p, 1).x) <= 200


def test_reliability_bins_hold_all_rows_and_rise() -> None:
    p = example()
    bins = reliability(p, 2)
    assert bins.count.sum() == 3000
    assert (np.diff(bins.predicted) > 0).all()
    assert (bins.low <= bins.observed).all()
    assert (bins.observed <= bins.high).all()
    assert (bins.count @ bins.observed) == np.sum(p.true == 2)


def test_no_case_of_a_class_gives_nan_without_a_warning() -> None:
    p = example(30)
    lone = Predictions(p.case, p.repeat, p.fold, np.zeros(30, dtype=np.int64), p.probability)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(roc(lone, 1).y).all()
        assert np.isnan(pr(lone, 1).x).all()
        assert reliability(lone, 1).observed.max() == 0
