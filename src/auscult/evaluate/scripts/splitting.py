"""Setting rows aside: ``train_test_split``, folds, ``random_split``, ``cross_val_score``."""

from __future__ import annotations

from dataclasses import replace

from auscult.evaluate.scripts.called import Call, Handler, plain
from auscult.evaluate.scripts.known import (
    CV_FUNCTIONS,
    GROUP_SPLITTERS,
    SHUFFLING,
    SPLITTERS,
    is_classifier,
)
from auscult.evaluate.scripts.state import State, cut, sides
from auscult.evaluate.scripts.value import NOTHING, Thing, Value, bundle, join


def _train_test_split(called: Call, state: State) -> Value | None:
    rows = join([v.data() for v in called.args])
    if any("people" in v.marks for v in called.args):
        state.event("grouped", called.node)
    shuffled = called.constant("shuffle") is not False
    settings = {**called.kwargs, "shuffle": Value(constant=shuffled)}
    event = state.event(
        "cross",
        called.node,
        name=called.name,
        value=rows,
        others=[plain(v) for v in called.args],
        settings=settings,
    )
    roles = sides(rows)
    halves: list[Value] = []
    for value in called.args:
        cleared = state.without(value, "ordered", "sorted") if shuffled else value
        marks = {"index"} if value.marks & {"index", "people", "number"} else set()
        halves += [cut(cleared, role, event.number).also("fresh", *marks) for role in roles]
    return bundle(halves)


def _random_split(called: Call, state: State) -> Value | None:
    """``random_split(dataset, [a, b])`` of torch: as many parts as lengths."""
    lengths = called.given(1, "lengths").items
    rows = plain(called.given(0, "dataset"))
    settings = {"shuffle": Value(constant=True)}
    event = state.event("cross", called.node, name=called.name, value=rows, settings=settings)
    first, second = sides(rows)
    roles = [first, second] if lengths is None or len(lengths) != 3 else ["train", "validation"]
    if len(roles) == 2 and lengths is not None and len(lengths) == 3:
        roles.append("test")
    return bundle(cut(rows, role, event.number).also("fresh") for role in roles)  # type: ignore[arg-type]


def _split(called: Call, state: State) -> Value | None:
    """The folds of a splitter."""
    splitter = next((t for t in _things(called) if t.name in SPLITTERS), None)
    if splitter is None:
        return None
    groups = called.given(2, "groups")
    if splitter.name in GROUP_SPLITTERS or groups is not NOTHING:
        state.event("grouped", called.node)
    rows = called.given(0, "X")
    settings = {"shuffle": Value(constant=shuffles(splitter)), "splitter": _as_value(splitter)}
    event = state.event("folds", called.node, name=splitter.name, value=rows, settings=settings)
    first, second = sides(rows)
    index = Value(marks=frozenset({"index", "fresh"}))
    pair = bundle(
        [cut(index, first, event.number, fold=True), cut(index, second, event.number, fold=True)]
    )
    return bundle([pair]).also("folds")


def _things(called: Call) -> tuple[Thing, ...]:
    return () if called.receiver is None else called.receiver.things


def _as_value(thing: Thing) -> Value:
    return Value(things=(thing,))


def shuffles(splitter: Thing) -> bool:
    """Whether a splitter deals rows at random."""
    said = splitter.settings.get("shuffle", NOTHING).constant
    return splitter.name in SHUFFLING or said is True


def _cross_validate(called: Call, state: State) -> Value | None:
    model = called.given(0, "estimator")
    X, y = called.given(1, "X"), called.given(2, "y")
    splitter = next((t for t in called.given(-1, "cv").things if t.name in SPLITTERS), None)
    settings = {"shuffle": Value(constant=splitter is not None and shuffles(splitter))}
    if splitter is not None:
        settings["splitter"] = _as_value(splitter)
    grouped = "groups" in called.kwargs or (splitter and splitter.name in GROUP_SPLITTERS)
    if grouped:
        state.event("grouped", called.node)
    event = state.event(
        "cross",
        called.node,
        name=called.name,
        value=replace(X, things=model.things),
        others=[X, y],
        settings=settings,
    )
    role = sides(X)[1]
    scored = cut(Value(), role, event.number, fold=True)
    state.event("score", called.node, name=called.name, value=scored)
    if called.name != "cross_val_predict":
        return scored.also("score")
    marks = {"predicted"}
    if called.constant("method") is None and model.things:
        marks |= {"hard"} if all(is_classifier(t.last.name) for t in model.things) else set()
    return scored.also(*marks)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(CV_FUNCTIONS, _cross_validate),
    "train_test_split": _train_test_split,
    "random_split": _random_split,
    "split": _split,
}
