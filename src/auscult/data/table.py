"""From raw columns to a table of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from auscult.data.columns import Feature, judge
from auscult.data.dataset import Dataset
from auscult.data.numbers import decimal_mark, shown
from auscult.data.raw import RawColumn, RawTable, Request, file_rows, identity_texts, listed
from auscult.data.roles import Roles, assign_roles
from auscult.data.target import Classes, read_classes
from auscult.errors import InputError
from auscult.types import Column, Finding, IntArray

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
    dataset = table_of(judgement.features, classes, name, target, sha256)
    missing = missing_note(dataset.columns)
    dataset = replace(dataset, findings=(*every, *missing))
    return with_identities(dataset, roles, raw.rows, unique=request.need_ids)


def table_of(
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


def missing_note(columns: tuple[Column, ...]) -> list[Finding]:
    with_gaps = [c for c in columns if c.n_missing]
    if not with_gaps:
        return []
    n = sum(c.n_missing for c in with_gaps)
    message = f"{n} cells are missing, in {listed([c.name for c in with_gaps])}."
    return [Finding("missing-values", message, "note")]


def with_identities(
    dataset: Dataset, roles: Roles, rows: IntArray, *, unique: bool = False
) -> Reading:
    """The dataset with the ids and groups of its cases; ``unique`` refuses an id that is twice."""
    ids = None
    findings = list(dataset.findings)
    if roles.id is not None:
        ids = tuple(identity_texts(roles.id, rows, "--id"))
        if unique:
            refuse_repeated(roles.id, rows)
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


def refuse_repeated(column: RawColumn, rows: IntArray) -> None:
    """Refuse a column of ids in which one stands twice."""
    tally = column.tally
    if (tally.counts > 1).any():
        code = int(np.flatnonzero(tally.counts > 1)[0])
        where = file_rows(rows[tally.codes == code])
        raise InputError(
            f"column '{column.name}' (--id) has {shown(tally.texts[code])} in {where}. An answer "
            "needs an id of its own: mend the ids, or name another column with --id."
        )


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
