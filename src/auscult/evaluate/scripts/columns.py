"""Which columns of a table a value holds, and what changes that."""

from __future__ import annotations

import ast
from dataclasses import replace

from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.value import UNKNOWN, Columns, Value, join, strings


def table(value: Value, state: State, node: ast.AST) -> Value:
    """``value`` as a new table of which all columns are held."""
    event = state.event("table", node, value=value)
    return replace(value, columns=Columns(event.number), items=None, constant=UNKNOWN)


def drop_columns(value: Value, names: Value | None) -> Value:
    """``value`` without some columns."""
    columns = value.columns
    if columns is None:
        return replace(value, items=None)
    dropped = strings(names)
    if dropped is None:
        return replace(value, columns=replace(columns, certain=False), items=None)
    return replace(value, columns=replace(columns, dropped=columns.dropped | dropped), items=None)


def pick_columns(value: Value, key: Value) -> Columns | None:
    """The columns of ``value[key]`` where ``key`` is a name or a list of names."""
    columns = value.columns
    if columns is None:
        return None
    if "names" in key.marks and key.columns is not None:
        return (
            key.columns if key.columns.table == columns.table else replace(columns, certain=False)
        )
    if isinstance(key.constant, str):
        return replace(columns, single=key.constant)
    kept = strings(key)
    if kept is not None:
        return replace(columns, kept=kept, dropped=frozenset())
    return replace(columns, certain=False)


def place_columns(value: Value, node: ast.expr, key: Value) -> Columns | None:
    """The columns of ``value[:, node]``."""
    columns = value.columns
    if columns is None:
        return None
    if isinstance(node, ast.Slice):
        low, high = bound(node.lower), bound(node.upper)
        if node.lower is None and node.upper is None:
            return columns
        unread = (node.lower is not None and low is None) or (
            node.upper is not None and high is None
        )
        if unread or node.step is not None or columns.span or columns.dropped or columns.kept:
            return replace(columns, certain=False)
        return replace(columns, span=(low, high))
    position = bound(node)
    if position is not None:
        return replace(columns, single=position)
    return pick_columns(value, key)


def bound(node: ast.expr | None) -> int | None:
    """A whole number that is spelt out."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = bound(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def set_column(owner: Value, key: Value, value: Value, state: State) -> Value:
    """``owner`` after ``owner[key] = value``."""
    name = key.constant
    columns = owner.columns
    if columns is not None and isinstance(name, str):
        _note_derived(columns, name, value, state)
        columns = replace(columns, dropped=columns.dropped - {name})
        if columns.kept is not None:
            columns = replace(columns, kept=columns.kept | {name})
    # Data of another part does not change whose rows the table holds.
    added = replace(value.data(), parts=frozenset() if owner.parts else value.parts)
    both = join([replace(owner, items=None), replace(added, columns=owner.columns)])
    labelled = value.constant is not UNKNOWN and not isinstance(value.constant, list)
    marks = owner.marks | ({"one-class"} if labelled else set()) | _results(value)
    if columns is not None:
        return replace(both, columns=columns, marks=marks, things=owner.things)
    things = tuple(dict.fromkeys((*owner.things, *value.things)))
    return replace(both, marks=marks, things=things)


def _results(value: Value) -> set[str]:
    """Marks that a dictionary of results takes from what is put into it."""
    return set(value.marks & {"score", "thresholded", "history"})


def _note_derived(columns: Columns, name: str, value: Value, state: State) -> None:
    source = value.columns
    known = source is not None and source.table == columns.table and source.certain
    if known and source is not None and isinstance(source.single, str) and source.single != name:
        state.trace.derived.setdefault((columns.table, name), set()).add(source.single)


def holds(columns: Columns, target: Columns, derived: dict[tuple[int, str], set[str]]) -> str:
    """The name of the column by which features hold the target; empty where they don't."""
    if columns.table != target.table or not (columns.certain and target.certain):
        return ""
    wanted = target.single
    if wanted is None or columns.single is not None:
        return ""
    if isinstance(wanted, int):
        return f"column {wanted}" if _spans(columns, wanted) else ""
    if columns.span is not None:
        return ""
    near = [wanted, *sorted(derived.get((target.table, wanted), ()))]
    near += sorted(n for (t, n), made in derived.items() if t == target.table and wanted in made)
    return next((name for name in near if _has(columns, name)), "")


def _has(columns: Columns, name: str) -> bool:
    if name in columns.dropped:
        return False
    return columns.kept is None or name in columns.kept


def _spans(columns: Columns, position: int) -> bool:
    if columns.kept is not None or columns.dropped:
        return False
    if columns.span is None:
        return True
    low, high = columns.span
    low = 0 if low is None else low
    if position == -1:
        return high is None
    if position < 0 or low < 0 or (high is not None and high < 0):
        return False
    return low <= position and (high is None or position < high)
