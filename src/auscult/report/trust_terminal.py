"""What was asked of probabilities, in the terminal; nothing where nothing was."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from auscult.evaluate.result import Result
from auscult.report import reading, words
from auscult.report.calibrated import FIGURES, changed, recalibrated
from auscult.report.columns import GAP
from auscult.report.decisions import (
    sensitivity_table,
    sensitivity_words,
    sets_table,
    sets_words,
    subgroup_table,
)
from auscult.report.paragraph import say
from auscult.report.tables import Cell, Table, head_of


def print_trust(result: Result, console: Console) -> None:
    """Print calibration, thresholds, sets and subgroups, as far as they were asked."""
    rows = recalibrated(result)
    if rows and rows[0].calibration and rows[0].calibration.recalibration:
        done = rows[0].calibration.recalibration
        _print(
            f"Calibrated ({done.method}, learned on {done.learned_on}):", _change(result), console
        )
    chosen = next((r.chosen_sensitivity for r in result.models if r.chosen_sensitivity), None)
    if chosen:
        _print(sensitivity_words(chosen), sensitivity_table(result), console)
    sets = next((row.sets for row in result.models if row.sets), None)
    if sets:
        _print(sets_words(sets), sets_table(result), console)
    if result.subgroups:
        head = f"{reading.label(result.winner)} by subgroup:"
        _print(head, subgroup_table(result), console)


def _change(result: Result) -> Table:
    labels, body = reading.distinct_labels(result), []
    for row in recalibrated(result):
        done = row.calibration and row.calibration.recalibration
        if not done:
            continue
        body.append((Cell(labels[row.model]), *(changed(done, name) for name in FIGURES)))
    head = head_of("model", *FIGURES.values())
    return Table(head, tuple(body))


def _print(head: str, found: Table | None, console: Console) -> None:
    """A title and a table of as many columns, from the left, as fit."""
    if found is None:
        return
    say(console, words.plain(head), indent=0)
    texts = [
        [words.plain(f"{cell.text} {cell.aside}".strip()) for cell in cells]
        for cells in (found.head, *found.rows)
    ]
    widths = [max(map(len, column)) + GAP for column in zip(*texts, strict=True)]
    shown = len(widths)
    while shown > 2 and sum(widths[:shown]) > console.width:
        shown -= 1
    table = RichTable(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    for cell in found.head[:shown]:
        table.add_column(words.plain(cell.text), justify="right" if cell.kind else "left")
    for line in texts[1:]:
        table.add_row(*line[:shown])
    console.print(table, highlight=False)
    if shown < len(widths):
        say(console, Text("more columns in the report", style="dim"), indent=0)
    console.print()
