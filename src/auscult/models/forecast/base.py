"""What every forecaster keeps to: fitted on a past, it says what follows any origin."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from auscult.errors import InputError
from auscult.models.forecast.checks import (
    as_covariates,
    as_panel,
    check_forecast,
    check_horizon,
    check_panel,
)
from auscult.types import IntArray

Values = NDArray[np.float64]
Panel = Sequence[Values]
BLOCK = 2_000_000
"""Numbers that one block of windows holds at most."""


@dataclass(frozen=True)
class ForecastTags:
    """What a forecaster is and takes.

    ``baseline``: it stands in every study. ``covariates``: it uses the covariates it is given.
    ``seasons``: it takes several seasons at once.
    """

    baseline: bool = False
    covariates: bool = False
    seasons: bool = False


@dataclass(frozen=True, eq=False)
class Windows:
    """What is known at some origins, and nothing else.

    Parameters
    ----------
    past
        ``(n_origins, lags_needed)`` the points before each origin, the latest last.
    at
        ``(n_origins,)`` the number of each origin in its series, from 0.
    future
        ``(n_origins, horizon, n_covariates)`` covariates of the points to forecast, or None.
    target
        ``(n_origins, horizon)`` the points after each origin, for training only; or None.
    """

    past: Values
    at: IntArray
    future: Values | None = None
    target: Values | None = None


class Forecaster(BaseEstimator, ABC):  # type: ignore[misc]
    """A forecaster in the manner of scikit-learn: ``fit(y)``, ``predict(horizon)``.

    A series is a ``(n_points,)`` array, a panel a list of them; a panel is answered by lists.
    Covariates ``X`` are ``(n_points, n_covariates)``, row ``i`` known when ``y[i]`` is to be
    forecast; a forecaster without the tag ``covariates`` does not look at them.
    """

    label: ClassVar[str]
    tags: ClassVar[ForecastTags] = ForecastTags()

    @property
    @abstractmethod
    def lags_needed(self) -> int:
        """How many points an origin needs behind it."""

    @property
    def points_needed(self) -> int:
        """How many points a series to fit on needs."""
        return self.lags_needed

    @property
    def n_parameters_(self) -> int:
        """How many numbers the fitted model holds."""
        return 0

    def check_settings(self) -> None:
        """Refuse settings that no data could make right, with an InputError."""

    def fit(self, y: Any, X: Any = None) -> Self:
        """Fit on a series or a panel.

        Raises
        ------
        InputError
            A series is too short, has gaps, or has one value only; a setting is wrong.
        """
        panel, covariates = self._checked(y, X)
        self._fit(panel, covariates)
        return self

    def _checked(self, y: Any, X: Any) -> tuple[Panel, Panel | None]:
        """What is fitted on, kept for :meth:`predict`; or an error that says what is wrong."""
        self.check_settings()
        panel = as_panel(y)
        covariates = as_covariates(X, len(panel)) if self.tags.covariates else None
        check_panel(panel, self.points_needed, self.label)
        self._is_panel = isinstance(y, list | tuple)
        self._seen = panel, covariates
        self.n_series_ = len(panel)
        return panel, covariates

    def predict(self, horizon: int, X: Any = None) -> Any:
        """``(horizon,)`` forecasts after the end of what was fitted on; a list for a panel.

        ``X`` are the ``(horizon, n_covariates)`` covariates of the points to forecast.
        """
        check_is_fitted(self)
        panel, known = self._seen
        ends = [np.array([len(series)]) for series in panel]
        covariates = None
        if known is not None:
            if X is None:
                raise InputError(f"{self.label} was fitted with covariates: give X to predict.")
            ahead = as_covariates(X, len(panel)) or []
            covariates = [np.concatenate(pair) for pair in zip(known, ahead, strict=True)]
        rows = [part[0] for part in self._answer(list(panel), ends, horizon, covariates)]
        return rows if self._is_panel else rows[0]

    def forecast(self, y: Any, origins: Any, horizon: int, X: Any = None) -> Any:
        """What the fitted model says at each origin ``t``, knowing ``y[:t]`` only.

        Parameters
        ----------
        y
            The series; ``y[t:]`` is never read for origin ``t``.
        origins
            ``(n_origins,)`` numbers of points, from ``lags_needed`` to ``len(y)``; a list of
            such arrays for a panel.
        horizon
            Points to forecast after each origin.
        X
            Covariates of all points up to ``origins.max() + horizon``.

        Returns
        -------
        array
            ``(n_origins, horizon)``: row i, column h forecasts ``y[origins[i] + h]``; a list of
            arrays for a panel.

        Raises
        ------
        InputError
            An origin lies outside, the horizon is beyond what was fitted, there are gaps.
        """
        check_is_fitted(self)
        panel = as_panel(y)
        listed = isinstance(y, list | tuple)
        starts = [np.asarray(o, dtype=np.int64) for o in (origins if listed else [origins])]
        covariates = as_covariates(X, len(panel)) if self.tags.covariates else None
        rows = self._answer(panel, starts, horizon, covariates)
        return rows if listed else rows[0]

    def _answer(
        self, panel: Panel, origins: Sequence[IntArray], horizon: int, X: Panel | None
    ) -> list[Values]:
        limit = getattr(self, "horizon", None)
        if getattr(self, "strategy", "direct") == "recursive":
            limit = None
        check_horizon(horizon, limit, self.label)
        check_forecast(panel, origins, self.lags_needed, horizon, X, self.label)
        known = self._seen[1]
        if known is not None and (X is None or X[0].shape[1] != known[0].shape[1]):
            raise InputError(f"{self.label} was fitted with {known[0].shape[1]} covariates.")
        return self._forecast(panel, origins, horizon, X if known is not None else None)

    @abstractmethod
    def _fit(self, panel: Panel, X: Panel | None) -> None:
        """Learn from checked series."""

    def _forecast(
        self, panel: Panel, origins: Sequence[IntArray], horizon: int, X: Panel | None
    ) -> list[Values]:
        """One window an origin, of all series together, a block at a time."""
        blocks = windows_of(panel, origins, self.lags_needed, horizon, X)
        rows = [self._from_windows(block, horizon) for block in blocks]
        found = np.concatenate(rows) if rows else np.empty((0, horizon))
        return np.split(found, np.cumsum([len(o) for o in origins])[:-1])

    def _from_windows(self, windows: Windows, horizon: int) -> Values:
        """``(n_origins, horizon)`` forecasts from what is known at each origin."""
        raise NotImplementedError


def windows_of(
    panel: Panel,
    origins: Sequence[IntArray],
    lags: int,
    horizon: int,
    X: Panel | None = None,
    *,
    targets: bool = False,
) -> Iterator[Windows]:
    """The windows before all origins, series after series, a block at a time."""
    at_most = max(1, BLOCK // (lags + horizon))
    held: list[Windows] = []
    n_held = 0
    for number, series in enumerate(panel):
        for start in range(0, len(origins[number]), at_most):
            at = origins[number][start : start + at_most]
            if n_held and n_held + len(at) > at_most:
                yield _joined(held)
                held, n_held = [], 0
            covariates = None if X is None else X[number]
            held.append(_window(series, at, lags, horizon, covariates, targets))
            n_held += len(at)
    if held:
        yield _joined(held)


def _window(
    series: Values, at: IntArray, lags: int, horizon: int, X: Values | None, targets: bool
) -> Windows:
    width = lags + horizon if targets else lags
    rows = sliding_window_view(series, width)[_as_slice(at - lags)]
    future = None if X is None else X[at[:, None] + np.arange(horizon)]
    return Windows(rows[:, :lags], at, future, rows[:, lags:] if targets else None)


def _as_slice(rows: IntArray) -> slice | IntArray:
    """Evenly spaced rows as a slice, which copies nothing."""
    steps = np.diff(rows)
    if len(rows) < 2 or steps[0] < 1 or (steps != steps[0]).any():
        return rows
    return slice(int(rows[0]), int(rows[-1]) + 1, int(steps[0]))


def _joined(parts: Sequence[Windows]) -> Windows:
    if len(parts) == 1:
        return parts[0]
    future = [p.future for p in parts if p.future is not None]
    target = [p.target for p in parts if p.target is not None]
    return Windows(
        np.concatenate([p.past for p in parts]),
        np.concatenate([p.at for p in parts]),
        np.concatenate(future) if future else None,
        np.concatenate(target) if target else None,
    )
