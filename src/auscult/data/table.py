"""From raw columns to a table of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from auscult.data.columns import Feature, is_numeric, judge, numeric_column
from auscult.data.dataset import Dataset
from auscult.data.numbers import Cell, decimal_mark, shown
from auscult.data.raw import RawColumn, RawTable, Request, file_rows, identity_texts, listed
from auscult.data.roles import Roles, assign_roles
from auscult.data.target import Classes, class_names, codes_of, read_classes
from auscult.errors import InputError, did_you_mean
from auscult.types import Column, Finding, FloatArray, IntArray

_DOUBTFUL_POINTS = Finding(
    "decimal-point-assumed",
    "Every number with a point has three digits after it, in a file that semicolons separate; the "
    "point was read as the decimal mark.",
    mend="remove points that separate thousands",
)


@dataclass(frozen=True, eq=False)
class Reading:
    """A dataset and the texts its group codes stand for, so that two files can share codes."""

    dataset: Dataset
    groups: Sequence[str] | None = None


def read_table(raw: RawTable, request: Request, *, name: str, sha256: str) -> Reading:
    """The dataset of a table.

    Raises
    ------
    InputError
        If a column asked for is missing, a cell is no number where it should be one, or nothing
        is left to learn from.
    """
    roles = assign_roles(raw, request)
    decimal, findings = _decimal(roles, raw, request)
    classes = _classes(roles, raw, request, decimal)
    judgement = judge(roles.features, raw.rows, decimal=decimal, categorical=request.categorical)
    _refuse_unknown(request.categorical, raw)
    if not judgement.features:
        raise InputError("no column is left to learn from. Check --target, --drop and --id.")
    every = (*raw.findings, *roles.findings, *findings, *classes.findings, *judgement.findings)
    target = roles.target.name if roles.target else request.target or "class"
    dataset = _dataset(judgement.features, classes, name, target, sha256)
    missing = _missing_note(dataset.columns)
    return with_identities(replace(dataset, findings=(*every, *missing)), roles, raw.rows)


def _dataset(
    features: list[Feature], classes: Classes, name: str, target: str, sha256: str
) -> Dataset:
    return Dataset(
        name=name,
        kind="table",
        X=np.column_stack([f.values for f in features]),
        y=classes.y,
        classes=classes.names,
        columns=tuple(f.column for f in features),
        target=target,
        sha256=sha256,
    )


def _decimal(roles: Roles, raw: RawTable, request: Request) -> tuple[str, list[Finding]]:
    target = [roles.target] if roles.target else []
    columns = [c for c in (*roles.features, *target) if c.name not in request.categorical]
    return file_decimal(columns, raw.delimiter)


def file_decimal(columns: Sequence[RawColumn], delimiter: str) -> tuple[str, list[Finding]]:
    """The decimal mark of the columns that may be numeric, and a warning where it is in doubt."""
    texts = [(c.name, c.tally) for c in columns if c.plain is None]
    mark, doubtful = decimal_mark(texts, delimiter)
    return mark, [_DOUBTFUL_POINTS] if doubtful else []


def _classes(roles: Roles, raw: RawTable, request: Request, decimal: str) -> Classes:
    if roles.target is None:
        return Classes(np.full(raw.n_cases, -1, dtype=np.int64), ())
    return read_classes(roles.target, raw.rows, labelled=request.labelled, decimal=decimal)


def _refuse_unknown(names: Sequence[str], raw: RawTable) -> None:
    for name in names:
        raw.column(name, "--categorical")


def _missing_note(columns: tuple[Column, ...]) -> list[Finding]:
    with_gaps = [c for c in columns if c.n_missing]
    if not with_gaps:
        return []
    n = sum(c.n_missing for c in with_gaps)
    message = f"{n} cells are missing, in {listed([c.name for c in with_gaps])}."
    return [Finding("missing-values", message, "note")]


def with_identities(dataset: Dataset, roles: Roles, rows: IntArray) -> Reading:
    """The dataset with the ids and groups of its cases."""
    ids = None
    findings = list(dataset.findings)
    if roles.id is not None:
        ids = tuple(identity_texts(roles.id, rows, "--id"))
        findings += _repeated(ids, roles)
    if roles.group is None:
        return Reading(replace(dataset, ids=ids, findings=tuple(findings)))
    texts = identity_texts(roles.group, rows, "--group")
    dataset = replace(
        dataset,
        ids=ids,
        groups=group_codes(texts, sorted(set(texts))),
        group_name=roles.group.name,
        findings=tuple(findings),
    )
    return Reading(dataset, texts)


def _repeated(ids: tuple[str, ...], roles: Roles) -> list[Finding]:
    if roles.id is None or roles.group is not None or len(set(ids)) == len(ids):
        return []
    message = (
        f"Column '{roles.id.name}' names {len(set(ids))} cases in {len(ids)} rows. If it is the "
        "patient, the same patient can stand in training and test."
    )
    return [Finding("repeated-id", message, mend=f"--group {roles.id.name}")]


def group_codes(texts: Sequence[str], known: Sequence[str]) -> IntArray:
    """``(n_cases,)`` codes into ``known``."""
    index = {text: i for i, text in enumerate(known)}
    return np.fromiter((index[t] for t in texts), np.int64, len(texts))


def table_like(
    raw: RawTable, reference: Dataset, request: Request, *, name: str, sha256: str
) -> Reading:
    """A table with the columns, categories and classes of ``reference``, matched by name.

    Raises
    ------
    InputError
        If a column is missing, a numeric one holds text, or a class is new.
    """
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
    dataset = _dataset(features, classes, name, reference.target, sha256)
    notes = tuple(f for f in raw.findings if f.code == "encoding-guessed")
    dataset = replace(dataset, findings=(*notes, *findings, *_missing_note(dataset.columns)))
    return with_identities(dataset, roles, raw.rows)


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
        raise InputError(f"there is no column '{name}' (the class). {did_you_mean(name, raw.names)}")
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
