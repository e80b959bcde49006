"""Missing values: how many, and whether it tells the class that they are missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.audit.illegitimate import TELLING_AUC
from auscult.evaluate.audit.ranks import areas, p_of_areas
from auscult.evaluate.audit.view import NotRun, View
from auscult.types import Finding, IntArray

PREDICTS = 0.58
P_VALUE = 1e-3


def missing_values(view: View) -> Iterator[Finding]:
    """How many values are missing, where the reader has not told it."""
    dataset = view.dataset
    told = any(finding.code == "missing-values" for finding in dataset.findings)
    missing, values = _missing_by_column(dataset)
    if told:
        raise NotRun("what is missing was told as the file was read")
    if not missing.any():
        return
    shares = missing.sum(axis=0) / np.maximum(values, 1)
    worst = int(shares.argmax())
    yield Finding(
        "missing-values",
        f"{missing.sum() / max(1, values.sum()):.1%} of values are missing; most in "
        f"'{dataset.columns[worst].name}' ({shares[worst]:.1%}).",
        "note",
    )


def missing_predicts(view: View) -> Iterator[Finding]:
    """Columns of which it tells the class whether a value is missing."""
    dataset = view.dataset
    y = dataset.y[view.known]
    gaps = dataset.gaps()[view.known] > 0
    at = np.flatnonzero(gaps.any(axis=0))
    if not len(at):
        raise NotRun("no value is missing")
    for j in at:
        found = areas(gaps[:, j].astype(np.float64), y, len(dataset.classes))
        p = p_of_areas(found, gaps[:, j].astype(np.float64), y) * gaps.shape[1]
        code = int(np.argmax(np.nan_to_num(found)))
        if not (PREDICTS <= np.nan_to_num(found[code]) < TELLING_AUC and p[code] < P_VALUE):
            continue
        of, rest = gaps[y == code, j].mean(), gaps[y != code, j].mean()
        yield Finding(
            "missing-predicts",
            f"Column '{dataset.columns[j].name}' is missing in {of:.0%} of class "
            f"'{dataset.classes[code]}' and in {rest:.0%} of the rest (AUC {found[code]:.2f}). "
            "Who was examined then tells the diagnosis, and elsewhere others are examined.",
            mend="Ask why it is missing; leave the column out if the diagnosis decided it.",
        )


def _missing_by_column(dataset: Dataset) -> tuple[IntArray, IntArray]:
    """Missing values a case and column, and how many values a column should have."""
    values = dataset.n_cases * int(np.prod(dataset.X.shape[2:], dtype=np.int64))
    if dataset.lengths is not None:
        values = int(dataset.lengths.sum())
    return dataset.gaps(), np.full(len(dataset.columns), values)
