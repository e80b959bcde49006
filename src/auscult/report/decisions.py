"""What the report says of acting on answers: thresholds, prediction sets, subgroups."""

from __future__ import annotations

import math
from typing import Any

from auscult.evaluate.calibration.result import ChosenSensitivity, PredictionSets, Subgroup
from auscult.evaluate.result import Result
from auscult.report import reading, words
from auscult.report.charts.decision import decision_chart, decision_of, worth
from auscult.report.charts.sets import sets_chart
from auscult.report.charts.subgroups import subgroup_forest
from auscult.report.tables import Cell, Table, figure_cell, head_of

Parts = dict[str, Any]
_NAMES = {"roc_auc": "AUC", "in_the_large": "predicted − observed"}
_ALPHA = 0.05


def decision_parts(result: Result) -> Parts:
    """Parts of the section on what to do with answers; None for what was not asked."""
    chosen = [row.chosen_sensitivity for row in result.models if row.chosen_sensitivity]
    sets = [row.sets for row in result.models if row.sets]
    return {
        "decision": decision_chart(result) if result.models else None,
        "decision_words": decision_words(result),
        "sensitivity_table": sensitivity_table(result),
        "sensitivity_words": sensitivity_words(chosen[0]) if chosen else "",
        "sets_chart": sets_chart(result),
        "sets_table": sets_table(result),
        "sets_words": sets_words(sets[0]) if sets else "",
        "subgroup_table": subgroup_table(result),
        "subgroup_forests": (subgroup_forest(result), subgroup_forest(result, wide=False)),
    }


def decision_words(result: Result) -> str:
    """Where acting on the best model's word is worth more than acting on everyone or no one."""
    curve = decision_of(result)
    if curve is None:
        return ""
    span, name = worth(curve), reading.label(result.winner)
    if span is None:
        return f"{name} is nowhere worth more than acting on everyone, or on no one."
    return (
        f"{name} is worth more than acting on everyone, or on no one, for those who would act from "
        f"a probability between {words.percent(span[0])} and {words.percent(span[1])}."
    )


def sensitivity_words(chosen: ChosenSensitivity) -> str:
    """How thresholds were chosen."""
    return (
        f"For a sensitivity of {words.percent(chosen.wanted)} for '{chosen.target}' each fit chose "
        f"a threshold on {chosen.learned_on}; what it reached on test cases:"
    )


def sensitivity_table(result: Result) -> Table | None:
    """What the chosen thresholds reached; None where none were asked."""
    labels = reading.distinct_labels(result)
    rows = [
        (
            Cell(labels[row.model]),
            *(figure_cell(getattr(found, name)) for name in _REACHED),
        )
        for row in result.models
        if (found := row.chosen_sensitivity)
    ]
    return Table(head_of("model", *_REACHED), tuple(rows)) if rows else None


_REACHED = ("sensitivity", "specificity", "precision", "called")


def sets_words(sets: PredictionSets) -> str:
    """What the sets promise, and on what they were learned."""
    kind = "adaptive sets (APS)" if sets.method == "aps" else "sets of least size (LAC)"
    by = ", for every class" if sets.by_class else ""
    return (
        f"Conformal {kind}{by}, learned on {sets.learned_on}. Asked: "
        f"{words.percent(sets.wanted)}. Promised: {sets.guarantee}."
    )


def sets_table(result: Result) -> Table | None:
    """Measured coverage, size, abstention, accuracy where decided; None without sets."""
    labels = reading.distinct_labels(result)
    rows = [
        (
            Cell(labels[row.model]),
            figure_cell(row.sets.coverage),
            figure_cell(row.sets.abstained),
            figure_cell(row.sets.accuracy),
            figure_cell(row.sets.size, 2),
            Cell(_lowest(row.sets), kind="num"),
        )
        for row in result.models
        if row.sets
    ]
    heads = ("coverage", "undecided", "decided rightly", "mean size", "coverage of worst class")
    return Table(head_of("model", *heads), tuple(rows)) if rows else None


def _lowest(sets: PredictionSets) -> str:
    known = [e.value for e in sets.coverage_by_class if math.isfinite(e.value)]
    return words.number(min(known)) if known else words.MISSING


def subgroup_table(result: Result) -> Table | None:
    """The best model's figures by subgroup; None where none were asked."""
    if not result.subgroups:
        return None
    names = list(result.subgroups[0].metrics)
    heads = [_NAMES.get(name, name.replace("_", " ")) for name in names]
    rows = (_subgroup(part, names) for part in result.subgroups)
    return Table(head_of("subgroup", "cases", *heads), tuple(rows))


def _subgroup(part: Subgroup, names: list[str]) -> tuple[Cell, ...]:
    cells = []
    for name in names:
        cell = figure_cell(part.metrics.get(name, reading.UNKNOWN))
        clear = part.p_adjusted.get(name, 1.0) < _ALPHA
        cells.append(Cell(cell.text, cell.aside, "num strong" if clear else "num"))
    return (
        Cell(f"{part.column} {part.name}"),
        Cell(words.count(part.n_cases), kind="num"),
        *cells,
    )
