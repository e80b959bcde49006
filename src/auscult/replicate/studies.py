"""The honest part: a study, its command, and its figures for a row of the table."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from auscult import api
from auscult.evaluate.metrics import HIGHER_IS_BETTER
from auscult.evaluate.result import ModelResult, Result
from auscult.replicate.record import Curves, Figure, Matrix, Row
from auscult.replicate.replica import Asked
from auscult.report import words
from auscult.report.reading import distinct_labels
from auscult.studies import StudyResult
from auscult.types import Estimate

NO_FIGURE = Figure("", text=words.MISSING)


def command_line(verb: str, data: str, **options: Any) -> str:
    """What a person types for the same: ``compare heart --models lstm --seed 0``."""
    words = ["auscult", verb, data]
    for name, value in options.items():
        if isinstance(value, str | int):
            words += [f"--{name}", str(value)]
        else:
            words += [word for one in value for word in (f"--{name}", str(one))]
    return shlex.join(words)


def compare(
    asked: Asked, data: str, *, vote: Sequence[str] = (), loaded: Any = None, **options: Any
) -> StudyResult:
    """:func:`auscult.compare` with the command that does the same.

    ``loaded`` are the cases where they were read already.
    """
    command = command_line("compare", data, **options, seed=asked.seed, vote=vote)
    settings = {k: v for k, v in options.items() if loaded is None or k not in _READING}
    return api.compare(
        data if loaded is None else loaded,
        seed=asked.seed,
        votes=vote,
        command=command,
        progress=asked.progress,
        **settings,
    )


_READING = ("recipe", "channel")


def model_of(study: Result, name: str) -> ModelResult:
    """The first row of a model, whatever its settings."""
    return next(row for row in study.models if row.model.split(":")[0] == name)


def figure(study: Result, row: ModelResult, metric: str, label: str = "") -> Figure:
    """A row's figure by a metric."""
    named = label or distinct_labels(study)[row.model]
    return Figure(named, row.metrics[metric], row.leaky or study.plan.leaky)


def best_figure(studies: Iterable[Result], metric: str, *, baseline: bool) -> Figure:
    """The best baseline of some studies, or the best of all their models; what leaks is out."""
    found = [
        figure(study, row, metric)
        for study in studies
        for row in study.models
        if (row.baseline or not baseline) and math.isfinite(row.metrics[metric].value)
    ]
    sign = 1 if HIGHER_IS_BETTER[metric] else -1
    return max(
        (one for one in found if one.leaky is None), key=lambda one: sign * one.estimate.value
    )


def row_of(
    system: str,
    metric: str,
    published: Figure,
    rebuilt: Figure | None,
    honest: tuple[Result, ModelResult],
    studies: Sequence[Result],
    *,
    label: str = "",
    main: bool = True,
) -> Row:
    """A row whose honest figure is of one model; baseline and best are of all ``studies``."""
    study, model = honest
    return Row(
        system,
        metric,
        published,
        rebuilt,
        figure(study, model, metric, label),
        best_figure(studies, metric, baseline=True),
        best_figure(studies, metric, baseline=False),
        main,
    )


def matrix(study: Result, row: ModelResult, label: str) -> Matrix:
    """The confusion matrix of a row."""
    return Matrix(label, study.data.classes, row.confusion_matrix, row.leaky or study.plan.leaky)


def curves(row: ModelResult, label: str, watched: str = "validation part") -> Curves | None:
    """The learning curves of a row; None where it was not trained by epochs."""
    return Curves(label, row.histories, watched, row.leaky) if row.histories else None


def plain_estimate(value: float) -> Estimate:
    """A figure without an interval: a leaky one is not worth one."""
    return Estimate(value, math.nan, math.nan)
