"""Predicting and judging: ``predict``, ``score``, ``evaluate`` and the metrics."""

from __future__ import annotations

from dataclasses import replace

from auscult.evaluate.scripts.called import Call, Handler, plain
from auscult.evaluate.scripts.known import CURVES, METRICS, is_classifier
from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.value import NOTHING, Thing, Value, bundle, join


def predict(called: Call, model: Value, state: State) -> Value:
    """What a model says of rows."""
    data = replace(plain(join([v.data() for v in called.args])), columns=None)
    if data.empty and not called.args:
        return NOTHING
    state.event("predict", called.node, name=called.name, value=data, others=[model])
    marks = {"predicted"}
    if called.name in {"predict", "fit_predict"} and _says_classes(model.things):
        marks.add("hard")
    kept = frozenset(m for m in data.marks if m in {"fresh"})
    return Value(data.parts, data.made, marks=frozenset(marks) | kept)


def _says_classes(things: tuple[Thing, ...]) -> bool:
    return bool(things) and all(is_classifier(thing.last.name) for thing in things)


def _predict(called: Call, state: State) -> Value | None:
    if called.receiver is None:
        return None
    return predict(called, called.receiver, state)


def _score(called: Call, state: State) -> Value | None:
    """``model.score(X, y)``, ``model.evaluate(X, y)``, or a function so named from elsewhere."""
    data = [replace(plain(v), things=()) for v in (*called.args, *called.kwargs.values())]
    rows = join([v.data() for v in data if v.made or v.parts])
    if rows.empty:
        return None
    model = called.receiver or join([Value(things=v.things) for v in called.args])
    state.event("score", called.node, name=called.name, value=rows, others=[model])
    return Value(rows.parts, marks=frozenset({"score"}))


def _metric(called: Call, state: State) -> Value | None:
    if called.receiver is not None and not called.receiver.empty:
        return None
    true = called.given(0, "y_true")
    given = called.given(1, "y_pred", "y_score", "y_prob", "y_proba")
    state.event("score", called.node, name=called.name, value=true, others=[given])
    parts = true.parts | given.parts
    marks = {"score"} | (given.marks & {"thresholded"})
    if called.name not in CURVES:
        return Value(parts, marks=frozenset(marks))
    curve = Value(parts, made=true.made | given.made, marks=frozenset({"curve"}))
    return bundle([curve, curve, curve.also("thresholds")])


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(METRICS, _metric),
    **dict.fromkeys(["predict", "predict_proba", "predict_log_proba"], _predict),
    **dict.fromkeys(["decision_function", "predict_classes", "predict_generator"], _predict),
    **dict.fromkeys(["score", "evaluate", "evaluate_generator", "test", "validate"], _score),
}
