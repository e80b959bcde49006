"""The verdict of a forecast study: what stands first in the report and in the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.report import words
from auscult.report.forecast import reading
from auscult.report.forecast.time import ahead
from auscult.report.reading import ALPHA, adjusted, gain, label
from auscult.report.verdict import warnings_told

_TOLD = frozenset({"does-not-beat-baseline", "leaky-scaling"})
_MOST_NAMED = 6


def verdict(result: ForecastResult) -> tuple[str, ...]:
    """What a study found, in plain sentences.

    Parameters
    ----------
    result
        A finished study.

    Returns
    -------
    tuple of str
        The best model with its error, how far ahead and over which points; how far below the
        best baseline that is; the models that are not better than it, and those that two points
        and a ruler beat; what the intervals hold; what leaks; which warnings change how to read
        it. A sentence that has nothing to say is left out.
    """
    parts = (
        _best(result),
        _judged(result),
        _against_baseline(result),
        _line(result),
        _unbeaten(result),
        _unproven(result),
        _intervals(result),
        _leaks(result),
        warnings_told([found for found in result.warnings if found.code not in _TOLD]),
    )
    return tuple(part for part in parts if part)


def _best(result: ForecastResult) -> str:
    """The first sentence: what is best, how far ahead, and how far off."""
    row = result.winner
    places = reading.unit_places(result)
    estimate = reading.mae(row)
    ends = words.interval(estimate, places).strip("()")
    shown = f"95\u00a0% interval {ends}" if ends else "no interval can be given"
    return (
        f"{label(row)} forecasts '{result.data.target}' {ahead(result)} and is off by "
        f"{words.number(estimate.value, places)} on average (MAE, {shown}{_r2(row)})."
    )


def _r2(row: ForecastModelResult) -> str:
    found = row.metrics.get("r2")
    if found is None or not math.isfinite(found.value):
        return ""
    return f"; R²\u00a0{words.number(found.value, reading.r2_places(found.value))}"


def _judged(result: ForecastResult) -> str:
    """Over which points, how the steps came about, and by what the best was chosen."""
    plan = result.plan
    where = "the last 2\u00a0% of the series" if plan.kind == "published" else _at_the_end(result)
    said = f"Measured on {words.plural(plan.n_tested, 'point')} at {where}, which no fit had seen"
    if plan.kind == "published":
        said = said.replace(" at ", " in ", 1)
    chosen = (
        "" if result.headline == "mae" else f", chosen by {words.metric_label(result.headline)}"
    )
    return f"{said}{_many_steps(result)}{chosen}."


def _at_the_end(result: ForecastResult) -> str:
    n = len(set(result.tested.series.tolist()))
    return "the end of the series" if n == 1 else f"the ends of {words.count(n)} series"


def _many_steps(result: ForecastResult) -> str:
    if result.plan.horizon == 1:
        return ""
    how = {
        "direct": " at once (direct)",
        "recursive": " one after the other, each from its own forecasts before (recursive),",
    }.get(reading.strategy(result.winner), "")
    origins = words.plural(result.plan.n_origins, "origin")
    return f"; all {result.plan.horizon} steps were forecast{how} from each of {origins}"


def _against_baseline(result: ForecastResult) -> str:
    """Is it better than the simplest thing that could work?"""
    best = result.winner
    if best.baseline:
        return _best_is_baseline(result, best)
    base = reading.baseline(result)
    shown = words.lower_first(base.label)
    skill = best.metrics.get("skill")
    if skill is None or not math.isfinite(skill.value) or skill.value <= 0:
        return f"It is no better than the best baseline, {reading.named(result, base)}."
    places = 1 if skill.value < 0.1 else 0
    ends = f"; {words.percent_range(skill, places)}"
    found = reading.comparison(result, best)
    p = "" if found is None else f", Diebold–Mariano {words.p_value(adjusted(found))}"
    said = (
        f"Its error is {words.percent(skill.value, places)} below that of the best baseline, "
        f"{shown} ({reading.error_text(result, base)}{ends}{p})"
    )
    return f"{said}." if reading.beats(result, best) else f"{said}: chance alone could do that."


def _best_is_baseline(result: ForecastResult, best: ForecastModelResult) -> str:
    """A baseline won: say so, and how far it is from the next one."""
    tried = [row for row in result.models if not row.baseline]
    said = "no other model is better" if tried else "only baselines were tried"
    following = next((r for r in result.models if r.baseline and r.model != best.model), None)
    below = ""
    if following is not None and reading.mae(following).value > 0:
        share = 1 - reading.mae(best).value / reading.mae(following).value
        if share > 0:
            below = (
                f". Its error is {words.percent(share)} below that of the next baseline, "
                f"{reading.named(result, following)}"
            )
    return f"It is itself a baseline: {said}{below}."


def _line(result: ForecastResult) -> str:
    """A ruler through two points, where it beats what was learnt."""
    line = reading.line_baseline(result)
    beaten = [] if line is None else _beaten_by(result, line)
    if line is None or not beaten:
        return ""
    return (
        f"A straight line through the last two points ({reading.error_text(result, line)}) beats "
        f"{_the(result, beaten)}."
    )


def _beaten_by(result: ForecastResult, line: ForecastModelResult) -> list[ForecastModelResult]:
    least = reading.mae(line).value
    return [
        row
        for row in result.models
        if not row.baseline and not reading.leak(row) and reading.mae(row).value > least
    ]


def _the(result: ForecastResult, rows: Sequence[ForecastModelResult]) -> str:
    named = [f"the {reading.named(result, row)}" for row in rows[:_MOST_NAMED]]
    more = len(rows) - len(named)
    return words.listed([*named, f"{more} more"] if more else named)


def _unbeaten(result: ForecastResult) -> str:
    """The models that are worse than the best baseline, by name."""
    base, line = reading.baseline(result), reading.line_baseline(result)
    worse = [r for r in result.models if r.beats_baseline is False and not reading.leak(r)]
    if line is not None and line.model == base.model:
        told = {row.model for row in _beaten_by(result, line)}
        worse = [row for row in worse if row.model not in told]
    if not worse:
        return ""
    verb = "does" if len(worse) == 1 else "do"
    subject = words.upper_first(_the(result, worse))
    return f"{subject} {verb} not beat the best baseline, {reading.named(result, base)}."


def _unproven(result: ForecastResult) -> str:
    """Models below the best baseline by no more than chance; the best is told of elsewhere."""
    rows = [
        (row, found)
        for row in result.models
        if row.beats_baseline
        and row.model != result.best
        and not reading.leak(row)
        and (found := reading.comparison(result, row)) is not None
        and gain(found) > 0
        and not adjusted(found) < ALPHA
    ]
    if not rows:
        return ""
    named = _the(result, [row for row, _ in rows])
    return f"Chance alone could put {named} below the best baseline."


def _intervals(result: ForecastResult) -> str:
    found = result.winner.intervals
    if found is None:
        return ""
    short = found.level - found.coverage > 0.03
    fewer = ", fewer than promised" if short else ""
    width = words.number(found.width, reading.places([found.width]))
    return (
        f"Its {words.percent(found.level)} prediction intervals held "
        f"{words.percent(found.coverage, 1)} of these points{fewer}; they are {width} wide on "
        "average."
    )


def _leaks(result: ForecastResult) -> str:
    """Models that saw the tested points: their figures stand here only, beside the cause."""
    rows = [row for row in result.models if reading.leak(row)]
    if not rows:
        return ""
    line = reading.line_baseline(result)
    least = math.nan if line is None else reading.mae(line).value
    beaten = all(reading.mae(row).value > least for row in rows)
    even = "; a straight line through the last two points beats even that" if beaten else ""
    one = len(rows) == 1
    cause = reading.LEAK if one else reading.LEAK.replace("its", "their", 1)
    named = words.upper_first(_the(result, rows))
    return f"{named} {'is' if one else 'are'} leaky ({cause}) and not to be relied on{even}."
