"""Where the R-peaks are, in a recording that nobody annotated.

A band-pass for the QRS complex, an energy envelope and thresholds that follow the recording, as
in Pan and Tompkins, IEEE Trans. Biomed. Eng. 32(3), 1985, with the band and the short window of
Elgendi, PLoS ONE 8(9), 2013. The whole recording is at hand, so that the thresholds look both
ways and nothing is done sample by sample.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from auscult.errors import InputError
from auscult.types import BoolArray, FloatArray, IntArray

_QRS_BAND: Final = (8.0, 20.0)
_PEAK_BAND: Final = (1.0, 30.0)
_WINDOW: Final = 0.09
_REFRACTORY: Final = 0.24
_LEVEL_SECONDS: Final = 17
_SURE: Final = 0.35
_DOUBTFUL: Final = 0.15
_LONG: Final = 1.5
_AWAY: Final = 0.36
_NEAR: Final = 0.06


def r_peaks(signal: FloatArray, sampling_rate: float) -> IntArray:
    """Samples of the R-peaks of one channel.

    Parameters
    ----------
    signal
        ``(n_samples,)``, in any unit; gaps (NaN) hold no peaks.
    sampling_rate
        Hz; 60 or more.

    Raises
    ------
    InputError
        The sampling rate is too low or the signal is shorter than two seconds.
    """
    from scipy.ndimage import uniform_filter1d  # noqa: PLC0415
    from scipy.signal import find_peaks  # noqa: PLC0415

    if sampling_rate < 3 * _QRS_BAND[1]:
        raise InputError(f"{sampling_rate:g} Hz is too few to find heartbeats; 60 are needed.")
    if len(signal) < 2 * sampling_rate:
        raise InputError("is shorter than two seconds: too short to find heartbeats.")
    known = np.where(np.isnan(signal), np.float32(0), signal).astype(np.float64)
    energy = np.abs(_band(known, _QRS_BAND, sampling_rate))
    energy = uniform_filter1d(energy, round(_WINDOW * sampling_rate) | 1)
    candidates, _ = find_peaks(energy, distance=max(1, round(_REFRACTORY * sampling_rate)))
    height = energy[candidates] / np.maximum(_level(energy, sampling_rate), 1e-12)[candidates]
    sure = _searched_back(candidates, height, sampling_rate)
    return _highest_near(candidates[sure], _band(known, _PEAK_BAND, sampling_rate), sampling_rate)


def _band(signal: FloatArray, band: tuple[float, float], rate: float) -> FloatArray:
    from scipy.signal import butter, sosfiltfilt  # noqa: PLC0415

    high = min(band[1], 0.45 * rate)
    sections: Any = butter(2, (band[0], high), "bandpass", fs=rate, output="sos")
    filtered: FloatArray = sosfiltfilt(sections, signal)
    return filtered


def _level(energy: FloatArray, rate: float) -> FloatArray:
    """How high a beat stands here: the median of the peaks of the seconds around."""
    from scipy.ndimage import median_filter  # noqa: PLC0415

    second = round(rate)
    n_seconds = -(-len(energy) // second)
    padded = np.pad(energy, (0, n_seconds * second - len(energy)))
    peaks = padded.reshape(n_seconds, second).max(axis=1)
    level = median_filter(peaks, size=_LEVEL_SECONDS, mode="nearest")
    middles = (np.arange(n_seconds) + 0.5) * second
    everywhere: FloatArray = np.interp(np.arange(len(energy)), middles, level)
    return everywhere


def _searched_back(candidates: IntArray, height: FloatArray, rate: float) -> BoolArray:
    """High candidates, and lower ones where a pause is long beside its neighbours."""
    from scipy.ndimage import median_filter  # noqa: PLC0415

    sure = height > _SURE
    for _ in range(2):
        peaks = candidates[sure]
        if len(peaks) < 3:
            break
        intervals = np.diff(peaks)
        usual = median_filter(intervals, size=9, mode="nearest")
        before = np.searchsorted(peaks, candidates, side="right") - 1
        inside = (before >= 0) & (before < len(intervals))
        at = before.clip(0, len(intervals) - 1)
        away = _AWAY * rate
        pause = inside & (intervals[at] > _LONG * usual[at])
        pause &= (candidates - peaks[at] > away) & (peaks[at + 1] - candidates > away)
        sure |= pause & (height > _DOUBTFUL)
    return np.asarray(sure, dtype=np.bool_)


def _highest_near(peaks: IntArray, signal: FloatArray, rate: float) -> IntArray:
    """The largest deflection within 60 ms of each."""
    reach = round(_NEAR * rate)
    around = (peaks[:, None] + np.arange(-reach, reach + 1)).clip(0, len(signal) - 1)
    best = np.abs(signal[around]).argmax(axis=1)
    found: IntArray = np.unique(around[np.arange(len(peaks)), best]).astype(np.int64)
    return found
