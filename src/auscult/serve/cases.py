"""From a body to cases: JSON rows, CSV or signals, each with one line where it is wrong."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Document
from auscult.bundle.json_document import json_document
from auscult.bundle.limits import Limits as JsonLimits
from auscult.bundle.rows import RowNote, rows_to_cases
from auscult.errors import InputError
from auscult.history.entries import require_name
from auscult.serve.limits import Limits
from auscult.serve.refusals import Refused, malformed, unprocessable
from auscult.types import FloatArray, IntArray

JSON = "application/json"
CSV = "text/csv"
_DEEPEST = 8
_LISTS = frozenset({"rows", "signal", "signals"})
_UNNAMED = object()
_DELIMITERS = ",;\t"
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases as a bundle takes them, what is odd about them by row, and what they are called."""

    X: FloatArray
    lengths: IntArray | None = None
    notes: tuple[RowNote, ...] = ()
    names: tuple[str, ...] = ()


def media_type(header: str | None, allowed: Sequence[str]) -> str:
    """The media type of a ``Content-Type``; refused where it is not allowed (415)."""
    kind, *parameters = (part.strip().lower() for part in (header or "").split(";"))
    charset = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")]
    if kind in allowed and all(name in ("utf-8", "utf8", "us-ascii") for name in charset):
        return kind
    raise Refused(415, f"Send {' or '.join(allowed)}, in UTF-8.", where="Content-Type")


def parse_cases(bundle: Bundle, kind: str, body: bytes, limits: Limits) -> Cases:
    """The cases of a body.

    Parameters
    ----------
    bundle
        Which they are for.
    kind
        ``application/json`` or ``text/csv``.
    body
        As it came.
    limits
        Of the service.

    Raises
    ------
    Refused, InputError
        400 it cannot be parsed, 413 too many cases, 422 it is no case of this bundle.
    """
    document = bundle.document
    if kind == CSV:
        lines = csv_lines(body, limits.rows)
        if document.kind == "table":
            return rows_cases(document, _csv_rows(lines))
        return signal_cases(document, [[line] for line in _csv_signals(lines)])
    content = parse_json(body, limits)
    # A row by itself may have a column of this name.
    named = content.pop("cases") if "cases" in content and _LISTS & set(content) else _UNNAMED
    if document.kind == "table":
        cases = rows_cases(document, _json_rows(document, content, limits.rows))
    else:
        cases = _json_signals(document, content, limits.rows)
    return cases if named is _UNNAMED else replace(cases, names=_names(named, len(cases.X)))


def _names(named: object, n: int) -> tuple[str, ...]:
    """What the cases are called in the history."""
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        unprocessable("is a list of texts, a name for each case.", "cases")
    if len(named) != n:
        unprocessable(f"has {len(named):,} names; there are {n:,} cases.", "cases")
    return tuple(require_name(name) for name in named)


def parse_json(body: bytes, limits: Limits) -> dict[str, Any]:
    """A JSON object, strictly; refused where it is none (400)."""
    bounds = JsonLimits(
        json_bytes=limits.body_bytes, json_depth=_DEEPEST, json_values=limits.values
    )
    try:
        return json_document(body, "body", bounds)
    except InputError as error:
        malformed(str(error).removeprefix("body: "), "body")


def rows_cases(document: Document, rows: Sequence[Mapping[str, object]]) -> Cases:
    """Cases of a table from rows by column name."""
    X, notes = rows_to_cases(document, rows)
    return Cases(X, None, notes)


def _json_rows(
    document: Document, content: dict[str, Any], most: int
) -> list[Mapping[str, object]]:
    rows = content.get("rows")
    if not isinstance(rows, list):
        rows = [content]
    elif len(content) > 1:
        other = next(key for key in content if key != "rows")
        unprocessable("Beside 'rows' nothing else is read.", where=other)
    require_count(len(rows), most)
    numeric = {field.name for field in document.columns if field.kind == "numeric"}
    for i, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            unprocessable("A row is an object of column names and values.", f"row {i}")
        for name, value in row.items():
            if isinstance(value, dict | list):
                unprocessable("A value is a number, a text, true, false or null.", _at(i, name))
            if name in numeric and isinstance(value, str | bool):
                unprocessable("must be a number or null.", _at(i, name))
    return rows


def _at(row: int, name: str) -> str:
    return f"row {row}, '{name[:60]}'"


def require_count(n: int, most: int) -> None:
    """Refuse no cases (422) and too many (413)."""
    if n == 0:
        unprocessable("There are no cases.")
    if n > most:
        raise Refused(413, f"{n:,} cases; one request takes {most:,}. Send the rest in another.")


