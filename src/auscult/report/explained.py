"""What the report says of explanations, ready for the template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from auscult.evaluate.explain.result import Attributions, ExplainedCase, Explanation, Memory
from auscult.evaluate.result import DataSummary, Result
from auscult.report import reading, words
from auscult.report.charts.ecg import Paper, ecg_with_path, ecg_with_weight
from auscult.report.charts.importance import (
    MOST_COLUMNS,
    by_drop,
    importance_forest,
    importance_in_time,
    whole_channels,
)
from auscult.report.charts.memory import memory_panels
from auscult.report.charts.swarm import swarm
from auscult.report.charts.time_axis import TimeAxis
from auscult.report.tables import Cell, Table, figure_cell, head_of

Parts = dict[str, Any]
_RHYTHM = "RR local mean"
"""A channel of the beats that are cut in mV."""

_SWARMS = 2
"""Models whose single attributions are drawn."""

METHODS = {
    "class-activation-map": "class activation maps (Zhou et al. 2016)",
    "integrated-gradients": "integrated gradients from the mean of the training cases "
    "(Sundararajan et al. 2017)",
    "linear": "the model's weights times the distance from the training mean",
    "tree-shap": "Shapley values of its trees (Lundberg et al. 2020)",
    "warping-path": "the warping path to the nearest training signal",
}


def explained_parts(result: Result, ids: Sequence[str] | None = None) -> Parts:
    """``explained``: the section's parts, or None where nothing was explained."""
    if not result.explanations:
        return {"explained": None}
    labels = reading.distinct_labels(result)
    first = result.explanations[0]
    return {
        "explained": {
            **_importance(result, first, labels),
            **_attributions(result, labels),
            "cases": list(_cases(result, labels, ids)),
            "memory": _memory(result, labels),
            "notes": [(labels[e.model], e.note) for e in result.explanations if e.note],
        }
    }


def _importance(result: Result, first: Explanation, labels: dict[str, str]) -> Parts:
    label, table = labels[first.model], result.data.kind == "table"
    hidden = len(first.importance) - MOST_COLUMNS if table else 0
    return {
        "label": label,
        "is_best": first.model == result.best,
        "table_data": table,
        "metric": words.metric_label(first.metric),
        "shuffles": words.number_word(first.n_shuffles).lower(),
        "forests": _forests(first if table else whole_channels(first), label),
        "in_time": None
        if table
        else (
            importance_in_time(first, label, result.data),
            importance_in_time(first, label, result.data, wide=False),
        ),
        "hidden": max(hidden, 0),
        "importance_table": _importance_table(result, first, labels),
    }


def _forests(explained: Explanation | None, label: str) -> tuple[Markup, Markup] | None:
    """For a page's full width, and for a phone."""
    if explained is None:
        return None
    return importance_forest(explained, label), importance_forest(explained, label, wide=False)


def _importance_table(result: Result, first: Explanation, labels: dict[str, str]) -> Table:
    """Every part with every explained model, in the order of the first."""
    axis = TimeAxis(result.data.sampling_rate)
    order = by_drop(first) if result.data.kind == "table" else list(first.importance)
    keys = [(part.channel, part.start) for part in order]
    found = [{(p.channel, p.start): p.drop for p in e.importance} for e in result.explanations]
    channels = [part.channel for part in order]
    names = [
        part.part
        if channels.count(part.channel) == 1
        else f"{part.part}, {axis.stretch(part.start, part.stop)}"
        for part in order
    ]
    rows = tuple(
        (Cell(name), *(figure_cell(drops.get(key, reading.UNKNOWN)) for drops in found))
        for name, key in zip(names, keys, strict=True)
    )
    heads = [labels[e.model] for e in result.explanations]
    return Table(head_of("column" if result.data.kind == "table" else "stretch", *heads), rows)


def _attributions(result: Result, labels: dict[str, str]) -> Parts:
    found = [(labels[e.model], e.attributions) for e in result.explanations if e.attributions]
    drawn = (_swarm(label, one, result.data) for label, one in found[:_SWARMS])
    return {
        "swarms": [one for one in drawn if one["pictures"][0] is not None],
        "attribution_table": _attribution_table(found),
        "attribution_units": _units(found),
    }


