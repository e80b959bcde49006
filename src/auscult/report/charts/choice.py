"""Which curves are drawn: the best model's, the baseline's, the others faintly."""

from __future__ import annotations

from dataclasses import dataclass

from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading

_OTHERS = 8
_CLASSES = 8


@dataclass(frozen=True)
class Line:
    """One curve to draw: a model's scores for the class ``code`` against the rest."""

    row: ModelResult
    code: int
    label: str
    kind: str


@dataclass(frozen=True)
class OperatingPoint:
    """Where the figures of the confusion matrix stand on the curves."""

    sensitivity: float
    specificity: float
    precision: float


def lines(result: Result) -> list[Line]:
    """The curves to draw, the most important first.

    Two classes: the best model, the linear baseline and up to eight others (without words).
    More classes: the best model's eight first classes.
    """
    best = result.winner
    classes = result.data.classes
    if len(classes) != 2:
        named = enumerate(classes[:_CLASSES])
        return [Line(best, k, name, f"curve class c{k}") for k, name in named]
    shown = [Line(best, 1, reading.label(best), "curve best")]
    linear = reading.linear_baseline(result)
    if linear is not None and linear.model != best.model:
        shown.append(Line(linear, 1, reading.label(linear), "curve base"))
    taken = {line.row.model for line in shown}
    others = [r for r in result.models if r.model not in taken and not reading.is_majority(r)]
    return shown + [Line(r, 1, "", "curve faint") for r in others[:_OTHERS]]


def operating_point(row: ModelResult) -> OperatingPoint | None:
    """The point at which the model decides between two classes; None for more of them."""
    matrix = row.confusion_matrix
    if len(matrix) != 2:
        return None
    (tn, fp), (fn, tp) = matrix
    return OperatingPoint(_share(tp, fn), _share(tn, fp), _share(tp, fp))


def _share(part: float, rest: float) -> float:
    return part / (part + rest) if part + rest else float("nan")
