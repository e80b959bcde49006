"""What each section of a forecast report holds, ready for the template."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.report import words
from auscult.report.charts.forest_plot import ForestPlot, ForestRow, forest_axis
from auscult.report.charts.learning import learning_curves, legend
from auscult.report.forecast import reading, tables
from auscult.report.forecast.charts.autocorrelation import autocorrelation, autocorrelation_chart
from auscult.report.forecast.charts.coverage import Coverage, coverage, coverage_chart
from auscult.report.forecast.charts.group_errors import group_errors
from auscult.report.forecast.charts.plan import forecast_plan_picture
from auscult.report.forecast.charts.sizes import Pictures, both
from auscult.report.forecast.charts.step_errors import step_errors
from auscult.report.forecast.charts.track import track
from auscult.report.forecast.groups import Grouping, groupings
from auscult.report.forecast.time import ahead as far_ahead
from auscult.report.forecast.time import span
from auscult.report.reading import distinct_labels, headline, label
from auscult.report.tables import params_text

if TYPE_CHECKING:
    from auscult.evaluate.forecast.ahead import Ahead

Parts = dict[str, Any]
_MORE_SERIES = 3


def leaderboard(result: ForecastResult) -> Parts:
    """The forest plot, the table behind it, the comparisons, and what is missing and why."""
    plot = _forest(result)
    return {
        "metric": words.metric_label(result.headline),
        "forests": both(lambda wide: plot.draw(wide=wide)),
        "leaderboard_table": tables.leaderboard_table(result),
        "comparison_table": tables.comparison_table(result),
        "base_label": words.lower_first(reading.baseline(result).label),
        "leaks": {label(row): cause for row in result.models if (cause := reading.leak(row))},
        "settings": [(label(row), params_text(row)) for row in result.models if row.params],
    }


def _forest(result: ForecastResult) -> ForestPlot:
    metric, labels = result.headline, distinct_labels(result)
    base = headline(result, reading.baseline(result)).value
    places = reading.places([headline(result, row).value for row in result.models])
    unit = f" of '{result.data.target}'" if metric in {"mae", "rmse"} else ""
    return ForestPlot(
        rows=tuple(
            ForestRow(
                labels[row.model],
                headline(result, row),
                row.baseline,
                row.model == result.best,
                reading.leak(row),
            )
            for row in result.models
        ),
        description=(
            f"Leaderboard by {words.metric_label(metric)} with 95 % intervals, "
            f"{words.plural(len(result.models), 'model')}; best: {label(result.winner)}, "
            f"{words.figure(headline(result, result.winner), places)}"
        ),
        axis=forest_axis(metric, f"on later points{unit}"),
        baseline=base,
        baseline_note=f"best baseline {words.number(base, places)}",
        places=places,
        stretched=True,
    )


def belief(result: ForecastResult) -> Parts:
    """The plan, the findings by severity, what intervals hold, and the learning curves."""
    order = {"warning": 0, "note": 1}
    held = coverage(result)
    return {
        "plans": both(lambda wide: forecast_plan_picture(result, wide=wide)),
        "plan_words": plan_words(result),
        "mend_parts": words.mend_parts,
        "findings": sorted(result.warnings, key=lambda f: order.get(f.severity, 2)),
        "held": None if held is None else both(partial(_coverage, result, held)),
        "held_words": _held_words(result),
        "learning": [c for row in result.models if (c := learning_curves(row))],
        "learning_legend": legend(),
    }


def _coverage(result: ForecastResult, found: Coverage, wide: bool) -> Markup:
    return coverage_chart(result, found, wide=wide)


def _held_words(result: ForecastResult) -> str:
    found = result.winner.intervals
    if found is None:
        return ""
    how = {
        "adaptive": "They follow the latest errors known at each origin (adaptive conformal)",
        "split": "They are set by errors before the tested points (split conformal)",
    }[found.kind]
    width = words.number(found.width, reading.places([found.width]))
    return (
        f"{label(result.winner)}: {words.percent(found.level)} intervals held "
        f"{words.percent(found.coverage, 1)} of the tested points, {width} wide on average. {how}."
    )


def plan_words(result: ForecastResult) -> list[str]:
    """The plan in sentences."""
    plan, each = result.plan, span(result.data.freq, result.plan.step)
    every = f"every {words.plural(plan.step, 'step')}" if plan.step > 1 else "every step"
    every += f" ({each})" if each else ""
    said = [f"Forecasts of {far_ahead(result)}, {every}, from {_origins(result)}."]
    if plan.kind == "published":
        said.insert(0, "The published split: the last 2\u00a0% of the points are the test part.")
    if plan.refit is None or plan.folds == 1:
        said.append("Each model was fitted once, on the points before the first origin.")
    else:
        past = f"the latest {words.count(plan.window)} points" if plan.window else "all points"
        said.append(
            f"Each model was fitted {plan.folds} times, every "
            f"{words.plural(plan.refit, 'origin')}, on {past} before."
        )
    said.append(
        "Scaling and choices of lags were fitted on the past of each fit; a forecast knows "
        "nothing behind its origin."
        + (" Leaky models are the exception." if any(map(reading.leak, result.models)) else "")
    )
    return said


def _origins(result: ForecastResult) -> str:
    n = len(set(result.tested.series.tolist()))
    origins = words.plural(result.plan.n_origins, "origin")
    return f"{origins} in each of {words.count(n)} series" if n > 1 else origins


def behaviour(result: ForecastResult, ahead: Ahead | None = None) -> Parts:
    """What the best model does: its forecasts, and its errors by step, clock and lag."""
    row = _drawn(result, ahead)
    codes = np.unique(result.tested.series).tolist()
    fan = None if ahead is None or ahead.model != row.model else ahead

    def tracks(code: int) -> Pictures:
        return both(lambda wide: track(result, row, code, ahead=fan, wide=wide))

    left = autocorrelation(result, result.winner)
    return {
        "best_label": label(result.winner),
        "drawn_label": label(row),
        "track": tracks(codes[0]),
        "more_tracks": [(_name(result, c), tracks(c)) for c in codes[1 : 1 + _MORE_SERIES]],
        "first_series": _name(result, codes[0]) if len(codes) > 1 else "",
        "level": words.percent(row.intervals.level) if row.intervals else "",
        "fan": fan is not None,
        "steps": both(lambda wide: step_errors(result, wide=wide))
        if result.plan.horizon > 1
        else None,
        "groups": [
            (g.title, both(partial(_group, result, g)), _group_note(g)) for g in groupings(result)
        ],
        "rival": _rival(result),
        "stems": None
        if left is None
        else both(lambda wide: autocorrelation_chart(result, left, wide=wide)),
        "stems_words": "" if left is None else _stems_words(left.outside, len(left.values), left.n),
        "series_table": tables.series_table(result),
    }


def _drawn(result: ForecastResult, ahead: Ahead | None) -> ForecastModelResult:
    """The best model, or the one that forecasts beyond the data."""
    named = [row for row in result.models if ahead is not None and row.model == ahead.model]
    return named[0] if named else result.winner


def _group(result: ForecastResult, groups: Grouping, wide: bool) -> Markup:
    return group_errors(result, groups, wide=wide)


def _group_note(groups: Grouping) -> str:
    n = [int(c) for c in groups.counts if c]
    few, many = min(n), max(n)
    return (
        f"{words.count(few)} points each"
        if few == many
        else f"{words.count(few)} to {words.count(many)} points each"
    )


def _rival(result: ForecastResult) -> str:
    other = reading.rival(result)
    return "" if other is None else words.lower_first(other.label)


def _stems_words(outside: int, n_lags: int, n: int) -> str:
    by_chance = round(0.05 * n_lags)
    verb = "lies" if outside == 1 else "lie"
    said = f"{outside} of {words.plural(n_lags, 'lag')} {verb} outside the band"
    expected = (
        f"by chance alone about {by_chance} would" if by_chance else "by chance alone none would"
    )
    meaning = (
        "There is something left to be learnt."
        if outside > 2 * by_chance + 1
        else "Little is left to be learnt from past errors."
    )
    return f"{said}, {expected} ({words.plural(n, 'error')}). {meaning}"


def _name(result: ForecastResult, code: int) -> str:
    ids = result.data.ids
    return ids[code] if code < len(ids) else f"series {code}"
