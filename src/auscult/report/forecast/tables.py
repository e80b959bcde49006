"""The tables of a forecast study's report."""

from __future__ import annotations

import math

import numpy as np

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.report import words
from auscult.report.forecast import reading
from auscult.report.reading import ALPHA, UNKNOWN, adjusted, distinct_labels
from auscult.report.tables import Cell, Table, compared, cost_cells, figure_cell, head_of
from auscult.types import Estimate

_IN_UNITS = ("mae", "rmse")
_SHARES = ("mape", "smape", "skill")
_METRICS = ("mae", "r2", "rmse", "mape", "smape", "mase", "rmsse", "skill")
MOST_SERIES = 12


def leaderboard_table(result: ForecastResult) -> Table:
    """Every model with every metric, whether it beats the best baseline, intervals and costs."""
    labels = distinct_labels(result)
    heads = [words.metric_label(m) for m in _METRICS]
    head = head_of(
        "model",
        *heads,
        "beats the best baseline",
        *_interval_heads(result),
        "fit",
        "predict",
        "parameters",
    )
    rows = [
        (
            _model(result, row, labels[row.model]),
            *(_metric(result, row, m) for m in _METRICS),
            _beats(result, row),
            *_interval_cells(result, row),
            *cost_cells(row),
        )
        for row in result.models
    ]
    return Table(head, tuple(rows))


def _model(result: ForecastResult, row: ForecastModelResult, name: str) -> Cell:
    tags = ["leaky"] if reading.leak(row) else []
    tags += ["baseline"] if row.baseline else []
    tags += [how] if (how := reading.strategy(row)) and result.plan.horizon > 1 else []
    return Cell(name, ", ".join(tags), "strong" if row.model == result.best else "")


def _metric(result: ForecastResult, row: ForecastModelResult, metric: str) -> Cell:
    found = row.metrics.get(metric, UNKNOWN)
    if metric in _IN_UNITS:
        return figure_cell(found, reading.unit_places(result))
    if metric in _SHARES:
        return _share(found, 2 if metric != "skill" else 1)
    if metric == "r2":
        best = result.winner.metrics.get("r2", UNKNOWN).value
        return figure_cell(found, reading.r2_places(best))
    return figure_cell(found, 3)


def _share(found: Estimate, places: int) -> Cell:
    """A share in per cent; one that runs away needs no decimals."""
    if not math.isfinite(found.value):
        return Cell(words.MISSING, kind="num")
    places = places if abs(found.value) < 1 else 0
    ends = words.interval(Estimate(*(100 * v for v in found)), places)
    return Cell(words.percent(found.value, places), ends, "num")


def _beats(result: ForecastResult, row: ForecastModelResult) -> Cell:
    """Yes, no, or that chance alone could do it, with Holm's p of the Diebold–Mariano test."""
    if row.model == result.best_baseline:
        return Cell("is it", kind="num")
    found = reading.comparison(result, row)
    if found is None:
        return Cell(words.MISSING, kind="num")
    p = words.p_value(adjusted(found)) if math.isfinite(adjusted(found)) else ""
    if found.difference.value >= 0:
        return Cell("no", p, "num")
    return Cell("yes" if adjusted(found) < ALPHA else "not shown", p, "num")


def _interval_heads(result: ForecastResult) -> list[str]:
    level = next((row.intervals.level for row in result.models if row.intervals), None)
    if level is None:
        return []
    promised = words.percent(level)
    return [f"held by {promised} intervals", "mean width"]


def _interval_cells(result: ForecastResult, row: ForecastModelResult) -> list[Cell]:
    if not _interval_heads(result):
        return []
    if row.intervals is None:
        return [Cell(words.MISSING, kind="num")] * 2
    width = words.number(row.intervals.width, reading.unit_places(result))
    return [Cell(words.percent(row.intervals.coverage, 1), kind="num"), Cell(width, kind="num")]


def comparison_table(result: ForecastResult) -> Table | None:
    """Differences in MAE from the best baseline, each with its test; None without any."""
    if not result.comparisons:
        return None
    labels, places = distinct_labels(result), reading.unit_places(result)
    order = {row.model: i for i, row in enumerate(result.models)}
    found = sorted(result.comparisons, key=lambda c: order.get(c.a, len(order)))
    head = head_of("comparison", "difference in MAE", "p", "p (Holm)")
    return Table(head, tuple(compared(c, labels, places) for c in found))


def series_table(result: ForecastResult) -> Table | None:
    """The series of a panel that the best model forecasts worst, beside the best baseline.

    None where one series was forecast.
    """
    codes = np.unique(result.tested.series)
    if len(codes) < 2:
        return None
    own = _mae_by_series(result, result.winner)
    base = _mae_by_series(result, reading.baseline(result))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = own / base
    same = result.best == result.best_baseline
    order = np.argsort(-(own if same else share), kind="stable")[:MOST_SERIES]
    places = reading.places(own.tolist())
    heads = ["MAE"] if same else ["MAE", "of the best baseline", "share of it"]
    rows = []
    for i in order.tolist():
        code = int(codes[i])
        name = result.data.ids[code] if code < len(result.data.ids) else str(code)
        figures = [words.number(float(own[i]), places)]
        if not same:
            figures += [words.number(float(base[i]), places), words.percent(float(share[i]))]
        rows.append((Cell(name), *(Cell(f, kind="num") for f in figures)))
    return Table(head_of("series", *heads), tuple(rows))


def _mae_by_series(
    result: ForecastResult, row: ForecastModelResult
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    error = np.abs(row.predictions.forecast - result.tested.true).mean(axis=1)
    _, code = np.unique(result.tested.series, return_inverse=True)
    found: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.bincount(
        code, error
    ) / np.bincount(code)
    return found
