"""Workbooks (.xlsx, .xls, .ods), parsed in a child process with limits."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from auscult.data.header import has_header
from auscult.data.lines import Rows
from auscult.data.numbers import number_name
from auscult.data.opened import Opened
from auscult.data.plain import Plain, parse_numbers
from auscult.data.raw import RawTable
from auscult.data.text import from_plain, from_rows
from auscult.errors import InputError
from auscult.types import Finding, FloatArray

TIME_LIMIT = 120.0
_CHILD = Path(__file__).with_name("sheet.py")
_LOOKED_AT = 2000
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read_excel(
    opened: Opened,
    *,
    sheet: str | None = None,
    header: bool | None = None,
    time_limit: float = TIME_LIMIT,
) -> RawTable:
    """The columns of a sheet; the first visible one where ``sheet`` is None.

    Raises
    ------
    InputError
        If the workbook is locked, damaged, too large or has no such sheet.
    """
    if opened.magic == "ole" and _LOCKED in opened.data:
        raise InputError("the workbook is locked with a password. Save it without one.")
    about, body = _run_child(opened.path, sheet, time_limit)
    columns = None
    if "numbers" in about:
        columns = _columns(about, body)
        if columns is None:
            about, body = _run_child(opened.path, sheet, time_limit, "slow")
    findings = _findings(about, sheet)
    if columns is not None:
        return _of_columns(columns, about["first_row"], header, findings)
    return from_rows(_table(_rows(body)), header=header, findings=findings)


def _run_child(
    path: Path, sheet: str | None, time_limit: float, *more: str
) -> tuple[dict[str, Any], memoryview]:
    # -P keeps the folder of the child, which is full of our names, off its import path.
    command = [sys.executable, "-P", str(_CHILD), str(path.absolute()), sheet or "", *more]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=time_limit, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise InputError(
            f"the workbook took longer than {time_limit:g} s. Save the sheet as CSV."
        ) from None
    if done.returncode != 0:
        raise InputError(_why_it_died(done))
    end = done.stdout.index(b"\n")
    about: dict[str, Any] = json.loads(done.stdout[:end])
    if "refusal" in about:
        raise InputError(about["refusal"])
    return about, memoryview(done.stdout)[end + 1 :]


def _rows(body: memoryview) -> list[list[str]]:
    return list(csv.reader(io.StringIO(str(body, "utf-8"), newline="")))


def _columns(about: dict[str, Any], body: memoryview) -> Plain | None:
    """A large sheet whose columns of numbers came first; None where one takes the slow way."""
    size = about["n_bytes"]
    values = parse_numbers(body[:size], len(about["numbers"]))
    first, *rest = _rows(body[size:])
    if values is None or not all(cell.strip() for cell in first):
        return None
    others = [j for j in range(len(first)) if j not in set(about["numbers"])]
    columns: dict[int, FloatArray | list[str]] = dict(zip(about["numbers"], values, strict=True))
    columns |= {j: list(cells) for j, cells in zip(others, zip(*rest, strict=True), strict=True)}
    return Plain(first, [columns[j] for j in range(len(first))], "")


def _of_columns(
    plain: Plain, row: int, header: bool | None, findings: tuple[Finding, ...]
) -> RawTable:
    sample = zip(*(_as_texts(column[:_LOOKED_AT]) for column in plain.columns), strict=True)
    headed = has_header(Rows([plain.first, *map(list, sample)], [row], ""), header)
    return from_plain(plain, header=headed, row=row, findings=findings)


def _as_texts(cells: FloatArray | list[str]) -> list[str]:
    return cells if isinstance(cells, list) else [number_name(v) for v in cells.tolist()]


def _why_it_died(done: subprocess.CompletedProcess[bytes]) -> str:
    said = done.stderr.decode("utf-8", "replace")
    if "No module named 'python_calamine'" in said:
        return "workbooks need python-calamine: pip install python-calamine, or save as CSV."
    if done.returncode < 0 or "MemoryError" in said:
        return (
            "the workbook needs more memory or time than is allowed: is there a stray cell far "
            "from the table? Save the sheet as CSV."
        )
    return "the workbook is damaged. Open it, save it again, or save the sheet as CSV."


def _table(rows: list[list[str]]) -> Rows:
    """Rows and columns that hold something; the rest of a sheet is only formatted."""
    numbered = [(i + 1, row) for i, row in enumerate(rows) if any(c.strip() for c in row)]
    if not numbered:
        raise InputError("the sheet is empty.")
    used = [
        any(c.strip() for c in column) for column in zip(*(r for _, r in numbered), strict=True)
    ]
    cells = [[c for c, keep in zip(row, used, strict=True) if keep] for _, row in numbered]
    if len(cells[0]) == 1:
        raise InputError("the sheet has one column only.")
    if sum(bool(c.strip()) for c in cells[0]) == 1:
        raise InputError(
            f"row {numbered[0][0]} has one cell: a title above the header? Remove the row."
        )
    return Rows(cells, [i for i, _ in numbered], "")


def _findings(about: dict[str, Any], sheet: str | None) -> tuple[Finding, ...]:
    findings = []
    if sheet is None and len(about["sheets"]) > 1:
        others = ", ".join(f"'{n}'" for n in about["sheets"][1:6])
        message = f"Sheet '{about['sheet']}' was read, the first; there are also {others}."
        findings.append(Finding("sheet-chosen", message, "note", mend="--sheet NAME"))
    for key, code, message, mend in (
        ("errors", "spreadsheet-errors", "{n} cells hold errors such as #N/A; read as missing.",
         "mend the formulas"),
        ("uncomputed", "uncomputed-formulas", "{n} formulas have no value; read as missing.",
         "open the workbook, let it compute, save it"),
    ):  # fmt: skip
        if about.get(key):
            findings.append(Finding(code, message.format(n=about[key]), mend=mend))
    return tuple(findings)
