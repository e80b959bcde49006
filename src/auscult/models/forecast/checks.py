"""What a forecaster refuses, in one line that says how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.errors import InputError
from auscult.types import IntArray

Values = NDArray[np.float64]


def as_panel(y: Any) -> list[Values]:
    """A series or a list of series as a list of ``(n_points,)`` float64 arrays.

    Raises
    ------
    InputError
        Values that are no numbers, or not one value a point.
    """
    listed = y if isinstance(y, list | tuple) else [y]
    try:
        panel = [np.asarray(series, dtype=np.float64) for series in listed]
    except (TypeError, ValueError) as error:
        raise InputError(f"a series holds what is not a number ({error}).") from None
    if not panel:
        raise InputError("there is no series.")
    for series in panel:
        if series.ndim != 1:
            raise InputError(
                f"a series is one value a point, not of shape {series.shape}; "
                "several series are a list of arrays."
            )
    return panel


def as_covariates(X: Any, n_series: int) -> list[Values] | None:
    """Covariates as one ``(n_points, n_covariates)`` array a series; None where there are none."""
    if X is None:
        return None
    listed = X if isinstance(X, list | tuple) else [X]
    found = [np.asarray(part, dtype=np.float64) for part in listed]
    found = [part[:, None] if part.ndim == 1 else part for part in found]
    if len(found) != n_series:
        raise InputError(f"covariates of {len(found)} series were given for {n_series}.")
    if not all(np.isfinite(part).all() for part in found):
        raise InputError("a covariate has gaps. Fill them first.")
    return None if found[0].shape[1] == 0 else found


def check_panel(panel: Sequence[Values], points: int, label: str) -> None:
    """Refuse series that cannot be fitted on: too short, with gaps, of one value only."""
    shortest = min(len(series) for series in panel)
    if shortest < max(points, 2):
        raise InputError(
            f"{label} needs {max(points, 2)} points, the series has {shortest}. "
            "Give more points, fewer lags or a shorter season."
        )
    for series in panel:
        check_finite(series)
    if all(series.min() == series.max() for series in panel):
        raise InputError(
            f"the series is constant: every point is {panel[0][0]:g}. There is nothing to forecast."
        )


def check_finite(series: Values) -> None:
    """Refuse a series with gaps."""
    finite = np.isfinite(series)
    if not finite.all():
        raise InputError(
            f"the series has {int((~finite).sum())} gaps, the first at point "
            f"{int(np.argmin(finite))}. Fill them first (--fill)."
        )


def check_horizon(horizon: int, limit: int | None, label: str) -> None:
    """Refuse a horizon below 1 or beyond the one that was fitted."""
    if not isinstance(horizon, Integral) or horizon < 1:
        raise InputError(f"the horizon is 1 or more, not {horizon}.")
    if limit is not None and horizon > limit:
        raise InputError(
            f"{label} was fitted for {limit} steps, not {horizon}. Fit it with horizon={horizon}, "
            "or with strategy='recursive'."
        )


def check_forecast(
    panel: Sequence[Values],
    origins: Sequence[IntArray],
    lags: int,
    horizon: int,
    X: Sequence[Values] | None,
    label: str,
) -> None:
    """Refuse origins outside of a series, gaps before them, covariates that end too early."""
    if len(origins) != len(panel):
        raise InputError(f"origins of {len(origins)} series were given for {len(panel)}.")
    for number, (series, at) in enumerate(zip(panel, origins, strict=True)):
        if not len(at):
            continue
        low, high = int(at.min()), int(at.max())
        if low < max(lags, 1) or high > len(series):
            raise InputError(
                f"{label} needs origins from {max(lags, 1)} to {len(series)}, not {low} to {high}."
            )
        check_finite(series[:high])
        if X is not None and len(X[number]) < high + horizon:
            raise InputError(
                f"covariates end at point {len(X[number])}, the forecast at {high + horizon}."
            )


def require_whole(name: str, value: Any, least: int, label: str) -> None:
    """Refuse a setting that is no whole number or below the least."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise InputError(f"{label}: '{name}' is a whole number from {least}, not {value!r}.")


def require_one_of(name: str, value: Any, words: Sequence[str], label: str) -> None:
    """Refuse a word that is none of those known."""
    if value not in words:
        raise InputError(f"{label}: '{name}' is one of {', '.join(words)}, not {value!r}.")


def seasons_of(season: int | Sequence[int], label: str = "season") -> tuple[int, ...]:
    """Seasons as an ascending tuple, those of length 1 left out.

    Raises
    ------
    InputError
        A season is no whole number from 1.
    """
    if isinstance(season, str) or not isinstance(season, Sequence | np.ndarray):
        season = (season,)
    given: Sequence[int] = tuple(season)
    for one in given:
        require_whole("season", one, 1, label)
    return tuple(sorted({int(one) for one in given if one > 1}))
