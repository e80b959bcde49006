"""Beats that can be cut while the recording still runs.

Nothing is taken from later than :data:`AFTER` seconds past the R-peak, not even by a filter, so
that what a model learns from recordings is what a stream gives it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from auscult.data.ecg.beats import Beats, detected, require_ecg
from auscult.data.ecg.records import Recording
from auscult.types import FloatArray, IntArray

RATE: Final = 125.0
"""Hz, of the windows."""

AFTER: Final = 0.24
"""Seconds after an R-peak that a window may look at."""

CHANNELS: Final = ("RR before", "RR before that", "RR past mean")
PAST: Final = 10
"""Intervals that the past mean is of."""

_FIRST, _LAST = -32, 26
_REACH: Final = 4 / RATE
_CUTOFF: Final = 40.0
_UNKNOWN: Final = 0.8
_CHUNK: Final = 8192


def live_beats(recording: Recording) -> Beats:
    """A short window around each R-peak and the rhythm until then; see :func:`live_windows`.

    Parameters
    ----------
    recording
        All of its channels are taken. Without annotations, R-peaks are found on the first.

    Raises
    ------
    InputError
        As :func:`auscult.data.ecg.beats.kaggle_beats`.
    """
    require_ecg(recording)
    marks = recording.annotations or detected(recording)
    keep = marks.beats if recording.annotations else np.ones(len(marks.samples), dtype=np.bool_)
    samples = marks.samples[keep]
    return Beats(live_windows(recording, samples), marks.classes[keep], samples, RATE)


def live_windows(recording: Recording, samples: IntArray) -> FloatArray:
    """``(n_beats, n_channels + 3, 59)`` windows in mV, and the rhythm until then.

    From 0.256 s before the R-peak to 0.208 s after it, at 125 Hz, each less its own median. The
    anti-aliasing filter (40 Hz, a windowed sinc) reaches 32 ms further. Three constant channels
    follow: the RR interval before the beat and the one before that, as multiples of the mean of
    the last ten, and that mean in seconds. Where there is no interval yet, the multiples are 1 and
    the mean is 0.8 s.

    Parameters
    ----------
    recording
        All of its channels are taken; its ends are repeated where a window reaches beyond them.
    samples
        ``(n_beats,)`` R-peaks, rising.
    """
    weights, first = _weights(recording.sampling_rate)
    n_channels = recording.signals.shape[1]
    X = np.empty((len(samples), n_channels + len(CHANNELS), len(weights)), dtype=np.float32)
    around = first + np.arange(weights.shape[1])
    for channel in range(n_channels):
        signal = recording.signals[:, channel]
        for start in range(0, len(samples), _CHUNK):
            part = slice(start, start + _CHUNK)
            at = (samples[part, None] + around).clip(0, len(signal) - 1)
            windows = signal[at].astype(np.float64) @ weights.T
            X[part, channel] = windows - np.median(windows, axis=1, keepdims=True)
    X[:, n_channels:] = past_intervals(samples / recording.sampling_rate)[:, :, None]
    return X


def past_intervals(times: FloatArray) -> FloatArray:
    """``(n_beats, 3)``: the last two RR intervals as multiples of the past mean, and that mean.

    Parameters
    ----------
    times
        ``(n_beats,)`` of the R-peaks, in seconds.
    """
    intervals = np.diff(times)
    rhythm = np.tile([1.0, 1.0, _UNKNOWN], (len(times), 1))
    total = np.concatenate([[0.0], np.cumsum(intervals)])
    beat = np.arange(1, len(times))
    low = np.maximum(beat - PAST, 0)
    mean = np.maximum((total[beat] - total[low]) / (beat - low), 1e-3)
    rhythm[1:, 0], rhythm[1:, 2] = intervals / mean, mean
    rhythm[2:, 1] = intervals[:-1] / mean[1:]
    return rhythm


def reach(sampling_rate: float) -> int:
    """How many samples after an R-peak a window looks at."""
    weights, first = _weights(sampling_rate)
    return first + int(weights.shape[1]) - 1


@lru_cache(maxsize=16)
def _weights(sampling_rate: float) -> tuple[FloatArray, int]:
    """``(59, n_samples)`` from samples around an R-peak to the window, and where they begin."""
    times = np.arange(_FIRST, _LAST + 1) / RATE
    first = -math.floor((-_FIRST / RATE + _REACH) * sampling_rate)
    last = math.floor(AFTER * sampling_rate)
    at = np.arange(first, last + 1) / sampling_rate
    away = times[:, None] - at
    cutoff = min(_CUTOFF, 0.45 * sampling_rate)
    taper = np.where(np.abs(away) < _REACH, np.cos(0.5 * np.pi * away / _REACH) ** 2, 0.0)
    weights = np.sinc(2 * cutoff * away) * taper
    unit: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return unit, first
