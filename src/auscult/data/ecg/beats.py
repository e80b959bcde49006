"""Beats cut from a recording: the rows of the Kaggle files, or a window around each R-peak."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, get_args

import numpy as np

from auscult.data.ecg.annotations import Annotations
from auscult.data.ecg.peaks import r_peaks
from auscult.data.ecg.records import Recording
from auscult.errors import InputError
from auscult.types import FloatArray, IntArray

Recipe = Literal["kaggle", "window", "relative", "live"]
RECIPES: Final[tuple[str, ...]] = get_args(Recipe)

TARGET_RATE: Final = 125.0
"""Hz."""

KAGGLE_LENGTH: Final = 187
RR_CHANNELS: Final = ("RR before", "RR after", "RR local mean")

_BEFORE, _AFTER = 0.25, 0.45
_BAND: Final = (0.5, 40.0)
_LOCAL: Final = 10
_TAIL: Final = 0.2
_CHUNK: Final = 8192
_RATES: Final = (60.0, 20_000.0)
_SECONDS: Final = 2


@dataclass(frozen=True, eq=False)
class Beats:
    """The beats of one recording.

    ``X`` is ``(n_beats, n_channels, n_timepoints)`` float32, ``y`` are codes into
    :data:`auscult.data.ecg.annotations.CLASSES` (-1 where nobody said), ``samples`` are the
    R-peaks in the recording; ``sampling_rate`` is of ``X``. Where beats are described by numbers,
    ``X`` is ``(n_beats, n_features)`` and has no rate.
    """

    X: FloatArray
    y: IntArray
    samples: IntArray
    sampling_rate: float | None = None


def kaggle_beats(recording: Recording) -> Beats:
    """Beats as they stand in the Kaggle heartbeat files, of the recording's first channel.

    From each beat's mark to the next mark of any kind, and on for a fifth of the interval after
    that; every third sample of it (of 360 Hz: the step that comes nearest to 125 Hz); scaled to
    0–1 by its own least and largest value; cut at 187 samples or filled with zeros. The last mark
    of a recording ends a beat and starts none.

    Kachuee, Fazeli and Sarrafzadeh, ECG heartbeat classification: a deep transferable
    representation, ICHI 2018, describe it otherwise (resampled to 125 Hz, 1.2 median RR intervals
    of a 10 s window). This is what their published rows are, to the last bit.

    Parameters
    ----------
    recording
        Without annotations, its R-peaks are found first.

    Raises
    ------
    InputError
        The sampling rate is not one of an ECG, or the recording is shorter than two seconds.
    """
    require_ecg(recording)
    marks = recording.annotations or detected(recording)
    codes, samples = marks.classes, marks.samples
    if len(samples) < 2:
        return _none(1, KAGGLE_LENGTH, recording.sampling_rate)
    intervals = np.diff(samples)
    following = np.append(intervals[1:], intervals[-1])
    stops = samples[1:] + (_TAIL * following).astype(np.int64)
    cut = codes[:-1] >= 0 if recording.annotations else np.ones(len(stops), dtype=np.bool_)
    starts, stops = samples[:-1][cut], np.minimum(stops[cut], len(recording.signals))
    step = max(1, round(recording.sampling_rate / TARGET_RATE))
    X = _scaled_segments(recording.signals[:, 0], starts, stops, step)
    return Beats(X[:, None, :], codes[:-1][cut], starts, recording.sampling_rate / step)


def window_beats(recording: Recording) -> Beats:
    """A window around each R-peak, in mV, with the rhythm around it as further channels.

    Every channel is filtered to 0.5–40 Hz without delay and resampled to 125 Hz; the window is
    0.25 s before the peak to 0.45 s after it (88 samples), the ends of the recording repeated
    where it reaches beyond them. Three constant channels follow: the mean RR interval of the ten
    beats around in seconds, and the RR intervals before and after the beat as multiples of it (de
    Chazal et al., IEEE Trans. Biomed. Eng. 51(7), 2004, use the same four intervals).

    Parameters
    ----------
    recording
        All of its channels are taken. Without annotations, R-peaks are found on the first.

    Raises
    ------
    InputError
        As :func:`kaggle_beats`.
    """
    require_ecg(recording)
    marks = recording.annotations or detected(recording)
    keep = marks.beats if recording.annotations else np.ones(len(marks.samples), dtype=np.bool_)
    samples, codes = marks.samples[keep], marks.classes[keep]
    n_channels = recording.signals.shape[1]
    left, right = round(_BEFORE * TARGET_RATE), round(_AFTER * TARGET_RATE)
    width = left + 1 + right
    if len(samples) < 2:
        return _none(n_channels + len(RR_CHANNELS), width, TARGET_RATE)
    X = np.empty((len(samples), n_channels + len(RR_CHANNELS), width), dtype=np.float32)
    peaks = np.rint(samples * (TARGET_RATE / recording.sampling_rate)).astype(np.int64)
    around = np.arange(-left, right + 1)
    for channel in range(n_channels):
        signal = resampled(recording.signals[:, channel], recording.sampling_rate)
        for start in range(0, len(peaks), _CHUNK):
            part = slice(start, start + _CHUNK)
            at = (peaks[part, None] + around).clip(0, len(signal) - 1)
            X[part, channel] = signal[at]
    X[:, n_channels:] = rr_intervals(samples / recording.sampling_rate)[:, :, None]
    return Beats(X, codes, samples, TARGET_RATE)


def rr_intervals(times: FloatArray) -> FloatArray:
    """``(n_beats, 3)``: RR before and after as multiples of the local mean, and that in seconds.

    Parameters
    ----------
    times
        ``(n_beats,)`` of the R-peaks, in seconds, two or more. The first beat's RR before is its
        RR after, the last one's RR after its RR before.
    """
    intervals = np.diff(times)
    before = np.concatenate([intervals[:1], intervals])
    after = np.concatenate([intervals, intervals[-1:]])
    total = np.concatenate([[0.0], np.cumsum(intervals)])
    beat = np.arange(len(times))
    low = np.maximum(beat - _LOCAL // 2, 0)
    high = np.minimum(beat + _LOCAL // 2, len(intervals))
    mean = np.maximum((total[high] - total[low]) / (high - low), 1e-3)
    return np.stack([before / mean, after / mean, mean], axis=1)


def resampled(signal: FloatArray, sampling_rate: float) -> FloatArray:
    """One channel filtered to 0.5–40 Hz, at 125 Hz; gaps are filled by straight lines."""
    from scipy.signal import butter, resample_poly, sosfiltfilt  # noqa: PLC0415

    high = min(_BAND[1], 0.45 * sampling_rate)
    sections = butter(2, (_BAND[0], high), "bandpass", fs=sampling_rate, output="sos")
    ratio = Fraction(TARGET_RATE / sampling_rate).limit_denominator(1000)
    filtered = sosfiltfilt(sections, _filled(signal))
    at_rate: FloatArray = resample_poly(filtered, ratio.numerator, ratio.denominator)
    return at_rate.astype(np.float32)


def detected(recording: Recording) -> Annotations:
    """R-peaks of the first channel, as marks that no one has classified."""
    peaks = r_peaks(recording.signals[:, 0], recording.sampling_rate)
    return Annotations(peaks, np.full(len(peaks), "", dtype=np.str_))


def require_ecg(recording: Recording) -> None:
    """Raise :class:`InputError` for a rate that is not an ECG's, or less than two seconds."""
    rate, low, high = recording.sampling_rate, *_RATES
    if not low <= rate <= high:
        raise InputError(f"has {rate:g} Hz; beats are cut from {low:g} to {high:,.0f} Hz.")
    if len(recording.signals) < _SECONDS * rate:
        raise InputError(f"is shorter than {_SECONDS} seconds.")


