"""Reading expressions: what is known of their values."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from auscult.evaluate.scripts.attributes import attribute
from auscult.evaluate.scripts.calls import call
from auscult.evaluate.scripts.names import says_prediction
from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.subscripts import subscript
from auscult.evaluate.scripts.trace import Loop
from auscult.evaluate.scripts.value import UNKNOWN, Value, bundle, element, join


def evaluate(node: ast.expr, state: State) -> Value:
    """What is known of an expression's value; what it does is added to the trace."""
    state.step()
    reader = _READERS.get(type(node))
    if reader is not None:
        return reader(node, state)
    return join([evaluate(n, state) for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)])


def _name(node: ast.Name, state: State) -> Value:
    known = state.look_up(node.id)
    return Value(dotted=node.id) if known is None else known


def _constant(node: ast.Constant, state: State) -> Value:
    return Value(constant=node.value)


def _sequence(node: ast.Tuple | ast.List | ast.Set, state: State) -> Value:
    starred = any(isinstance(e, ast.Starred) for e in node.elts)
    values = [evaluate(e, state) for e in node.elts]
    if not values:  # where a list begins to be filled says what a loop puts into it
        return Value(items=(), marks=frozenset({f"born:{len(state.loops)}"}))
    return replace(bundle(values), items=None) if starred else bundle(values)


def _dict(node: ast.Dict, state: State) -> Value:
    keys = [evaluate(k, state) for k in node.keys if k is not None]
    values = [evaluate(v, state) for v in node.values]
    made = bundle(values)
    if len(keys) == len(values) and all(isinstance(k.constant, str) for k in keys):
        return replace(made, constant={str(k.constant): i for i, k in enumerate(keys)})
    return replace(made, constant=UNKNOWN)


def _starred(node: ast.Starred, state: State) -> Value:
    return replace(evaluate(node.value, state), items=None, constant=UNKNOWN)


def _lambda(node: ast.Lambda, state: State) -> Value:
    return Value(code=node)


def _walrus(node: ast.NamedExpr, state: State) -> Value:
    value = evaluate(node.value, state)
    state.bind(node.target, value)
    return value


def _either(node: ast.IfExp, state: State) -> Value:
    evaluate(node.test, state)
    return join([evaluate(node.body, state), evaluate(node.orelse, state)])


def _inverse(node: ast.UnaryOp, state: State) -> Value:
    value = evaluate(node.operand, state)
    if isinstance(node.op, ast.USub) and isinstance(value.constant, int | float):
        return Value(constant=-value.constant)
    return replace(value, constant=UNKNOWN, items=None)


def _binary(node: ast.BinOp, state: State) -> Value:
    left, right = evaluate(node.left, state), evaluate(node.right, state)
    if isinstance(node.op, ast.Div) and (_absolute(node.left) or _ABSOLUTE & set(state.inside)):
        state.event("divide", node, value=left, others=[right])
    if isinstance(node.op, ast.Sub) and _compares(node.left, left, node.right, right):
        state.event("score", node, name="difference", value=left, others=[right])
    if isinstance(node.op, ast.Mult) and _one_constant(left, right):
        return Value(marks=frozenset({"one-class"}))
    if isinstance(node.op, ast.Add):
        if {"one-class"} <= left.marks and {"one-class"} <= right.marks:
            return state.made(join([left, right]), "ordered", node)
        if left.items is not None and right.items is not None:
            return bundle((*left.items, *right.items))
    both = join([left.data(), right.data()])
    lonely = left.empty or right.empty
    return both if lonely else replace(both, marks=both.marks - {"hard", "one-class"})


_ABSOLUTE = frozenset({"abs", "fabs", "absolute"})


def _absolute(node: ast.expr) -> bool:
    """Whether an expression is ``abs(…)``."""
    function = getattr(node, "func", None)
    return getattr(function, "attr", getattr(function, "id", "")) in _ABSOLUTE


def _one_constant(left: Value, right: Value) -> bool:
    """``[0] * n``."""
    for value in (left, right):
        if isinstance(value.constant, list) and len(value.constant) == 1:
            return True
    return False


