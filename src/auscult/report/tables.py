"""The report's tables: headers and rows of text, ready to be set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from auscult.evaluate.result import Comparison, ModelResult, Result
from auscult.report import reading, words
from auscult.types import Column, Estimate

HARDEST = 12


@dataclass(frozen=True)
class Cell:
    """A cell: its words, the smaller ones after them, and how it is set (a CSS class)."""

    text: str
    aside: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A table that the template sets; ``head`` and each row are equally long."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def head_of(first: str, *others: str, words_at: Iterable[int] = ()) -> tuple[Cell, ...]:
    """The heads of a table's columns; those ``words_at`` hold words, the others figures."""
    text = set(words_at)
    cells = [Cell(o, kind="" if i in text else "num") for i, o in enumerate(others, start=1)]
    return (Cell(first), *cells)


def figure_cell(estimate: Estimate, places: int = 3) -> Cell:
    """A figure with its interval beside it."""
    value, ends = words.number(estimate.value, places), words.interval(estimate, places)
    return Cell(value, ends, "num")


def leaderboard_table(result: Result) -> Table:
    """Every model with every metric, time and size."""
    metrics = reading.metric_names(result)
    heads = [words.metric_label(m) for m in metrics]
    head = head_of("model", *heads, "fit", "predict", "parameters")
    labels = reading.distinct_labels(result)
    places = {
        m: reading.metric_places(
            [r.metrics.get(m, reading.UNKNOWN).value for r in result.models], m
        )
        for m in metrics
    }
    rows = []
    for row in result.models:
        figures = [figure_cell(row.metrics.get(m, reading.UNKNOWN), places[m]) for m in metrics]
        rows.append((_model(result, row, labels), *figures, *cost_cells(row)))
    return Table(head, tuple(rows))


def _model(result: Result, row: ModelResult, labels: dict[str, str]) -> Cell:
    tags = ["leaky"] if reading.leak(result, row) else []
    tags += ["baseline"] if row.baseline else []
    return Cell(labels[row.model], ", ".join(tags), "strong" if row.model == result.best else "")


def cost_cells(row: reading.Row) -> tuple[Cell, Cell, Cell]:
    """Time to fit, time to predict, parameters."""
    size = words.MISSING if row.n_parameters is None else words.count(row.n_parameters)
    times = (words.duration(row.fit_seconds), words.duration(row.predict_seconds))
    return Cell(times[0], kind="num"), Cell(times[1], kind="num"), Cell(size, kind="num")


def comparison_table(result: Result) -> Table | None:
    """Paired differences with intervals, p and Holm's p; None without comparisons."""
    if not result.comparisons:
        return None
    labels = reading.distinct_labels(result)
    head = head_of("comparison", "difference", "p", "p (Holm)")
    return Table(head, tuple(compared(c, labels) for c in result.comparisons))


def compared(found: Comparison, labels: dict[str, str], places: int = 3) -> tuple[Cell, ...]:
    """A row of :func:`comparison_table`; p below 0.05 is set in bold."""
    a, b = labels.get(found.a, found.a), labels.get(found.b, found.b)
    strong = "num strong" if reading.adjusted(found) < reading.ALPHA else "num"
    tested = (
        Cell(_bare_p(found.p_value), kind="num"),
        Cell(_bare_p(found.p_adjusted), kind=strong),
    )
    return (Cell(f"{a} − {b}"), figure_cell(found.difference, places), *tested)


def _bare_p(p: float) -> str:
    if not math.isfinite(p):
        return words.MISSING
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def per_class_table(result: Result) -> Table | None:
    """The best model's figures for each class; None where there are none."""
    row = result.winner
    if not row.per_class:
        return None
    names = list(dict.fromkeys(name for entry in row.per_class for name in entry))
    rows = []
    for i, entry in enumerate(row.per_class):
        n = sum(row.confusion_matrix[i]) if i < len(row.confusion_matrix) else 0
        name = result.data.classes[i] if i < len(result.data.classes) else str(i)
        figures = [figure_cell(entry.get(m, reading.UNKNOWN)) for m in names]
        rows.append((Cell(name), Cell(words.count(n), kind="num"), *figures))
    heads = [words.metric_label(m) if m != "f1" else "F1" for m in names]
    return Table(head_of("class", "tested", *heads), tuple(rows))


def hardest_cases(
    result: Result, ids: Sequence[str] | None = None, n: int = HARDEST
) -> Table | None:
    """The cases whose true class the best model gave the least probability, over all repeats."""
    predictions, classes = result.winner.predictions, result.data.classes
    probability = np.asarray(predictions.probability, dtype=np.float64)
    if probability.ndim != 2 or not len(probability):
        return None
    cases, place = np.unique(predictions.case, return_inverse=True)
    total = np.zeros((len(cases), probability.shape[1]))
    np.add.at(total, place.reshape(-1), probability)
    mean = total / np.bincount(place.reshape(-1))[:, None]
    true = np.zeros(len(cases), dtype=np.int64)
    true[place.reshape(-1)] = predictions.true
    given = mean[np.arange(len(cases)), true]
    order = [int(i) for i in np.argsort(given, kind="stable") if np.isfinite(given[i])][:n]
    head = head_of("case", "true", "predicted", "P(true)", "P(predicted)", words_at=[1, 2])
    names = [str(case) if ids is None else ids[int(case)] for case in cases]
    rows = [_hard(names[i], int(true[i]), mean[i], classes) for i in order]
    return Table(head, tuple(rows)) if rows else None


def _hard(
    case: str,
    true: int,
    probability: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    classes: Sequence[str],
) -> tuple[Cell, ...]:
    taken = int(np.argmax(probability))
    given = Cell(words.number(float(probability[true])), kind="num")
    best = Cell(words.number(float(probability[taken])), kind="num")
    return Cell(case), Cell(classes[true]), Cell(classes[taken]), given, best


def column_table(columns: Sequence[Column], n_cases: int) -> Table | None:
    """The columns as they were read: kind, missing, distinct, range or categories."""
    if not columns:
        return None
    head = head_of("column", "kind", "missing", "distinct", "range or categories", words_at=[1, 4])
    return Table(head, tuple(_column(c, n_cases) for c in columns))


def _column(column: Column, n_cases: int) -> tuple[Cell, ...]:
    share = words.percent(column.n_missing / n_cases) if column.n_missing and n_cases else ""
    missing = Cell(words.count(column.n_missing), f"({share})" if share else "", "num")
    distinct = Cell(
        words.count(column.n_distinct) if column.n_distinct else words.MISSING, kind="num"
    )
    return Cell(column.name), Cell(column.kind), missing, distinct, Cell(_range(column))


def _range(column: Column) -> str:
    if column.kind == "categorical":
        shown = ", ".join(column.categories[:8])
        more = len(column.categories) - 8
        return f"{shown} and {more} more" if more > 0 else shown
    if not (math.isfinite(column.low) and math.isfinite(column.high)):
        return words.MISSING
    return f"{column.low:.6g} to {column.high:.6g}".replace("-", "−")


def params_text(row: reading.Row) -> str:
    """The model's settings in one line."""
    return ", ".join(f"{name} = {value}" for name, value in row.params.items())
