"""Ids and dates that tell the class, and names that tell of what came after the diagnosis."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from auscult.data.roles import words
from auscult.evaluate.audit.illegitimate import TELLING_AUC
from auscult.evaluate.audit.ranks import areas, areas_of_categories, p_of_areas
from auscult.evaluate.audit.view import NotRun, View, flag
from auscult.types import Finding, FloatArray, IntArray

PREDICTS = 0.65
P_VALUE = 1e-4
DENSE = 3.0
NAMED = 0.6

_AFTER = frozenset(
    ("outcome", "outcomes", "death", "dead", "died", "deceased", "mortality", "survival",
     "survived", "discharge", "discharged", "readmission", "readmitted", "recurrence", "relapse",
     "autopsy", "pathology", "histology", "biopsy", "surgery", "operation", "operated",
     "chemotherapy", "radiotherapy", "treatment", "treated", "therapy", "prognosis", "complication",
     "complications", "posttreatment", "postoperative", "postop", "followup", "icd", "icd9",
     "icd10", "drg", "billing", "charges", "los", "remission", "diagnosis", "diagnosed",
     "diagnostic", "confirmed", "verdict", "prediction", "predicted", "score_model", "label",
     "target")
)  # fmt: skip
_PAIRS = (("follow", "up"), ("length", "stay"), ("post", "op"), ("date", "death"), ("icd", "code"))
_BEFORE = frozenset(["family", "history", "previous", "prior", "past", "before", "baseline", "age"])
_TIME = frozenset(
    ["date", "day", "ymd", "time", "timestamp", "year", "month", "visit", "admission"]
)
_PART = re.compile(r"[^0-9a-z]+")


def identities(view: View) -> Iterator[Finding]:
    """Ids, numbers of rows and dates that tell the class."""
    if not view.is_table or view.derived:
        raise NotRun("there are no columns of ids or dates")
    dataset = view.dataset
    y = dataset.y[view.known]
    looked = 0
    for column in view.beside:
        if column.kind == "text":
            continue
        looked += 1
        what = "date" if column.kind == "date" else "id"
        yield from _tells(view, column.name, column.values[view.known], what, is_feature=False)
    for j in view.numeric:
        values = dataset.X[view.known, j]
        dated = bool(words(dataset.columns[j].name) & _TIME)
        if not (dated or _is_numbering(values)):
            continue
        looked += 1
        what = "date" if dated else "id"
        yield from _tells(view, dataset.columns[j].name, values, what, is_feature=True)
    if not looked or not len(y):
        raise NotRun("no column is an id or a date")


def _tells(
    view: View, name: str, values: FloatArray, what: str, *, is_feature: bool
) -> Iterator[Finding]:
    y, classes = view.dataset.y[view.known], view.dataset.classes
    found = np.nan_to_num(areas(values, y, len(classes)))
    code = int(found.argmax())
    # What tells the class as well as that is told by another check.
    most = TELLING_AUC if is_feature else 2.0
    if not PREDICTS <= found[code] < most or p_of_areas(found, values, y)[code] > P_VALUE:
        return
    why = (
        "Cases were numbered class by class: it tells how the file was made, not who is ill."
        if what == "id"
        else "Classes came at different times, so what changed with time (device, staff, coding) "
        "tells them too."
    )
    out = "It is one of the features." if is_feature else "It is left out of the features here."
    mend = flag("--drop", name) if is_feature else "keep it out of any other model too"
    yield Finding(
        "id-predicts" if what == "id" else "date-predicts",
        f"Column '{name}', a{'n' if what == 'id' else ''} {what}, alone tells class "
        f"'{classes[code]}' from the rest (AUC {found[code]:.2f}). {why} {out}",
        mend=mend,
    )


def _is_numbering(values: FloatArray) -> bool:
    """Whether a column's values are whole, all different, and hardly leave any out."""
    if np.isnan(values).any() or len(values) < 20 or (values != np.floor(values)).any():
        return False
    distinct = len(np.unique(values))
    return bool(distinct == len(values) and np.ptp(values) + 1 <= DENSE * distinct)


def names_after(view: View) -> Iterator[Finding]:
    """Columns whose name says that they were written after the diagnosis, and that tell it."""
    if not view.is_table or view.derived:
        raise NotRun("there are no named columns")
    dataset = view.dataset
    n_classes = len(dataset.classes)
    y, X = dataset.y[view.known], dataset.X[view.known]
    for j, column in enumerate(dataset.columns):
        if not _says_after(column.name, dataset.target):
            continue
        of = areas_of_categories if column.kind == "categorical" else areas
        found = np.nan_to_num(of(X[:, j], y, n_classes))
        code = int(found.argmax())
        if found[code] >= NAMED and p_of_areas(found, X[:, j], y)[code] < P_VALUE:
            yield Finding(
                "post-outcome-name",
                f"Column '{column.name}' is named like something that is known only after the "
                f"diagnosis, and tells class '{dataset.classes[code]}' (AUC {found[code]:.2f}).",
                mend=flag("--drop", column.name) + ", unless it is known when it will be used",
            )


def _says_after(name: str, target: str) -> bool:
    parts = words(name) | {part for part in _PART.split(name.casefold()) if part}
    if parts & _BEFORE:
        return False
    told = _PART.sub("", target.casefold())
    holds_target = len(told) >= 4 and told in _PART.sub("", name.casefold())
    paired = any(set(pair) <= parts for pair in _PAIRS)
    return bool(parts & _AFTER) or paired or holds_target


def target_encoding(view: View) -> Iterator[Finding]:
    """Columns whose values are the share of a class among the cases that have them."""
    if not view.is_table or view.derived:
        raise NotRun("there are no columns of categories")
    dataset = view.dataset
    y, X = dataset.y[view.known], dataset.X[view.known]
    for j in view.numeric:
        code = _encoded(X[:, j], y, len(dataset.classes))
        if code is not None:
            yield Finding(
                "target-encoded",
                f"Each value of column '{dataset.columns[j].name}' is the share of class "
                f"'{dataset.classes[code]}' among all cases that have it, test cases among them: "
                "the answers stand in the question.",
                mend=flag("--drop", dataset.columns[j].name) + ", and give its category",
            )


def _encoded(values: FloatArray, y: IntArray, n_classes: int) -> int | None:
    """The class whose shares a column holds, or None."""
    present = ~np.isnan(values)
    distinct, at, counts = np.unique(values[present], return_inverse=True, return_counts=True)
    inner = (distinct > 0) & (distinct < 1)
    if inner.sum() < 2 or distinct[0] < 0 or distinct[-1] > 1 or counts[inner].sum() < 20:
        return None
    for code in range(n_classes):
        shares = np.bincount(at, weights=y[present] == code) / counts
        if np.abs(shares - distinct)[inner].max() < 5e-4:
            return code
    return None
