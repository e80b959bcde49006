"""Figures that are not what they are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin
from auscult.evaluate.scripts.known import AREAS
from auscult.evaluate.scripts.names import says_prediction
from auscult.evaluate.scripts.trace import Event, Trace
from auscult.evaluate.scripts.value import Value


def _areas(trace: Trace) -> Iterator[Sin]:
    for event in trace.of("score"):
        if event.name in AREAS and event.others and "hard" in event.others[0].marks:
            yield Sin(
                event.line,
                f"{event.name} is given classes, not probabilities: the curve has one point, and "
                "its area is the balanced accuracy.",
            )


def _mape(trace: Trace) -> Iterator[Sin]:
    for event in trace.of("divide"):
        if isinstance(event.node, ast.BinOp) and _by_prediction(event.node, event):
            yield Sin(event.line, "The error is divided by the prediction, not by the true value.")
    for event in trace.of("score"):
        swapped = event.name == "mean_absolute_percentage_error" and event.others
        if swapped and _predicted(event.value) and not _predicted(event.others[0]):
            yield Sin(
                event.line,
                "The prediction is given first: the error is divided by it, not by the true value.",
            )


def _by_prediction(node: ast.BinOp, event: Event) -> bool:
    """Whether ``|a - b| / b`` has a prediction as ``b``."""
    below = _bare(node.right)
    above = _bare(node.left)
    if not (isinstance(above, ast.BinOp) and isinstance(above.op, ast.Sub)):
        return False
    if isinstance(above.left, ast.Constant) or isinstance(above.right, ast.Constant):
        return False
    sides = {ast.dump(_bare(above.left)), ast.dump(_bare(above.right))}
    if len(sides) != 2 or ast.dump(below) not in sides:
        return False
    if _predicted(event.others[0]):
        return True
    known = bool(event.others[0].parts)
    return not known and isinstance(below, ast.Name) and says_prediction(below.id)


def _bare(node: ast.expr) -> ast.expr:
    """Without ``abs`` around it."""
    while isinstance(node, ast.Call) and len(node.args) == 1:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in {"abs", "fabs", "absolute"}:
            break
        node = node.args[0]
    return node


def _predicted(value: Value) -> bool:
    return "predicted" in value.marks


AUC = Check(
    "auc-from-labels",
    "Give it predict_proba(X)[:, 1] or decision_function(X).",
    _areas,
)
MAPE = Check(
    "mape-of-prediction",
    "Divide by the true value: mean(abs((true - predicted) / true)).",
    _mape,
)
