"""A second file read like a first: same columns, categories and classes, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from auscult.data.columns import Feature, is_numeric, numeric_column
from auscult.data.dataset import Dataset
from auscult.data.numbers import Cell, shown
from auscult.data.raw import RawColumn, RawSignals, RawTable, Request, file_rows, listed
from auscult.data.roles import assign_roles
from auscult.data.signals import asked_label, finish, signals_from_table
from auscult.data.table import Reading, file_decimal, missing_note, table_of, with_identities
from auscult.data.target import Classes, class_names, codes_of
from auscult.errors import InputError, did_you_mean
from auscult.types import Column, Finding, FloatArray, IntArray


def table_like(
    raw: RawTable, reference: Dataset, request: Request, *, name: str, sha256: str
) -> Reading:
    """A table with the columns, categories and classes of ``reference``, matched by name.

    Raises
    ------
    InputError
        If a column is missing, a numeric one holds text, or a class is new.
    """
    request = _of_this_file(raw, request)
    wanted = [_wanted(raw, c.name) for c in reference.columns]
    target = _target_like(raw, reference, request)
    roles = assign_roles(raw, replace(request, target=None, labelled=False), target)
    numeric = [r for r, c in zip(wanted, reference.columns, strict=True) if c.kind == "numeric"]
    decimal, findings = file_decimal([*numeric, *([target] if target else [])], raw.delimiter)
    features = []
    for column, like in zip(wanted, reference.columns, strict=True):
        feature, notes = _feature_like(column, like, raw.rows, decimal)
        features.append(feature)
        findings += notes
    y = classes_like(target, reference, raw.rows, decimal=decimal, labelled=request.labelled)
    classes = Classes(y, reference.classes)
    dataset = table_of(features, classes, name, reference.target, sha256)
    said = [f for f in raw.findings if f.code == "encoding-guessed"]
    if not request.labelled:
        findings += _unused(raw, [*wanted, target, roles.id, roles.group], request)
    dataset = replace(dataset, findings=(*said, *findings, *missing_note(dataset.columns)))
    return with_identities(dataset, roles, raw.rows, unique=request.need_ids)


def _unused(raw: RawTable, used: Sequence[RawColumn | None], request: Request) -> list[Finding]:
    rest = [c.name for c in raw.columns if c not in used and c.name not in request.drop]
    if not rest:
        return []
    message = f"Not used: {listed(rest)}, from which the training data gave nothing to learn."
    return [Finding("unused-columns", message, "note")]


def _of_this_file(raw: RawTable, request: Request) -> Request:
    """What was said of the training file, without columns that a file to predict may lack."""
    if request.labelled:
        return request
    group = request.group if raw.find(request.group) else None
    case_id = request.id if request.need_ids or raw.find(request.id) else None
    drop = tuple(name for name in request.drop if raw.find(name))
    return replace(request, group=group, id=case_id, drop=drop)


def _wanted(raw: RawTable, name: str) -> RawColumn:
    for c in raw.columns:
        if c.name == name:
            return c
    raise InputError(
        f"there is no column '{name}', which the training data has. {did_you_mean(name, raw.names)}"
    )


def _target_like(raw: RawTable, reference: Dataset, request: Request) -> RawColumn | None:
    name = request.target or reference.target
    found = next((c for c in raw.columns if c.name == name), None)
    if found is None and request.labelled:
        raise InputError(
            f"there is no column '{name}' (the class). {did_you_mean(name, raw.names)}"
        )
    return found


def _feature_like(
    column: RawColumn, like: Column, rows: IntArray, decimal: str
) -> tuple[Feature, list[Finding]]:
    if like.kind == "numeric":
        values = _numbers_like(column, rows, decimal)
        n_distinct = len(np.unique(values[~np.isnan(values)]))
        return Feature(numeric_column(like.name, values, n_distinct), values), []
    names = class_names(column.tally, decimal)
    codes = codes_of(column.tally, names, like.categories)
    values = np.where(codes < 0, np.nan, codes.astype(np.float64))
    n_missing = int((codes < 0).sum())
    feature = Feature(replace(like, n_missing=n_missing), values)
    if not (codes == -2).any():
        return feature, []
    new = sorted({n for n in names if n is not None} - set(like.categories))
    message = (
        f"Column '{like.name}' has {listed(new)} in {file_rows(rows[codes == -2])}, which the "
        "training data does not have; read as missing."
    )
    return feature, [Finding("unseen-category", message)]


def _numbers_like(column: RawColumn, rows: IntArray, decimal: str) -> FloatArray:
    if column.plain is not None:
        return column.plain
    tally = column.tally
    if is_numeric(column.name, tally, rows, decimal):
        return tally.numbers(decimal)
    i = int(np.flatnonzero(tally.where(Cell.TEXT, Cell.CODE, Cell.ODD, Cell.COMMA))[0])
    raise InputError(
        f"row {rows[i]}, column '{column.name}': {shown(tally.texts[tally.codes[i]])} is not a "
        "number, and the training data has numbers there."
    )


def classes_like(
    target: RawColumn | None,
    reference: Dataset,
    rows: IntArray,
    *,
    decimal: str = ".",
    labelled: bool = True,
) -> IntArray:
    """``(n_cases,)`` codes into the reference's classes; -1 where there is none.

    Raises
    ------
    InputError
        If a class is not among the reference's, or missing where ``labelled``.
    """
    if target is None:
        return np.full(len(rows), -1, dtype=np.int64)
    names = class_names(target.tally, decimal)
    names = [
        t if n is None and t in reference.classes else n
        for t, n in zip(target.tally.texts, names, strict=True)
    ]
    y = codes_of(target.tally, names, reference.classes)
    if (y == -2).any():
        new = sorted({n for n in names if n is not None} - set(reference.classes))
        raise InputError(
            f"column '{target.name}' has the class {listed(new)} in {file_rows(rows[y == -2])}, "
            f"which the training data does not have (it has {listed(reference.classes)})."
        )
    if labelled and (y < 0).any():
        raise InputError(
            f"column '{target.name}' (the class) is empty in {file_rows(rows[y < 0])}. "
            "Fill the cells or remove the rows."
        )
    return y


def signals_like(
    raw: RawSignals | RawTable, reference: Dataset, request: Request, *, name: str, sha256: str
) -> Reading:
    """Signals with the channels, length and classes of ``reference``.

    Raises
    ------
    InputError
        If the number of channels or, where signals are of equal length, time points differs.
    """
    if isinstance(raw, RawTable):
        request = _of_this_file(raw, request)
        unlabelled = replace(request, labelled=False)
        target = _label_like(raw, reference, request)
        named = replace(unlabelled, target=target.name if target else None)
        reading = signals_from_table(raw, named, name=name, sha256=sha256)
        rows = raw.rows
    else:
        target = None if raw.labels is None else RawColumn(raw.target, raw.labels)
        rows = np.arange(1, len(raw.X) + 1, dtype=np.int64)
        reading = finish(raw, Classes(np.full(len(rows), -1, np.int64), ()), rows, name, sha256)
    if target is None and request.labelled:
        raise InputError(f"there is no class column '{reference.target}'.")
    _refuse_other_shape(reading.dataset, reference)
    y = classes_like(target, reference, rows, labelled=request.labelled)
    return replace(
        reading,
        dataset=replace(reading.dataset, y=y, classes=reference.classes, target=reference.target),
    )


def _label_like(raw: RawTable, reference: Dataset, request: Request) -> RawColumn | None:
    name = request.target or reference.target
    roles: Sequence[str | None] = (request.group, request.id, *request.drop)
    width = len(raw.columns) - sum(raw.find(r) is not None for r in roles)
    found = next((c for c in raw.columns if c.name == name), None)
    if not request.labelled and raw.header:
        return next((c for c in raw.columns if c.name == reference.target), None)
    unlabelled = not request.labelled and reference.lengths is None
    if unlabelled and width == reference.X.shape[2]:
        return None  # the first and the last column are points, whatever they are in training
    if raw.header or request.target is not None:
        return found if request.target is None else asked_label(raw, request.target)
    if width <= reference.X.shape[2] and (reference.lengths is None or not request.labelled):
        return None
    return raw.columns[0] if found is None else found


def _refuse_other_shape(dataset: Dataset, reference: Dataset) -> None:
    (_, channels, points), (_, channels_like, points_like) = dataset.X.shape, reference.X.shape
    if channels != channels_like:
        raise InputError(
            f"signals have {channels} channels; the training data has {channels_like}."
        )
    if reference.lengths is None and points != points_like:
        raise InputError(f"signals have {points} time points; the training data has {points_like}.")
