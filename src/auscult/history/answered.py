"""Answered cases as the history holds them: rows of predictions, and counts of each column."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.document import Document
from auscult.bundle.shares import binned, described
from auscult.history.drift import OUTSIDE
from auscult.history.entries import Entry, members
from auscult.history.store import Cell
from auscult.types import FloatArray


@dataclass(frozen=True, eq=False)
class Answered:
    """Cases that one bundle answered together, each with the id of its prediction."""

    sha256: str
    X: FloatArray
    answers: BundleAnswers
    at: datetime
    ids: tuple[str, ...]


def entries_of(item: Answered, name: str, document: Document | None) -> list[Entry]:
    """The rows of answers; ``document`` is given where inputs are kept."""
    answers = item.answers
    classes = answers.classes
    sets = None if answers.sets is None else answers.sets.tolist()
    return [
        Entry(
            id=one,
            at=item.at,
            bundle_sha256=item.sha256,
            bundle_name=name,
            case_id=one,
            predicted=classes[code],
            probabilities=dict(zip(classes, probability, strict=True)),
            prediction_set=None if sets is None else members(classes, sets[i]),
            unsure=unsure,
            inputs=None if document is None else case_content(document, item.X[i]),
        )
        for i, (one, code, probability, unsure) in enumerate(
            zip(
                item.ids,
                answers.predicted.tolist(),
                answers.probability.tolist(),
                answers.unsure.tolist(),
                strict=True,
            )
        )
    ]


def case_content(document: Document, case: FloatArray) -> Any:
    """A case as JSON: values by column, or a list a channel; gaps are null."""
    if document.kind == "signals":
        return [
            [float(f"{v:.7g}") if math.isfinite(v) else None for v in channel]
            for channel in case.tolist()
        ]
    content: dict[str, Any] = {}
    for column, value in zip(document.columns, case.tolist(), strict=True):
        if not math.isfinite(value):
            content[column.name] = None
        elif column.categories:
            content[column.name] = column.categories[int(value)]
        else:
            content[column.name] = value
    return content


def cells(sha256: str, document: Document, X: FloatArray, at: datetime) -> Counter[Cell]:
    """What cases add to the counts of each column; nothing where the training is not known."""
    counts: Counter[Cell] = Counter()
    month = f"{at:%Y-%m}"
    for column, values in zip(document.columns, described(document, X).T, strict=True):
        if not column.shares:
            continue
        places = binned(values, column.deciles, len(column.categories))
        for place, n in zip(*np.unique(places, return_counts=True), strict=True):
            counts[sha256, month, column.name, int(place)] += int(n)
        if column.deciles:
            outside = int(((values < column.deciles[0]) | (values > column.deciles[-1])).sum())
            if outside:
                counts[sha256, month, column.name, OUTSIDE] += outside
    return counts
