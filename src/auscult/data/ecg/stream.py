"""Beats of a recording that still runs, cut as the recipe of the training cut them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auscult.data.ecg.annotations import Annotations
from auscult.data.ecg.beats import TARGET_RATE, kaggle_beats, require_ecg, window_beats
from auscult.data.ecg.live import live_beats, reach
from auscult.data.ecg.online import OnlinePeaks, Peak
from auscult.data.ecg.records import Recording
from auscult.errors import InputError, MissingExtraError
from auscult.types import FloatArray

HELD_SECONDS: Final = 40.0
"""What is kept of a stream."""


@dataclass(frozen=True)
class _Needs:
    """How many peaks before and after a beat its recipe looks at."""

    before: int
    after: int
    in_words: str


_NEEDS: Final = {
    "live": _Needs(10, 0, "0.24 s after the R-peak"),
    "kaggle": _Needs(0, 2, "until the second R-peak after it"),
    "window": _Needs(5, 5, "until the fifth R-peak after it"),
}
_CUT: Final = {"live": live_beats, "kaggle": kaggle_beats, "window": window_beats}


@dataclass(frozen=True, eq=False)
class StreamBeat:
    """A beat of a stream.

    ``sample`` is its R-peak, counted from the first sample; ``needed`` the last sample that it
    took to find and to cut it; ``X`` ``(n_channels, n_timepoints)`` or None where it lies in a
    gap; ``searched_back`` says that it was found late, in a pause.
    """

    sample: int
    needed: int
    X: FloatArray | None
    searched_back: bool


class BeatStream:
    """Finds and cuts beats in one lead, as its samples come.

    Parameters
    ----------
    sampling_rate
        Hz.
    recipe
        ``live``, ``kaggle`` or ``window``.

    Raises
    ------
    InputError
        The recipe looks at whole recordings, or no ECG has this rate.
    MissingExtraError
        The recipe ``window`` filters by ``scipy``, which is not installed.
    """

    def __init__(self, sampling_rate: float, recipe: str = "live") -> None:
        if recipe not in _NEEDS:
            raise InputError(
                f"beats of the recipe '{recipe}' are cut from whole recordings, not from a "
                "stream. Train on --recipe live."
            )
        if recipe == "window" and find_spec("scipy") is None:
            raise MissingExtraError(
                "beats of the recipe 'window' need scipy: pip install \"auscult[ecg]\""
            )
        self.sampling_rate = sampling_rate
        self.recipe = recipe
        self._least = math.ceil(2 * sampling_rate)
        require_ecg(self._recording(np.zeros(self._least, np.float32), []))
        self.n_samples = 0
        self._needs = _NEEDS[recipe]
        # Samples are dropped so that what is left lies on the same grid of 125 Hz, and halves
        # are rounded to the same side of it.
        ratio = Fraction(TARGET_RATE / sampling_rate).limit_denominator(1000)
        self._grid = 2 * ratio.denominator
        self._peaks = OnlinePeaks(sampling_rate)
        self._held = np.empty(0, dtype=np.float32)
        self._known: list[Peak] = []
        self._next = 0

    @property
    def needs(self) -> str:
        """How long after an R-peak the recipe still looks, in words."""
        return self._needs.in_words

    def push(self, signal: FloatArray) -> list[StreamBeat]:
        """The beats that these samples completed, in order of time.

        Parameters
        ----------
        signal
            ``(n_new_samples,)`` in mV; NaN where the recorder has none.
        """
        samples = np.asarray(signal, dtype=np.float32)
        second = math.ceil(self.sampling_rate)
        return [
            beat
            for at in range(0, len(samples), second)
            for beat in self._second(samples[at : at + second])
        ]

    def finish(self) -> list[StreamBeat]:
        """The beats that still waited for samples; cut as those at the end of a recording."""
        self._known += self._peaks.finish()
        return self._due(ended=True)

    def _second(self, samples: FloatArray) -> list[StreamBeat]:
        joined = np.concatenate([self._held, samples])
        surplus = max(0, len(joined) - math.ceil(HELD_SECONDS * self.sampling_rate))
        self._held = joined[surplus - surplus % self._grid :]
        self.n_samples += len(samples)
        self._known += self._peaks.push(samples)
        return self._due(ended=False)

    def _due(self, *, ended: bool) -> list[StreamBeat]:
        due = []
        while self._next < len(self._known):
            needed = self._last_needed(self._next)
            if not ended and (needed is None or needed >= self.n_samples):
                break
            due.append(self._cut(self._next, self.n_samples - 1 if needed is None else needed))
            self._next += 1
        surplus = self._next - self._needs.before
        if surplus > 0:
            self._known, self._next = self._known[surplus:], self._next - surplus
        return due

    def _last_needed(self, index: int) -> int | None:
        """The last sample that the beat waits for; None while it waits for a peak."""
        last = index + self._needs.after
        if last >= len(self._known):
            return None
        found = max(peak.known_at for peak in self._known[index : last + 1])
        if self.recipe != "live":
            return found
        return max(found, self._known[index].sample + reach(self.sampling_rate))

    def _cut(self, index: int, needed: int) -> StreamBeat:
        first = max(0, index - self._needs.before)
        known = self._known[first : index + self._needs.after + 1]
        start = self.n_samples - len(self._held)
        marks = [peak.sample - start for peak in known if peak.sample >= start]
        peak = self._known[index]
        X = None
        if peak.sample >= start and (len(marks) > 1 or self.recipe == "live"):
            X = self._row(marks, peak.sample - start)
        return StreamBeat(peak.sample, min(needed, self.n_samples - 1), X, peak.searched_back)

    def _row(self, marks: list[int], at: int) -> FloatArray | None:
        short = self._least - len(self._held)
        held = np.pad(self._held, (0, short), "edge") if short > 0 else self._held
        beats = _CUT[self.recipe](self._recording(held, marks))
        rows = np.flatnonzero(beats.samples == at)
        if not len(rows) or not np.isfinite(beats.X[rows[0]]).all():
            return None
        row: FloatArray = beats.X[rows[0]]
        return row

    def _recording(self, signal: FloatArray, marks: list[int]) -> Recording:
        symbols: NDArray[np.str_] = np.full(len(marks), "N", dtype=np.str_)
        annotations = Annotations(np.array(marks, dtype=np.int64), symbols)
        return Recording("stream", signal[:, None], ("lead",), self.sampling_rate, annotations)
