"""The one frozen form that every file of time series becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from auscult.types import Finding, FloatArray

Times = NDArray[np.datetime64]


def _no_covariates() -> FloatArray:
    return np.empty((0, 0))


@dataclass(frozen=True, eq=False)
class Series:
    """One series of equally spaced values.

    Parameters
    ----------
    id
        What it is called; the name of the value column where there is one series only.
    values
        ``(n_points,)`` float64. NaN is a gap.
    times
        ``(n_points,)`` datetime64[ns], strictly increasing by the data's step; None where the
        points are only numbered.
    covariates
        ``(n_points, n_covariates)`` float64, ``(n_points, 0)`` when there are none.
    future
        ``(n_steps, n_covariates)`` what the file says of covariates after the last value; NaN
        where it does not. No rows when it says nothing.
    """

    id: str
    values: FloatArray
    times: Times | None
    covariates: FloatArray
    future: FloatArray = field(default_factory=_no_covariates)

    def __post_init__(self) -> None:
        for array in (self.values, self.times, self.covariates, self.future):
            if array is not None:
                array.setflags(write=False)

    @property
    def n_points(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class SeriesData:
    """One series or a panel of them, all with the same step.

    Parameters
    ----------
    name
        What the person calls it: the file's stem or the catalog name.
    series
        At least one, sorted by ``id``.
    target
        Name of the value column; ``value`` where a row is a day.
    step
        Time between two points; None where they are numbered, or a calendar's (months, working
        days): see ``freq``.
    freq
        Offset alias as pandas has it (``15min``, ``D``, ``MS``); None where points are numbered.
    covariates, known_ahead
        Names of the covariates, and of each whether its future is known, as a holiday's is.
    zone
        The time zone that the person said the stamps are of; the times are UTC then. None: the
        times are those of the file's own clock.
    findings
        What the reader noticed, mended or decided.
    sha256
        Hash of the file.
    """

    name: str
    series: tuple[Series, ...]
    target: str
    step: np.timedelta64 | None
    freq: str | None
    covariates: tuple[str, ...] = ()
    known_ahead: tuple[bool, ...] = ()
    findings: tuple[Finding, ...] = ()
    sha256: str = ""
    zone: str | None = None

    @property
    def n_series(self) -> int:
        return len(self.series)

    @property
    def n_points(self) -> int:
        """Points of all series together."""
        return sum(series.n_points for series in self.series)

    def take(self, series: Sequence[int]) -> SeriesData:
        """The same data with only these series, in this order."""
        return replace(self, series=tuple(self.series[i] for i in series))
