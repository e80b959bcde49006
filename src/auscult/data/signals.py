"""From raw columns, or a signal format, to signals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from auscult.data.columns import is_numeric
from auscult.data.dataset import Dataset
from auscult.data.numbers import Cell
from auscult.data.raw import RawColumn, RawSignals, RawTable, Request, file_rows
from auscult.data.roles import TARGET_NAMES, assign_roles
from auscult.data.table import Reading, file_decimal, group_codes, with_identities
from auscult.data.target import Classes, read_classes
from auscult.errors import InputError
from auscult.types import Column, Finding, FloatArray, IntArray

_MOST_CLASSES = 60


def signals_from_table(raw: RawTable, request: Request, *, name: str, sha256: str) -> Reading:
    """Signals of a wide table: one row a signal, one column a time point, one the class.

    Raises
    ------
    InputError
        If a cell is no number, or it is not clear which column holds the class.
    """
    target, note = _label_column(raw, request)
    roles = assign_roles(raw, request if target else replace(request, labelled=False), target)
    target = roles.target
    decimal, findings = file_decimal(
        [*roles.features, *([target] if target else [])], raw.delimiter
    )
    X = np.column_stack([_numbers(c, raw.rows, decimal) for c in roles.features])
    classes = Classes(np.full(raw.n_cases, -1, dtype=np.int64), ())
    if target is not None:
        classes = read_classes(target, raw.rows, labelled=request.labelled, decimal=decimal)
    title = _target_name(raw, target, request)
    dataset = _dataset(X[:, None, :], classes, name=name, target=title, sha256=sha256)
    notes = [f for f in raw.findings if not (raw.series and f.code == "no-header")]
    every = (*notes, *note, *roles.findings, *findings, *classes.findings)
    dataset = replace(dataset, findings=(*every, *dataset.findings))
    _refuse_empty(dataset, raw.rows)
    return with_identities(dataset, roles, raw.rows, unique=request.need_ids)


def _target_name(raw: RawTable, target: RawColumn | None, request: Request) -> str:
    if target is None:
        return request.target or "class"
    return "class" if raw.series and target is raw.columns[0] else target.name


def _label_column(raw: RawTable, request: Request) -> tuple[RawColumn | None, tuple[Finding, ...]]:
    """The class column of a wide table, and the note that says how it was found."""
    if request.target is not None:
        return asked_label(raw, request.target), ()
    taken = {request.group, request.id, *request.drop}
    free = [c for c in raw.columns if c.name not in taken]
    named = [c for c in free if c.name.casefold() in TARGET_NAMES]
    if len(named) == 1:
        return named[0], (_chosen(named[0].name, "by its name"),)
    if not request.labelled:
        return None, ()
    if raw.series:
        message = (
            "There is no header and the first row is of numbers: read as a UCR file, one signal a "
            "row with its class first."
        )
        return free[0], (Finding("read-as-signals", message, "note", mend="--target last"),)
    ends = [c for c in dict.fromkeys((free[0], free[-1])) if _looks_like_label(c)]
    if len(ends) != 1:
        raise InputError(
            f"it is not clear whether '{free[0].name}' or '{free[-1].name}' holds the class. "
            "Say --target first or --target last."
        )
    return ends[0], (_chosen(ends[0].name, "which alone has few whole numbers"),)


def asked_label(raw: RawTable, target: str) -> RawColumn:
    if target in ("first", "last") and target not in raw.names:
        return raw.columns[0 if target == "first" else -1]
    if raw.series and target == "class":
        return raw.columns[0]
    return raw.column(target, "--target")


def _chosen(name: str, why: str) -> Finding:
    message = f"The class was taken from column '{name}', {why}."
    return Finding("target-chosen", message, "note", mend="--target NAME, first or last")


def _looks_like_label(column: RawColumn) -> bool:
    if column.plain is not None:
        values = np.unique(column.plain)
        return 2 <= len(values) <= _MOST_CLASSES and bool((values == np.floor(values)).all())
    tally = column.tally
    few = 2 <= len(tally.texts) <= _MOST_CLASSES and not tally.n(Cell.MISSING)
    numbers = [float(t) for t, k in zip(tally.texts, tally.kinds, strict=True) if k == Cell.NUMBER]
    return few and all(v == int(v) for v in numbers) and not tally.n(Cell.COMMA, Cell.ODD)


def _numbers(column: RawColumn, rows: IntArray, decimal: str) -> FloatArray:
    if column.plain is not None:
        return column.plain
    if is_numeric(column.name, column.tally, rows, decimal):
        return column.tally.numbers(decimal)
    raise InputError(
        f"column '{column.name}' holds text, so the rows are no signals. Name it with --target, "
        "--id, --group or --drop."
    )


def _dataset(
    X: FloatArray,
    classes: Classes,
    *,
    name: str,
    target: str,
    sha256: str,
    channels: tuple[str, ...] = (),
) -> Dataset:
    lengths = true_lengths(X)
    X32 = _as_float32(X)
    titles = channels or tuple(f"channel{c + 1}" for c in range(X.shape[1]))
    columns = tuple(_channel(X32[:, c], lengths, title) for c, title in enumerate(titles))
    unequal = len(lengths) and (lengths < X.shape[2]).any()
    n_missing = sum(c.n_missing for c in columns)
    message = f"{n_missing} values inside the signals are missing."
    return Dataset(
        name=name,
        kind="signals",
        X=X32,
        y=classes.y,
        classes=classes.names,
        columns=columns,
        target=target,
        lengths=lengths if unequal else None,
        sha256=sha256,
        findings=(Finding("missing-values", message, "note"),) if n_missing else (),
    )


def _as_float32(X: FloatArray) -> FloatArray:
    if np.isinf(X).any():
        raise InputError(f"signal {_first_case(np.isinf(X))} holds a value that is not finite.")
    too_large = np.abs(X) > np.finfo(np.float32).max
    if too_large.any():
        raise InputError(f"signal {_first_case(too_large)} holds a value above 3.4e38.")
    return np.ascontiguousarray(X, dtype=np.float32)


def _first_case(bad: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    return int(np.argwhere(bad)[0][0]) + 1


def true_lengths(X: FloatArray) -> IntArray:
    """``(n_cases,)`` where each of ``(n_cases, n_channels, n_timepoints)`` signals ends."""
    known = np.logical_or.reduce(~np.isnan(X), axis=1)
    return np.where(known.any(axis=1), X.shape[2] - np.argmax(known[:, ::-1], axis=1), 0)


def _channel(values: FloatArray, lengths: IntArray, title: str) -> Column:
    inside = np.arange(values.shape[1]) < lengths[:, None]
    gaps = np.isnan(values)
    finite = values[~gaps]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (np.nan, np.nan)
    return Column(title, "numeric", int((gaps & inside).sum()), (), low, high)


def _refuse_empty(dataset: Dataset, rows: IntArray) -> None:
    lengths = true_lengths(dataset.X)
    if (lengths == 0).any():
        raise InputError(f"the signal in {file_rows(rows[lengths == 0])} has no values.")


def read_signals(raw: RawSignals, request: Request, *, name: str, sha256: str) -> Reading:
    """The dataset of a format that says what is what.

    Raises
    ------
    InputError
        If classes are wanted and the file has none, or a signal has no values.
    """
    rows = np.arange(1, len(raw.X) + 1, dtype=np.int64)
    classes = Classes(np.full(len(rows), -1, dtype=np.int64), ())
    if raw.labels is not None:
        column = RawColumn(raw.target, raw.labels)
        classes = read_classes(column, rows, labelled=request.labelled)
    elif request.labelled:
        raise InputError("the file has signals and no classes.")
    return finish(raw, classes, rows, name, sha256)


def finish(raw: RawSignals, classes: Classes, rows: IntArray, name: str, sha256: str) -> Reading:
    dataset = _dataset(
        raw.X, classes, name=name, target=raw.target, sha256=sha256, channels=raw.channels
    )
    _refuse_empty(dataset, rows)
    groups = None if raw.groups is None else group_codes(raw.groups, sorted(set(raw.groups)))
    dataset = replace(
        dataset,
        ids=None if raw.ids is None else tuple(raw.ids),
        groups=groups,
        group_name=raw.group_name if raw.groups is not None else None,
        sampling_rate=raw.sampling_rate,
        findings=(*raw.findings, *classes.findings, *dataset.findings),
    )
    return Reading(dataset, raw.groups)
