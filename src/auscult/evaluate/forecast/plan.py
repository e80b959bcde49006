"""How a forecast study splits time: from which origins it forecasts, and on what it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, gcd
from typing import Final, Literal, get_args

import numpy as np

from auscult.errors import InputError, did_you_mean
from auscult.evaluate.plan_checks import require
from auscult.types import IntArray

ForecastPlanKind = Literal["rolling", "published"]
FORECAST_PLANS: Final[tuple[str, ...]] = get_args(ForecastPlanKind)

PUBLISHED_SHARE, PUBLISHED_INPUTS = 0.02, 96
TEST_SHARE = 0.2
FEWEST = 3
FEWEST_CALIBRATION, MOST_CALIBRATION = 50, 2000


@dataclass(frozen=True)
class Fold:
    """One fit and the origins that it forecasts from.

    Parameters
    ----------
    number
        From 0.
    start, end
        ``(n_series,)``: each series is fitted on its points ``start`` to before ``end``.
    origins
        For each series, origins; none lies before the series' ``end``.
    """

    number: int
    start: IntArray
    end: IntArray
    origins: tuple[IntArray, ...]


@dataclass(frozen=True)
class ForecastPlan:
    """A rolling origin (Tashman 2000): forecasts of points that no fit has seen.

    Parameters
    ----------
    kind
        ``rolling``; or ``published``: the last 2 % of the points, one step ahead, fitted once on
        the rest. The published program cuts its first window of 96 from the test part itself;
        the plan does the same, so that figures are of the same points.
    horizon
        Steps that are forecast from each origin.
    test
        Points at the end of each series that are forecast; None for the last fifth, less what
        the spacing of origins would leave over.
    step
        Points between two origins; None for the horizon, so that every point is forecast once.
    gap
        Points after an origin that are not scored: how late a forecast is known before its time.
    window
        Points that each fit sees at most (a sliding window); None for all (expanding).
    refit
        Origins after which the models are fitted anew; None for one fit, on the points before
        the first origin.
    seed
        Of models that draw.

    Raises
    ------
    InputError
        A value is out of its range.
    """

    kind: ForecastPlanKind = "rolling"
    horizon: int = 1
    test: int | None = None
    step: int | None = None
    gap: int = 0
    window: int | None = None
    refit: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        known = f"no plan is '{self.kind}'. {did_you_mean(self.kind, FORECAST_PLANS)}"
        require(self.kind in FORECAST_PLANS, known, "--plan")
        for name in ("horizon", "test", "step", "window", "refit"):
            value = getattr(self, name)
            require(value is None or value >= 1, f"must be 1 or more, not {value}.", f"--{name}")
        require(self.gap >= 0, f"must be 0 or more, not {self.gap}.", "--gap")
        require(self.seed >= 0, f"must be 0 or larger, not {self.seed}.", "--seed")
        fixed = self.kind == "published"
        asked = (self.horizon, self.test, self.step, self.gap, self.window, self.refit)
        require(
            not fixed or asked == (1, None, None, 0, None, None),
            "the published plan is one step ahead over the last 2 %, fitted once. Leave the other "
            "settings out, or use --plan rolling.",
            "--plan",
        )

    @property
    def spacing(self) -> int:
        """Points between two origins."""
        return self.step or self.horizon

    @property
    def reach(self) -> int:
        """Points from an origin to the end of its forecast, the gap with it."""
        return self.gap + self.horizon

    @property
    def overlap(self) -> int:
        """How many origins in a row share points: errors of them go together."""
        return ceil(self.reach / self.spacing)

    def every(self, seasons: Sequence[int]) -> int:
        """Spacing of the origins to learn from: all have the season's position of the test's."""
        return gcd(self.spacing, min(seasons)) if seasons else 1

    def n_test(self, lengths: Sequence[int]) -> int:
        """Points at the end of every series that are forecast; the same for all of a panel."""
        shortest = min(lengths)
        if self.kind == "published":
            return shortest - int(shortest * (1 - PUBLISHED_SHARE))
        if self.test:
            return self.test
        # So many that the last origin's forecast ends where the series does.
        more = int(shortest * TEST_SHARE) - self.reach
        return self.reach + max(0, more // self.spacing * self.spacing)

    def origins(self, n_points: int, n_test: int) -> IntArray:
        """Origins in a series of this length; none where it is too short."""
        end = n_points - n_test
        if end < FEWEST:
            return np.empty(0, dtype=np.int64)
        return np.arange(end + self._unscored, n_points - self.reach + 1, self.spacing)

    @property
    def _unscored(self) -> int:
        """Points between the end of the first fit and the first origin."""
        return PUBLISHED_INPUTS if self.kind == "published" else 0

    def folds(self, lengths: Sequence[int]) -> tuple[Fold, ...]:
        """The fits of this plan, the earliest first.

        Raises
        ------
        InputError
            The horizon is beyond the data, or the test part leaves nothing to fit on.
        """
        n_test = self.n_test(lengths)
        origins = [self.origins(n, n_test) for n in lengths]
        for n, at in zip(lengths, origins, strict=True):
            if not len(at):
                raise InputError(self._too_long(n), where="--horizon")
        n_origins = len(origins[0])  # of every series: all have the same test part
        size = self.refit or n_origins
        folds = []
        for number, first in enumerate(range(0, n_origins, size)):
            parts = tuple(at[first : first + size] for at in origins)
            ends = [at[first] - self._unscored for at in origins]
            end = np.array(ends, dtype=np.int64)
            start = np.maximum(0, end - (self.window or end.max()))
            folds.append(Fold(number, start, end, parts))
        return tuple(folds)

    def _too_long(self, n_points: int) -> str:
        if self.kind == "published":
            return (
                f"the last 2 % of {n_points} points hold no forecast behind a window of "
                f"{PUBLISHED_INPUTS}. Use --plan rolling."
            )
        return (
            f"a series of {n_points} points holds no forecast of {self.horizon} steps"
            f"{f' after a gap of {self.gap}' if self.gap else ''}"
            f"{f' in its last {self.test}' if self.test else ''}. "
            "Shorten the horizon or give more points."
        )

    def calibration(self, fold: Fold) -> tuple[IntArray, tuple[IntArray, ...]]:
        """Where a fit for calibration ends in each series, and origins behind it.

        The origins stand in the training part of the fold, spaced as those of the test; every
        point they forecast lies before its end. At most a fifth of the training points.
        """
        ends, found = [], []
        for low, high, test in zip(fold.start, fold.end, fold.origins, strict=True):
            span = int((high - low) * TEST_SHARE)
            back = self.spacing * ceil(self.reach / self.spacing)
            at = np.arange(high - back, high - span - 1, -self.spacing)[::-1]
            at = at[-max(FEWEST_CALIBRATION, min(len(test), MOST_CALIBRATION)) :]
            found.append(at)
            ends.append(int(at[0]) if len(at) else int(high))
        return np.array(ends, dtype=np.int64), tuple(found)
