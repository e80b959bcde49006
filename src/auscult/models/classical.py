"""What the scikit-learn models share: one input check, signals flattened, honest tags."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
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

    @abstractmethod
    def _inner(self) -> Any:
        """The unfitted scikit-learn estimator that does the work."""

    @property
    def n_parameters_(self) -> int:
        """How many numbers the fitted model holds."""
        raise NotImplementedError

    def _flat(self, X: ArrayLike, *, reset: bool) -> FloatArray:
        array = X if hasattr(X, "sparse") else np.asarray(X) if np.ndim(X) == 3 else X
        if isinstance(array, np.ndarray) and array.ndim == 3:
            array = array.reshape(len(array), -1)
        finite: Any = "allow-nan" if self.tags.missing else True
        return validate_data(self, array, reset=reset, dtype=np.float64, ensure_all_finite=finite)  # type: ignore[no-any-return]

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fit on ``X`` and class labels ``y`` of any type, shape ``(n_cases,)``."""
        flat = self._flat(X, reset=True)
        target = validate_data(self, y=y) if y is None else np.asarray(y)
        check_classification_targets(target)
        self.inner_ = self._inner().fit(flat, _column(target))
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


def _column(y: Any) -> Any:
    from sklearn.utils.validation import column_or_1d  # noqa: PLC0415

    return column_or_1d(y, warn=True)
