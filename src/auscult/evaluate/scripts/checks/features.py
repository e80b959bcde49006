"""Features that hold the target."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin
from auscult.evaluate.scripts.columns import holds
from auscult.evaluate.scripts.trace import Event, Trace
from auscult.evaluate.scripts.value import Value


def _find(trace: Trace) -> Iterator[Sin]:
    seen: set[tuple[int, str]] = set()
    for event in trace.of("cross", "fit"):
        X, y = _features_and_target(event)
        if X is None or y is None or X.columns is None or y.columns is None:
            continue
        name = holds(X.columns, y.columns, trace.derived)
        if name and (X.columns.table, name) not in seen:
            seen.add((X.columns.table, name))
            yield Sin(event.line, _message(name, y))


def _message(name: str, y: Value) -> str:
    target = y.columns.single if y.columns is not None else name
    if target == name or isinstance(target, int):
        return f"The features still hold the target, {_quoted(name)}."
    return f"The features hold '{name}', and the target '{target}' is made from it or it from that."


def _quoted(name: str) -> str:
    return name if name.startswith("column ") else f"'{name}'"


def _features_and_target(event: Event) -> tuple[Value | None, Value | None]:
    if event.kind == "fit":
        return event.value, event.others[0] if event.others else None
    if len(event.others) >= 2:
        return event.others[0], event.others[1]
    return None, None


CHECK = Check(
    "target-in-features",
    "Drop the target, and every column it was made from, before fitting.",
    _find,
)
