"""One fit of a model that is trained by itself: what it predicts, how long it took, its size."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.data.dataset import Dataset
from auscult.evaluate.inputs import FitInput
from auscult.train.jobs import Job
from auscult.train.store import Entry, current_store
from auscult.train.threads import n_threads_for, threads_for
from auscult.types import IntArray


def fit_job(
    estimator: Any,
    dataset: Dataset,
    one: FitInput,
    seed: int,
    train: IntArray,
    predict: IntArray,
) -> Job:
    """Train on some cases and predict others.

    Its outcome has ``probability`` ``(n_predict, n_classes)`` and ``seconds`` to fit and to
    predict; ``n_parameters`` is the size of the model.
    """
    fresh, store = seeded(estimator, seed), current_store()
    arrays = (one.X, dataset.y, train, predict)
    n_classes = len(dataset.classes)
    params = {name: value for name, value in fresh.get_params().items() if name != "n_jobs"}
    made = ("fit", type(fresh).__qualname__, sorted(params.items()), n_classes)
    key = store.key(*made, n_threads_for(one.X), *arrays) if store else ""
    return Job(_fit, (fresh, n_classes), arrays, key)


def _fit(about: tuple[Any, int], arrays: Sequence[NDArray[Any]]) -> Entry:
    return fit_now(*about, arrays)


def fit_now(estimator: Any, n_classes: int, arrays: Sequence[NDArray[Any]]) -> Entry:
    """Do it; the estimator is the fitted model behind it."""
    X, y, train, predict = arrays
    started = time.perf_counter()
    with threads_for(X):
        estimator.fit(X[train], y[train])
        trained = time.perf_counter()
        probability = np.zeros((len(predict), n_classes))
        probability[:, estimator.classes_] = estimator.predict_proba(X[predict])
    seconds = np.array([trained - started, time.perf_counter() - trained])
    size = getattr(estimator, "n_parameters_", None)
    about = {"n_parameters": None if size is None else int(size)}
    return Entry({"probability": probability, "seconds": seconds}, about)


def seeded(estimator: Any, seed: int) -> Any:
    """A fresh clone with the fit's seed and all cores, where it takes them."""
    from sklearn.base import clone  # noqa: PLC0415

    fresh = clone(estimator)
    params = fresh.get_params()
    if "random_state" in params and params["random_state"] is None:
        fresh.set_params(random_state=seed % 2**31)
    if "n_jobs" in params and params["n_jobs"] is None:
        fresh.set_params(n_jobs=os.cpu_count())
    return fresh
