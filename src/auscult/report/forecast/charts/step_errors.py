"""The mean absolute error of every model by how many steps ahead it forecasts."""

from __future__ import annotations

from markupsafe import Markup

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.report import words
from auscult.report.forecast import reading
from auscult.report.forecast.charts.sizes import error_scale, left_of, picture_width
from auscult.report.forecast.time import span
from auscult.report.reading import distinct_labels
from auscult.report.scale import Scale, finite, tick_labels
from auscult.report.svg import Frame, Svg, short_label

_TOP, _HEIGHT, _FOOT, _ROW = 26.0, 250.0, 42.0, 15.0
_NAMES = 216.0


def step_errors(result: ForecastResult, *, wide: bool = True) -> Markup:
    """Draw a line a model, the best one bold, the best baseline dashed; of two steps or more."""
    horizon = result.plan.horizon
    values = finite(v for row in result.models for v in row.mae_by_step)
    foot = _TOP + max(_HEIGHT if wide else 200.0, _ROW * len(result.models))
    svg = Svg(picture_width(wide), foot + _FOOT, _description(result), "steps")
    y = error_scale(values, (foot, _TOP))
    right = svg.width - (_NAMES if wide else 12.0)
    frame = Frame(svg, Scale(1, horizon, left_of(y), right), y)
    frame.y_axis(f"MAE, {result.data.target}{' (log scale)' if y.log else ''}")
    each = span(result.data.freq)
    ticks = _ticks(frame.x, horizon)
    frame.x_axis(f"steps ahead{f', {each} each' if each else ''}", ticks)
    for row in reversed(result.models):
        frame.curve(range(1, horizon + 1), row.mae_by_step, _kind(result, row), title=row.label)
    if wide:
        _names(frame, result)
    return svg.render()


def _ticks(x: Scale, horizon: int) -> list[tuple[float, str]]:
    ticks = [t for t in x.ticks(6) if t.is_integer()]
    if not ticks or ticks[0] > 1 + horizon / 10:
        ticks = [1.0, *ticks]
    return list(zip(ticks, tick_labels(ticks), strict=True))


def _description(result: ForecastResult) -> str:
    best = result.winner
    first, last = best.mae_by_step[0], best.mae_by_step[-1]
    places = reading.places([first, last])
    return (
        f"Mean absolute error by step ahead, {words.plural(len(result.models), 'model')}; best: "
        f"{words.number(first, places)} at step 1, {words.number(last, places)} at step "
        f"{len(best.mae_by_step)}"
    )


def _kind(result: ForecastResult, row: ForecastModelResult) -> str:
    if row.model == result.best:
        return "curve best"
    return "curve base" if row.model == result.best_baseline else "curve faint"


def _names(frame: Frame, result: ForecastResult) -> None:
    """A name at the end of each line, moved apart where lines end together."""
    labels = distinct_labels(result)
    ends = sorted((frame.y(row.mae_by_step[-1]), row.model) for row in result.models)
    places = _apart([at for at, _ in ends], frame.y.end, frame.y.start)
    for (end, model), at in zip(ends, places, strict=True):
        strong = " strong" if model == result.best else ""
        edge = frame.x.end
        leaky = " leaky" if reading.leak(result[model]) else ""
        shown = short_label(labels[model], _NAMES - 30 - (36 if leaky else 0), 12)
        frame.svg.line((edge + 3, end), (edge + 12, at), "grid")
        frame.svg.text((edge + 15, at + 4), shown, f"note{strong}", aside=(leaky.strip(), "aside"))


def _apart(heights: list[float], top: float, foot: float) -> list[float]:
    """The heights, from above, a row of words apart and within the picture."""
    found: list[float] = []
    for height in heights:
        found.append(max(height, found[-1] + _ROW) if found else max(height, top))
    limit = foot
    for i in range(len(found) - 1, -1, -1):
        found[i] = min(found[i], limit)
        limit = found[i] - _ROW
    return found
