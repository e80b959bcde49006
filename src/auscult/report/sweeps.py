"""The settings that a study tried: how each did on validation parts, and how often it was taken."""

from __future__ import annotations

import math
from typing import Any

from auscult.evaluate.result import ModelResult, Result, SweepRow
from auscult.models.spec import setting_text, written
from auscult.report import reading, words
from auscult.report.tables import Cell, Table

SHOWN = 12
"""Settings that stand in the open; the rest fold away."""


def swept(result: Result) -> list[ModelResult]:
    """The rows that are the best of a grid."""
    return [row for row in result.models if row.sweep]


def ranked(result: Result, row: ModelResult) -> list[SweepRow]:
    """The settings tried, best validation figure first; those that failed somewhere last."""
    sign = 1.0 if words.lower_is_better(result.headline) else -1.0

    def order(tried: SweepRow) -> tuple[bool, float, int]:
        value = sign * tried.validation.value
        known = value if math.isfinite(value) else math.inf
        return tried.failed is not None, known, -tried.chosen

    return sorted(row.sweep, key=order)


def sweep_table(result: Result, row: ModelResult, rows: list[SweepRow]) -> Table:
    """Settings with their validation figure, how often each was taken, and its time."""
    names = list(row.sweep[0].params)
    kinds = {name: "num" if _numeric(row, name) else "" for name in names}
    figure = f"validation {words.metric_label(result.headline)}"
    head = [Cell(name, kind=kinds[name]) for name in names]
    chosen = f"chosen of {sum(tried.chosen for tried in row.sweep)}"
    head += [Cell(text, kind="num") for text in (figure, chosen, "time")]
    places = reading.metric_places([t.validation.value for t in row.sweep], result.headline)
    body = []
    for tried in rows:
        settings = [Cell(written(tried.params[name]), kind=kinds[name]) for name in names]
        body.append((*settings, *_cells(tried, places)))
    return Table(tuple(head), tuple(body))


def _cells(tried: SweepRow, places: int) -> tuple[Cell, Cell, Cell]:
    value = words.number(tried.validation.value, places)
    asides = [words.interval(tried.validation, places), "failed" if tried.failed else ""]
    return (
        Cell(value, " ".join(filter(None, asides)), "num"),
        Cell(words.count(tried.chosen), kind="num strong" if tried.chosen else "num"),
        Cell(words.duration(tried.seconds), kind="num"),
    )


def _numeric(row: ModelResult, name: str) -> bool:
    values = (tried.params[name] for tried in row.sweep)
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def sweep_parts(result: Result) -> list[dict[str, Any]]:
    """What the page shows of each swept model: the best settings, all of them, the failures."""
    parts = []
    for row in swept(result):
        rows = ranked(result, row)
        failed = [tried for tried in rows if tried.failed]
        parts.append(
            {
                "label": reading.label(row),
                "intro": _intro(result, row),
                "table": sweep_table(result, row, rows[:SHOWN]),
                "rest": sweep_table(result, row, rows[SHOWN:]) if rows[SHOWN:] else None,
                "rest_words": words.plural(len(rows) - SHOWN, "more setting"),
                "failures": [(setting_text(t.params), t.failed) for t in failed],
                "failures_words": f"{words.plural(len(failed), 'setting')} failed in some fit",
            }
        )
    return parts


def _intro(result: Result, row: ModelResult) -> str:
    metric = words.metric_label(result.headline)
    fits = sum(tried.chosen for tried in row.sweep)
    who = "The one fit" if fits == 1 else f"Each of the {words.count(fits)} fits"
    said = (
        f"{words.plural(len(row.sweep), 'setting')} tried. {who} took the one with the best "
        f"{metric} on its own validation part, the lower log loss where two were level."
    )
    cause = reading.leak(result, row)
    return f"{said} These figures are leaky: {words.bare(cause)}." if cause else said