def _units(found: Sequence[tuple[str, Attributions]]) -> str:
    """In what each model's attributions are."""
    units = dict.fromkeys(one.unit for _, one in found)
    named = ([label for label, one in found if one.unit == unit] for unit in units)
    if len(units) == 1:
        return f"In {next(iter(units))}."
    parts = [f"{words.listed(labels)} in {unit}" for unit, labels in zip(units, named, strict=True)]
    return f"{'; '.join(parts)}."


def _attribution_table(found: Sequence[tuple[str, Attributions]]) -> Table | None:
    """The mean absolute attribution of every column in every model, in the order of the first."""
    if not found:
        return None
    means = [dict(zip(one.columns, one.mean, strict=True)) for _, one in found]
    heads = [Cell(label, kind="num") for label, _ in found]
    rows = tuple(
        (Cell(name), *(Cell(words.number(mean[name]), kind="num") for mean in means))
        for name in found[0][1].columns
    )
    return Table((Cell("column"), *heads), rows)


def _swarm(label: str, found: Attributions, data: DataSummary) -> Parts:
    settings = (found, data.classes, data.columns, label)
    return {
        "label": label,
        "method": METHODS[found.method],
        "pictures": (swarm(*settings), swarm(*settings, wide=False)),
    }


def _cases(result: Result, labels: dict[str, str], ids: Sequence[str] | None) -> Iterator[Parts]:
    """One entry a model with explained signals, best first."""
    names = tuple(column.name for column in result.data.columns)
    paper = Paper(result.data.sampling_rate, _RHYTHM in names, names, result.data.classes)
    for explained in result.explanations:
        shown = [case for case in explained.cases if case.weight or case.neighbour]
        if shown:
            label = labels[explained.model]
            yield {
                "label": label,
                "method": METHODS[shown[0].method],
                "path": shown[0].neighbour is not None,
                "classes": [
                    [_picture(case, label, paper, ids) for case in shown if case.true == code]
                    for code in dict.fromkeys(case.true for case in shown)
                ],
            }


def _picture(
    case: ExplainedCase, label: str, paper: Paper, ids: Sequence[str] | None
) -> tuple[Markup, str, str]:
    """The picture, and two lines below it."""
    name = str(case.case) if ids is None else ids[case.case]
    true, said = paper.classes[case.true], paper.classes[case.predicted]
    sure = words.percent(case.probability, 1 if 0.985 < case.probability < 0.9995 else 0)
    line = f"Case {name}: true '{true}', said '{said}' ({sure})"
    if case.neighbour is not None:
        near = case.neighbour
        other = str(near.case) if ids is None else ids[near.case]
        line += f"; nearest is case {other}, '{paper.classes[near.true]}'"
        what = f"{label}, {case.chosen}. {line}, at a distance of {near.distance:.3g}"
        return ecg_with_path(case, near, paper, what), case.chosen, line
    what = f"{label}, {case.chosen}. {line}. {_most(case, paper)}"
    return ecg_with_weight(case, paper, what), case.chosen, line


def _most(case: ExplainedCase, paper: Paper) -> str:
    """The moment that spoke most for the answer, for those who do not see the picture."""
    total = [sum(column) for column in zip(*case.weight, strict=True)]
    at = total.index(max(total))
    return f"Most for '{paper.classes[case.predicted]}' speaks {paper.axis.stretch(at, at + 1)}"


def _memory(result: Result, labels: dict[str, str]) -> Parts | None:
    found = [(labels[e.model], e.memory) for e in result.explanations if e.memory]
    if not found:
        return None
    found.sort(key=lambda pair: ("rnn", "gru", "lstm").index(pair[1].cell))
    steps = "columns" if result.data.kind == "table" else "time points"
    return {"panels": memory_panels(found, steps), "table": _memory_table(found)}


def _memory_table(found: Sequence[tuple[str, Memory]]) -> Table:
    head = head_of("model", "one step", "by its gate", "through h", "to the last", "gates alone")
    rows = []
    for label, memory in found:
        middle = len(memory.step) // 2
        one = [curve[middle] for curve in (memory.step, memory.step_gate, memory.step_hidden)]
        rows.append(
            (Cell(label), *(_gain(v) for v in (*one, memory.carried[-1], memory.gates[-1])))
        )
    return Table(head, tuple(rows))


def _gain(value: float) -> Cell:
    small = 0 < abs(value) < 0.0095
    text = f"{value:.1e}".replace("-", "−") if small else words.number(value, 2)
    return Cell(text, kind="num")
