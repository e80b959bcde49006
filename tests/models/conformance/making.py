"""Small models of every kind of the table, and data for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from auscult.models.table import model_class
from auscult.train.estimator import estimator_class
from auscult.types import FloatArray, Tags

QUICK = {"epochs": 2, "batch_size": 16}
SMALL: dict[str, dict[str, Any]] = {
    "random-forest": {"n_estimators": 5},
    "gradient-boosting": {"max_iter": 5, "min_samples_leaf": 2},
    "knn-dtw": {"n_jobs": 1},
    "mlp": QUICK | {"units": (8,)},
    "rnn": QUICK | {"units": (6,)},
    "gru": QUICK | {"units": (6,)},
    "lstm": QUICK | {"units": (6,)},
    "fcn": QUICK | {"filters": (4, 6, 4)},
    "lstm-fcn": QUICK | {"cells": 3, "filters": (4, 6, 4)},
    "transformer": QUICK | {"width": 8, "heads": 2, "layers": 1},
    "lenet": QUICK | {"units": (8,)},
    "vgg": QUICK | {"filters": (4, 6), "convolutions": 1, "units": 8},
    "googlenet": QUICK | {"filters": (16, 16), "blocks": 1},
    "resnet": QUICK | {"filters": (4, 6), "blocks": 1},
    "resnet-1d": QUICK | {"filters": (4, 6), "kernels": (5, 3)},
    "inception-time": QUICK | {"filters": 4, "depth": 3, "kernels": (6, 3)},
}
N_CASES, N_TIMEPOINTS = 24, 10


def make(name: str, **settings: Any) -> Any:
    cls = estimator_class(name)
    given = SMALL.get(name, {}) | settings
    if "random_state" in cls().get_params():
        given.setdefault("random_state", 0)
    return cls(**given)


def tags_of(name: str) -> Tags:
    found: Tags = model_class(name).tags
    return found


def data(name: str, n_channels: int = 1, seed: int = 0) -> tuple[FloatArray, Any]:
    """Two classes that a model can tell apart, a table where the model takes one."""
    rng = np.random.default_rng(seed)
    y = np.arange(N_CASES) % 2
    X = rng.normal(size=(N_CASES, n_channels, N_TIMEPOINTS)) + y[:, None, None]
    return (X[:, 0] if tags_of(name).tables and n_channels == 1 else X), y


def signals(n_channels: int = 1) -> tuple[FloatArray, Any]:
    X, y = data("knn-dtw", n_channels)
    return X.astype(np.float32), y


def require_probabilities(model: Any, X: FloatArray) -> None:
    probability = model.predict_proba(X)
    assert probability.shape == (len(X), len(model.classes_))
    assert probability.min() >= 0
    assert probability.max() <= 1
    np.testing.assert_allclose(probability.sum(axis=1), 1, atol=1e-6)
