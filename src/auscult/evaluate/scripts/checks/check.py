"""What a check is, and what several of them ask of a trace."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from auscult.evaluate.scripts.known import SELECTORS, STATELESS, is_transformer
from auscult.evaluate.scripts.trace import Event, Trace
from auscult.evaluate.scripts.value import Thing, Value
from auscult.types import Severity


@dataclass(frozen=True)
class Sin:
    """One place where a check found what it looks for.

    ``{there}`` in the message stands for the place of line ``other``.
    """

    line: int
    message: str
    severity: Severity = "warning"
    mend: str = ""
    other: int = 0


@dataclass(frozen=True)
class Check:
    """A kind of sin: its code, what mends it, and how it is found in a trace."""

    code: str
    mend: str
    find: Callable[[Trace], Iterable[Sin]]


def crossings(trace: Trace) -> Iterator[Event]:
    """Splits of rows of which none was set aside before."""
    return (event for event in trace.of("cross") if event.whole)


def inputs(event: Event) -> Value:
    """All that a split is given."""
    made = event.value.made.union(*(v.made for v in event.others))
    return Value(parts=event.value.parts, made=made)


def learns(event: Event) -> bool:
    """Whether a fit learns a change of the features from its rows."""
    things = [part for thing in event.things for part in flat(thing)]
    if not things:
        return event.name == "fit_transform" or event.name.endswith(("scale", "_transform"))
    return any(_is_learning(thing) for thing in things) and not predicts(event)


def predicts(event: Event) -> bool:
    """Whether a fit is one of a model that predicts."""
    if event.name in {"fit_transform", "adapt", "fit_on_texts"}:
        return False
    return bool(event.things) and not any(_changes(thing.last) for thing in event.things)


def flat(thing: Thing) -> Iterator[Thing]:
    """An object and all inside it."""
    if thing.members:
        for member in thing.members:
            yield from flat(member)
    else:
        yield thing


def _changes(thing: Thing) -> bool:
    return thing.name in STATELESS or is_transformer(thing.name) or _own_transformer(thing)


def _is_learning(thing: Thing) -> bool:
    if thing.cls is not None:
        return _own_transformer(thing) and not _idle(thing.cls)
    return thing.name not in STATELESS and is_transformer(thing.name)


def selects(event: Event) -> bool:
    """Whether a fit picks features."""
    return any(part.name in SELECTORS for thing in event.things for part in flat(thing))


def _own_transformer(thing: Thing) -> bool:
    body = thing.cls.body if thing.cls is not None else []
    names = {m.name for m in body if isinstance(m, ast.FunctionDef)}
    return "transform" in names and "predict" not in names


def _idle(cls: ast.ClassDef) -> bool:
    """Whether ``fit`` of a class of the script only returns itself."""
    for member in cls.body:
        if isinstance(member, ast.FunctionDef) and member.name == "fit":
            return all(isinstance(s, ast.Return | ast.Pass | ast.Expr) for s in member.body)
    return True


def who(event: Event) -> str:
    """What a fit is called in a message."""
    things = [part for thing in event.things for part in flat(thing)]
    learning = [thing.name for thing in things if _is_learning(thing)]
    names = learning or [thing.name for thing in event.things]
    return names[0] if names else f"'{event.name}'"


def held_out(value: Value) -> bool:
    """Whether a value holds rows that are to judge a model."""
    return bool(value.roles() & {"test", "rest"})


def tests(value: Value) -> bool:
    """Whether a value holds rows of the test part."""
    return "test" in value.roles()
