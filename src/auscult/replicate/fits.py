"""Fits outside a study, which would not let them leak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.fitting import make_estimator
from auscult.evaluate.metrics import confusion
from auscult.evaluate.result import Split
from auscult.models.spec import parse_models
from auscult.replicate.record import Curves, Matrix
from auscult.replicate.replica import Asked
from auscult.train.parts import Part
from auscult.types import FloatArray, History, InputShape, IntArray


@dataclass(frozen=True, eq=False)
class Fit:
    """A network after its training: curves, and what it says of the tested cases."""

    history: History
    true: IntArray
    probability: FloatArray

    @property
    def predicted(self) -> IntArray:
        codes: IntArray = np.argmax(self.probability, axis=1)
        return codes

    @property
    def accuracy(self) -> float:
        return float(np.mean(self.predicted == self.true))

    def matrix(self, label: str, classes: Sequence[str], leaky: str) -> Matrix:
        """The tested cases by true and predicted class."""
        counts = confusion(self.true, self.predicted, len(classes))
        rows = tuple(tuple(float(c) for c in row) for row in counts)
        return Matrix(label, tuple(classes), rows, leaky)


def fit_network(
    asked: Asked,
    told: str,
    model: str,
    dataset: Dataset,
    splits: Sequence[Split],
    *,
    epochs: int | None = None,
    X: FloatArray | None = None,
) -> list[Fit]:
    """Train a network on each split as it stands; nothing is checked, so that it can leak.

    Parameters
    ----------
    asked
        Seed and progress.
    told
        What the progress calls it.
    model
        A network with its settings, as ``--models`` takes it.
    dataset
        The cases; a table of numbers without gaps, or signals.
    splits
        A validation part that holds the test cases is watched all the same.
    epochs
        The most epochs, where the model's settings do not say.
    X
        The cases scaled already, whoever learnt the scale from whatever.

    Returns
    -------
    list of Fit
        The weights kept are those of the epoch with the lowest loss on the validation part.
    """
    spec = parse_models(model, dataset.kind, baselines=False)[0]
    estimator = make_estimator(spec, epochs)
    values = np.asarray(dataset.X if X is None else X, dtype=np.float32)
    stacked = values[:, None, :] if values.ndim == 2 else values
    shape = InputShape(stacked.shape[1], stacked.shape[2], len(dataset.classes), dataset.kind)
    seeds = np.random.SeedSequence(asked.seed).generate_state(len(splits))
    parts = [
        Part(stacked, dataset.y, s.train, s.validation, int(seed), scaled=X is not None)
        for s, seed in zip(splits, seeds, strict=True)
    ]
    asked.progress.model_started(told, len(parts))
    fitted = estimator.train_parts(
        parts,
        [shape] * len(parts),
        lambda done, detail: asked.progress.advanced(told, done, detail),
    )
    fits = [
        _judged(estimator, fit, shape, values, dataset, split)
        for fit, split in zip(fitted, splits, strict=True)
    ]
    best = max(fit.accuracy for fit in fits)
    asked.progress.model_finished(told, f"accuracy {best:.3f}, leaky")
    return fits


def _judged(
    estimator: Any,
    fitted: Any,
    shape: InputShape,
    values: FloatArray,
    dataset: Dataset,
    split: Split,
) -> Fit:
    estimator.prepare(shape, np.arange(len(dataset.classes)), values[0].size)
    estimator.take(fitted)
    probability = estimator.predict_proba(values[split.test])
    return Fit(fitted.history, dataset.y[split.test], probability)


def watched_on_test(splits: Sequence[Split]) -> list[Split]:
    """The same splits with the test cases as the validation part, and no training case lost."""
    return [
        Split(s.repeat, s.fold, np.concatenate([s.train, s.validation]), s.test, s.test)
        for s in splits
    ]


def curves_of(label: str, fits: Sequence[Fit], watched: str, leaky: str) -> Curves:
    """The learning curves of fits that leak."""
    return Curves(label, tuple(fit.history for fit in fits), watched, leaky)
