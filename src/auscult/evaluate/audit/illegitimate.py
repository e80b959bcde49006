"""Columns that alone tell a class from the rest: too good to be known before the diagnosis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from auscult.evaluate.audit.ranks import areas, areas_of_categories
from auscult.evaluate.audit.view import NotRun, View, flag, listed
from auscult.types import Finding, FloatArray

TELLING_AUC = 0.98
EASY_AUC = 0.99
NEARLY_AUC = 0.95
OTHERS = 2
TIMES = 4


def telling_columns(view: View) -> Iterator[Finding]:
    """Columns that alone tell a class from the rest, by value or by being missing.

    It is a note that the class is an easy one where two further columns tell it with an AUC of
    0.95 and one of them errs at most four times as often, or where the class is one of three or
    more and the AUC is below 0.99.
    """
    if not view.is_table:
        raise NotRun("signals have no columns that stand for themselves")
    if view.derived:
        raise NotRun("the columns are measures taken from the signals")
    dataset = view.dataset
    n_classes = len(dataset.classes)
    y, X = dataset.y[view.known], dataset.X[view.known]
    table = np.full((len(dataset.columns), n_classes), np.nan)
    told: list[tuple[str, FloatArray, bool]] = []
    for j, column in enumerate(dataset.columns):
        of = areas_of_categories if column.kind == "categorical" else areas
        table[j] = of(X[:, j], y, n_classes)
        told.append((column.name, table[j], False))
        missing = np.isnan(X[:, j])
        if missing.any():
            told.append((column.name, areas(missing.astype(np.float64), y, n_classes), True))
    yield from _told(view, told, np.nan_to_num(table))


def _told(
    view: View, told: list[tuple[str, FloatArray, bool]], table: FloatArray
) -> Iterator[Finding]:
    easy: dict[int, list[str]] = defaultdict(list)
    nearly = (table >= NEARLY_AUC).sum(axis=0)
    for name, found, missing in told:
        best = np.nan_to_num(found)
        code = int(best.argmax())
        if best[code] < TELLING_AUC:
            continue
        if not missing and _is_easy(table, found, code):
            easy[code].append(name)
            continue
        what = f"Whether column '{name}' is missing" if missing else f"Column '{name}'"
        yield Finding(
            "illegitimate-feature",
            f"{what} alone tells class '{view.dataset.classes[code]}' from the rest "
            f"(AUC {best[code]:.3f}). It may have been written down after the diagnosis.",
            mend=flag("--drop", name) + ", unless it is known before the diagnosis",
        )
    for code, names in easy.items():
        yield _easy(view.dataset.classes[code], names, int(nearly[code]))


def _is_easy(table: FloatArray, found: FloatArray, code: int) -> bool:
    others = np.sort(table[:, code])[::-1]
    second = others[1] if len(others) > 1 and found[code] >= others[0] else others[0]
    alike = (others >= NEARLY_AUC).sum() > OTHERS and TIMES * (1 - found[code]) >= 1 - second
    return bool(alike or (table.shape[1] > 2 and found[code] < EASY_AUC))


def _easy(name: str, columns: list[str], nearly: int) -> Finding:
    each = "tells" if len(columns) == 1 else "each tell"
    return Finding(
        "easy-class",
        f"{listed(columns)} alone {each} class '{name}' from the rest (AUC {TELLING_AUC} or more), "
        f"and {nearly} columns nearly do (AUC {NEARLY_AUC}): an easy class, or columns that were "
        "all written down after the diagnosis.",
        "note",
    )
