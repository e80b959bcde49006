"""What the scikit-learn models share: one input check, signals flattened, honest tags."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from auscult.types import FloatArray, Tags


class ClassicalClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A scikit-learn classifier behind the shapes of auscult.

    Takes ``(n_cases, n_features)`` or ``(n_cases, n_channels, n_timepoints)``; a signal is
    flattened, each time point a feature.
    """

    label: ClassVar[str]
    tags: ClassVar[Tags] = Tags()

    _shape_of_case: tuple[int, ...]

    @abstractmethod
    def _inner(self) -> Any:
        """The unfitted scikit-learn estimator that does the work."""

    @property
    @abstractmethod
    def n_parameters_(self) -> int:
        """How many numbers the fitted model holds."""

    def _flat(self, X: ArrayLike, *, reset: bool) -> FloatArray:
        array = as_shaped(X)
        shape = tuple(array.shape[1:])
        if len(shape) == 2:
            if not reset and shape != self._shape_of_case and len(self._shape_of_case) == 2:
                raise ValueError(unlike_training(self._shape_of_case, shape))
            array = np.asarray(array).reshape(len(array), -1)
        if reset:
            self._shape_of_case = shape
        finite: Any = "allow-nan" if self.tags.missing else True
        return validate_data(self, array, reset=reset, dtype=np.float64, ensure_all_finite=finite)  # type: ignore[no-any-return]

    def check_settings(self) -> None:
        """Refuse settings that no data could make right, with a ValueError."""
        inner = self._inner()
        for step in (step for _, step in getattr(inner, "steps", [("", inner)])):
            step._validate_params()

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fit on ``X`` and class labels ``y`` of any type, shape ``(n_cases,)``."""
        target = checked_target(self, y)
        flat = self._flat(X, reset=True)
        self.inner_ = self._inner().fit(flat, target)
        self.classes_ = self.inner_.classes_
        return self

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """``(n_cases, n_classes)``, columns in the order of ``classes_``."""
        check_is_fitted(self)
        return self.inner_.predict_proba(self._flat(X, reset=False))  # type: ignore[no-any-return]

    def predict(self, X: ArrayLike) -> Any:
        """``(n_cases,)`` labels of the most probable class."""
        check_is_fitted(self)
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.tags.missing
        return tags


def as_shaped(X: ArrayLike) -> Any:
    """``X`` as it came where it has a shape (a frame keeps its names), else as an array."""
    return X if hasattr(X, "shape") else np.asarray(X)


def unlike_training(expected: tuple[int, ...], got: tuple[int, ...]) -> str:
    """What to say of a signal whose ``(n_channels, n_timepoints)`` differ from training."""
    return (
        f"X must have {expected[0]} channels of {expected[1]} time points, as in training. "
        f"Got {got[0]} of {got[1]} instead."
    )


def checked_target(estimator: Any, y: ArrayLike) -> NDArray[Any]:
    """``(n_cases,)`` labels. Forgets the names of features: check ``X`` behind it.

    Raises
    ------
    ValueError
        ``y`` is None, has missing values, measurements in place of classes, or one class only.
    """
    target: NDArray[Any] = validate_data(estimator, y=y)
    check_classification_targets(target)
    classes = np.unique(target)
    if len(classes) == 1:
        raise ValueError(
            f"y has one class only ({classes[0]}). A classifier needs at least two classes."
        )
    return target
