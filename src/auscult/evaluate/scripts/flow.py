"""Reading statements in order, both branches of each condition, each loop once."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from auscult.evaluate.scripts.columns import drop_columns, set_column
from auscult.evaluate.scripts.names import role_of, words
from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.trace import Loop
from auscult.evaluate.scripts.value import Value, element, join

_SAVING = ("save", "save_model", "save_weights", "dump", "deepcopy", "state_dict", "get_weights")


def run(statements: Sequence[ast.stmt], state: State) -> None:
    """Read statements; what they do is added to the trace."""
    for statement in statements:
        _run_one(statement, state)


def _run_one(node: ast.stmt, state: State) -> None:
    if isinstance(node, ast.Assign):
        _assign(node.targets, node.value, state)
    elif isinstance(node, ast.AnnAssign):
        if node.value is not None:
            _assign([node.target], node.value, state)
    elif isinstance(node, ast.AugAssign):
        _augment(node, state)
    elif isinstance(node, ast.Expr):
        state.evaluate(node.value, state)
    elif isinstance(node, ast.If):
        _branch(node, state)
    elif isinstance(node, ast.For | ast.AsyncFor):
        _for(node, state)
    elif isinstance(node, ast.While):
        state.evaluate(node.test, state)
        _loop(Loop(node, frozenset(), trains=_trains(node, frozenset())), node.body, state)
        run(node.orelse, state)
    else:
        _run_rarer(node, state)


def _run_rarer(node: ast.stmt, state: State) -> None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        state.names[node.name] = Value(code=node)
    elif isinstance(node, ast.Return):
        if node.value is not None:
            state.returned.append(state.evaluate(node.value, state))
    elif isinstance(node, ast.Import | ast.ImportFrom):
        _import(node, state)
    elif isinstance(node, ast.With | ast.AsyncWith):
        _with(node, state)
    elif isinstance(node, ast.Try | ast.TryStar):
        run(node.body, state)
        for handler in node.handlers:
            run(handler.body, state)
        run([*node.orelse, *node.finalbody], state)
    elif isinstance(node, ast.Match):
        state.evaluate(node.subject, state)
        for case in node.cases:
            run(case.body, state)
    elif isinstance(node, ast.Delete):
        _delete(node, state)
    elif isinstance(node, ast.Assert):
        state.event("assert", node)
        state.inside.append("draw")
        state.evaluate(node.test, state)
        state.inside.pop()


def _with(node: ast.With | ast.AsyncWith, state: State) -> None:
    for item in node.items:
        value = state.evaluate(item.context_expr, state)
        if item.optional_vars is not None:
            state.bind(item.optional_vars, value)
    run(node.body, state)


def _import(node: ast.Import | ast.ImportFrom, state: State) -> None:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            name = f"{node.module or ''}.{alias.name}"
            state.names[alias.asname or alias.name] = Value(dotted=name)
        else:
            first = alias.name.split(".")[0]
            state.names[alias.asname or first] = Value(dotted=alias.name if alias.asname else first)


def _assign(targets: Sequence[ast.expr], node: ast.expr, state: State) -> None:
    value = state.evaluate(node, state)
    for target in targets:
        if isinstance(target, ast.Subscript):
            _set_element(target, value, state)
            continue
        _cross_by_name(target, node, value, state)
        state.bind(target, value)


def _cross_by_name(target: ast.expr, node: ast.expr, value: Value, state: State) -> None:
    """``train = df[df.year < 2015]`` is a split because the name says so."""
    if not isinstance(target, ast.Name) or role_of(target.id) in (None, "rest"):
        return
    picks = isinstance(node, ast.Subscript) or (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"sample", "head", "tail", "query", "drop", "copy", "reset_index"}
    )
    if picks and value.made and not value.parts:
        state.event("cross", node, name="named", value=value)


def _set_element(target: ast.Subscript, value: Value, state: State) -> None:
    """``df['x'] = …``, ``results[name] = …`` and ``X[i] = …`` change what they stand in."""
    owner = state.evaluate(target.value, state)
    key = state.evaluate(target.slice, state)
    base = target.value
    while isinstance(base, ast.Attribute) and base.attr in {"loc", "iloc", "at", "iat"}:
        base = base.value
    state.rebind(base, set_column(owner, key, value, state))


def _augment(node: ast.AugAssign, state: State) -> None:
    added = state.evaluate(node.value, state)
    if isinstance(node.target, ast.Subscript):
        _set_element(node.target, added, state)
        return
    before = state.evaluate(_loaded(node.target), state)
    state.bind(node.target, join([before, added]))


def _loaded(node: ast.expr) -> ast.expr:
    """A target read as an expression."""
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    return node


def _delete(node: ast.Delete, state: State) -> None:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            owner = state.evaluate(target.value, state)
            key = state.evaluate(target.slice, state)
            state.rebind(target.value, drop_columns(owner, key))


def _branch(node: ast.If, state: State) -> None:
    state.evaluate(node.test, state)
    before = dict(state.names)
    state.conditions.append(node.test)
    run(node.body, state)
    state.conditions.pop()
    _note_keeping(node, state)
    after = dict(state.names)
    state.names.clear()
    state.names.update(before)
    run(node.orelse, state)
    for name, value in after.items():
        other = state.names.get(name)
        if other is None or other is value:
            state.names[name] = value
        else:
            state.names[name] = join([other, value])


def _note_keeping(node: ast.If, state: State) -> None:
    """``if score > best: best = score`` keeps the best of what the loop tries."""
    if not state.loops:
        return
    assigned = {ast.unparse(t) for s in node.body for t in _targets(s)}
    saves = any(_name_of(n) in _SAVING for s in node.body for n in ast.walk(s))
    for compare in (n for n in ast.walk(node.test) if isinstance(n, ast.Compare)):
        sides = [compare.left, *compare.comparators]
        if len(sides) != 2 or not isinstance(compare.ops[0], ast.Gt | ast.GtE | ast.Lt | ast.LtE):
            continue
        texts = [ast.unparse(side) for side in sides]
        best = [i for i in (0, 1) if texts[i] in assigned]
        if not best and not (saves and any("best" in words(t) for t in texts)):
            continue
        tried = 1 - (best[0] if best else int("best" in words(texts[1])))
        value = state.evaluate(sides[tried], state)
        kept = [state.evaluate(s.value, state) for s in node.body if isinstance(s, ast.Assign)]
        said = _roles_in(node.test, state)
        state.event("keep", node, name=said, value=value, others=kept)
        return


def _roles_in(test: ast.expr, state: State) -> str:
    """The part that a condition names: ``phase == 'test' and …``."""
    said = [n.value for n in ast.walk(test) if isinstance(n, ast.Constant)]
    roles = {role_of(text) for text in said if isinstance(text, str)} - {None}
    return str(roles.pop()) if len(roles) == 1 else ""


def _targets(node: ast.stmt) -> Iterator[ast.expr]:
    """What a statement assigns to, tuples taken apart."""
    found = node.targets if isinstance(node, ast.Assign) else []
    for target in found:
        yield from target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _name_of(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return getattr(function, "attr", getattr(function, "id", ""))


def _for(node: ast.For | ast.AsyncFor, state: State) -> None:
    walked = state.evaluate(node.iter, state)
    names = frozenset(n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))
    state.bind(node.target, element(walked), loop=True)
    parts = walked.parts if "folds" in walked.marks else ()
    folds = next((part.split for part in parts if part.fold), -1)
    loop = Loop(node, names, folds, trains=_trains(node, names))
    _loop(loop, node.body, state)
    run(node.orelse, state)


def _trains(node: ast.AST, names: frozenset[str]) -> bool:
    """Whether a loop walks the epochs of a training."""
    if any({"epoch", "epochs", "ep"} & set(words(name)) for name in names):
        return True
    inside = [n for n in ast.walk(node) if n is not node]
    epochs = any(
        isinstance(n, ast.For) and any("epoch" in words(t) for t in _names_in(n.target))
        for n in inside
    )
    steps = {"backward", "train_on_batch", "train_step", "train_one_epoch", "train_epoch"}
    return not epochs and any(_name_of(n) in steps for n in inside)


def _names_in(node: ast.AST) -> list[str]:
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]


def _loop(loop: Loop, body: Sequence[ast.stmt], state: State) -> None:
    state.loops.append(loop)
    run(body, state)
    state.loops.pop()
