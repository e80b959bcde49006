"""Where the reading of a script stands: names, loops, conditions and the trace so far."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auscult.errors import InputError
from auscult.evaluate.scripts.names import Role, role_of
from auscult.evaluate.scripts.trace import Event, Loop, Trace
from auscult.evaluate.scripts.value import NOTHING, UNKNOWN, Part, Value, join

_STEPS = 400_000
_EVENTS = 5_000
INLINED_STEPS = 150_000


@dataclass
class State:
    """All that changes while a script is read.

    ``evaluate`` and ``run`` are the readers of expressions and statements.
    """

    evaluate: Callable[[ast.expr, State], Value]
    run: Callable[[Sequence[ast.stmt], State], None]
    trace: Trace = field(default_factory=Trace)
    names: dict[str, Value] = field(default_factory=dict)
    shared: dict[str, Value] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)
    conditions: list[ast.expr] = field(default_factory=list)
    inlined: list[ast.AST] = field(default_factory=list)
    called: set[int] = field(default_factory=set)
    returned: list[Value] = field(default_factory=list)
    pairs: frozenset[tuple[str, str]] = frozenset()
    inside: list[str] = field(default_factory=list)
    steps: int = 0

    def step(self) -> None:
        """Count one expression; a script that unfolds without end is refused."""
        self.steps += 1
        if self.steps > _STEPS:
            raise InputError("too long to be read. Audit its parts one by one.")

    @property
    def quiet(self) -> bool:
        """Whether what is read only draws or asserts."""
        return "draw" in self.inside

    def event(
        self,
        kind: str,
        node: ast.AST,
        *,
        name: str = "",
        value: Value = NOTHING,
        others: Sequence[Value] = (),
        settings: Mapping[str, Value] | None = None,
    ) -> Event:
        """Write down one step."""
        if len(self.trace.events) >= _EVENTS:
            raise InputError("too long to be read. Audit its parts one by one.")
        event = Event(
            number=len(self.trace.events),
            kind=kind,
            line=getattr(node, "lineno", 1),
            name=name,
            value=value,
            others=tuple(others),
            things=value.things,
            settings=dict(settings or {}),
            loops=tuple(self.loops),
            conditions=tuple(self.conditions),
            node=node,
        )
        self.trace.events.append(event)
        return event

    def made(self, value: Value, kind: str, node: ast.AST, *, name: str = "") -> Value:
        """``value`` after a step that is written down as part of its making."""
        event = self.event(kind, node, name=name, value=value)
        return replace(value, made=value.made | {event.number}, constant=UNKNOWN)

    def without(self, value: Value, *kinds: str) -> Value:
        """``value`` as if events of some kinds had no part in its making."""
        kept = frozenset(n for n in value.made if self.trace.events[n].kind not in kinds)
        return value if len(kept) == len(value.made) else replace(value, made=kept)

    def look_up(self, name: str) -> Value | None:
        """What a name is bound to."""
        found = self.names.get(name)
        return self.shared.get(name) if found is None else found

    def bind(self, target: ast.expr, value: Value, *, loop: bool = False) -> None:
        """Assign ``value`` to a name, a tuple of names, an attribute or an element."""
        if isinstance(target, ast.Name):
            self.names[target.id] = named(value, target.id, loop=loop)
        elif isinstance(target, ast.Tuple | ast.List):
            self._bind_each(target.elts, value, loop)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, value, loop=loop)
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(target, value)

    def _bind_each(self, targets: Sequence[ast.expr], value: Value, loop: bool) -> None:
        items = value.items
        if items is None or len(items) != len(targets):
            items = (replace(value, items=None, constant=UNKNOWN),) * len(targets)
        for target, item in zip(targets, items, strict=True):
            self.bind(target, item, loop=loop)

    def _bind_attribute(self, target: ast.Attribute, value: Value) -> None:
        owner = self.evaluate(target.value, self)
        for thing in owner.things:
            thing.attributes[target.attr] = named(value, target.attr)

    def rebind(self, node: ast.expr, value: Value) -> None:
        """Change what ``node`` refers to in place, as ``append`` does."""
        if isinstance(node, ast.Name):
            here = node.id in self.names or node.id not in self.shared
            (self.names if here else self.shared)[node.id] = value
        elif isinstance(node, ast.Attribute):
            for thing in self.evaluate(node.value, self).things:
                thing.attributes[node.attr] = value
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            held = join([self.evaluate(node.value, self), value.data()])
            self.rebind(node.value, replace(held, items=None, constant=UNKNOWN))


def named(value: Value, name: str, *, loop: bool = False) -> Value:
    """``value`` under a name that may say which part of the data it holds."""
    role = role_of(name)
    fresh = "fresh" in value.marks
    plain = replace(value, marks=value.marks - {"fresh"}) if fresh else value
    if role is None:
        return plain
    if fresh:
        return replace(plain, parts=frozenset(replace(p, role=role) for p in value.parts))
    if role == "rest" or loop or not value.made:
        return plain
    if not value.parts and not value.things and "number" not in value.marks:
        return cut(plain, role)
    same = frozenset(p for p in value.parts if p.role == role)
    return replace(plain, parts=same) if same else plain


def cut(value: Value, role: Role, split: int = -1, *, fold: bool = False) -> Value:
    """``value`` with the rows of one side of a split; items and constants are forgotten."""
    return replace(value, parts=frozenset({Part(role, split, fold)}), items=None, constant=UNKNOWN)


def sides(value: Value) -> tuple[Role, Role]:
    """What the two sides of a split of ``value`` are for, unless their names say otherwise."""
    roles = value.roles()
    if roles == {"train"}:
        return "train", "validation"
    if roles and roles <= {"rest", "test", "validation"}:
        return "validation", "test"
    return "train", "test"
