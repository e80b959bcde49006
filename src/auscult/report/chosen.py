"""What was chosen inside the training cases, and how optimistic it is to pick afterwards."""

from __future__ import annotations

import math
from typing import Any

from auscult.evaluate.nested.result import Nested
from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading, words
from auscult.report.tables import Cell, Table, figure_cell, head_of

_METHODS = {
    "corrected_t": "corrected resampled t",
    "nested_cv": "nested cross-validation",
    "delong": "DeLong",
}


def chosen_row(result: Result) -> ModelResult | None:
    """The row of the choice inside, where the study made one."""
    return next((row for row in result.models if row.nested), None)


def chosen_table(result: Result, nested: Nested) -> Table:
    """What could be chosen, its figure on inner folds, and how often it was."""
    head = head_of("model", f"{words.metric_label(result.headline)}, inner folds", "chosen")
    rows = []
    for one in sorted(nested.candidates, key=lambda c: -c.chosen):
        figure = Cell(words.number(one.inner), kind="num")
        rows.append((Cell(words.upper_first(one.label)), figure, Cell(str(one.chosen), kind="num")))
    return Table(head, tuple(rows))


def optimism_told(result: Result) -> str:
    """How much too good the best row is, picked afterwards; empty where nothing was chosen."""
    row = chosen_row(result)
    if row is None or row.nested is None or row.nested.optimism is None:
        return ""
    by = row.nested.optimism
    best = next((r for r in result.models if r.model == row.nested.best_after), None)
    if best is None or not math.isfinite(by.value):
        return ""
    metric = words.metric_label(result.headline)
    whole = words.figure(reading.headline(result, row))
    said = f"With the choice made inside the training cases, {metric} is {whole}"
    if by.value <= 0:
        return f"{said}, no less than that of {words.lower_first(best.label)}, picked afterwards."
    ends = words.interval(by).strip("()")
    shown = f" (95\u00a0% interval {ends})" if ends else ""
    return (
        f"{said}: picking {words.lower_first(best.label)} afterwards says "
        f"{words.number(by.value)} more{shown}."
    )


def chosen_parts(result: Result) -> dict[str, Any]:
    """What the page shows of the choice, and of intervals by other methods."""
    row = chosen_row(result)
    parts: dict[str, Any] = {"interval_table": interval_table(result), "chosen": None}
    if row is None or row.nested is None:
        return parts
    nested = row.nested
    parts["chosen"] = {
        "intro": _intro(result, nested),
        "optimism": optimism_told(result),
        "table": chosen_table(result, nested),
        "failures": [(one.label, one.failed) for one in nested.candidates if one.failed],
    }
    return parts


def _intro(result: Result, nested: Nested) -> str:
    fits = "the one fit" if nested.fits == 1 else f"each of the {words.count(nested.fits)} fits"
    said = (
        f"For {fits} of the plan a model was chosen by its {words.metric_label(result.headline)} "
        f"on {nested.inner}, without the test cases, and judged once on them: the row "
        "chosen inside is of the whole procedure."
    )
    if not nested.settings:
        return said
    tried = f"{words.plural(nested.settings, 'setting')} were tried over all fits"
    given_up = f", {words.count(nested.stopped)} of them given up early" if nested.stopped else ""
    return f"{said} {tried}{given_up}; those never chosen are not listed."


def interval_table(result: Result) -> Table | None:
    """The headline's intervals by each method; None where there is one only."""
    metric = result.headline
    methods = [
        method
        for method in _METHODS
        if any(metric in row.intervals.get(method, {}) for row in result.models)
    ]
    if not methods:
        return None
    labels = reading.distinct_labels(result)
    head = head_of("model", "bootstrap, widened", *(_METHODS[m] for m in methods))
    rows = []
    for row in result.models:
        others = [row.intervals.get(m, {}).get(metric, reading.UNKNOWN) for m in methods]
        cells = (figure_cell(one) for one in (reading.headline(result, row), *others))
        rows.append((Cell(labels[row.model]), *cells))
    return Table(head, tuple(rows))
