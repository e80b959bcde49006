"""Beats as a few numbers, each relative to what is usual in the beat's own recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from auscult.data.ecg.beats import Beats, rr_intervals, window_beats
from auscult.data.ecg.records import Recording
from auscult.types import FloatArray

RHYTHM: Final = (
    "RR before / usual",
    "RR after / usual",
    "RR before / around",
    "RR after / around",
    "RR around / usual",
)
SHAPE: Final = ("correlation", "distance", "height")

_SHORTEST: Final = 0.1
_FLOOR: Final = 0.02
_MOST: Final = 5.0


def relative_beats(recording: Recording) -> Beats:
    """Five numbers of the rhythm and three of each channel's shape, relative to the recording.

    How a beat differs from the patient's other beats carries over to another patient; what it
    looks like does not. The RR intervals are those of de Chazal et al., IEEE Trans. Biomed. Eng.
    51(7), 2004: before, after, of ten beats around and of the whole recording. The class of no
    beat is used, but the whole recording is: a beat can be judged only when it has ended.

    Parameters
    ----------
    recording
        All of its channels are taken, filtered and cut as by
        :func:`auscult.data.ecg.beats.window_beats`. Without annotations, R-peaks are found on the
        first.

    Returns
    -------
    Beats
        ``X`` is ``(n_beats, 5 + 3 · n_channels)``; see :func:`rhythm`, :func:`shape`.

    Raises
    ------
    InputError
        As :func:`auscult.data.ecg.beats.kaggle_beats`.
    """
    cut = window_beats(recording)
    n_channels = recording.signals.shape[1]
    if not len(cut.samples):
        return Beats(np.empty((0, len(names(recording.channels))), np.float32), cut.y, cut.samples)
    parts = [rhythm(cut.samples / recording.sampling_rate)]
    parts += [shape(cut.X[:, channel]) for channel in range(n_channels)]
    X = np.concatenate(parts, axis=1).clip(-_MOST, _MOST).astype(np.float32)
    return Beats(X, cut.y, cut.samples)


def names(channels: Sequence[str]) -> tuple[str, ...]:
    """The columns of :func:`relative_beats`."""
    return (*RHYTHM, *(f"{channel} {what}" for channel in channels for what in SHAPE))


def rhythm(times: FloatArray) -> FloatArray:
    """``(n_beats, 5)`` logarithms of :data:`RHYTHM`.

    Usual is the mean RR interval of the recording, around the mean of the ten intervals around.

    Parameters
    ----------
    times
        ``(n_beats,)`` of the R-peaks in seconds, two or more. The first beat's RR before is its
        RR after, the last one's RR after its RR before.
    """
    intervals = np.maximum(np.diff(times), _SHORTEST)
    near = np.log(rr_intervals(np.concatenate([[0.0], np.cumsum(intervals)])))
    before, after, around = near[:, 0], near[:, 1], near[:, 2] - np.log(intervals.mean())
    return np.stack([before + around, after + around, before, after, around], axis=1)


def shape(windows: FloatArray) -> FloatArray:
    """``(n_beats, 3)``: how alike each window is to the usual one, and how far from it.

    The usual window is the median of all, point by point. Correlation with it; the logarithm of
    the mean distance to it, as a share of its height; the logarithm of the height as a multiple of
    its height.

    Parameters
    ----------
    windows
        ``(n_beats, n_timepoints)`` of one channel, in mV.
    """
    usual = np.median(windows, axis=0)
    height = np.ptp(usual) + 1e-9
    distance = np.abs(windows - usual).mean(axis=1) / height
    heights = np.ptp(windows, axis=1) / height
    measures = (
        _correlation(windows, usual),
        np.log(distance + _FLOOR),
        np.log((heights + _FLOOR) / (1 + _FLOOR)),
    )
    return np.stack(measures, axis=1)


def _correlation(windows: FloatArray, usual: FloatArray) -> FloatArray:
    """``(n_beats,)``; 0 where a window is flat."""
    centred = windows - windows.mean(axis=1, keepdims=True)
    usual = usual - usual.mean()
    lengths = np.linalg.norm(centred, axis=1) * np.linalg.norm(usual)
    correlation: FloatArray = (centred @ usual) / np.maximum(lengths, 1e-9)
    return correlation
