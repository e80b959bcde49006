"""Reading attributes: ``df.columns``, ``search.best_score_``, ``self.scaler``."""

from __future__ import annotations

import ast
from dataclasses import replace

from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.value import NOTHING, UNKNOWN, Value

_NUMBERS = frozenset(
    ["shape", "dtypes", "size", "ndim", "dtype", "name", "feature_names", "target_names", "device"]
)
_SAME = frozenset(
    ["values", "T", "loc", "iloc", "at", "iat", "array", "dataset", "data", "str", "dt", "history"]
)
_LEARNED = frozenset(
    [
        "feature_importances_",
        "coef_",
        "scores_",
        "ranking_",
        "support_",
        "pvalues_",
        "importances_mean",
    ]
)
_ESTIMATORS = frozenset(["best_estimator_", "estimator_", "named_steps", "steps", "estimator"])


def attribute(node: ast.Attribute, state: State) -> Value:
    """What is known of ``owner.name``."""
    owner = state.evaluate(node.value, state)
    if owner.dotted and owner.empty:
        return Value(dotted=f"{owner.dotted}.{node.attr}")
    if owner.things:
        return _of_thing(node, owner, state)
    if node.attr in _NUMBERS:
        return Value(marks=frozenset({"number"}))
    if node.attr == "columns":
        return Value(marks=frozenset({"names"}), columns=owner.columns)
    if node.attr == "index":
        return replace(owner, columns=None, items=None).also("index", "number")
    return owner if owner.empty else _column(node, owner)


def _column(node: ast.Attribute, owner: Value) -> Value:
    """``df.age`` is a column where ``df`` is a table."""
    columns = owner.columns
    if node.attr in _SAME:
        return replace(owner, items=None)
    value = replace(owner, items=None, constant=UNKNOWN)
    if columns is not None and columns.single is None:
        return replace(value, columns=replace(columns, single=node.attr))
    return value


def _of_thing(node: ast.Attribute, owner: Value, state: State) -> Value:
    name = node.attr
    for thing in owner.things:
        if name in thing.attributes:
            return thing.attributes[name]
    if name == "best_score_":
        if not state.quiet:
            state.event("best-score", node, value=owner)
        return Value(marks=frozenset({"score"}))
    if name in _ESTIMATORS:
        return Value(things=owner.things)
    if name in _LEARNED:
        made = frozenset(n for thing in owner.things for n in thing.fits)
        return Value(made=made, marks=frozenset({"learned"}))
    if name == "oob_score_":
        state.event("score", node, name=name, value=owner)
    if name in _SAME:
        return replace(owner, things=()) if owner.made else owner
    data = replace(owner, things=())
    return NOTHING if data.empty else data
