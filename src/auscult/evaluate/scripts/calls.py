"""Reading calls: functions of the script are read into, those of libraries looked up."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from auscult.evaluate.scripts import (
    choosing,
    fitting,
    frames,
    gathering,
    making,
    scoring,
    splitting,
)
from auscult.evaluate.scripts.called import Call, Handler, plain
from auscult.evaluate.scripts.known import is_reader
from auscult.evaluate.scripts.state import INLINED_STEPS, State, named
from auscult.evaluate.scripts.value import NOTHING, Thing, Value, bundle, join

HANDLERS: dict[str, Handler] = {
    **frames.HANDLERS,
    **gathering.HANDLERS,
    **choosing.HANDLERS,
    **scoring.HANDLERS,
    **splitting.HANDLERS,
    **fitting.HANDLERS,
}
_DEEP = 6
_NUMBERS = frozenset(
    [
        "len",
        "range",
        "type",
        "isinstance",
        "print",
        "open",
        "str",
        "format",
        "time",
        "now",
        "perf_counter",
        "Path",
        "nunique",
        "duplicated",
        "strftime",
        "is_available",
        "exists",
        "unique_labels",
        "compute_class_weight",
        "seed",
        "manual_seed",
        "id",
        "hash",
        "input_shape",
        "to",
        "device",
        "parameters",
        "Input",
        "cuda_device",
        "counts",
        "memory_usage",
        "isna_total",
    ]
)
_PLOTS = ("matplotlib", "seaborn", "plotly", "plt", "sns", "wandb", "mlflow", "ax")


def call(node: ast.Call, state: State) -> Value:
    """What is known of a call's value; what it does is added to the trace."""
    called, function = _read(node, state)
    inlined = _inline(called, function, state)
    method = called.receiver is not None and bool(called.receiver.things)
    if inlined is not None and not (method and called.name in fitting.HANDLERS):
        return inlined
    if function.code is not None and isinstance(function.code, ast.ClassDef):
        return _instance(called, function.code, state)
    _search(called, state)
    applied = _applied(called, state)
    if applied is not None:
        return applied
    handler = HANDLERS.get(called.name)
    value = None if handler is None else handler(called, state)
    if value is None:
        value = making.make(called, function, state)
    if value is None:
        value = _default(called, function, state)
    return value if inlined is None else _both(value, inlined)


def _search(called: Call, state: State) -> None:
    """``study.optimize(objective)`` takes the best of what ``objective`` returns."""
    code = called.given(0, "func", "fn").code
    if called.name not in {"optimize", "fmin"} or code is None or isinstance(code, ast.ClassDef):
        return
    state.called.add(id(code))
    if code in state.inlined:
        return
    value = run_function(code, (NOTHING,), {}, state)
    if value.parts and "score" in value.marks:
        state.event("choose", called.node, name=called.name, value=value)


def _applied(called: Call, state: State) -> Value | None:
    """``df.apply(lambda x: (x - x.mean()) / x.std())`` is called with each column."""
    code = called.given(0, "func").code
    if (
        called.name != "apply"
        or called.receiver is None
        or called.constant("axis") in (1, "columns")
    ):
        return None
    if code is None or isinstance(code, ast.ClassDef) or code in state.inlined:
        return None
    state.called.add(id(code))
    value = run_function(code, (plain(called.receiver),), {}, state)
    return join([plain(called.receiver), value.data()])


def _both(handled: Value, inlined: Value) -> Value:
    """A method of the script's own that is named as those of libraries are."""
    return handled if not handled.empty else inlined


def _read(node: ast.Call, state: State) -> tuple[Call, Value]:
    function = node.func
    receiver: Value | None = None
    if isinstance(function, ast.Attribute):
        state.inside.append(function.attr)
        owner = state.evaluate(function.value, state)
        state.inside.pop()
        if owner.dotted and owner.empty:
            value = Value(dotted=f"{owner.dotted}.{function.attr}")
        else:
            receiver = owner
            value = _method(owner, function.attr)
        name = function.attr
    else:
        value = state.evaluate(function, state)
        name = (value.dotted or "").rpartition(".")[2]
    args, kwargs = _arguments(node, value.dotted or "", state)
    dotted = value.dotted or ""
    if receiver is None and dotted:
        name = dotted.rpartition(".")[2]
    return Call(node, name, dotted, receiver, args, kwargs), value


def _arguments(
    node: ast.Call, dotted: str, state: State
) -> tuple[tuple[Value, ...], dict[str, Value]]:
    draws = dotted.split(".", maxsplit=1)[0] in _PLOTS
    state.inside.append("draw" if draws else _name_of(node))
    args: list[Value] = []
    for argument in node.args:
        value = state.evaluate(argument, state)
        if isinstance(argument, ast.Starred) and value.items is not None:
            args.extend(value.items)
        else:
            args.append(value)
    kwargs = {k.arg or "**": state.evaluate(k.value, state) for k in node.keywords}
    state.inside.pop()
    return tuple(args), kwargs


