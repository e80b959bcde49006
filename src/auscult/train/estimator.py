"""Every network as a scikit-learn-like estimator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from auscult.data.splits import cut, validation_pays
from auscult.errors import DivergedError, InputError
from auscult.models.classical import as_shaped, checked_target, unlike_training
from auscult.models.network import Architecture, Network
from auscult.models.settings import check_setting
from auscult.models.table import model_class
from auscult.train.devices import AUTO, usable_device
from auscult.train.logits import probabilities
from auscult.train.network_class import network_estimator
from auscult.train.parts import Part
from auscult.train.run import Fitted
from auscult.train.settings import CLASS_LOSSES, Training
from auscult.train.stack import Progress
from auscult.train.stacks import fit_parts
from auscult.train.thresholds import class_factors, moved
from auscult.types import (
    BoolArray,
    DataKind,
    FloatArray,
    History,
    InputShape,
    IntArray,
    Tags,
)

CHUNK = 8192
"""Signals that are looked at at a time in prediction."""

TRAINING = tuple(field.name for field in fields(Training))


class NetworkClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A network behind ``fit`` / ``predict`` / ``predict_proba``.

    Concrete classes come from :func:`estimator_class`, one for each architecture of the table;
    their parameters are the architecture's settings, those of
    :class:`~auscult.train.settings.Training`, and:

    Parameters
    ----------
    early_stopping
        Whether a validation part is cut from the training cases to stop at its lowest loss.
        ``auto`` does where enough cases stand on both sides.
    validation_fraction
        Share of the training cases in that part.
    device
        Where to train, e.g. ``cpu`` or ``cuda``; ``auto`` is the GPU where there is one and no
        other processes fit.
    random_state
        Seed of weights, order of cases, dropout and validation part.
    """

    architecture_class: ClassVar[type[Architecture]]
    label: ClassVar[str]
    tags: ClassVar[Tags]

    def fit(self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Train on cases and their classes.

        Parameters
        ----------
        X
            ``(n_cases, n_features)``, or ``(n_cases, n_channels, n_timepoints)`` for signals; a
            shorter signal is NaN at its end.
        y
            ``(n_cases,)`` labels of any type.
        groups
            ``(n_cases,)``; whole groups are kept on one side of the validation part.

        Raises
        ------
        ValueError
            Wrong shapes, values that are not finite, or a single class.
        DivergedError
            The loss was not finite.
        """
        self.check_settings()
        array, codes = self._training_data(X, y)
        train, validation = self._cut(codes, None if groups is None else np.asarray(groups))
        seed = _seed(self.random_state)
        part = Part(array, codes, train, validation, seed, _lengths(array))
        self.take(self.train_parts([part], [self._shape])[0])
        return self

    def train_parts(
        self,
        parts: Sequence[Part],
        shapes: Sequence[InputShape],
        progress: Progress | None = None,
    ) -> list[Fitted]:
        """Train many fits of these settings, those of one shape side by side."""
        fitted = fit_parts(
            self.architecture(),
            shapes,
            parts,
            self.training(),
            device=self.device,
            progress=progress,
        )
        return [self._moved(*one) for one in zip(fitted, parts, shapes, strict=True)]

    def _moved(self, fitted: Fitted, part: Part, shape: InputShape) -> Fitted:
        """The fit with the factors that its validation part asks for; as it is without one."""
        cases = part.validation
        if self.threshold == "none" or fitted.failure or not len(cases):
            return fitted
        lengths = None if part.lengths is None else part.lengths[cases]
        probability = probabilities(self._network(fitted, shape), part.X[cases], lengths)
        return replace(fitted, factors=class_factors(probability, part.y[cases], self.threshold))

    def _network(self, fitted: Fitted, shape: InputShape) -> Network:
        network = self.architecture().build(1, shape)
        network.load_state_dict(fitted.weights)
        return network.eval()

    def take(self, fitted: Fitted) -> None:
        """Become the fitted network of one fit."""
        if fitted.failure:
            raise DivergedError(f"{self.label}: {fitted.failure}")
        self.network_ = self._network(fitted, self._shape)
        self.factors_ = fitted.factors
        self.history_: History = fitted.history

    def prepare(self, shape: InputShape, classes: Any, n_features: int) -> None:
        """Set what :meth:`fit` would learn from the data's shape; for fits trained in a stack."""
        self._shape, self.classes_, self.n_features_in_ = shape, np.asarray(classes), n_features

    def check_settings(self) -> None:
        """Refuse settings that no data could make right, with an InputError."""
        self.architecture()
        self.training()
        check_setting("validation_fraction", self.validation_fraction, float, self.label)
        if self.early_stopping not in ("auto", True, False):
            raise InputError(
                f"the 'early_stopping' of {self.label} must be auto, true or false. "
                f"Got {self.early_stopping!r}."
            )
        if self.loss not in CLASS_LOSSES:
            raise InputError(
                f"the 'loss' of {self.label} must be one of {', '.join(CLASS_LOSSES)}. "
                f"{self.loss!r} is for forecasts."
            )
        if self.threshold != "none" and not self.early_stopping:
            raise InputError(
                f"the 'threshold' of {self.label} is chosen on a validation part, and "
                "early_stopping=false cuts none. Leave one of the two out."
            )
        check_random_state(self.random_state)
        usable_device(self.device)

    def architecture(self) -> Architecture:
        """The architecture with this estimator's settings."""
        names = [field.name for field in fields(self.architecture_class)]  # type: ignore[arg-type]
        return self.architecture_class(**{name: getattr(self, name) for name in names})

    def training(self) -> Training:
        """The training settings."""
        return Training(**{name: getattr(self, name) for name in TRAINING})

    @property
    def n_parameters_(self) -> int:
        """Trained numbers."""
        return self.network_.n_parameters

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """``(n_cases, n_classes)``, columns in the order of ``classes_``.

        Signals are looked at a few thousand at a time, so an array may be mapped from the disk
        (``numpy.load(..., mmap_mode="r")``) and larger than memory.
        """
        check_is_fitted(self, "network_")
        shaped = as_shaped(X)
        n_cases = len(shaped) if len(shaped.shape) == 3 else 0
        parts = [
            self._probability(shaped[start : start + CHUNK]) for start in range(0, n_cases, CHUNK)
        ]
        return np.concatenate(parts) if parts else self._probability(shaped)

    def _probability(self, X: Any) -> FloatArray:
        array = self._checked(X, reset=False)
        shares = probabilities(self.network_, array, _lengths(array))
        return shares if self.factors_ is None else moved(shares, self.factors_)

    def predict(self, X: ArrayLike) -> Any:
        """``(n_cases,)`` labels of the most probable class."""
        check_is_fitted(self, "network_")
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def _training_data(self, X: ArrayLike, y: ArrayLike) -> tuple[FloatArray, IntArray]:
        target = checked_target(self, y)
        array = self._checked(X, reset=True)
        if len(target) != len(array):
            raise ValueError(
                f"X and y must have as many cases. Got {len(array)} and {len(target)} instead."
            )
        self.classes_, codes = np.unique(target, return_inverse=True)
        kind: DataKind = "table" if len(as_shaped(X).shape) == 2 and self.tags.tables else "signals"
        self._shape = InputShape(array.shape[1], array.shape[2], len(self.classes_), kind)
        return array, codes.astype(np.int64)

    def _checked(self, X: ArrayLike, *, reset: bool) -> FloatArray:
        """``(n_cases, n_channels, n_timepoints)`` float32, or an error that says what is wrong."""
        shaped = as_shaped(X)
        if len(shaped.shape) == 3:
            array = np.asarray(shaped, dtype=np.float32)
            if 0 in array.shape:
                raise ValueError(f"X has no cases or no values: its shape is {array.shape}.")
            _refuse_inner_nan(array, self.tags.unequal_length)
            if reset:
                self.n_features_in_ = array.shape[1] * array.shape[2]
        else:
            table: FloatArray = validate_data(self, shaped, reset=reset, dtype=np.float32)
            array = table[:, None, :]
        expected = array.shape[1:] if reset else (self._shape.n_channels, self._shape.n_timepoints)
        if array.shape[1:] != expected:
            raise ValueError(unlike_training(expected, array.shape[1:]))
        return array

    def _cut(self, codes: IntArray, groups: Any) -> tuple[IntArray, IntArray]:
        everything = np.arange(len(codes))
        wanted = self.early_stopping
        if wanted == "auto":
            wanted = validation_pays(codes, self.validation_fraction)
        if not wanted:
            return everything, everything[:0]
        rng = np.random.default_rng(_seed(self.random_state))
        return cut(codes, groups, self.validation_fraction, rng)


def _seed(random_state: Any) -> int:
    if isinstance(random_state, (int, np.integer)):
        return int(random_state)
    if random_state is None:
        return int(np.random.default_rng().integers(2**31))
    return int(check_random_state(random_state).randint(2**31 - 1))


def _refuse_inner_nan(array: FloatArray, unequal: bool) -> None:
    """NaN at a signal's end means that it is shorter; anywhere else it is missing."""
    if np.isinf(array).any():
        raise ValueError("X contains infinity: a signal must be finite.")
    missing: BoolArray = np.asarray(np.isnan(array).any(axis=1))  # (n_cases, n_timepoints)
    if not missing.any():
        return
    inside = missing[:, :-1] & ~missing[:, 1:]
    if inside.any():
        raise ValueError(
            f"X contains NaN inside case {int(inside.any(axis=1).argmax())}: fill or drop it."
        )
    if missing[:, 0].any():
        raise ValueError(f"X contains NaN only in case {int(missing[:, 0].argmax())}: drop it.")
    if not unequal:
        raise ValueError(
            "X contains NaN at the end of signals (unequal lengths), which this model cannot take: "
            "cut or resample them to one length, or choose rnn, gru, lstm or knn-dtw."
        )


def _lengths(array: FloatArray) -> IntArray | None:
    missing = np.isnan(array).any(axis=1)
    return (~missing).sum(axis=1) if missing.any() else None


@cache
def estimator_class(name: str) -> type[Any]:
    """The estimator of a model of the table, by its name there.

    scikit-learn models and k-NN are estimators already; around an architecture of networks a
    :class:`NetworkClassifier` is made, with a signature of its own.
    """
    cls = model_class(name)
    if not issubclass(cls, Architecture):
        return cls  # type: ignore[no-any-return]
    defaults = {f.name: f.default for f in fields(cls)}
    defaults |= {f.name: f.default for f in fields(Training)} | dict(cls.training)
    defaults |= {
        "early_stopping": "auto",
        "validation_fraction": 0.15,
        "device": AUTO,
        "random_state": None,
    }

    return network_estimator(cls, NetworkClassifier, defaults)
