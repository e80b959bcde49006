"""The best model's accuracy by subgroup, as a forest plot."""

from __future__ import annotations

from markupsafe import Markup

from auscult.evaluate.result import Result
from auscult.report import reading, words
from auscult.report.charts.forest_plot import ForestPlot, ForestRow


def subgroup_forest(result: Result, *, wide: bool = True) -> Markup | None:
    """Draw the accuracy in each subgroup, that of all cases a dashed line; None without any."""
    if not result.subgroups:
        return None
    best = result.winner
    overall = best.metrics["accuracy"]
    rows = tuple(
        ForestRow(f"{part.column} {part.name} ({part.n_cases})", part.metrics["accuracy"])
        for part in result.subgroups
    )
    worst = min(rows, key=lambda row: row.estimate.value)
    return ForestPlot(
        rows=rows,
        description=(
            f"Accuracy of {reading.label(best)} in {words.plural(len(rows), 'subgroup')} with 95 % "
            f"intervals; lowest: {worst.label}, {words.figure(worst.estimate)}"
        ),
        axis="accuracy on test cases, better →",
        baseline=overall.value,
        baseline_note=f"all cases {words.number(overall.value)}",
        within=(0.0, 1.0),
    ).draw(wide=wide)
