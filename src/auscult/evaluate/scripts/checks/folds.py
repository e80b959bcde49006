"""Preprocessing of one fold kept with the model of another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin, learns, predicts
from auscult.evaluate.scripts.trace import Event, Loop, Trace
from auscult.evaluate.scripts.value import Thing


def _find(trace: Trace) -> Iterator[Sin]:
    yield from _fitted_once(trace)
    yield from _saved_once(trace)
    yield from _last_with_best(trace)


def _fold_loop(event: Event) -> Loop | None:
    return next((loop for loop in reversed(event.loops) if loop.folds >= 0), None)


def _once(event: Event) -> str:
    """The condition by which something is done in the first fold only."""
    loop = _fold_loop(event)
    if loop is None:
        return ""
    for test in event.conditions:
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and _first(test, loop):
            return ast.unparse(test)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return ast.unparse(test) if isinstance(test.operand, ast.Name) else ""
    return ""


def _first(test: ast.Compare, loop: Loop) -> bool:
    left, right = test.left, test.comparators[0]
    if not (isinstance(left, ast.Name) and isinstance(right, ast.Constant)):
        return False
    if isinstance(test.ops[0], ast.Is | ast.Eq) and right.value is None:
        return True
    return isinstance(test.ops[0], ast.Eq) and left.id in loop.names and right.value in (0, 1)


def _fitted_once(trace: Trace) -> Iterator[Sin]:
    for event in trace.of("fit"):
        if learns(event) and (test := _once(event)):
            yield Sin(
                event.line,
                f"Fitted in the first fold only ('{test}') and used in all: it knows rows that "
                "later folds test.",
            )


def _saved_once(trace: Trace) -> Iterator[Sin]:
    """A scaler saved in the first fold, the model in another."""
    transformers = _fitted(trace, learning=True)
    models = _fitted(trace, learning=False)
    for event in trace.of("save"):
        mine = set(event.things) & transformers
        if not mine or not (test := _once(event)):
            continue
        together = any(_once(e) == test and set(e.things) & models for e in trace.of("save"))
        elsewhere = [e for e in trace.of("save", "keep") if _once(e) != test and _kept(e) & models]
        if elsewhere and not together:
            yield Sin(event.line, f"Saved in the first fold only ('{test}'); {_OTHER}")


def _last_with_best(trace: Trace) -> Iterator[Sin]:
    """The best fold's model kept in the loop, the last fold's scaler used with it after."""
    for keep in trace.of("keep"):
        loop = _fold_loop(keep)
        kept = _kept(keep)
        if loop is None or not kept & _fitted(trace, learning=False):
            continue
        inside = {t for e in trace.of("fit") if loop in e.loops and learns(e) for t in e.things}
        if kept & inside:
            continue
        after = [e for e in trace.events if e.number > keep.number and loop not in e.loops]
        uses = [e for e in after if e.kind in {"save", "transform"} and set(e.things) & inside]
        if uses and any(_kept(e) & kept for e in after if e.kind in {"save", "predict"}):
            yield Sin(uses[0].line, f"The last fold's preprocessing is used; {_OTHER}")


def _fitted(trace: Trace, *, learning: bool) -> set[Thing]:
    chosen = learns if learning else predicts
    return {t for e in trace.of("fit") if chosen(e) for t in e.things}


def _kept(event: Event) -> set[Thing]:
    return {t for v in event.others for t in v.things} | set(event.things)


_OTHER = "the model that is kept is of another fold and expects its own."
CHECK = Check(
    "scaler-of-other-fold",
    "Keep preprocessing and model of a fold together, in one Pipeline.",
    _find,
)
