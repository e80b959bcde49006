"""What trees look at: the past of an origin beside the step that is to be forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from auscult.models.forecast.base import Windows
from auscult.types import IntArray

Matrix = NDArray[np.float64]

RECENT, UNSEASONED = 12, 24
LONG_CYCLES = 3
"""How many of a longer season are looked back on; of the shortest, one longest season's worth."""


@dataclass(frozen=True)
class FeatureMaker:
    """Turns windows and steps into rows of features, values relative to the level.

    A row holds the latest changes, the values at the step's own position in earlier seasons
    (never at or after the origin), means and spreads of the latest seasons, how the latest
    points stand to the season before, the position in each season, the step and the level.

    Parameters
    ----------
    seasons
        Points of each season, ascending.
    cycles
        For each season, how many of its lags are looked at.
    scaled
        Divide by the spread of each window: for panels of series of unlike size.
    one_step
        The level is the latest point, which one step ahead is the best guess; for many steps it
        is the mean of the latest shortest season.
    """

    seasons: tuple[int, ...]
    cycles: tuple[int, ...]
    scaled: bool = False
    one_step: bool = True

    @classmethod
    def of(
        cls, seasons: Sequence[int], n_points: int, scaled: bool = False, one_step: bool = True
    ) -> FeatureMaker:
        """As many seasons back as a third of the series holds, one at least."""
        most = [max(1, n_points // 3 // s) for s in seasons]
        wanted = [max(seasons[-1] // s, LONG_CYCLES) for s in seasons]
        cycles = tuple(min(w, m) for w, m in zip(wanted, most, strict=True))
        return cls(tuple(seasons), cycles, scaled, one_step)

    @property
    def recent(self) -> int:
        return RECENT if self.seasons else UNSEASONED

    @property
    def lags_needed(self) -> int:
        spans = (s * c + 1 for s, c in zip(self.seasons, self.cycles, strict=True))
        return max(self.recent + 1, *spans, 0)

    def scale(self, windows: Windows) -> Matrix:
        """``(n_origins,)`` what values of each window are divided by."""
        if not self.scaled:
            return np.ones(len(windows.at))
        spread = windows.past.std(axis=1)
        scale: Matrix = np.where(spread > 0, spread, 1.0)
        return scale

    def base(self, windows: Windows, rows: IntArray, steps: IntArray) -> Matrix:
        """``(n_rows,)`` the naive forecast that trees correct.

        The latest point one step ahead; for many steps the latest value at the step's own
        position in the shortest season.
        """
        if self.one_step or not self.seasons:
            last: Matrix = windows.past[rows, -1]
            return last
        return self._own(windows, rows, steps, self.seasons[0], 0)

    def level(self, windows: Windows) -> Matrix:
        """``(n_origins,)`` what values are relative to."""
        if self.one_step or not self.seasons:
            last: Matrix = windows.past[:, -1]
            return last
        mean: Matrix = windows.past[:, -self.seasons[0] :].mean(axis=1)
        return mean

    def rows(self, windows: Windows, rows: IntArray, steps: IntArray) -> Matrix:
        """``(n_rows, n_features)``: of window ``rows[i]``, for step ``steps[i]`` (from 0)."""
        scale, level = self.scale(windows), self.level(windows)
        own = [
            (self._own(windows, rows, steps, season, back) - level[rows]) / scale[rows]
            for season, cycles in zip(self.seasons, self.cycles, strict=True)
            for back in range(cycles)
        ]
        changes = [
            self._change(windows, rows, steps, season, back) / scale[rows]
            for season, cycles in zip(self.seasons, self.cycles, strict=True)
            for back in range(cycles)
        ]
        origin = self._of_origin(windows, level) / scale[:, None]
        parts = [*own, *changes, *self._calendar(windows.at[rows] + steps), steps]
        if not self.scaled:
            parts.append(level[rows])
        columns = [np.stack(parts, axis=1), origin[rows]]
        if windows.future is not None:
            columns.append(windows.future[rows, steps])
        return np.concatenate(columns, axis=1)

    def _own(
        self, windows: Windows, rows: IntArray, steps: IntArray, season: int, back: int
    ) -> Matrix:
        """The value ``back + 1`` known seasons before the step."""
        place = windows.past.shape[1] + steps - season * (steps // season + 1 + back)
        found: Matrix = windows.past[rows, place]
        return found

    def _change(
        self, windows: Windows, rows: IntArray, steps: IntArray, season: int, back: int
    ) -> Matrix:
        """How the series changed into the step's position, ``back + 1`` known seasons before."""
        place = windows.past.shape[1] + steps - season * (steps // season + 1 + back)
        found: Matrix = windows.past[rows, place] - windows.past[rows, place - 1]
        return found

    def _of_origin(self, windows: Windows, level: Matrix) -> Matrix:
        """What is the same for every step of an origin."""
        past, last = windows.past, windows.past[:, -1]
        parts = [last - level, *(last - past[:, -1 - k] for k in range(1, self.recent + 1))]
        for season in self.seasons:
            latest = past[:, -season:]
            parts += [latest.mean(axis=1) - level, latest.std(axis=1)]
        for season, cycles in zip(self.seasons, self.cycles, strict=True):
            few = ceil(season / 12)
            ends = [past[:, -few - season * k : past.shape[1] - season * k] for k in range(2)]
            if ends[1].shape[1] == few:
                parts.append(ends[0].mean(axis=1) - ends[1].mean(axis=1))
            parts += self._earlier(past, season, cycles)
        return np.stack(parts, axis=1)

    def _earlier(self, past: Matrix, season: int, cycles: int) -> list[Matrix]:
        """Means of earlier seasons against the latest."""
        latest = past[:, -season:].mean(axis=1)
        length = past.shape[1]
        return [
            past[:, length - season * (k + 1) : length - season * k].mean(axis=1) - latest
            for k in range(1, cycles)
        ]

    def _calendar(self, at: IntArray) -> list[IntArray]:
        """The position in each season; in one that the one before divides, counted in those."""
        found = []
        for number, season in enumerate(self.seasons):
            shorter = self.seasons[number - 1] if number else 1
            unit = shorter if season % shorter == 0 else 1
            found.append(at % season // unit)
        return found
