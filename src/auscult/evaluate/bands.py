"""The subgroups that a column makes: its values, decades of age, or quarters of the cases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from auscult.data.dataset import Dataset
from auscult.errors import InputError, did_you_mean
from auscult.types import Column, FloatArray, IntArray

MOST: Final = 12
"""Subgroups of a column at most; the smaller categories beyond it are joined."""
FEW: Final = 30
"""Subgroups with fewer cases are told of; bands of age at the ends are joined up to it."""
_DISTINCT = 6
_OLDEST = 130
_AGE = re.compile(r"(^|[^a-z])(age|alter|edad|idade|wiek|âge)([^a-z]|$)|年齢|年龄|나이", re.I)


@dataclass(frozen=True, eq=False)
class Banded:
    """A column as subgroups: ``code`` ``(n_cases,)`` indexes ``names``."""

    column: str
    names: tuple[str, ...]
    code: IntArray


def banded(dataset: Dataset, column: str) -> Banded:
    """Cut a column of a table into subgroups.

    A categorical column, and a numeric one of at most six different values, gives one a value;
    years of age give decades; other numbers quarters of the cases. Cases without a value are a
    subgroup of their own.

    Raises
    ------
    InputError
        The data is no table, or has no such column.
    """
    names = [one.name for one in dataset.columns]
    if dataset.kind != "table":
        raise InputError(
            "subgroups are made of columns of a table; these are signals.", where="--by"
        )
    if column not in names:
        raise InputError(
            f"no column is called '{column}'. {did_you_mean(column, names)}", where="--by"
        )
    place = names.index(column)
    values = np.asarray(dataset.X[:, place], dtype=np.float64)
    labels, code = _cut(dataset.columns[place], values)
    missing = np.isnan(values)
    code = np.where(missing, len(labels), code)
    labels = (*labels, "missing") if missing.any() else labels
    held = np.unique(code)
    return Banded(column, tuple(labels[k] for k in held), np.searchsorted(held, code))


def _cut(column: Column, values: FloatArray) -> tuple[tuple[str, ...], IntArray]:
    if column.kind == "categorical":
        return _categories(column, values)
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if len(distinct) <= _DISTINCT:
        return tuple(f"{v:g}" for v in distinct), np.searchsorted(distinct, values)
    if _AGE.search(column.name) and distinct[0] >= 0 and distinct[-1] <= _OLDEST:
        return _decades(values, known)
    edges = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
    code = np.searchsorted(edges, values, side="left")
    spans = [known[np.searchsorted(edges, known, side="left") == k] for k in range(len(edges) + 1)]
    return tuple(_span(span) for span in spans), code


def _span(values: FloatArray) -> str:
    return f"{values.min():g}–{values.max():g}" if len(values) else "none"


def _categories(column: Column, values: FloatArray) -> tuple[tuple[str, ...], IntArray]:
    n = len(column.categories)
    code = np.where(np.isnan(values), 0, values).astype(np.int64)
    if n <= MOST:
        return column.categories, code
    counts = np.bincount(code[~np.isnan(values)], minlength=n)
    largest = np.sort(np.argsort(-counts, kind="stable")[: MOST - 1])
    place = np.full(n, MOST - 1)
    place[largest] = np.arange(MOST - 1)
    names = [column.categories[k] for k in largest]
    return (*names, f"{n - MOST + 1} others"), place[code]


def _decades(values: FloatArray, known: FloatArray) -> tuple[tuple[str, ...], IntArray]:
    """Bands of ten years; those at the ends are joined until they hold enough cases."""
    starts = np.arange(known.min() // 10, known.max() // 10 + 1) * 10
    while len(starts) > 2 and np.sum(known < starts[1]) < FEW:
        starts = np.delete(starts, 1)
    while len(starts) > 2 and np.sum(known >= starts[-1]) < FEW:
        starts = starts[:-1]
    firsts = [f"{known.min():.0f}" if k == 0 else f"{s:g}" for k, s in enumerate(starts)]
    ends = [f"{s - 1:g}" for s in starts[1:]] + [f"{known.max():.0f}"]
    names = tuple(a if a == b else f"{a}–{b}" for a, b in zip(firsts, ends, strict=True))
    return names, np.searchsorted(starts[1:], values, side="right")
