"""Making objects with a memory: estimators, pipelines, splitters, callbacks, datasets."""

from __future__ import annotations

from dataclasses import replace

from auscult.evaluate.scripts import known
from auscult.evaluate.scripts.called import Call, plain
from auscult.evaluate.scripts.state import State, cut
from auscult.evaluate.scripts.value import Thing, Value, element, join

_WRAPPERS = frozenset(
    [
        "CalibratedClassifierCV",
        "OneVsRestClassifier",
        "MultiOutputClassifier",
        "BaggingClassifier",
        "TransformedTargetRegressor",
    ]
)
_OTHERS = frozenset(["Booster", "Trainer", "TrainingArguments", "ARIMA", "SARIMAX", "Prophet"])
_FIRST = frozenset(
    [
        "next",
        "list",
        "tuple",
        "enumerate",
        "zip",
        "items",
        "values",
        "iter",
        "reversed",
        "sorted",
        "tqdm",
    ]
)


def make(called: Call, function: Value, state: State) -> Value | None:
    """A new object where a known class is called, else ``None``."""
    name = called.name
    if name in _FIRST:
        return _walked(called)
    if called.receiver is not None and not called.receiver.empty:
        return None
    if name in known.PIPELINES | known.UNIONS | known.SEARCHES | _WRAPPERS:
        return _around(called)
    if _is_thing(name):
        return Value(things=(Thing(name, called.node.lineno, dict(called.kwargs)),))
    if name in known.SORTED_DATASETS:
        return _sorted_dataset(called, state)
    return _official_part(called, state)


def _is_thing(name: str) -> bool:
    kinds = (known.STATELESS, known.RESAMPLERS, known.SPLITTERS, known.NETWORKS, known.CALLBACKS)
    return (
        known.is_transformer(name)
        or known.is_classifier(name)
        or known.is_regressor(name)
        or name in _OTHERS
        or any(name in kind for kind in kinds)
    )


def _around(called: Call) -> Value:
    """A pipeline or search, with what is inside it; its last member predicts."""
    inside = tuple(t for v in (*called.args, *called.kwargs.values()) for t in v.things)
    members = tuple(t for t in inside if t.name not in known.SPLITTERS)
    thing = Thing(called.name, called.node.lineno, dict(called.kwargs), members)
    return Value(things=(thing,))


def _sorted_dataset(called: Call, state: State) -> Value:
    event = state.event("read", called.node, name=called.name)
    value = Value(made=frozenset({event.number}))
    return state.made(value, "ordered", called.node, name=called.name)


def _official_part(called: Call, state: State) -> Value | None:
    """``CIFAR10(train=False)`` and ``load_dataset(split='test')`` say which part they are."""
    said = called.constant("train"), called.constant("split"), called.constant("subset")
    if called.receiver is not None or not (said[0] in (True, False) or _words(said)):
        return None
    event = state.event("read", called.node, name=called.name)
    data = replace(plain(called.data), made=called.data.made | {event.number})
    test = said[0] is False or "test" in _words(said)
    train = said[0] is True or "train" in _words(said)
    return cut(data, "test" if test else "train") if test or train else data


def _words(said: tuple[object, ...]) -> set[str]:
    return {word for word in said if isinstance(word, str)}


def _walked(called: Call) -> Value | None:
    """What loops walk through: ``enumerate``, ``zip``, ``dict.items`` and the like."""
    name = called.name
    if name in {"items", "values"}:
        if called.receiver is None:
            return None
        inner = element(called.receiver)
        return inner if name == "values" else _pairs([Value(), inner], called.receiver)
    if called.receiver is not None or not called.args:
        return None
    if name == "enumerate":
        return _pairs([Value(), element(called.args[0])], called.args[0])
    if name == "zip":
        return _pairs([element(v) for v in called.args], join([v.data() for v in called.args]))
    return element(called.args[0]) if name == "next" else called.args[0]


def _pairs(inner: list[Value], whole: Value) -> Value:
    """A sequence of tuples, told by one of them."""
    data = join([v.data() for v in inner])
    things = tuple(dict.fromkeys(t for v in inner for t in v.things))
    one = replace(data, items=tuple(inner), things=things, columns=None)
    marks = data.marks | (whole.marks & {"folds"})
    return replace(one, items=(one,), marks=marks)
