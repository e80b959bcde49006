"""Who is who in a forecast study, and how its figures are written."""

from __future__ import annotations

import math
from collections.abc import Sequence

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.evaluate.result import Comparison
from auscult.report import reading, words
from auscult.types import Estimate

LEAK = "its forecasts were scaled by the lowest and highest of the tested points"
LINE = "line"


def leak(row: ForecastModelResult) -> str | None:
    """Why the row's figure leaks; None if it does not."""
    return LEAK if row.leaky else None


def mae(row: ForecastModelResult) -> Estimate:
    """The row's mean absolute error, in the data's unit."""
    return row.metrics.get("mae", reading.UNKNOWN)


def baseline(result: ForecastResult) -> ForecastModelResult:
    """The baseline of the smallest error, that all others are compared with."""
    return result[result.best_baseline]


def comparison(result: ForecastResult, row: ForecastModelResult) -> Comparison | None:
    """The row's comparison with the best baseline."""
    return reading.comparison(result, row.model, result.best_baseline, metric="mae")


def beats(result: ForecastResult, row: ForecastModelResult) -> bool:
    """Whether the row's error is below the best baseline's in a paired test at 5 %."""
    return reading.beats(comparison(result, row))


def rival(result: ForecastResult) -> ForecastModelResult | None:
    """The row that the best is drawn beside: the best baseline, or the next best row."""
    others = [row for row in result.models if row.model != result.best and not leak(row)]
    if result.best != result.best_baseline:
        return baseline(result)
    return others[0] if others else None


def line_baseline(result: ForecastResult) -> ForecastModelResult | None:
    """The line through the last two points, if the study has it."""
    return next((row for row in result.models if row.model.split(":")[0] == LINE), None)


def strategy(row: ForecastModelResult) -> str:
    """How many steps come about: ``direct`` or ``recursive``; empty where there is no choice."""
    return str(row.params.get("strategy", "direct" if row.histories else ""))


def places(values: Sequence[float]) -> int:
    """Decimals for figures in the data's unit: three digits of the smallest, one below 1000."""
    known = [abs(v) for v in values if math.isfinite(v) and v != 0]
    if not known:
        return 1
    digits = 2 - math.floor(math.log10(min(known)))
    return min(max(digits, 0 if min(known) >= 1000 else 1), 6)


def unit_places(result: ForecastResult) -> int:
    """Decimals of errors in the data's unit, the same throughout a report."""
    return places([mae(row).value for row in result.models])


def error_text(result: ForecastResult, row: ForecastModelResult) -> str:
    """``MAE 61.4``."""
    return f"MAE {words.number(mae(row).value, unit_places(result))}"


def named(result: ForecastResult, row: ForecastModelResult) -> str:
    """``LSTM (MAE 83.9)`` within a sentence."""
    shown = error_text(result, row)
    name = words.lower_first(row.label)
    return f"{name[:-1]}; {shown})" if name.endswith(")") else f"{name} ({shown})"


def r2_places(value: float) -> int:
    """Four decimals of an R² near 1, three of others."""
    return 4 if value > 0.99 else 3
