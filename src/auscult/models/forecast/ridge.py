"""Linear autoregression with a ridge penalty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import ClassVar, Literal

import numpy as np

from auscult.errors import InputError
from auscult.models.forecast.base import (
    Forecaster,
    ForecastTags,
    Panel,
    Values,
    Windows,
    windows_of,
)
from auscult.models.forecast.checks import require_one_of, require_whole, seasons_of
from auscult.models.forecast.lags import calendar, default_lags, training_origins
from auscult.models.forecast.normal_equations import Coefficients, NormalEquations
from auscult.types import IntArray

ALPHAS = (1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)
LATER = 0.2
"""The share of training origins, the latest, on which alpha is chosen."""

MOST_CODES = 31
STRATEGIES = ("direct", "recursive")


class Ridge(Forecaster):
    """Ridge regression (Hoerl & Kennard 1970) of the points ahead on points before.

    Lags are taken relative to the latest point, which makes the forecast follow the level. The
    position of the origin in each season enters as indicators where it has 31 values or fewer.
    The normal equations are summed over blocks of rows, so that memory does not grow with the
    series.

    Parameters
    ----------
    lags
        Which points to look back on: all up to a number, or a tuple; None for a choice by
        season and horizon (:func:`~auscult.models.forecast.lags.default_lags`).
    season
        Points of a season, or of several.
    horizon
        Steps that a direct fit forecasts.
    every
        Spacing of the origins to learn from; with the season's length, only origins at the
        position of the forecast's own are learnt from.
    strategy
        ``direct``: one regression with a target a step; ``recursive``: one step ahead, fed
        with its own forecasts.
    alpha
        Penalty on standardised features, a row; None: chosen by the squared error on the
        latest fifth of the training origins, then fitted again on all.
    """

    label: ClassVar[str] = "ridge on lags"
    tags: ClassVar[ForecastTags] = ForecastTags(baseline=True, covariates=True, seasons=True)

    def __init__(
        self,
        lags: int | Sequence[int] | None = None,
        season: int | Sequence[int] = 1,
        horizon: int = 1,
        every: int = 1,
        strategy: Literal["direct", "recursive"] = "direct",
        alpha: float | None = None,
    ) -> None:
        self.lags = lags
        self.season = season
        self.horizon = horizon
        self.every = every
        self.strategy = strategy
        self.alpha = alpha

    def check_settings(self) -> None:
        for name in ("horizon", "every"):
            require_whole(name, getattr(self, name), 1, self.label)
        require_one_of("strategy", self.strategy, STRATEGIES, self.label)
        seasons_of(self.season, self.label)
        if self.lags is not None:
            for lag in _as_lags(self.lags):
                require_whole("lags", lag, 1, self.label)
            if not _as_lags(self.lags):
                raise InputError(f"{self.label}: 'lags' is empty.")
        if self.alpha is not None and not (np.isfinite(self.alpha) and self.alpha > 0):
            raise InputError(f"{self.label}: 'alpha' is above 0, not {self.alpha}.")

    @property
    def _steps(self) -> int:
        return self.horizon if self.strategy == "direct" else 1

    @property
    def lags_needed(self) -> int:
        lags = getattr(self, "lags_", _as_lags(self.lags if self.lags is not None else 1))
        return int(max(lags))

    @property
    def points_needed(self) -> int:
        if self.lags is not None:
            return max(_as_lags(self.lags)) + self._steps + 2
        return max(6, self._steps + 4, *(s + 2 for s in seasons_of(self.season)[:1]))

    @property
    def n_parameters_(self) -> int:
        return int(self.coefficients_.weights.size + self.coefficients_.intercept.size)

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        shortest = min(len(series) for series in panel)
        seasons = seasons_of(self.season)
        lags = self.lags if self.lags is not None else default_lags(seasons, self._steps, shortest)
        self.lags_ = _as_lags(lags)
        lengths = [len(series) for series in panel]
        origins, self.every_ = training_origins(lengths, self.lags_needed, self._steps, self.every)
        if not sum(len(at) for at in origins):
            raise InputError(
                f"{self.label}: {shortest} points hold no example of {self.lags_needed} lags and "
                f"{self._steps} steps. Give more points or fewer lags."
            )
        # A series of large numbers must not outvote the others of a panel.
        self._scaled = len(panel) > 1
        self.alpha_, self.coefficients_ = self._solved(panel, origins, X)

    def _solved(
        self, panel: Panel, origins: Sequence[IntArray], X: Panel | None
    ) -> tuple[float, Coefficients]:
        cuts = [len(at) - int(len(at) * LATER) for at in origins]
        earlier = self._sums(panel, [at[:c] for at, c in zip(origins, cuts, strict=True)], X)
        later = self._sums(panel, [at[c:] for at, c in zip(origins, cuts, strict=True)], X)
        if self.alpha is not None:
            return float(self.alpha), (earlier + later).solve(float(self.alpha))
        if not later.n:
            return ALPHAS[-1], earlier.solve(ALPHAS[-1])
        errors = [later.squared_error(earlier.solve(alpha)) for alpha in ALPHAS]
        alpha = ALPHAS[int(np.argmin(errors))]
        return alpha, (earlier + later).solve(alpha)

    def _sums(self, panel: Panel, origins: Sequence[IntArray], X: Panel | None) -> NormalEquations:
        sums: NormalEquations | None = None
        for features, target in self._rows(panel, origins, X):
            sums = sums or NormalEquations(features.shape[1], target.shape[1])
            sums.add(features, target)
        return sums or NormalEquations(1, 1)

    def _rows(
        self, panel: Panel, origins: Sequence[IntArray], X: Panel | None
    ) -> Iterator[tuple[Values, Values]]:
        steps = self._steps
        for block in windows_of(panel, origins, self.lags_needed, steps, X, targets=True):
            assert block.target is not None
            scale = self._scale(block.past)
            yield self._features(block, scale), (block.target - block.past[:, -1:]) / scale

    def _scale(self, past: Values) -> Values:
        if not self._scaled:
            return np.ones((len(past), 1))
        spread = past.std(axis=1, keepdims=True)
        return np.where(spread > 0, spread, 1.0)

    def _features(self, windows: Windows, scale: Values) -> Values:
        past, last = windows.past, windows.past[:, -1:]
        lagged = past[:, past.shape[1] - np.array(self.lags_)] - last
        # The level itself lets a series return to its mean; that of a panel's series is not known.
        level = last - past.mean(axis=1, keepdims=True) if self._scaled else last
        parts = [lagged / scale, level / scale]
        codes = calendar(windows.at, seasons_of(self.season), self.every_)
        parts += [np.eye(n)[code] for code, n in codes if n <= MOST_CODES]
        if windows.future is not None:
            parts.append(windows.future.reshape(len(past), -1))
        return np.concatenate(parts, axis=1)

    def _from_windows(self, windows: Windows, horizon: int) -> Values:
        if self.strategy == "direct":
            return self._direct(windows)[:, :horizon]
        found = np.empty((len(windows.at), horizon))
        past = windows.past
        for step in range(horizon):
            future = None if windows.future is None else windows.future[:, step : step + 1]
            found[:, step] = self._direct(Windows(past, windows.at + step, future))[:, 0]
            past = np.concatenate([past[:, 1:], found[:, step : step + 1]], axis=1)
        return found

    def _direct(self, windows: Windows) -> Values:
        scale = self._scale(windows.past)
        if windows.future is not None and windows.future.shape[1] != self._steps:
            raise InputError(
                f"{self.label} with covariates forecasts the {self._steps} steps it was fitted for."
            )
        ahead = self.coefficients_.predict(self._features(windows, scale))
        return windows.past[:, -1:] + ahead * scale


def _as_lags(lags: int | Sequence[int]) -> tuple[int, ...]:
    if isinstance(lags, Integral):
        return tuple(range(1, int(lags) + 1))
    return tuple(sorted({int(lag) for lag in lags}))  # type: ignore[union-attr]
