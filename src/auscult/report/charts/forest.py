"""The leaderboard of a classification as a forest plot."""

from __future__ import annotations

from markupsafe import Markup

from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading, words
from auscult.report.charts.forest_plot import ForestPlot, ForestRow, forest_axis


def forest(result: Result, *, wide: bool = True) -> Markup:
    """Draw the leaderboard.

    Parameters
    ----------
    result
        A finished study; its models stand best first.
    wide
        For a page's full width, or for a phone.

    Returns
    -------
    Markup
        An SVG element. The linear baseline is a dashed line through all rows, a leaky figure a
        hollow grey mark beside the word *leaky*, a baseline a diamond.
    """
    labels = reading.distinct_labels(result)
    linear = reading.linear_baseline(result)
    value = reading.headline(result, linear).value if linear else reading.UNKNOWN.value
    return ForestPlot(
        rows=tuple(_row(result, row, labels[row.model]) for row in result.models),
        description=_description(result),
        axis=forest_axis(result.headline, "on cases the fit never saw"),
        baseline=value,
        baseline_note=f"linear baseline {words.number(value)}",
        within=(0.0, 1.0) if words.is_share(result.headline) else None,
    ).draw(wide=wide)


def _row(result: Result, row: ModelResult, label: str) -> ForestRow:
    leak = reading.leak(result, row)
    best = row.model == result.best
    return ForestRow(label, reading.headline(result, row), row.baseline, best, leak)


def _description(result: Result) -> str:
    best = reading.headline(result, result.winner) if result.models else reading.UNKNOWN
    name = reading.label(result.winner) if result.models else "none"
    return (
        f"Leaderboard by {words.metric_label(result.headline)} with 95 % intervals, "
        f"{words.plural(len(result.models), 'model')}; best: {name}, {words.figure(best)}"
    )
