"""What a script does, in order: the events that the checks look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from auscult.evaluate.scripts.value import NOTHING, Part, Thing, Value


@dataclass(frozen=True, eq=False)
class Loop:
    """A loop that an event stands in.

    ``folds`` is the number of the split event whose folds it walks, else -1; ``trains`` tells
    that it walks the epochs of a training.
    """

    node: ast.AST
    names: frozenset[str]
    folds: int = -1
    trains: bool = False


@dataclass(frozen=True, eq=False)
class Event:
    """One step: something is read, split, fitted, predicted, scored, chosen or kept.

    Parameters
    ----------
    number
        Its place in the trace.
    kind
        ``read``, ``fit``, ``transform``, ``resample``, ``statistic``, ``select``, ``window``,
        ``lag``, ``series``, ``ordered``, ``cross`` (rows are split), ``predict``, ``score``, …
    line
        Where it stands in the joined text.
    name
        The function or method.
    value
        What it is done to.
    others
        Further values: the labels of a fit, the predictions of a score.
    things
        The objects that do it.
    settings
        Keyword arguments.
    loops, conditions
        What it stands in, outermost first.
    """

    number: int
    kind: str
    line: int
    name: str = ""
    value: Value = NOTHING
    others: tuple[Value, ...] = ()
    things: tuple[Thing, ...] = ()
    settings: Mapping[str, Value] = field(default_factory=dict)
    loops: tuple[Loop, ...] = ()
    conditions: tuple[ast.expr, ...] = ()
    node: ast.AST | None = None

    @property
    def whole(self) -> bool:
        """Whether it is done to rows of which none was set aside before."""
        return not self.value.parts

    def parts(self) -> frozenset[Part]:
        """The rows of all values of it."""
        return self.value.parts.union(*(v.parts for v in self.others))


@dataclass
class Trace:
    """The events of one script, in order."""

    events: list[Event] = field(default_factory=list)
    derived: dict[tuple[int, str], set[str]] = field(default_factory=dict)

    def of(self, *kinds: str) -> Iterator[Event]:
        """Events of some kinds."""
        return (event for event in self.events if event.kind in kinds)

    def made(self, value: Value, *kinds: str) -> Iterator[Event]:
        """The events of some kinds in the making of a value."""
        for number in sorted(value.made):
            if self.events[number].kind in kinds:
                yield self.events[number]

    def known(self, value: Value) -> bool:
        """Whether a value was read in the script, not given to a function that nothing calls."""
        reads = list(self.made(value, "read"))
        return bool(reads) and all(event.name != "parameter" for event in reads)

    def same_rows(self, one: Value, other: Value) -> bool:
        """Whether both were made from one reading of data."""
        return bool(self._sources(one) & self._sources(other))

    def _sources(self, value: Value) -> set[int]:
        return {event.number for event in self.made(value, "read")}
