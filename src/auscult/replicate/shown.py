"""Figures of a row as a person reads them, the same on the page and in the terminal."""

from __future__ import annotations

import math

from auscult.replicate.record import Figure, Record, Row
from auscult.report import words
from auscult.types import Estimate

HEADS = ("published", "rebuilt with its leaks", "honest", "baseline", "best here")
_PLACES = {"mae": 1, "rmse": 1, "r2": 4, "mape": 2}
_SHARES = ("mape",)
NO_LEAK = "nothing leaks"


def places(metric: str) -> int:
    """Decimals of a metric."""
    return _PLACES.get(metric, 3)


def metric_name(metric: str) -> str:
    """The metric, with its unit where it has one."""
    return words.metric_label(metric) + (", %" if metric in _SHARES else "")


def scaled(estimate: Estimate, metric: str) -> Estimate:
    """The estimate in the unit it is shown in."""
    factor = 100.0 if metric in _SHARES else 1.0
    return Estimate(*(factor * value for value in estimate))


def value_text(figure: Figure, metric: str) -> str:
    """The figure without its interval."""
    return figure.text or words.number(scaled(figure.estimate, metric).value, places(metric))


def interval_text(figure: Figure, metric: str) -> str:
    """Its interval in brackets; empty where it has none."""
    return words.interval(scaled(figure.estimate, metric), places(metric))


def cells(row: Row) -> tuple[tuple[str, str], ...]:
    """What stands below each of :data:`HEADS`: the figure, and what is said beside it."""
    baseline, best = row.baseline, row.best
    return (
        (value_text(row.published, row.metric), _leaky(row.published)),
        _rebuilt(row),
        (value_text(row.honest, row.metric), interval_text(row.honest, row.metric)),
        (value_text(baseline, row.metric), words.lower_first(baseline.label)),
        (value_text(best, row.metric), words.lower_first(best.label)),
    )


def _rebuilt(row: Row) -> tuple[str, str]:
    if row.rebuilt is None:
        return words.MISSING, NO_LEAK
    return value_text(row.rebuilt, row.metric), _leaky(row.rebuilt)


def _leaky(figure: Figure) -> str:
    has_figure = math.isfinite(figure.estimate.value) or bool(figure.text)
    return "leaky" if figure.leaky and has_figure else ""


def main_rows(records: list[Record]) -> list[Row]:
    """The rows of the table of all systems."""
    return [row for record in records for row in record.found.rows if row.main]
