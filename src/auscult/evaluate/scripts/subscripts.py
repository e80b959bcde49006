"""Reading subscripts: rows cut by slices, indices and masks; columns by name or place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from auscult.evaluate.scripts.columns import pick_columns, place_columns
from auscult.evaluate.scripts.names import role_of
from auscult.evaluate.scripts.state import State, cut, sides
from auscult.evaluate.scripts.value import NOTHING, UNKNOWN, Value, join


def paired_bounds(tree: ast.AST) -> frozenset[tuple[str, str]]:
    """Places where a script cuts in two: ``X[:n]`` here and ``X[n:]`` there."""
    uppers: set[tuple[str, str]] = set()
    lowers: set[tuple[str, str]] = set()
    for node in ast.walk(tree):
        rows = _rows(node.slice) if isinstance(node, ast.Subscript) else None
        if isinstance(node, ast.Subscript) and isinstance(rows, ast.Slice):
            base = _base(node)
            uppers |= {(base, ast.dump(rows.upper))} if rows.upper else set()
            lowers |= {(base, ast.dump(rows.lower))} if rows.lower else set()
    return frozenset(uppers & lowers)


def _rows(node: ast.expr) -> ast.expr:
    return node.elts[0] if isinstance(node, ast.Tuple) and node.elts else node


def _base(node: ast.Subscript) -> str:
    base = node.value
    while isinstance(base, ast.Attribute) and base.attr in {"iloc", "loc", "values"}:
        base = base.value
    return ast.dump(base)


def subscript(node: ast.Subscript, state: State) -> Value:
    """What is known of ``owner[index]``."""
    owner = state.evaluate(node.value, state)
    index = state.evaluate(node.slice, state)
    spelt = _spelt(owner, index)
    if spelt is not None:
        return spelt
    if "history" in owner.marks and isinstance(index.constant, str):
        return owner if index.constant.startswith("val") else Value(marks=frozenset({"history"}))
    if owner.marks & {"thresholds"} and index.constant is UNKNOWN and "choice" in index.marks:
        state.event("threshold", node, value=owner)
    if owner.things and not owner.made:
        return replace(owner, items=None)
    if owner.empty:
        return NOTHING
    return _selected(node, owner, index, state)


def _spelt(owner: Value, index: Value) -> Value | None:
    """An element of a list, tuple or dictionary that is spelt out."""
    items, at = owner.items, index.constant
    if items is None or isinstance(at, bool):
        return None
    if isinstance(at, int) and -len(items) <= at < len(items):
        return items[at]
    if isinstance(at, str) and isinstance(owner.constant, dict) and at in owner.constant:
        return items[owner.constant[at]]
    if at is UNKNOWN and items and owner.things:
        return join(items)
    return None


def _selected(node: ast.Subscript, owner: Value, index: Value, state: State) -> Value:
    owner = replace(owner, items=None, constant=UNKNOWN)
    places = isinstance(node.value, ast.Attribute) and node.value.attr in {"iloc", "loc"}
    if isinstance(node.slice, ast.Tuple) and node.slice.elts:
        columns = owner.columns
        if len(node.slice.elts) == 2:
            key = (index.items or (NOTHING, NOTHING))[1]
            columns = place_columns(owner, node.slice.elts[1], key)
            owner = _selected_features(owner, key, state)
        owner = replace(owner, columns=columns)
        first = (index.items or (NOTHING,))[0]
        return _take(node, node.slice.elts[0], owner, first, state)
    if isinstance(node.slice, ast.Slice) or places or _is_rows(node.slice, index):
        return _take(node, node.slice, owner, index, state)
    counted = isinstance(node.slice, ast.Name) and _in_range(node.slice.id, state)
    if counted and owner.columns is None:
        return owner.also("row")
    return _named_columns(owner, index, state)


def _in_range(name: str, state: State) -> bool:
    """Whether a name counts through a loop: ``x[i]`` is one case then."""
    loops = (loop for loop in state.loops if name in loop.names)
    return any(_range_step(loop.node) is not None for loop in loops)


def _is_rows(node: ast.expr, index: Value) -> bool:
    """Whether an index picks rows: numbers, masks and comparisons do, names do not."""
    if index.marks & {"learned", "chosen", "names"}:
        return False
    if index.marks & {"index", "permuted"}:
        return True
    picks = isinstance(node, ast.Compare | ast.UnaryOp | ast.BoolOp)
    both = isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr)
    return picks or both


def _named_columns(owner: Value, index: Value, state: State) -> Value:
    owner = _selected_features(owner, index, state)
    if owner.columns is not None:
        said = index.constant is not UNKNOWN or "names" in index.marks
        columns = pick_columns(owner, index) if said else replace(owner.columns, certain=False)
        return replace(owner, columns=columns)
    if isinstance(index.constant, str) and not owner.parts:
        role = role_of(index.constant)
        return cut(owner, role) if role and owner.made else owner
    return owner


def _selected_features(owner: Value, key: Value, state: State) -> Value:
    """Columns that were chosen by their relation to the target carry that choice."""
    chosen = {e.number for e in state.trace.made(key, "select")}
    if key.marks & {"learned", "chosen"}:
        chosen |= {e.number for e in state.trace.made(key, "fit")}
    return replace(owner, made=owner.made | chosen).also("chosen") if chosen else owner


def _take(node: ast.Subscript, rows: ast.expr, owner: Value, index: Value, state: State) -> Value:
    """``owner`` with some of its rows."""
    if isinstance(rows, ast.Slice):
        return _sliced(node, rows, owner, state)
    if "permuted" in index.marks:
        owner = state.without(owner, "ordered")
    if isinstance(rows, ast.Name) and owner.columns is None and _in_range(rows.id, state):
        return owner.also("row")
    if index.parts and ("index" in index.marks or _is_rows(rows, index)):
        return _indexed(node, owner, index, state)
    return owner


def _indexed(node: ast.Subscript, owner: Value, index: Value, state: State) -> Value:
    """Rows whose numbers were split: ``X[train_idx]``."""
    if index.parts <= owner.parts:
        return owner
    source = next((p.split for p in index.parts if p.split >= 0), -1)
    split = state.trace.events[source] if source >= 0 else None
    settings = {} if split is None else split.settings
    name = "index" if split is None else split.name
    # The line of the split says more than each line that takes its rows.
    at = node if split is None or split.node is None else split.node
    state.event("cross", at, name=name, value=owner, settings=settings, others=[index])
    return replace(owner, parts=index.parts)


def _sliced(node: ast.Subscript, rows: ast.Slice, owner: Value, state: State) -> Value:
    if rows.lower is None and rows.upper is None:
        return owner
    if _is_window(rows, state):
        return state.made(owner, "window", node).also("row")
    if _walks(rows, state):
        return owner.also("row")
    base = _base(node)
    low = rows.lower is not None and (base, ast.dump(rows.lower)) in state.pairs
    high = rows.upper is not None and (base, ast.dump(rows.upper)) in state.pairs
    first = rows.lower is None or ast.dump(rows.lower) == "Constant(value=0)"
    if not (low or (high and first)) or (rows.upper is not None and low and not high):
        return owner
    shuffled = Value(constant="permuted" in owner.marks)
    event = state.event("cross", node, name="slice", value=owner, settings={"shuffle": shuffled})
    role = sides(owner)[1] if low else sides(owner)[0]
    if low and high:
        role = "validation"
    return cut(owner, role, event.number).also("fresh")


def _walks(rows: ast.Slice, state: State) -> bool:
    """Whether both bounds move with a loop: one piece is one case."""
    walked = {name for loop in state.loops for name in loop.names}
    bounds = (rows.lower, rows.upper)
    return all(b is not None and any(n.id in walked for n in _names(b)) for b in bounds)


def _is_window(rows: ast.Slice, state: State) -> bool:
    """``x[i : i + n]`` in a loop over ``i``, unless the loop steps by ``n``."""
    if rows.lower is None or rows.upper is None or not state.loops:
        return False
    if _is_product(rows.lower):
        return not _is_product(rows.upper) and not _factors(rows.lower) & _width(rows)
    names = {n.id for bound in (rows.lower, rows.upper) for n in _names(bound)}
    loop = next((loop for loop in reversed(state.loops) if loop.names & names), None)
    if loop is None or loop.trains:
        return False
    # A beat cut around its peak overlaps its neighbours little; the patient is what they share.
    step = _range_step(loop.node)
    return step is not None and step not in _width(rows)


def _is_product(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)


def _factors(node: ast.expr) -> set[str]:
    """Both sides of a product: one of them is how far a loop steps."""
    return {ast.dump(node.left), ast.dump(node.right)} if isinstance(node, ast.BinOp) else set()


def _names(node: ast.AST) -> Iterator[ast.Name]:
    return (n for n in ast.walk(node) if isinstance(n, ast.Name))


def _range_step(node: ast.AST) -> str | None:
    """The step of ``for i in range(…)``: ``1`` if it is not said, ``None`` for other loops."""
    walked = getattr(node, "iter", None)
    if not isinstance(walked, ast.Call) or getattr(walked.func, "id", "") not in {
        "range",
        "trange",
    }:
        return None
    return ast.dump(walked.args[2]) if len(walked.args) > 2 else "1"


def _width(rows: ast.Slice) -> set[str]:
    """What is added to the lower bound to make the upper one."""
    if isinstance(rows.upper, ast.BinOp) and isinstance(rows.upper.op, ast.Add):
        return {ast.dump(rows.upper.left), ast.dump(rows.upper.right)}
    return set()
