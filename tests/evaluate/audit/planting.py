"""What planting a leak needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtri
from tests.evaluate.audit.clean import with_X

from auscult.data.dataset import Dataset
from auscult.types import BoolArray, FloatArray, IntArray

Rng = np.random.Generator


def tables_only(data: Dataset, least: int = 1) -> bool:
    return data.kind == "table" and fine(data).sum() >= least


def fine(data: Dataset) -> BoolArray:
    """Which columns of a table are measurements with many values."""
    return np.array([len(np.unique(x[~np.isnan(x)])) > 20 for x in data.X.T])


def spread(X: FloatArray) -> FloatArray:
    found: FloatArray = np.nanstd(X, axis=0)
    return found


def appended(data: Dataset, X: FloatArray, y: IntArray) -> Dataset:
    return replace(with_X(data, np.concatenate([data.X, X])), y=np.concatenate([data.y, y]))


def noisy_truth(data: Dataset, area: float, rng: Rng) -> FloatArray:
    """A column that tells the second class from the rest with this AUC."""
    one = (data.y == 1).astype(float)
    if area >= 1:
        return np.asarray(one + 0.1 * rng.random(len(one)))
    return np.asarray(np.sqrt(2) * ndtri(area) * one + rng.standard_normal(len(one)))
