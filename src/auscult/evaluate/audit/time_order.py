"""Training cases that are later than test cases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auscult.data.roles import words
from auscult.evaluate.audit.ranks import areas, p_of_areas
from auscult.evaluate.audit.view import NotRun, View
from auscult.types import Finding, FloatArray

LATER = 0.05
DRIFT = 0.6
P_VALUE = 1e-4
_TIME = frozenset(["date", "ymd", "timestamp", "datetime", "year"])


def time_order(view: View) -> Iterator[Finding]:
    """Models trained on cases that are later than those they are tested on."""
    dates = list(_dates(view))
    if not dates:
        raise NotRun("no column is a date")
    if not view.splits:
        raise NotRun("nothing is tested")
    for name, values in dates:
        if len(view.splits) > 1:
            yield from _folds(view, name, values)
            continue
        train, test = (values[part] for part in view.halves)
        train, test = train[~np.isnan(train)], test[~np.isnan(test)]
        later = float((train > np.median(test)).mean()) if len(train) and len(test) else 0.0
        if later > LATER:
            yield Finding(
                "trained-on-later",
                f"{later:.0%} of training cases are later ('{name}') than the middle one of the "
                "test cases. A model in use knows no case of its future.",
                mend="test on the last cases, and train on those before them",
            )


def _folds(view: View, name: str, values: FloatArray) -> Iterator[Finding]:
    y = view.dataset.y[view.known]
    found = np.nan_to_num(areas(values[view.known], y, len(view.dataset.classes)))
    drifts = found.max() >= DRIFT and p_of_areas(found, values[view.known], y).min() < P_VALUE
    drift = (
        f" The share of class '{view.dataset.classes[int(found.argmax())]}' changes with it (AUC "
        f"{found.max():.2f}), so a later model may meet another share."
        if drifts
        else " The class does not go with it, so little may change."
    )
    yield Finding(
        "trained-on-later",
        f"Cases have a date ('{name}'), and folds are drawn without regard to it: half of the "
        f"training cases are later than the cases tested.{drift}",
        "warning" if drifts else "note",
        mend="put the last cases into a file of their own, and name it with --test",
    )


def _dates(view: View) -> Iterator[tuple[str, FloatArray]]:
    for column in view.beside:
        if column.kind == "date":
            yield column.name, column.values
    for j in view.numeric:
        name = view.dataset.columns[j].name
        if words(name) & _TIME and not view.derived:
            yield name, view.dataset.X[:, j]
