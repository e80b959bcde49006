"""Cases as files of every form, and a bundle that needs no training."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tests.kept import heart_like

from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Document, Field, Figures, ModelInfo, Sets
from auscult.data.dataset import Dataset
from auscult.data.transforms import TableEncoder
from auscult.types import Estimate, FloatArray, IntArray

Rows = list[list[str]]


class Logistic:
    """A made-up model: older people with a lower heart rate are ill."""

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        z = 0.08 * (X[:, 0].astype(np.float64) - 55) - 0.03 * (X[:, -3].astype(np.float64) - 150)
        p = 1 / (1 + np.exp(-z))
        return np.column_stack([1 - p, p])


def made_bundle(*, sets: bool = True) -> Bundle:
    """A table bundle without files behind it."""
    data = heart_like()
    columns = tuple(field_of(data, j) for j in range(len(data.columns)))
    document = Document(
        name="made",
        kind="table",
        target=data.target,
        classes=data.classes,
        class_counts=tuple(data.class_counts.tolist()),
        columns=columns,
        n_channels=1,
        n_timepoints=len(columns),
        model=ModelInfo("made", "made-up"),
        predictor={},
        figures=Figures(
            "accuracy", "10-fold cross-validation", 240, {"accuracy": Estimate(0.7, 0.6, 0.8)}
        ),
        n_cases=data.n_cases,
        trained_on="all cases",
        sets=Sets(0.9, "lac", False, (0.6,), "", "", 100) if sets else None,
    )
    encoder = TableEncoder.fit(data.X, data.columns)
    return Bundle(document, "0" * 64, Path("made"), Logistic(), encoder)


def field_of(data: Dataset, j: int) -> Field:
    column, values = data.columns[j], data.X[:, j]
    if column.kind == "categorical":
        return Field(column.name, "categorical", categories=column.categories)
    known = values[~np.isnan(values)]
    ends = (float(known.min()), float(known.max()), float(np.median(known)))
    return Field(column.name, "numeric", None, (), *ends, whole=bool((known % 1 == 0).all()))


def heart_rows(n: int = 240) -> tuple[list[str], Rows]:
    """Names and cells of :func:`tests.kept.heart_like`, the class last."""
    data = heart_like()
    rows = []
    for x, y in zip(data.X[:n], data.y[:n], strict=True):
        cells = [cell(value, c.categories) for value, c in zip(x, data.columns, strict=True)]
        rows.append([*cells, data.classes[y]])
    return [*(c.name for c in data.columns), data.target], rows


def cell(value: float, categories: Sequence[str]) -> str:
    if np.isnan(value):
        return ""
    return categories[int(value)] if categories else f"{value:g}"


def write_csv(path: Path, names: Sequence[str], rows: Rows, delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        lines.writerow(names)
        lines.writerows(rows)
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
