"""k nearest neighbours with dynamic time warping, as an estimator."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from auscult.errors import InputError
from auscult.models.classical import checked_target
from auscult.models.dtw.distance import is_squared, window_points
from auscult.models.dtw.neighbours import n_threads, nearest
from auscult.models.dtw.references import lay_references
from auscult.models.dtw.signals import Float64, Int64, as_signals
from auscult.types import Tags


class KNNDTW(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """k nearest neighbours by DTW distance, exact.

    Each neighbour has one vote, whatever its distance. Where classes tie (an even ``k``, or
    more than two classes) the one that sorts first wins; neighbours at equal distance are taken
    in the order of the training cases. Several channels are warped together.

    Parameters
    ----------
    k
        The number of neighbours.
    cost
        ``"squared"`` differences, as in the UCR archive, or ``"absolute"`` ones.
    window
        How far off the diagonal a match may lie (Sakoe and Chiba 1978): a number of time points
        (int), a fraction of the longest training signal (float, rounded down), or None for any
        distance. Signals whose lengths differ by more are given that difference.
    n_jobs
        Threads; None for all processors this process may use.

    Attributes
    ----------
    classes_
        ``(n_classes,)`` sorted labels.
    n_features_in_
        The number of time points of the longest training signal.

    References
    ----------
    Sakoe and Chiba, "Dynamic programming algorithm optimization for spoken word recognition",
    IEEE TASSP 1978. Herrmann and Webb, "Early abandoning and pruning for elastic distances
    including dynamic time warping", DMKD 2021. The bounds are named where they are computed.
    """

    label: ClassVar[str] = "k-NN DTW"
    tags: ClassVar[Tags] = Tags(tables=False, unequal_length=True)

    def __init__(
        self,
        k: int = 1,
        cost: Literal["squared", "absolute"] = "squared",
        window: float | int | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.k = k
        self.cost = cost
        self.window = window
        self.n_jobs = n_jobs

    def fit(self, X: ArrayLike, y: ArrayLike) -> KNNDTW:
        """Keep the training signals.

        Parameters
        ----------
        X
            ``(n_cases, n_channels, n_timepoints)`` or ``(n_cases, n_timepoints)``; NaN at the
            end of a signal means that it is shorter.
        y
            ``(n_cases,)`` labels of any kind that sorts.

        Raises
        ------
        InputError
            Wrong shapes, missing values, or a setting that is out of range.
        """
        signals = as_signals(X)
        labels = checked_target(self, y)
        if labels.shape != (signals.n_cases,) or not signals.n_cases:
            raise InputError(f"X has {signals.n_cases} cases, y has the shape {labels.shape}")
        self.check_settings()
        if self.k > signals.n_cases:
            raise InputError(
                f"k is {self.k}, but there are {signals.n_cases} training cases. Lower k."
            )
        self.classes_, self._codes = np.unique(labels, return_inverse=True)
        self.n_features_in_ = signals.n_timepoints
        self._window = window_points(self.window, signals.n_timepoints)
        self._references = lay_references(signals, one_length=self._window is not None)
        return self

    def kneighbors(self, X: ArrayLike, k: int | None = None) -> tuple[Float64, Int64]:
        """The k nearest training cases of every case.

        Returns
        -------
        distances, indices
            ``(n_cases, k)`` float64 in the unit of the cost (no root is taken) and int64.

        Raises
        ------
        InputError
            Wrong shape, missing values, or more neighbours than training cases.
        """
        check_is_fitted(self, "_references")
        return nearest(
            as_signals(X),
            self._references,
            self.k if k is None else k,
            squared=is_squared(self.cost),
            window=self._window,
            n_jobs=self.n_jobs,
        )

    def predict_proba(self, X: ArrayLike) -> Float64:
        """``(n_cases, n_classes)`` each class's share of the k votes."""
        _, indices = self.kneighbors(X)
        shares: Float64 = self._votes(indices)[-1] / self.k
        return shares

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """``(n_cases,)`` the class with most votes; of several, the one that sorts first."""
        probability = self.predict_proba(X)
        labels: NDArray[Any] = self.classes_[probability.argmax(axis=1)]
        return labels

    def k_sweep(self, X: ArrayLike, k_max: int) -> NDArray[Any]:
        """Predictions for every k from one search.

        Returns
        -------
        predictions
            ``(k_max, n_cases)``; row ``k - 1`` is what ``predict`` gives with that ``k``.
        """
        _, indices = self.kneighbors(X, k_max)
        labels: NDArray[Any] = self.classes_[self._votes(indices).argmax(axis=2)]
        return labels

    def _votes(self, indices: Int64) -> Int64:
        """``(k, n_cases, n_classes)`` votes of the nearest 1, 2, … k."""
        each = self._codes[indices.T][..., None] == np.arange(len(self.classes_))
        return np.cumsum(each, axis=0)

    def check_settings(self) -> None:
        """Refuse settings that no data could make right, with an InputError."""
        is_squared(self.cost)
        window_points(self.window, 1)
        n_threads(self.n_jobs)
        if not isinstance(self.k, (int, np.integer)) or isinstance(self.k, bool) or self.k < 1:
            raise InputError(f"k is {self.k!r}. It is the number of neighbours, at least 1.")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        return tags
