"""Signals as the distance kernels want them: time before channel, with their true lengths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.errors import InputError

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Signals:
    """Signals of equal or unequal length.

    Parameters
    ----------
    values
        ``(n_cases, n_timepoints, n_channels)`` float64; zero after a signal's end.
    lengths
        ``(n_cases,)`` true lengths.
    """

    values: Float64
    lengths: Int64

    @property
    def n_cases(self) -> int:
        return int(self.values.shape[0])

    @property
    def n_timepoints(self) -> int:
        return int(self.values.shape[1])

    @property
    def n_channels(self) -> int:
        return int(self.values.shape[2])

    def take(self, cases: Int64) -> Signals:
        """Only these cases, in this order."""
        return Signals(self.values[cases], self.lengths[cases])


def as_signals(X: ArrayLike, where: str = "X") -> Signals:
    """Signals from ``(n_cases, n_channels, n_timepoints)`` or ``(n_cases, n_timepoints)``.

    NaN at the end of a signal, in all its channels, means that it is shorter.

    Raises
    ------
    InputError
        Wrong shape, no numbers, or a missing or infinite value inside a signal.
    """
    array = _three_dimensional(X, where)
    if np.isfinite(array).all():
        full = np.full(len(array), array.shape[2], dtype=np.int64)
        return Signals(np.array(array.transpose(0, 2, 1), order="C"), full)
    missing: NDArray[np.bool_] = np.all(np.isnan(array), axis=1)
    lengths = array.shape[2] - np.argmin(missing[:, ::-1], axis=1)
    lengths[missing.all(axis=1)] = 0
    beyond = np.arange(array.shape[2]) >= lengths[:, None]
    values = np.where(beyond[:, None, :], 0.0, array)
    _require_finite(values, lengths, where)
    time_first = np.ascontiguousarray(values.transpose(0, 2, 1))
    return Signals(time_first, lengths.astype(np.int64))


def _three_dimensional(X: ArrayLike, where: str) -> Float64:
    try:
        array = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"holds values that are not numbers ({error})", where=where) from None
    if array.ndim == 2:
        array = array[:, None, :]
    if array.ndim != 3:
        raise InputError(
            f"has {array.ndim} dimension(s). Signals have the shape (n_cases, n_channels, "
            "n_timepoints), or (n_cases, n_timepoints) with one channel.",
            where=where,
        )
    if 0 in array.shape[1:]:
        raise InputError(f"has no values: its shape is {np.shape(X)}", where=where)
    return array


def _require_finite(values: Float64, lengths: Int64, where: str) -> None:
    empty = np.flatnonzero(lengths == 0)
    if len(empty):
        raise InputError(f"case {empty[0]} has no values at all; leave it out", where=where)
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        case, channel, time = wrong[0]
        kind = "missing" if np.isnan(values[case, channel, time]) else "infinite"
        raise InputError(
            f"case {case}, channel {channel}, time {time} is {kind}. DTW needs every value; "
            "interpolate it or leave the case out (NaN may only follow a signal's end).",
            where=where,
        )
