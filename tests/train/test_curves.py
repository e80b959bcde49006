"""The areas that the training loop reports are scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from auscult.train.curves import roc_aucs


@pytest.mark.parametrize("n_classes", [2, 4])
def test_areas_are_scikit_learns_with_ties_and_padding(n_classes: int) -> None:
    rng = np.random.default_rng(0)
    scores = np.round(rng.dirichlet(np.ones(n_classes), size=(3, 60)), 1)
    y = rng.integers(n_classes, size=(3, 60))
    real = rng.random((3, 60)) < 0.8
    areas = roc_aucs(scores, y, real)
    for fit in range(3):
        own, truth = scores[fit][real[fit]], y[fit][real[fit]]
        classes = [1] if n_classes == 2 else range(n_classes)
        expected = np.mean([roc_auc_score(truth == k, own[:, k]) for k in classes])
        assert areas[fit] == pytest.approx(expected, abs=1e-12)


def test_one_class_or_no_number_has_no_area() -> None:
    scores = np.full((2, 5, 2), np.nan)
    y = np.array([[1, 1, 1, 1, 1], [0, 1, 0, 1, 0]])
    assert np.isnan(roc_aucs(scores, y, np.ones((2, 5), dtype=bool))).all()
