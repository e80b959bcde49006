"""A recording's beats, cut as the bundle's training beats were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from auscult.bundle.document import Document
from auscult.data.ecg.beats import Beats, kaggle_beats, window_beats
from auscult.data.ecg.live import live_beats
from auscult.data.ecg.records import Recording
from auscult.data.ecg.relative import relative_beats
from auscult.errors import InputError, did_you_mean
from auscult.types import FloatArray, IntArray

_CUT: Final[Mapping[str, Callable[[Recording], Beats]]] = {
    "kaggle": kaggle_beats,
    "window": window_beats,
    "relative": relative_beats,
    "live": live_beats,
}
_WHOLE: Final = "all"
_SAME_RATE: Final = 0.05


@dataclass(frozen=True, eq=False)
class CutBeats:
    """The beats of a recording.

    ``X`` is as the bundle wants it, ``samples`` ``(n_beats,)`` are the R-peaks in the recording,
    ``recording`` holds the channels that they were cut from, ``n_gaps`` beats lay in a gap and
    were left out. ``other_rate`` is the beats' own sampling rate in Hz where it is not that of the
    training beats, as the Kaggle recipe leaves it; else None.
    """

    X: FloatArray
    samples: IntArray
    recording: Recording
    n_gaps: int
    other_rate: float | None = None

    @property
    def seconds(self) -> FloatArray:
        """``(n_beats,)`` times of the R-peaks."""
        return self.samples / self.recording.sampling_rate


def beats_of(document: Document, recording: Recording) -> CutBeats:
    """Cut a recording for a bundle of beats.

    Parameters
    ----------
    document
        Says the recipe and the channel.
    recording
        Without annotations, its R-peaks are found first.

    Raises
    ------
    InputError
        The bundle is not of beats, the recording lacks the channel, or no beat is found.
    """
    if document.recipe is None:
        raise InputError(f"'{document.name}' was not trained on beats of recordings.")
    chosen = _channels(recording, document.recipe.get("channel"))
    beats = _CUT[str(document.recipe.get("recipe") or "kaggle")](chosen)
    X = beats.X.astype(np.float64) if beats.X.ndim == 2 else beats.X
    whole = np.isfinite(X).reshape(len(X), -1).all(axis=1)
    if not whole.any():
        raise InputError("no heartbeat is found in it.", where=recording.name)
    _require_shape(document, X, recording.name)
    rate = _other_rate(beats.sampling_rate, document.sampling_rate)
    return CutBeats(X[whole], beats.samples[whole], chosen, int((~whole).sum()), rate)


def _other_rate(here: float | None, there: float | None) -> float | None:
    return here if here and there and abs(here / there - 1) > _SAME_RATE else None


def _channels(recording: Recording, asked: object) -> Recording:
    names = recording.channels
    if asked == _WHOLE:
        return recording
    # A signal without a name of its own is taken to be the lead that is wanted.
    if asked in (None, "first") or len(names) == 1:
        wanted = 0
    elif asked in names:
        wanted = names.index(str(asked))
    else:
        raise InputError(
            f"has no channel '{asked}', of which the training beats were. "
            f"{did_you_mean(str(asked), names)}",
            where=recording.name,
        )
    signals = recording.signals[:, wanted : wanted + 1]
    return replace(recording, signals=signals, channels=names[wanted : wanted + 1])


def _require_shape(document: Document, X: FloatArray, name: str) -> None:
    wanted = (
        (document.n_columns,)
        if document.kind == "table"
        else (document.n_channels, document.n_timepoints)
    )
    if X.shape[1:] != wanted:
        raise InputError(
            f"its beats have shape {X.shape[1:]}, the training beats {wanted}. Has it as many "
            "channels?",
            where=name,
        )