def _name_of(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _method(owner: Value, name: str) -> Value:
    for thing in owner.things:
        if name in thing.attributes:
            return thing.attributes[name]
        for member in thing.cls.body if thing.cls is not None else ():
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and member.name == name:
                return Value(code=member, things=(thing,))
    return NOTHING


def _inline(called: Call, function: Value, state: State) -> Value | None:
    """Read into a function of the script with what it is given."""
    code = function.code
    if code is None or isinstance(code, ast.ClassDef):
        return None
    state.called.add(id(code))
    deep = len(state.inlined) >= _DEEP or state.steps > INLINED_STEPS
    if deep or code in state.inlined:
        return plain(called.data)
    args = called.args
    if called.receiver is not None and function.things:
        args = (Value(things=function.things), *args)
    return run_function(code, args, dict(called.kwargs), state)


def run_function(
    code: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    args: Sequence[Value],
    kwargs: dict[str, Value],
    state: State,
) -> Value:
    """Read a function's body with its parameters bound; gives what it may return."""
    names, returned = state.names, state.returned
    if not state.inlined:
        state.shared = names
    state.names, state.returned = _bound(code, args, kwargs, state), []
    state.inlined.append(code)
    if isinstance(code, ast.Lambda):
        value = state.evaluate(code.body, state)
    else:
        state.run(code.body, state)
        value = join(state.returned)
    state.inlined.pop()
    state.names, state.returned = names, returned
    return value


def _bound(
    code: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    args: Sequence[Value],
    kwargs: dict[str, Value],
    state: State,
) -> dict[str, Value]:
    parameters = [*code.args.posonlyargs, *code.args.args]
    defaults = [None] * (len(parameters) - len(code.args.defaults)) + list(code.args.defaults)
    found: dict[str, Value] = {}
    for i, (parameter, default) in enumerate(zip(parameters, defaults, strict=True)):
        found[parameter.arg] = _given(i, parameter.arg, default, args, kwargs, state)
    for parameter, default in zip(code.args.kwonlyargs, code.args.kw_defaults, strict=True):
        found[parameter.arg] = _given(-1, parameter.arg, default, args, kwargs, state)
    if code.args.vararg is not None:
        found[code.args.vararg.arg] = bundle(args[len(parameters) :])
    return found


def _given(
    position: int,
    name: str,
    default: ast.expr | None,
    args: Sequence[Value],
    kwargs: dict[str, Value],
    state: State,
) -> Value:
    if 0 <= position < len(args):
        return named(args[position], name, loop=True)
    if name in kwargs:
        return kwargs[name]
    return NOTHING if default is None else state.evaluate(default, state)


def _instance(called: Call, code: ast.ClassDef, state: State) -> Value:
    """An object of a class of the script."""
    thing = Thing(code.name, called.node.lineno, dict(called.kwargs), cls=code)
    value = Value(things=(thing,))
    begin = _method(value, "__init__")
    if begin.code is not None and len(state.inlined) < _DEEP and begin.code not in state.inlined:
        state.called.add(id(begin.code))
        assert not isinstance(begin.code, ast.ClassDef)
        run_function(begin.code, (value, *called.args), dict(called.kwargs), state)
    return replace(plain(called.data), things=(thing,), columns=None)


def _default(called: Call, function: Value, state: State) -> Value:
    """A call that nothing is known of: what is given goes into what comes back."""
    if called.name in _NUMBERS or called.dotted.split(".")[0] in _PLOTS:
        keeps = called.name == "to"
        return plain(called.data) if keeps else Value(marks=frozenset({"number"}))
    receiver = called.receiver
    if receiver is not None and receiver.things and not receiver.made:
        return _of_thing(called, receiver, state)
    if function.things and called.receiver is None:
        _stop_by_hand(called, function, state)
        return scoring.predict(called, function, state)
    data = plain(called.data)
    if receiver is not None and receiver.items is not None and not receiver.empty:
        data = replace(data, things=receiver.things)
    if data.empty or is_reader(called.name):
        return _source(called, data, state)
    return data


def _stop_by_hand(called: Call, function: Value, state: State) -> None:
    """``early_stopping(loss, model)`` of a class that the script brings along."""
    value = called.given(0)
    if value.parts and any("earlystop" in thing.name.lower() for thing in function.things):
        settings = {"selects": Value(constant=True)}
        state.event("stop", called.node, name="early_stopping", value=value, settings=settings)


def _of_thing(called: Call, receiver: Value, state: State) -> Value:
    if called.name in {"get_support", "get_feature_names_out", "get_score"}:
        made = frozenset(n for thing in receiver.things for n in thing.fits)
        return Value(made=made, marks=frozenset({"learned"}))
    data = plain(called.data)
    same = called.name in {"eval", "train", "to", "cuda", "cpu", "double", "float", "set_params"}
    return replace(data, things=receiver.things) if same else data


def _source(called: Call, data: Value, state: State) -> Value:
    """What comes from outside: rows nobody has split yet."""
    method = called.receiver is not None
    if method or not (is_reader(called.name) or called.dotted or data.empty):
        return data
    event = state.event("read", called.node, name=called.name, value=data)
    return replace(data, made=data.made | {event.number})
