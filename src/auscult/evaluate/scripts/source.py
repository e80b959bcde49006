"""Reading a script or a notebook as text; nothing in it is imported or run."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auscult.errors import InputError

SCRIPT_BYTES = 2_000_000
NOTEBOOK_BYTES = 50_000_000
SUFFIXES = (".py", ".ipynb")
_LINES = 50_000
_CELLS = 5_000
_LINE_LETTERS = 500

_MAGIC = re.compile(r"^\s*(?:[%!?]|[\w.]+\?{1,2}\s*$)|^\s*\w[\w, ]*=\s*[!%]")
# Cells that another language or a file is written in.
_FOREIGN = re.compile(r"^\s*%%(?!time\b|timeit\b|capture\b|prun\b)")


@dataclass(frozen=True)
class Source:
    """A script's syntax tree, and where each of its lines came from.

    Parameters
    ----------
    tree
        The parsed module.
    lines
        The text, a line each.
    places
        ``(cell, line)`` of each line; ``cell`` is ``None`` in a script.
    """

    tree: ast.Module
    lines: tuple[str, ...]
    places: tuple[tuple[int | None, int], ...]

    def place(self, line: int) -> tuple[int | None, int]:
        """Cell and line of the 1-based line ``line`` of the joined text."""
        return self.places[min(max(line, 1), len(self.places)) - 1] if self.places else (None, 1)

    def text(self, line: int) -> str:
        """What is written in line ``line``, without indentation."""
        if not 1 <= line <= len(self.lines):
            return ""
        return self.lines[line - 1].strip()[:_LINE_LETTERS]


def read_source(path: Path) -> Source:
    """A Python script or a Jupyter notebook.

    Raises
    ------
    InputError
        The file is missing, too large, in no known encoding, or not Python.
    """
    notebook = path.suffix.lower() == ".ipynb"
    if not notebook and path.suffix.lower() != ".py":
        raise InputError("not a .py script or an .ipynb notebook", where=str(path))
    data = _bytes(path, NOTEBOOK_BYTES if notebook else SCRIPT_BYTES)
    written = list(_notebook_lines(data, path)) if notebook else list(_script_lines(data, path))
    if len(written) > _LINES:
        raise InputError(f"more than {_LINES} lines. Audit its parts one by one.", where=str(path))
    lines = tuple(text for _, _, text in written)
    places = tuple((cell, line) for cell, line, _ in written)
    return Source(_parse(lines, places, path), lines, places)


def _bytes(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            megabytes = limit // 1_000_000
            raise InputError(
                f"larger than {megabytes} MB. Leave data and outputs out of it.", where=str(path)
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None


def _script_lines(data: bytes, path: Path) -> Iterator[tuple[None, int, str]]:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise InputError("not text in UTF-8. Save it as UTF-8.", where=str(path)) from None
    for number, line in enumerate(_split(text), 1):
        yield None, number, line


def _split(text: str) -> list[str]:
    """Lines as Python counts them: a form feed or a Unicode separator ends none."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _notebook_lines(data: bytes, path: Path) -> Iterator[tuple[int, int, str]]:
    for number, text in enumerate(_code_cells(_json(data, path), path), 1):
        lines = _split(text)
        foreign = bool(_FOREIGN.match(text))
        for line, written in enumerate(lines, 1):
            yield number, line, "" if foreign else written


def _json(data: bytes, path: Path) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError("not a notebook: its JSON cannot be read", where=str(path)) from None


def _code_cells(notebook: Any, path: Path) -> Iterator[str]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):
        sheets = notebook.get("worksheets")  # the third version of the format
        first = sheets[0] if isinstance(sheets, list) and sheets else None
        cells = first.get("cells") if isinstance(first, dict) else None
    if not isinstance(cells, list):
        raise InputError("not a notebook: it has no list of cells", where=str(path))
    if len(cells) > _CELLS:
        raise InputError(f"more than {_CELLS} cells", where=str(path))
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        text = cell.get("source", cell.get("input", ""))
        if isinstance(text, list):
            text = "".join(part for part in text if isinstance(part, str))
        yield text if isinstance(text, str) else ""


def _parse(
    lines: tuple[str, ...], places: tuple[tuple[int | None, int], ...], path: Path
) -> ast.Module:
    notebook = any(cell is not None for cell, _ in places)
    text = "\n".join(_without_magics(lines) if notebook else lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes and the like: not ours to judge
            return ast.parse(text)
    except SyntaxError as error:
        where = _named(places, error.lineno, path)
        raise InputError(f"not Python 3: {error.msg}. Mend it, then audit.", where=where) from None
    except (ValueError, RecursionError, MemoryError):
        raise InputError("not Python 3, or nested too deeply", where=str(path)) from None


def _named(places: tuple[tuple[int | None, int], ...], line: int | None, path: Path) -> str:
    if not line or line > len(places):
        return str(path)
    cell, within = places[line - 1]
    return f"{path}, line {within}" if cell is None else f"{path}, cell {cell}, line {within}"


def _without_magics(lines: tuple[str, ...]) -> Iterator[str]:
    """The lines with IPython's own blanked: a ``pass`` keeps a block that held only them."""
    continued = False
    for line in lines:
        if continued or _MAGIC.match(line):
            blank = "" if continued else line[: len(line) - len(line.lstrip())] + "pass"
            continued = line.rstrip().endswith("\\")
            yield blank
        else:
            yield line
