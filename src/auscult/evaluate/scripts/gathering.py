"""Filling, joining and shuffling lists and arrays: in which order rows come to stand."""

from __future__ import annotations

import ast
from dataclasses import replace

from auscult.evaluate.scripts.called import Call, Handler, plain
from auscult.evaluate.scripts.names import says_recording
from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.value import NOTHING, UNKNOWN, Value, bundle, join


def _shuffle(called: Call, state: State) -> Value | None:
    """``shuffle`` and ``permutation``, which give new rows or change them in place."""
    values = [state.without(v, "ordered", "sorted") for v in called.args]
    if called.name == "permutation":
        data = replace(plain(join(values)), columns=None)
        return data.also("index", "permuted")
    if called.receiver is not None and called.receiver.made:
        return None
    if called.args:
        first = values[0].also("permuted") if "number" in values[0].marks else values[0]
        for node in called.node.args[:1]:
            state.rebind(node, first)
    return values[0] if len(values) == 1 else bundle(values)


def _permuted(called: Call, state: State) -> Value | None:
    """``torch.randperm(n)``."""
    return Value(marks=frozenset({"index", "permuted"}))


def _arange(called: Call, state: State) -> Value | None:
    return Value(marks=frozenset({"index", "number"}))


def _append(called: Call, state: State) -> Value | None:
    """``list.append`` and ``extend``: what the list holds, and in which order it was filled."""
    owner = called.receiver
    if (
        owner is None
        or not called.args
        or owner.columns is not None
        or (owner.things and owner.made)
    ):
        return _concatenate(called, state)
    added = called.args[0]
    items = None
    if called.name == "append" and owner.items is not None and len(owner.items) < 50:
        items = (*owner.items, added)
    born = frozenset(m for m in owner.marks if m.startswith("born:"))
    held = replace(owner, items=None, marks=owner.marks - born)
    value = replace(join([held, added.data()]), items=items)
    things = tuple(dict.fromkeys((*owner.things, *added.things)))
    value = replace(value, marks=(value.marks - {"row"}) | born, things=things)
    if "score" in added.marks and state.loops and state.loops[-1].trains:
        value = value.also("epochs")
    value = _filled(called, value, added, state)
    for node in called.whose:
        state.rebind(node, value)
    return NOTHING


def _filled(called: Call, value: Value, added: Value, state: State) -> Value:
    begin = min((int(m[5:]) for m in value.marks if m.startswith("born:")), default=0)
    loops = state.loops[begin:]
    outer = [name for loop in loops[:-1] for name in loop.names]
    if called.name == "extend":
        outer = [name for loop in loops for name in loop.names]
    given = called.node.args[0]
    if isinstance(given, ast.Name) and given.id in outer and len(loops) > 1:
        value = state.made(value, "ordered", called.node)
    elif type(added.constant) in (int, str) and state.loops:
        value = _of_one_class(called, value, added, state)
    whose = next((name for name in outer if says_recording(name)), None)
    if whose is not None:
        return state.made(value, "several", called.node, name=whose)
    inner = next((n for loop in loops[-1:] for n in loop.names if says_recording(n)), None)
    return value if inner is None else value.also(f"of:{inner}")


def _of_one_class(called: Call, value: Value, added: Value, state: State) -> Value:
    """One loop appends only 0, the next only 1."""
    here = f"label:{id(state.loops[-1])}:{added.constant!r}"
    others = [m.split(":", 2) for m in value.marks if m.startswith("label:")]
    apart = any(int(i) != id(state.loops[-1]) and c != repr(added.constant) for _, i, c in others)
    return state.made(value, "ordered", called.node) if apart else value.also(here)


def _concatenate(called: Call, state: State) -> Value | None:
    first = called.given(0, "objs")
    pieces = first.items if first.items is not None else called.args
    value = plain(called.data)
    if sum("one-class" in piece.marks for piece in pieces) > 1:
        value = state.made(value, "ordered", called.node)
    whose = next((m[3:] for m in first.marks if m.startswith("of:")), None)
    if called.name in {"stack", "vstack", "column_stack", "dstack"}:
        whose = None  # rows of one feature vector each
    if whose is not None:
        value = state.made(value, "several", called.node, name=whose)
    return replace(value, marks=value.marks - {"one-class"}, columns=None)


def _one_class(called: Call, state: State) -> Value | None:
    return Value(marks=frozenset({"one-class"}))


def _repeat(called: Call, state: State) -> Value | None:
    first = called.given(0)
    if isinstance(first.constant, list) and len(first.constant) > 1:
        return state.made(Value(), "ordered", called.node)
    return Value(marks=frozenset({"one-class"})) if first.constant is not UNKNOWN else None


def _windows(called: Call, state: State) -> Value | None:
    return state.made(plain(called.data), "window", called.node)


_CONCATENATE = [
    "concat",
    "concatenate",
    "vstack",
    "hstack",
    "stack",
    "cat",
    "r_",
    "column_stack",
    "dstack",
]
HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(_CONCATENATE, _concatenate),
    **dict.fromkeys(["zeros", "ones", "full", "zeros_like", "ones_like", "full_like"], _one_class),
    **dict.fromkeys(["append", "extend"], _append),
    **dict.fromkeys(["shuffle", "permutation"], _shuffle),
    **dict.fromkeys(["sliding_window_view", "TimeseriesGenerator"], _windows),
    **dict.fromkeys(["timeseries_dataset_from_array", "unfold"], _windows),
    "arange": _arange,
    "randperm": _permuted,
    "repeat": _repeat,
}
