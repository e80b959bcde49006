"""What the models of one fit are given: encoded once a fit, shared by all models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.transforms import TableEncoder
from auscult.evaluate.result import Split
from auscult.types import FloatArray, InputShape, IntArray


@dataclass(frozen=True, eq=False)
class FitInput:
    """One split and the data as its fit sees it.

    ``X`` holds all cases: ``(n_cases, n_features)`` or ``(n_cases, n_channels, n_timepoints)``,
    float32. Where nothing had to be learned to encode them, all fits share one array.
    """

    split: Split
    X: FloatArray
    shape: InputShape

    @property
    def stacked(self) -> FloatArray:
        """``(n_cases, n_channels, n_timepoints)``; a table is one channel of features."""
        return self.X[:, None, :] if self.X.ndim == 2 else self.X

    @property
    def training(self) -> IntArray:
        """Training and validation cases: what a model without early stopping trains on."""
        return np.concatenate([self.split.train, self.split.validation])


def fit_inputs(dataset: Dataset, splits: Sequence[Split]) -> list[FitInput]:
    """Encode a dataset for each split; whatever is learned is learned from its training cases."""
    if dataset.kind == "signals":
        X = dataset.X.astype(np.float32, copy=False)
        return [FitInput(split, X, _shape(X, dataset)) for split in splits]
    if _plain(dataset):
        X = dataset.X.astype(np.float32)
        return [FitInput(split, X, _shape(X[:, None, :], dataset)) for split in splits]
    return [_encoded(dataset, split) for split in splits]


def _plain(dataset: Dataset) -> bool:
    numeric = all(column.kind == "numeric" for column in dataset.columns)
    return numeric and not bool(np.isnan(dataset.X).any())


def _encoded(dataset: Dataset, split: Split) -> FitInput:
    training = np.concatenate([split.train, split.validation])
    encoder = TableEncoder.fit(dataset.X[training], dataset.columns)
    X = encoder.transform(dataset.X).astype(np.float32)
    return FitInput(split, X, _shape(X[:, None, :], dataset))


def _shape(X: FloatArray, dataset: Dataset) -> InputShape:
    return InputShape(X.shape[1], X.shape[2], len(dataset.classes), dataset.kind)