def _compares(one: ast.expr, left: Value, other: ast.expr, right: Value) -> bool:
    """Whether a prediction is compared with something that is none."""
    predicted = [
        "predicted" in value.marks
        or (isinstance(node, ast.Name) and says_prediction(node.id) and not value.empty)
        for node, value in ((one, left), (other, right))
    ]
    return sum(predicted) == 1 and not (left.empty or right.empty)


def _compare(node: ast.Compare, state: State) -> Value:
    values = [evaluate(n, state) for n in (node.left, *node.comparators)]
    both = state.without(join([v.data() for v in values]), "statistic")
    marks = set(both.marks) - {"one-class", "names"}
    if len(values) == 2 and _compares(node.left, values[0], node.comparators[0], values[1]):
        state.event("score", node, name="compare", value=values[0], others=values[1:])
        if isinstance(node.ops[0], ast.Eq):
            return replace(both, marks=frozenset({"score"}), columns=None)
    if "predicted" in marks:
        marks.add("hard")
        if _in_loop(node, state):
            marks.add("thresholded")
    if any("index" in v.marks for v in values):
        marks.add("index")
    return replace(both, marks=frozenset(marks))


def _in_loop(node: ast.Compare, state: State) -> bool:
    """Whether a prediction is compared with what a loop walks."""
    walked = {name for loop in state.loops for name in loop.names}
    sides = (node.left, *node.comparators)
    return any(isinstance(n, ast.Name) and n.id in walked for n in sides)


def _list_of(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, state: State
) -> Value:
    before = dict(state.names)
    iterated = [_walk(generator, state) for generator in node.generators]
    if isinstance(node, ast.DictComp):
        evaluate(node.key, state)
        made = evaluate(node.value, state)
    else:
        made = evaluate(node.elt, state)
    for _ in node.generators:
        state.loops.pop()
    state.names.clear()
    state.names.update(before)
    columns = _filtered_names(node, iterated[0], state)
    marks = made.marks - {"row"}
    listed = replace(made, items=None, constant=UNKNOWN, code=None, dotted=None, marks=marks)
    return columns or listed


def _walk(generator: ast.comprehension, state: State) -> Value:
    iterated = evaluate(generator.iter, state)
    names = frozenset(n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name))
    state.bind(generator.target, element(iterated), loop=True)
    state.loops.append(Loop(generator, names))
    for test in generator.ifs:
        evaluate(test, state)
    return iterated


def _filtered_names(node: Any, iterated: Value, state: State) -> Value | None:
    """``[c for c in df.columns if c not in ['id', 'target']]``."""
    if "names" not in iterated.marks or iterated.columns is None or len(node.generators) != 1:
        return None
    generator = node.generators[0]
    dropped: set[str] = set()
    certain = isinstance(getattr(node, "elt", None), ast.Name)
    for test in generator.ifs:
        known = _left_out(test, state)
        certain = certain and known is not None
        dropped |= known or set()
    columns = iterated.columns
    kept = replace(columns, dropped=columns.dropped | dropped, certain=columns.certain and certain)
    return Value(marks=frozenset({"names"}), columns=kept)


def _left_out(test: ast.expr, state: State) -> set[str] | None:
    """The names that a condition leaves out; ``None`` where it cannot be read."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    value = evaluate(test.comparators[0], state).constant
    if isinstance(test.ops[0], ast.NotIn) and isinstance(value, list):
        return {v for v in value if isinstance(v, str)}
    if isinstance(test.ops[0], ast.NotEq) and isinstance(value, str):
        return {value}
    return None


_READERS: dict[type[ast.expr], Callable[[Any, State], Value]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.Starred: _starred,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.IfExp: _either,
    ast.UnaryOp: _inverse,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.ListComp: _list_of,
    ast.SetComp: _list_of,
    ast.GeneratorExp: _list_of,
    ast.DictComp: _list_of,
    ast.Attribute: attribute,
    ast.Subscript: subscript,
    ast.Call: call,
}
