"""One call in a script: its name, what it is called on, and with what."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.value import NOTHING, UNKNOWN, Value, join


@dataclass(frozen=True)
class Call:
    """A call, its arguments read.

    Parameters
    ----------
    node
        Where it stands.
    name
        The last word of what is called.
    dotted
        The whole of it, where it was imported.
    receiver
        What a method is called on; ``None`` for functions.
    args, kwargs
        The values given.
    """

    node: ast.Call
    name: str
    dotted: str
    receiver: Value | None
    args: tuple[Value, ...]
    kwargs: Mapping[str, Value]

    def given(self, position: int, *names: str) -> Value:
        """An argument by position or by one of its names; knows nothing where it isn't given."""
        for name in names:
            if name in self.kwargs:
                return self.kwargs[name]
        return self.args[position] if 0 <= position < len(self.args) else NOTHING

    def constant(self, name: str) -> object:
        """The literal given for a keyword; ``None`` where none is."""
        value = self.kwargs.get(name, NOTHING).constant
        return None if value is UNKNOWN else value

    @property
    def data(self) -> Value:
        """What is called on, together with what is given."""
        said = [] if self.receiver is None or self.receiver.things else [self.receiver]
        return join([v.data() for v in (*said, *self.args, *self.kwargs.values())])

    @property
    def whose(self) -> tuple[ast.expr, ...]:
        """The node that a method is called on."""
        function = self.node.func
        return (function.value,) if isinstance(function, ast.Attribute) else ()


Handler = Callable[[Call, State], Value | None]


def plain(value: Value) -> Value:
    """``value`` no longer spelt out."""
    return replace(value, items=None, constant=UNKNOWN)
