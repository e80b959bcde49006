"""The house stands: a package imports only lower floors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import auscult

ROOT = Path(auscult.__file__).parent
FLOORS = {
    "errors": 0,
    "types": 0,
    "data": 1,
    "models": 2,
    "train": 3,
    "evaluate": 4,
    "report": 5,
    "bundle": 5,
    "history": 6,
    "serve": 7,
    "studies": 6,
    "api": 7,
    "prediction": 8,
    "auditing": 8,
    "forecasting": 8,
    "runs": 9,
    "bundles": 9,
    "benching": 9,
    "replicate": 9,
    "cli": 10,
    "__init__": 11,
    "__main__": 11,
}
FILES = sorted(ROOT.rglob("*.py"))


def floor_name(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Modules of ours that a file imports anywhere, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_only_lower_floors(path: Path) -> None:
    here = floor_name(path)
    for module in imported(path):
        parts = module.split(".")
        if parts[0] != "auscult" or len(parts) < 2 or parts[1] == "__version__":
            continue
        there = parts[1]
        if there == here:
            continue
        assert there in FLOORS, f"{path.name} imports {module}, which stands on no floor"
        assert FLOORS[there] < FLOORS[here], f"{path.name} ({here}) imports {module}"


def test_no_import_cycles() -> None:
    names = {".".join(("auscult", *p.relative_to(ROOT).with_suffix("").parts)): p for p in FILES}
    graph = {
        name: {m for i in imported(path) for m in (i, i.rpartition(".")[0]) if m in names}
        for name, path in names.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"import cycle: {' -> '.join((*trail, name))}"
        if name not in done:
            for other in graph[name] - {name}:
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_files_are_small() -> None:
    long = {p.name: n for p in FILES if (n := len(p.read_text().splitlines())) > 330}
    assert not long, f"files of one noun stay short: {long}"
