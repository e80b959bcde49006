"""What a person sees of a forecast study in the terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from auscult.evaluate.forecast.result import ForecastModelResult, ForecastResult
from auscult.report import words
from auscult.report.columns import Column, Name, print_columns, seconds
from auscult.report.forecast import reading as forecast_reading
from auscult.report.paragraph import say
from auscult.report.reading import UNKNOWN
from auscult.report.terminal import print_findings
from auscult.types import Estimate, Finding

__all__ = ["print_failed", "print_leaderboard", "print_sentences", "print_warnings"]

_SHARES = frozenset({"mape", "smape"})
_IN_UNITS = frozenset({"mae", "rmse"})
_MOST_ROOM = 28


def print_sentences(sentences: Iterable[str], console: Console) -> None:
    """Print the verdict's sentences, a line each."""
    for sentence in sentences:
        say(console, words.plain(sentence), indent=0)


def print_leaderboard(result: ForecastResult, console: Console) -> None:
    """Print the leaderboard, best first, with as many columns as fit.

    The headline with its interval always stays whole; a narrow terminal loses seconds, MASE,
    MAPE, RMSE, coverage, R² and skill, in this order, and then ends of long names.
    """
    names = [
        Name(label, _tag(row), row.model == result.best)
        for label, row in zip(_labels(result), result.models, strict=True)
    ]
    longest = max(cell_len(f"{name.label}{name.tag}") for name in names)
    room = min(longest, _MOST_ROOM) + 1
    shown = print_columns(names, _columns(result), console, room=room)
    say(console, Text(_footnote(result, shown), style="dim"), indent=0)
    console.print()


def print_warnings(
    result: ForecastResult, console: Console, *, already: Collection[Finding] = ()
) -> None:
    """Print the findings that were not told ``already``, and the models that failed."""
    print_findings([found for found in result.warnings if found not in already], console)
    print_failed(result, console)


def print_failed(result: ForecastResult, console: Console) -> None:
    """Print the models that gave no forecast, with the cause."""
    for name, why in result.failed.items():
        say(console, f"{words.plain(name)}: {words.plain(words.bare(why))}.")


def _labels(result: ForecastResult) -> list[str]:
    """What each row is called; rows that share a label have their name beside it."""
    labels = [words.upper_first(row.label) for row in result.models]
    return [
        label if labels.count(label) == 1 else f"{label} ({row.model})"
        for label, row in zip(labels, result.models, strict=True)
    ]


def _tag(row: ForecastModelResult) -> str:
    return (" *" if row.baseline else "") + (" leaky" if row.leaky else "")


def _footnote(result: ForecastResult, shown: Collection[str]) -> str:
    """What the columns that are shown mean."""
    headline = words.metric_label(result.headline)
    known = any(words.has_interval(r.metrics.get(result.headline, UNKNOWN)) for r in result.models)
    few = "no 95 % intervals: too few origins were tested"
    said = [f"{headline} with a 95 % interval" if known else few, "* baseline"]
    if "skill" in shown:
        best = result[result.best_baseline].label
        said.append(f"skill: MAE below that of the best baseline, {best}")
    levels = {row.intervals.level for row in result.models if row.intervals is not None}
    if "covers" in shown:
        told = [words.percent(level, _places(level)) for level in sorted(levels)]
        said.append(f"covers: tested points inside the {words.listed(told)} intervals")
    return "; ".join(said)


def _places(level: float) -> int:
    return 0 if round(100 * level, 6).is_integer() else 1


def _columns(result: ForecastResult) -> list[Column]:
    """The columns in the order they are printed, the most telling first."""

    def column(head: str, cell: Callable[[ForecastModelResult], str]) -> Column:
        return Column(head, [cell(row) for row in result.models])

    def metric(name: str, *, ends: bool = False) -> Column:
        values = [row.metrics.get(name, UNKNOWN) for row in result.models]
        return Column(words.metric_label(name), _figures(name, values, ends=ends))

    first, *others = dict.fromkeys([result.headline, "mae", "r2", "rmse", "mape", "mase"])
    found = [metric(first, ends=True)]
    if "mae" in others:
        found.append(metric("mae"))
        others.remove("mae")
    found.append(column("skill", _skill))
    found += [metric(name) for name in others if name == "r2"]
    if any(row.intervals is not None for row in result.models):
        found.append(column("covers", _covers))
    found += [metric(name) for name in others if name != "r2"]
    found.append(column("s", lambda row: seconds(row.fit_seconds + row.predict_seconds)))
    return found


def _skill(row: ForecastModelResult) -> str:
    value = row.metrics.get("skill", UNKNOWN).value
    return _percent(value)


def _covers(row: ForecastModelResult) -> str:
    return words.MISSING if row.intervals is None else _percent(row.intervals.coverage)


def _percent(value: float) -> str:
    return words.percent(value, 1) if math.isfinite(value) else words.MISSING


def _figures(name: str, values: Sequence[Estimate], *, ends: bool) -> list[str]:
    """The cells of one metric, all with the same decimals."""
    if name in _SHARES:
        values = [Estimate(*(100 * part for part in value)) for value in values]
    places = _decimals(name, [value.value for value in values])
    unit = "\u00a0%" if name in _SHARES else ""
    shown = [words.number(value.value, places) for value in values]
    cells = [text + unit if text != words.MISSING else text for text in shown]
    if not ends:
        return cells
    return [
        f"{cell} {words.interval(value, places)}".rstrip()
        for cell, value in zip(cells, values, strict=True)
    ]


def _decimals(name: str, values: Sequence[float]) -> int:
    """As many as the report has of them."""
    known = [value for value in values if math.isfinite(value)]
    if name in _IN_UNITS:
        return forecast_reading.places(known)
    if name in _SHARES:
        return 2
    return forecast_reading.r2_places(max(known)) if name == "r2" and known else 3
