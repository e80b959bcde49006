"""What is known of a value in a script without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from auscult.evaluate.scripts.names import Role

UNKNOWN: Any = object()


@dataclass(frozen=True)
class Part:
    """Rows on one side of a split.

    Parameters
    ----------
    role
        What the rows are for.
    split
        The event that cut them; -1 where only a name says it.
    fold
        Whether they are a fold of a cross-validation.
    """

    role: Role
    split: int = -1
    fold: bool = False


@dataclass(eq=False)
class Thing:
    """An object with a memory: a model, a transformer, a splitter."""

    name: str
    line: int
    settings: Mapping[str, Value] = field(default_factory=dict)
    members: tuple[Thing, ...] = ()
    fits: list[int] = field(default_factory=list)
    attributes: dict[str, Value] = field(default_factory=dict)
    cls: ast.ClassDef | None = None

    @property
    def last(self) -> Thing:
        """The estimator that predicts: a pipeline's last step, a search's estimator."""
        return self.members[-1].last if self.members else self


@dataclass(frozen=True)
class Columns:
    """Which columns of which table a value holds.

    Parameters
    ----------
    table
        The event that read or made the table.
    kept
        Names; ``None`` for all.
    dropped
        Names that were taken out.
    single
        The one column, by name or position.
    span
        Positions ``[a:b]``; ``None`` for all.
    certain
        False where some selection could not be read.
    """

    table: int
    kept: frozenset[str] | None = None
    dropped: frozenset[str] = frozenset()
    single: str | int | None = None
    span: tuple[int | None, int | None] | None = None
    certain: bool = True


@dataclass(frozen=True)
class Value:
    """What may be known of a value.

    Parameters
    ----------
    parts
        The rows it was made from; empty for all rows or none.
    made
        Events in its making.
    things
        The objects that it may be.
    items
        Elements of a list, tuple or dictionary that is spelt out.
    marks
        Short words: ``index`` (row numbers), ``fresh`` (just cut, may be renamed), ``hard``
        (classes, not probabilities), ``predicted``, ``number``, ``row`` (one case) and others.
    columns
        Of a table.
    constant
        A literal value, or ``UNKNOWN``.
    code
        A function, lambda or class of the script.
    dotted
        What it was imported as, e.g. ``sklearn.preprocessing.StandardScaler``.
    """

    parts: frozenset[Part] = frozenset()
    made: frozenset[int] = frozenset()
    things: tuple[Thing, ...] = ()
    items: tuple[Value, ...] | None = None
    marks: frozenset[str] = frozenset()
    columns: Columns | None = None
    constant: Any = UNKNOWN
    code: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | None = None
    dotted: str | None = None

    def roles(self) -> set[Role]:
        """What its rows are for."""
        return {part.role for part in self.parts}

    @property
    def thing(self) -> Thing | None:
        """The object it is, if it is one."""
        return self.things[0] if self.things else None

    @property
    def empty(self) -> bool:
        """Whether nothing is known but, perhaps, that it is a literal."""
        return not (self.parts or self.made or self.things or self.items or self.marks)

    def also(self, *marks: str) -> Value:
        """The same with ``marks`` added."""
        return replace(self, marks=self.marks | set(marks))

    def data(self) -> Value:
        """Rows, making and columns only: what arithmetic on it leaves."""
        return Value(self.parts, self.made, marks=self.marks - {"fresh"}, columns=self.columns)


NOTHING = Value()


_DEPTH = 3
_MANY = 50


def join(values: Iterable[Value], depth: int = 0) -> Value:
    """What is known of a value that may be any of ``values``, or was made from all of them."""
    known = [v for v in values if not v.empty or v.code is not None or v.dotted]
    if not known:
        return NOTHING
    if len(known) == 1:
        return known[0]
    hard = all("hard" in v.marks for v in known)
    marks = frozenset().union(*(v.marks for v in known))
    first = known[0]
    columns = first.columns if all(v.columns == first.columns for v in known) else None
    return Value(
        parts=frozenset().union(*(v.parts for v in known)),
        made=frozenset().union(*(v.made for v in known)),
        things=tuple(dict.fromkeys(t for v in known for t in v.things))[:_MANY],
        items=_joined_items(known, depth + 1),
        marks=marks if hard else marks - {"hard"},
        columns=columns,
        code=next((v.code for v in known if v.code is not None), None),
        dotted=next((v.dotted for v in known if v.dotted), None),
    )


def _joined_items(values: list[Value], depth: int) -> tuple[Value, ...] | None:
    if depth > _DEPTH:
        return None  # x = [x, x], said often, has 2 ** often elements
    sizes = {len(v.items) if v.items is not None else -1 for v in values}
    if len(sizes) != 1 or -1 in sizes:
        return None
    return tuple(
        join(column, depth) for column in zip(*(v.items or () for v in values), strict=True)
    )


def bundle(items: Iterable[Value]) -> Value:
    """A list, tuple or dictionary of ``items``; what is known of any is known of it."""
    listed = tuple(items)
    data = [v.data() for v in listed if not v.empty]
    both = join(data)
    constants = [v.constant for v in listed]
    constant = UNKNOWN if any(c is UNKNOWN for c in constants) else constants
    things = tuple(dict.fromkeys(t for v in listed for t in v.things))[:_MANY]
    return replace(both, items=listed, things=things, columns=None, constant=constant)


def element(value: Value) -> Value:
    """What a loop over ``value`` binds."""
    if value.items:
        return join(value.items) if len(value.items) > 1 else value.items[0]
    one = replace(value, constant=UNKNOWN, items=None)
    return one.also("row") if value.made and not value.things else one


def strings(value: Value | None) -> frozenset[str] | None:
    """The strings of a constant string or list of them, else ``None``."""
    if value is None or value.constant is UNKNOWN:
        return None
    if isinstance(value.constant, str):
        return frozenset({value.constant})
    if isinstance(value.constant, list) and all(isinstance(c, str) for c in value.constant):
        return frozenset(value.constant)
    return None
