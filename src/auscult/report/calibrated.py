"""What the report says of probabilities: calibration, and what calibrating changed."""

from __future__ import annotations

import math
from typing import Any

from auscult.evaluate.calibration.result import Calibration, Recalibration
from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading, words
from auscult.report.tables import Cell, Table, figure_cell, head_of

Parts = dict[str, Any]
METHODS = {
    "temperature": "temperature scaling (Guo et al. 2017)",
    "platt": "Platt's sigmoid (1999)",
    "isotonic": "isotonic regression (Zadrozny & Elkan 2002)",
}
FIGURES = {
    "ece": "calibration error",
    "log_loss": "log loss",
    "brier": "Brier score",
    "accuracy": "accuracy",
    "roc_auc": "AUC",
}
_PARTS = ("reliability", "resolution", "uncertainty")


def calibration_parts(result: Result) -> Parts:
    """The sentences and tables beside the reliability diagram; empty where there are none."""
    told = result.winner.calibration if result.models else None
    return {
        "calibration_words": calibration_words(told) if told else [],
        "calibration_table": calibration_table(result),
        "recalibration_words": recalibration_words(result),
        "recalibration_table": recalibration_table(result),
    }


def calibration_words(told: Calibration) -> list[str]:
    """The calibration error beside chance, and what the Brier score is made of."""
    said = (
        f"The calibration error (ECE) is {words.figure(told.ece)}; were every probability right, "
        f"so many cases would still show about {words.number(told.ece_by_chance)} by chance."
    )
    found = [said]
    if told.brier:
        reliability, resolution, uncertainty, within = (
            told.brier[name].value for name in (*_PARTS, "within")
        )
        whole = reliability - resolution + uncertainty + within
        sign = "+" if within >= 0 else "−"
        found.append(
            f"The Brier score of {words.number(whole)} is reliability "
            f"{words.number(reliability)} (0 where probabilities are right) − resolution "
            f"{words.number(resolution)} (what the model tells apart) + uncertainty "
            f"{words.number(uncertainty)} (of the class itself) {sign} "
            f"{words.number(abs(within))} within bins."
        )
    return found


def calibration_table(result: Result) -> Table | None:
    """Every model's calibration error and parts of the Brier score."""
    rows = [row for row in result.models if row.calibration]
    if len(rows) < 2:
        return None
    labels = reading.distinct_labels(result)
    parts = [name for name in _PARTS if rows[0].calibration and rows[0].calibration.brier]
    head = head_of("model", "calibration error", "by chance", *parts)
    return Table(head, tuple(_row(row, labels[row.model], parts) for row in rows))


def recalibrated(result: Result) -> list[ModelResult]:
    """The rows whose probabilities were calibrated."""
    return [row for row in result.models if row.calibration and row.calibration.recalibration]


def recalibration_words(result: Result) -> str:
    """How probabilities were calibrated, and on what; empty where they were not."""
    rows = recalibrated(result)
    if not rows:
        return ""
    told = rows[0].calibration
    assert told is not None
    assert told.recalibration is not None
    done = told.recalibration
    said = (
        f"Probabilities were calibrated by {METHODS.get(done.method, done.method)}, learned for "
        f"each fit on {done.learned_on}; every figure of this report is of calibrated "
        "probabilities, save those of votes and of the majority class."
    )
    if done.temperatures:
        low, high = min(done.temperatures), max(done.temperatures)
        said += (
            f" The temperatures of {reading.label(rows[0])} run from {words.number(low, 2)} to "
            f"{words.number(high, 2)}; above 1 a model was too sure."
        )
    return said


def recalibration_table(result: Result) -> Table | None:
    """Figures before calibration and by how much it changed them; None where it was not asked."""
    rows = recalibrated(result)
    if not rows:
        return None
    labels = reading.distinct_labels(result)
    body = []
    for row in rows:
        assert row.calibration is not None
        done = row.calibration.recalibration
        assert done is not None
        body.append((Cell(labels[row.model]), *(changed(done, name) for name in FIGURES)))
    return Table(head_of("model", *FIGURES.values()), tuple(body))


def changed(done: Recalibration, name: str) -> Cell:
    """A figure before and after calibration, and the interval of the change."""
    before, change = done.before[name].value, done.change[name]
    text = f"{words.number(before)} → {words.number(before + change.value)}"
    return Cell(text, words.interval(change), "num")


def _row(row: ModelResult, label: str, parts: list[str]) -> tuple[Cell, ...]:
    told = row.calibration
    assert told is not None
    chance = told.ece_by_chance
    return (
        Cell(label),
        figure_cell(told.ece),
        Cell(words.number(chance) if math.isfinite(chance) else words.MISSING, kind="num"),
        *(figure_cell(told.brier.get(name, reading.UNKNOWN)) for name in parts),
    )
