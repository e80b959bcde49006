"""What each section of the report holds, ready for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auscult.evaluate.forecast.result import ForecastResult
from auscult.evaluate.result import Result
from auscult.report import reading, tables, words
from auscult.report.charts.balance import class_balance
from auscult.report.charts.confusion import MOST_CLASSES, confusion_matrix
from auscult.report.charts.forest import forest
from auscult.report.charts.learning import learning_curves, legend
from auscult.report.charts.plan import plan_picture
from auscult.report.charts.precision_recall import precision_recall_chart
from auscult.report.charts.reliability import reliability_chart
from auscult.report.charts.roc import roc_chart
from auscult.report.plan_names import TESTED
from auscult.report.sweeps import sweep_parts
from auscult.report.votes import is_vote, votes_told

Parts = dict[str, Any]
_LONG_TABLE = 40


def leaderboard(result: Result) -> Parts:
    """The forest plot, the table behind it, the comparisons, and what is missing and why."""
    leaks = {}
    for row in result.models:
        cause = reading.leak(result, row)
        if cause:
            leaks[reading.label(row)] = cause
    return {
        "metric": words.metric_label(result.headline),
        "forests": (forest(result), forest(result, wide=False)),
        "leaderboard_table": tables.leaderboard_table(result),
        "comparison_table": tables.comparison_table(result),
        "leaks": leaks,
        "votes": votes_told(result),
        "settings": [
            (reading.label(row), tables.params_text(row))
            for row in result.models
            if row.params and not is_vote(row)
        ],
    }


def belief(result: Result) -> Parts:
    """The plan, the findings by severity, reliability and the learning curves."""
    order = {"warning": 0, "note": 1}
    has_best = bool(result.models)
    return {
        "plans": (plan_picture(result.plan), plan_picture(result.plan, wide=False)),
        "plan_words": plan_words(result),
        "mend_parts": words.mend_parts,
        "findings": sorted(result.warnings, key=lambda f: order.get(f.severity, 2)),
        "reliability": reliability_chart(result) if has_best else None,
        "learning": [c for r in reading.trained(result) if (c := learning_curves(r))],
        "validated": validated(result),
        "sweeps": sweep_parts(result),
        "learning_legend": legend(),
    }


def plan_words(result: Result) -> list[str]:
    """The plan in sentences."""
    plan = result.plan
    if plan.kind in TESTED:
        said = [f"The test cases are those of {TESTED[plan.kind]}."]
    else:
        once = "every case is tested once"
        times = "twice" if plan.repeats == 2 else f"{plan.repeats} times"
        again = f", done {times} with other cuts: {once} each time"
        said = [f"{plan.folds}-fold cross-validation{again if plan.repeats > 1 else ': ' + once}."]
    if plan.group:
        of = f" ({words.plural(plan.n_groups, 'group')})" if plan.n_groups else ""
        said.append(f"No '{plan.group}' stands on both sides of a split{of}.")
    if plan.validation.startswith("none"):
        said.append(f"There is no validation part{_after_colon(plan.validation)}.")
    elif plan.validation:
        said.append(f"Validation: {words.bare(plan.validation)}.")
    if plan.leaky:
        said.append(f"This plan is leaky: {words.bare(plan.leaky)}.")
    if not any(reading.leak(result, row) for row in result.models):
        stopping = "class weights and early stopping" if validated(result) else "and class weights"
        comma = "," if validated(result) else ""
        said.append(
            f"Scaling, filling of gaps{comma} {stopping} were fitted on the "
            "training cases of each fit; the test cases were used once, to be judged."
        )
    return said


def validated(result: Result) -> bool:
    """Whether some fit had a validation part."""
    return any(int(split["validation"]) for split in result.plan.splits)


def _after_colon(text: str) -> str:
    _, colon, reason = text.partition(":")
    return f":{reason.rstrip('.')}" if colon else ""


def behaviour(result: Result, ids: Sequence[str] | None = None) -> Parts:
    """What the best model does: its errors, its curves, each class, the hardest cases."""
    if not result.models:
        empty = ("confusion", "roc", "precision_recall", "per_class", "hardest")
        return {
            **dict.fromkeys(empty),
            "best_label": "",
            "curves_caption": "",
            "many_classes": False,
            "cases_named": False,
        }
    best, classes = result.winner, result.data.classes
    return {
        "best_label": reading.label(best),
        "confusion": confusion_matrix(best.confusion_matrix, classes, reading.label(best)),
        "many_classes": len(classes) > MOST_CLASSES,
        "roc": roc_chart(result),
        "precision_recall": precision_recall_chart(result),
        "curves_caption": _curves_caption(result),
        "per_class": tables.per_class_table(result),
        "hardest": tables.hardest_cases(result, ids),
        "cases_named": ids is not None,
    }


def _curves_caption(result: Result) -> str:
    classes = result.data.classes
    if len(classes) == 2:
        return (
            f"Found are cases of '{classes[1]}'. The dot is where the model decides; "
            "faint lines are the other models."
        )
    more = len(classes) - 8
    cut = f" The first eight of {len(classes)} classes are drawn." if more > 0 else ""
    return f"{reading.label(result.winner)}, each class against the rest.{cut}"


def data(result: Result) -> Parts:
    """Counts, missing, duplicates, columns, class balance, terms and hash."""
    d = result.data
    table = tables.column_table(d.columns, d.n_cases)
    return {
        "facts_data": _facts(result),
        "facts_line": _facts_line(result),
        "balance": class_balance(d.classes, d.class_counts),
        "column_table": table,
        "columns_summary": words.plural(
            len(d.columns), "column" if d.kind == "table" else "channel"
        ),
        "columns_open": table is not None and len(table.rows) <= _LONG_TABLE,
    }


def _facts_line(result: Result) -> str:
    d = result.data
    made = result.provenance.created[:10]
    cases = words.plural(d.n_cases, "case")
    parts = [
        cases,
        f"{len(d.classes)} classes of '{d.target}'",
        words.plural(len(result.models), "model"),
    ]
    return " · ".join([*parts, made] if made else parts)


def _facts(result: Result) -> list[tuple[str, str]]:
    d = result.data
    if d.kind == "table":
        size = f"{words.plural(d.n_features, 'column')} used"
    else:
        points = words.plural(d.n_timepoints, "time point")
        size = f"{words.plural(d.n_channels, 'channel')} × {points}"
        size += f" at {d.sampling_rate:g} Hz" if d.sampling_rate else ""
    return [
        ("cases", words.count(d.n_cases)),
        ("size", size),
        ("class column", d.target),
        ("missing values", words.count(d.n_missing)),
        ("duplicate cases", words.count(d.n_duplicates)),
        ("terms", d.terms or "not stated"),
        ("sha256", d.sha256 or "not known"),
    ]


def repeat(result: Result | ForecastResult) -> Parts:
    """The command, and everything a second run must share with the first."""
    p = result.provenance
    return {
        "run_facts": [
            ("seed", str(result.plan.seed)),
            ("threads", str(p.threads)),
            ("device", p.device),
            ("time", words.duration(p.seconds)),
            ("made", p.created),
            ("versions", _versions(p.versions)),
        ],
    }


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items()) or "not recorded"
