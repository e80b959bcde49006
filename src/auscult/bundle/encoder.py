"""A table's preprocessing as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from auscult.bundle.decoding import Reading
from auscult.bundle.document import Field
from auscult.data.transforms import TableEncoder


def encoder_to_json(encoder: TableEncoder) -> dict[str, Any]:
    """``medians``, ``gaps`` and ``categories``; null is the median of a category, or a gap."""
    return {
        "medians": [_maybe(value) for value in encoder.medians.tolist()],
        "gaps": list(encoder.gaps),
        "categories": [[_maybe(code) for code in codes] for codes in encoder.categories],
    }


def encoder_of(content: Mapping[str, Any], columns: Sequence[Field]) -> TableEncoder:
    """The encoder that :func:`encoder_to_json` wrote.

    Raises
    ------
    InputError
        It does not fit the columns.
    """
    read = Reading(dict(content), "encoder")
    n = len(columns)
    medians, gaps = read.numbers_or_none("medians", n), read.wholes("gaps", n)
    lists = [
        Reading({"codes": codes}, f"encoder.categories[{j}]").numbers_or_none("codes")
        for j, codes in enumerate(read.items("categories", n))
    ]
    if len(medians) != n or len(lists) != n:
        raise read.wrong("medians", "one a column")
    if any(not 0 <= j < n or columns[j].kind != "numeric" for j in gaps):
        raise read.wrong("gaps", "numbers of numeric columns")
    for column, median, codes in zip(columns, medians, lists, strict=True):
        _require_column(read, column, median, codes)
    return TableEncoder(
        tuple(column.column for column in columns),
        np.array([np.nan if value is None else value for value in medians], dtype=np.float64),
        gaps,
        tuple(tuple(np.nan if code is None else code for code in codes) for codes in lists),
    )


def _require_column(
    read: Reading, column: Field, median: float | None, codes: tuple[float | None, ...]
) -> None:
    numeric = column.kind == "numeric"
    if numeric and (median is None or codes):
        raise read.wrong("medians", f"a number for '{column.name}'")
    known = range(len(column.categories))
    unknown = any(code is not None and code not in known for code in codes)
    if unknown or len(set(codes)) != len(codes):
        raise read.wrong("categories", f"codes of the categories of '{column.name}', once each")


def _maybe(value: float) -> float | None:
    return None if np.isnan(value) else value
