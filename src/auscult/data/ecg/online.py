"""R-peaks while the recording still runs: the past, and a quarter of a second.

The energy of a complex wavelet in the band of the QRS complex, and thresholds that follow the
beats and search back where a pause is long, as in Pan and Tompkins, IEEE Trans. Biomed. Eng.
32(3), 1985. All filters are of finite length, so that the delay is the same for every beat and
memory is bounded.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from auscult.errors import InputError
from auscult.types import FloatArray

DELAY: Final = 0.225
"""Seconds that must have passed since the steepest part of a QRS complex before it is reported."""

SLOWEST: Final = 60.0
"""Hz: with fewer samples a second the QRS complex cannot be told from other waves."""

_BAND_CENTRE: Final = 13.0
_WAVELET: Final = 0.025
_WAIT: Final = 0.15
_REFRACTORY: Final = 0.24
_LEVEL_SECONDS: Final = 9
_TAUGHT: Final = 2
_SILENT: Final = 0.02
_SURE: Final = 0.45
_DOUBTFUL: Final = 0.25
_LONG: Final = 1.5
_AWAY: Final = 0.36
_NEAR: Final = 0.06
_SMOOTH: Final = 0.008
_AROUND: Final = 0.09
_USUAL: Final = 9
_HELD: Final = 5.0


@dataclass(frozen=True)
class Peak:
    """An R-peak.

    ``sample`` is where it stands, counted from the first sample of the stream; ``known_at`` the
    sample that it took to know. ``searched_back`` says that it was found late, in a pause.
    """

    sample: int
    known_at: int
    searched_back: bool = False


class OnlinePeaks:
    """Finds R-peaks in one channel, as its samples come.

    How the samples are cut into pieces makes no difference. The first two seconds teach how
    high beats stand; their own beats are not reported.

    Parameters
    ----------
    sampling_rate
        Hz; 60 or more.

    Raises
    ------
    InputError
        The sampling rate is too low.
    """

    def __init__(self, sampling_rate: float) -> None:
        if not sampling_rate >= SLOWEST:
            raise InputError(f"{sampling_rate:g} Hz is too few to find heartbeats; 60 are needed.")
        self._rate = sampling_rate
        self._wavelet = _wavelet(sampling_rate)
        self._half = len(self._wavelet) // 2
        self._located = _sharpened(sampling_rate)
        self._wait = round(_WAIT * sampling_rate)
        self._second = round(sampling_rate)
        self._n = 0
        self._last_value = 0.0
        self._held = np.empty(0)
        self._highest = _Highest()
        self._maxima: deque[float] = deque(maxlen=_LEVEL_SECONDS)
        self._second_highest = 0.0
        self._level = 0.0
        self._at = -self._half
        self._previous: int | None = None
        self._reported = -1
        self._intervals: deque[int] = deque(maxlen=_USUAL)
        self._doubtful: list[tuple[float, int]] = []

    def push(self, signal: FloatArray) -> list[Peak]:
        """The peaks that these samples made known, in order of time.

        Parameters
        ----------
        signal
            ``(n_new_samples,)``, in any unit. A gap (NaN) is bridged by the value before it.
        """
        known = self._bridged(np.asarray(signal, dtype=np.float64))
        blocks = range(0, len(known), self._second)
        return [peak for at in blocks for peak in self._block(known[at : at + self._second])]

    def _block(self, known: FloatArray) -> list[Peak]:
        if not self._n:  # as if the first value had always been there
            self._held = np.full(2 * self._half, known[0])
        joined = np.concatenate([self._held, known])
        new = joined[len(self._held) - 2 * self._half :]
        energy = np.abs(np.convolve(new, self._wavelet, "valid"))
        self._held = joined[-round(_HELD * self._rate) - 4 * self._half :]
        self._n += len(known)
        return [peak for value in energy.tolist() for peak in self._step(value)]

    def finish(self) -> list[Peak]:
        """The peaks of the last quarter of a second, at the end of the stream."""
        if not self._n:
            return []
        rest = self._half + self._wait + 1
        return [
            Peak(peak.sample, min(peak.known_at, self._n - 1 - rest), peak.searched_back)
            for peak in self.push(np.full(rest, self._last_value))
            if peak.sample < self._n - rest
        ]

    def _bridged(self, signal: FloatArray) -> FloatArray:
        gaps = ~np.isfinite(signal)
        if gaps.any():
            at = np.maximum.accumulate(np.where(gaps, -1, np.arange(len(signal))))
            signal = np.where(at < 0, self._last_value, signal[at.clip(0)])
        if len(signal):
            self._last_value = float(signal[-1])
        return signal

    def _step(self, energy: float) -> list[Peak]:
        """One value of the energy; it belongs to the sample half a wavelet ago."""
        at, found = self._at, []
        self._at += 1
        self._learn(energy, at)
        candidate = self._highest.step(energy, at, self._wait)
        if candidate is not None and self._level > 0:
            found += self._judged(*candidate, at)
        if self._doubtful:
            found += self._searched(at)
        return found

    def _learn(self, energy: float, at: int) -> None:
        self._second_highest = max(self._second_highest, energy)
        if (at + 1) % self._second == 0:
            if self._second_highest > _SILENT * self._level:  # a lead that is off teaches nothing
                self._maxima.append(self._second_highest)
            self._second_highest = 0.0
            if len(self._maxima) >= _TAUGHT:
                self._level = sorted(self._maxima)[len(self._maxima) // 2]

    def _judged(self, height: float, where: int, at: int) -> list[Peak]:
        if self._previous is not None and where - self._previous < _REFRACTORY * self._rate:
            return []
        if height > _SURE * self._level:
            self._doubtful = []
            return self._accepted(where, at, searched_back=False)
        if height > _DOUBTFUL * self._level and self._previous is not None:
            self._doubtful.append((height, where))
        return []

    def _searched(self, at: int) -> list[Peak]:
        """The highest doubtful candidate, once a pause is long beside the usual interval."""
        previous = self._previous
        if not self._intervals or previous is None or at - previous <= _LONG * self._usual:
            return []
        oldest = max(previous + _AWAY * self._rate, at - (_HELD - 1) * self._rate)
        inside = [one for one in self._doubtful if one[1] > oldest]
        if not inside:
            self._doubtful = []
            return []
        where = max(inside)[1]
        self._doubtful = [one for one in inside if one[1] > where + _REFRACTORY * self._rate]
        return self._accepted(where, at, searched_back=True)

    @property
    def _usual(self) -> int:
        return sorted(self._intervals)[len(self._intervals) // 2]

    def _accepted(self, where: int, at: int, *, searched_back: bool) -> list[Peak]:
        if self._previous is not None:
            self._intervals.append(where - self._previous)
        self._previous = where
        sample = self._peak_near(where)
        if sample <= self._reported:
            return []
        self._reported = sample
        return [Peak(sample, at + self._half, searched_back)]

    def _peak_near(self, where: int) -> int:
        """The largest deflection from its surroundings within 60 ms."""
        start = self._n - len(self._held)
        reach, margin = round(_NEAR * self._rate), len(self._located) // 2
        low = max(where - reach, start + margin, 0)
        part = self._held[low - margin - start : where + reach + margin + 1 - start]
        if len(part) < len(self._located):
            return where
        return low + int(np.abs(np.convolve(part, self._located, "valid")).argmax())


class _Highest:
    """Values that stay the highest for a while."""

    def __init__(self) -> None:
        self._value, self._where = 0.0, -1

    def step(self, value: float, at: int, wait: int) -> tuple[float, int] | None:
        if value > self._value:
            self._value, self._where = value, at
        elif at - self._where >= wait:
            found = self._value, self._where
            self._value, self._where = value, at
            return found
        return None


def _wavelet(rate: float) -> FloatArray:
    """A Gabor wavelet without a mean, complex, of unit gain."""
    half = round(3 * _WAVELET * rate)
    time = np.arange(-half, half + 1) / rate
    envelope = np.exp(-0.5 * (time / _WAVELET) ** 2)
    wave = envelope * np.exp(2j * np.pi * _BAND_CENTRE * time)
    wave -= envelope * (wave.sum() / envelope.sum())
    unit: FloatArray = wave / envelope.sum()
    return unit


def _sharpened(rate: float) -> FloatArray:
    """A short mean less the mean of 180 ms around."""
    half = round(_AROUND * rate)
    kernel = np.full(2 * half + 1, -1 / (2 * half + 1))
    near = min(round(_SMOOTH * rate), half)
    bump = np.hanning(2 * near + 3)[1:-1]
    kernel[half - near : half + near + 1] += bump / bump.sum()
    return kernel
