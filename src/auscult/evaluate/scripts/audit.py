"""Auditing a person's own training script: read, followed, never run."""

from __future__ import annotations

import ast
from pathlib import Path

from auscult.errors import InputError
from auscult.evaluate.scripts.calls import run_function
from auscult.evaluate.scripts.checks.table import CHECKS
from auscult.evaluate.scripts.expressions import evaluate
from auscult.evaluate.scripts.finding import ScriptFinding
from auscult.evaluate.scripts.flow import run
from auscult.evaluate.scripts.source import Source, read_source
from auscult.evaluate.scripts.state import State, named
from auscult.evaluate.scripts.subscripts import paired_bounds
from auscult.evaluate.scripts.trace import Trace
from auscult.evaluate.scripts.value import Thing, Value


def audit_script(path: Path) -> tuple[ScriptFinding, ...]:
    """The steps of a script that make its figures better than they are, by line.

    The script is parsed and followed: which rows each name holds, what was fitted on them, what
    was chosen by them. Nothing of it is imported or run. What is said follows from names of
    scikit-learn, imbalanced-learn, Keras, PyTorch, XGBoost, LightGBM and pandas, and from the
    names ``train``, ``val`` and ``test`` where there is no other evidence; no finding is no proof.

    Parameters
    ----------
    path
        A ``.py`` script or an ``.ipynb`` notebook.

    Returns
    -------
    tuple of ScriptFinding
        In the order of the lines.

    Raises
    ------
    InputError
        The file cannot be read, is not Python 3, or is too long.

    References
    ----------
    S. Kapoor, A. Narayanan, "Leakage and the reproducibility crisis in machine-learning-based
    science", Patterns 4 (2023). C. Yang, R. A. Brower-Sinning, G. A. Lewis, C. Kästner, "Data
    leakage in notebooks: static detection and better processes", ASE (2022).
    """
    source = read_source(path)
    try:
        trace = follow(source.tree)
    except RecursionError:
        raise InputError("nested too deeply to be read", where=str(path)) from None
    except InputError as error:
        raise InputError(str(error), where=str(path)) from None
    return _placed(trace, source)


def follow(tree: ast.Module) -> Trace:
    """What a script does, functions that it never calls read last."""
    state = State(evaluate, run, pairs=paired_bounds(tree))
    run(tree.body, state)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            _read_methods(node, state)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and id(node) not in state.called
        ):
            _read_uncalled(node, state, None)
    return state.trace


def _read_methods(node: ast.ClassDef, state: State) -> None:
    """The methods that nothing calls, sharing one object."""
    thing = Thing(node.name, node.lineno, cls=node)
    for member in node.body:
        if not isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if id(member) not in state.called:
            _read_uncalled(member, state, thing)


def _read_uncalled(
    node: ast.FunctionDef | ast.AsyncFunctionDef, state: State, owner: Thing | None
) -> None:
    """A function with parameters that only their names tell of."""
    state.called.add(id(node))
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    given: dict[str, Value] = {}
    for place, argument in enumerate(arguments):
        if owner is not None and place == 0:
            given[argument.arg] = Value(things=(owner,))
            continue
        event = state.event("read", node, name="parameter")
        given[argument.arg] = named(Value(made=frozenset({event.number})), argument.arg)
    run_function(node, (), given, state)


def _said(source: Source, line: int) -> str:
    """A line as it is said in a message."""
    cell, within = source.place(line)
    return f"line {within}" if cell is None else f"cell {cell}, line {within}"


def _placed(trace: Trace, source: Source) -> tuple[ScriptFinding, ...]:
    found: dict[tuple[int, str], ScriptFinding] = {}
    for check in CHECKS:
        for sin in check.find(trace):
            cell, line = source.place(sin.line)
            found.setdefault(
                (sin.line, check.code),
                ScriptFinding(
                    line=line,
                    code=check.code,
                    message=sin.message.replace("{there}", _said(source, sin.other)),
                    mend=sin.mend or check.mend,
                    severity=sin.severity,
                    source=source.text(sin.line),
                    cell=cell,
                ),
            )
    return tuple(found[key] for key in sorted(found))
