"""The figures of one model's forecasts, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.evaluate.forecast.conformal import (
    ConformalKind,
    IntervalQuality,
    adaptive_widths,
    quality,
    split_widths,
)
from auscult.evaluate.forecast.diebold_mariano import diebold_mariano
from auscult.evaluate.forecast.fitting import ForecastFits
from auscult.evaluate.forecast.intervals import (
    block_length,
    estimate_all,
    estimate_difference,
    estimate_skill,
)
from auscult.evaluate.forecast.metrics import by_number, error_sums
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import Forecasts, Tested
from auscult.evaluate.paired_tests import holm
from auscult.evaluate.result import Comparison
from auscult.types import Estimate, FloatArray, IntArray

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scoring:
    """What every model of a study is scored with.

    ``number`` is the origin's number in its series, the same for series of one time; ``centre``
    and ``scale`` are those of :func:`~auscult.evaluate.forecast.metrics.error_sums`, a row each.
    """

    tested: Tested
    number: IntArray
    centre: Values
    scale: Values
    plan: ForecastPlan

    @property
    def n_origins(self) -> int:
        return int(self.number.max()) + 1

    @property
    def block(self) -> int:
        """Origins of a block of the bootstrap."""
        return block_length(self.n_origins, self.plan.overlap)

    def sums(self, forecast: Values) -> Values:
        """``(n_origins, n_sums)`` in order of time."""
        rows = error_sums(self.tested.true, forecast, self.centre, self.scale)
        return by_number(rows, self.number)

    def metrics(self, sums: Values, baseline: Values) -> dict[str, Estimate]:
        """Every figure, and the skill against the baseline."""
        seed = self.plan.seed
        skill = estimate_skill(sums, baseline, self.block, seed=seed)
        return {**estimate_all(sums, self.block, seed=seed), "skill": skill}

    def intervals(
        self, fits: ForecastFits, kind: ConformalKind, level: float
    ) -> tuple[Forecasts, IntervalQuality | None]:
        """Forecasts with prediction intervals; without, where nothing could be calibrated on."""
        if fits.calibration is None:
            return Forecasts(fits.forecast), None
        unit = self._units()
        half = (
            self._widths(fits, kind, level, unit)[self.number] * unit[self.tested.series][:, None]
        )
        low, high = fits.forecast - half, fits.forecast + half
        return Forecasts(fits.forecast, low, high), quality(
            self.tested.true, low, high, kind, level
        )

    def _units(self) -> FloatArray:
        """``(n_series,)`` what errors of each series are counted in before they are pooled."""
        n_series = int(self.tested.series.max()) + 1
        found = np.ones(n_series)
        if n_series > 1:
            found[self.tested.series] = self.scale[:, 0]
        return np.where(np.isfinite(found) & (found > 0), found, 1.0)

    def _widths(
        self, fits: ForecastFits, kind: ConformalKind, level: float, unit: FloatArray
    ) -> Values:
        """``(n_origins, horizon)`` half widths, in units."""
        assert fits.calibration is not None
        calibration = fits.calibration / unit[None, :, None]
        if kind == "split":
            return np.tile(split_widths(calibration, level), (self.n_origins, 1))
        residuals = np.full((self.n_origins, len(unit), fits.forecast.shape[1]), np.nan)
        residuals[self.number, self.tested.series] = fits.forecast - self.tested.true
        residuals /= unit[None, :, None]
        spacing, gap = self.plan.spacing, self.plan.gap
        return adaptive_widths(calibration, residuals, level, spacing=spacing, gap=gap)

    def compare(self, sums: Mapping[str, Values], baseline: str) -> tuple[Comparison, ...]:
        """Every model against the best baseline on the same points."""
        others = [name for name in sums if name != baseline]
        differences = [self._loss(sums[name]) - self._loss(sums[baseline]) for name in others]
        p_values = [diebold_mariano(d, self.plan.overlap) for d in differences]
        return tuple(
            Comparison(
                a=name,
                b=baseline,
                metric="mae",
                difference=self._difference(sums[name], sums[baseline]),
                p_value=p,
                p_adjusted=adjusted,
            )
            for name, p, adjusted in zip(others, p_values, holm(p_values), strict=True)
        )

    def _difference(self, own: Values, other: Values) -> Estimate:
        return estimate_difference(own, other, "mae", self.block, seed=self.plan.seed)

    @staticmethod
    def _loss(sums: Values) -> FloatArray:
        """``(n_origins,)`` mean absolute error of each origin."""
        return sums[:, 1] / sums[:, 0]


def mae_by_step(true: Values, forecast: Values) -> tuple[float, ...]:
    """Mean absolute error of each step of the horizon."""
    return tuple(float(value) for value in np.abs(forecast - true).mean(axis=0))


def plain_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with lists as tuples, as a result keeps them."""
    return {
        k: tuple(v) if isinstance(v, Sequence) and not isinstance(v, str) else v
        for k, v in params.items()
    }