def _scaled_segments(
    signal: FloatArray, starts: IntArray, stops: IntArray, step: int
) -> FloatArray:
    """``(n_beats, 187)``: ``signal[start:stop:step]`` scaled to 0–1, then cut or zero-padded."""
    X = np.zeros((len(starts), KAGGLE_LENGTH), dtype=np.float32)
    lengths = -((starts - stops) // step)
    for start in range(0, len(starts), _CHUNK):
        part = slice(start, start + _CHUNK)
        X[part] = _short_segments(signal, starts[part], lengths[part], step)
    # What is longer is scaled by all of it before it is cut; there are few.
    for beat in np.flatnonzero(lengths > KAGGLE_LENGTH):
        segment = signal[starts[beat] : stops[beat] : step]
        low, high = segment.min(), segment.max()
        X[beat] = (segment[:KAGGLE_LENGTH] - low) / (high - low) if high > low else 0
    return X


def _short_segments(
    signal: FloatArray, starts: IntArray, lengths: IntArray, step: int
) -> FloatArray:
    offsets = np.arange(KAGGLE_LENGTH)
    inside = offsets < lengths[:, None]
    at = np.minimum(starts[:, None] + step * offsets, len(signal) - 1)
    values = signal[at]
    low = np.where(inside, values, np.inf).min(axis=1, keepdims=True)
    high = np.where(inside, values, -np.inf).max(axis=1, keepdims=True)
    span = np.where(high > low, high - low, 1)
    scaled: FloatArray = np.where(inside, (values - low) / span, 0).astype(np.float32)
    return scaled


def _filled(signal: FloatArray) -> FloatArray:
    known = ~np.isnan(signal)
    if known.all() or not known.any():
        return np.where(known, signal, 0).astype(np.float64)
    at = np.arange(len(signal))
    return np.interp(at, at[known], signal[known]).astype(np.float64)


def _none(n_channels: int, width: int, rate: float) -> Beats:
    empty = np.empty(0, dtype=np.int64)
    return Beats(np.empty((0, n_channels, width), np.float32), empty, empty, rate)