def _json_signals(document: Document, content: dict[str, Any], most: int) -> Cases:
    for key in content:
        if key not in ("signal", "signals", "sampling_rate"):
            unprocessable("Send 'signal' or 'signals', and 'sampling_rate'.", where=key)
    if ("signal" in content) == ("signals" in content):
        unprocessable("Send either 'signal' (one case) or 'signals' (a list of them).")
    _require_rate(document, content.get("sampling_rate"))
    signals = content["signals"] if "signals" in content else [content["signal"]]
    if not isinstance(signals, list):
        unprocessable("is a list of signals.", "signals")
    require_count(len(signals), most)
    return signal_cases(document, signals)


def _require_rate(document: Document, rate: object) -> None:
    if rate is None:
        return
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not rate > 0:
        unprocessable("is a number of Hz above 0.", "sampling_rate")
    known = document.sampling_rate
    if known is not None and not math.isclose(rate, known, rel_tol=1e-3):
        unprocessable(
            f"The model learned from signals of {known:g} Hz, this one has {rate:g} Hz. "
            "Resample it.",
            "sampling_rate",
        )


def signal_cases(document: Document, signals: Sequence[Any]) -> Cases:
    """Cases from lists ``[channel][sample]``; one channel may come without the outer list."""
    made = [_signal(document, one, i) for i, one in enumerate(signals, 1)]
    n_channels, longest = document.n_channels, document.n_timepoints
    X = np.full((len(made), n_channels, longest), np.nan, dtype=np.float32)
    lengths = np.array([one.shape[1] for one in made], dtype=np.int64)
    for case, one in zip(X, made, strict=True):
        case[:, : one.shape[1]] = one
    return Cases(X, None if (lengths == longest).all() else lengths)


def _signal(document: Document, given: Any, number: int) -> FloatArray:
    where = f"signal {number}"
    if isinstance(given, list) and given and not isinstance(given[0], list):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(one, list) for one in given):
        unprocessable("A signal is a list of channels, each a list of numbers.", where)
    if len(given) != document.n_channels:
        unprocessable(f"has {len(given)} channels; the model takes {document.n_channels}.", where)
    _require_length(document, {len(channel) for channel in given}, where)
    for channel in given:
        if not set(map(type, channel)) <= {int, float}:
            unprocessable("holds something that is not a number.", where)
    signal = np.array(given, dtype=np.float64)
    if not (np.abs(signal) <= _LARGEST).all():
        unprocessable("holds a number that is too large, or none.", where)
    return signal.astype(np.float32)


def _require_length(document: Document, lengths: set[int], where: str) -> None:
    if len(lengths) != 1:
        unprocessable("All channels have as many samples.", where)
    n, wanted = lengths.pop(), document.n_timepoints
    if document.unequal_length:
        if not 1 <= n <= wanted:
            unprocessable(f"has {n:,} samples; the model takes 1 to {wanted:,}.", where)
    elif n != wanted:
        unprocessable(f"has {n:,} samples; the model takes {wanted:,}.", where)


def csv_lines(body: bytes, most: int) -> list[list[str]]:
    """The lines of a CSV file; refused where it is none (400) or has too many (413)."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        malformed("is not UTF-8.", f"byte {error.start + 1}")
    if "\0" in text:
        malformed("holds a zero byte; this is no text.")
    first = text[: text.find("\n") + 1] or text
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[list[str]] = []
    try:
        for line in reader:
            if line:
                lines.append(line)
            if len(lines) > most + 1:
                require_count(len(lines), most)
    except csv.Error as error:
        malformed(f"is no CSV ({error}).", f"line {reader.line_num}")
    return lines


def _csv_rows(lines: list[list[str]]) -> list[Mapping[str, object]]:
    if len(lines) < 2:
        unprocessable("A CSV file has a line of column names and a line for each case.")
    names = lines[0]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        unprocessable(f"The column '{twice[:60]}' stands twice.", "line 1")
    for i, line in enumerate(lines[1:], 1):
        if len(line) != len(names):
            unprocessable(f"has {len(line)} values; there are {len(names)} columns.", f"row {i}")
    return [dict(zip(names, line, strict=True)) for line in lines[1:]]


def _csv_signals(lines: list[list[str]]) -> list[list[float]]:
    require_count(len(lines), len(lines))
    return [_numbers(line, i) for i, line in enumerate(lines, 1)]


def _numbers(line: list[str], number: int) -> list[float]:
    try:
        return [float(text) for text in line]
    except ValueError:
        unprocessable("A signal is one line of numbers, without column names.", f"line {number}")
