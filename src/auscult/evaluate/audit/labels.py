"""Single labels that are probably wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from auscult.evaluate.audit.models import Learner, drawn, out_of_fold
from auscult.evaluate.audit.view import NotRun, View, cases
from auscult.types import Finding, FloatArray, IntArray

FEW = 10
HARD = 0.08
MOST_WRONG = 0.25
NOISE = 0.015
SURE_ERRORS = 0.25
FEW_WRONG = 4
_LEARNERS: Final[tuple[Learner, ...]] = ("logistic", "forest")


def label_noise(view: View) -> Iterator[Finding]:
    """Cases whose label is contradicted with confidence.

    After confident learning (C. G. Northcutt, L. Jiang, I. L. Chuang, JAIR 70, 2021): candidates
    are cases of which an out-of-fold model, the mean of a linear one and a forest, is as sure of
    another class as it is of that class's own cases: above their median. A wrong label lies
    anywhere in its true class, so that half of them are candidates; a hard case lies at the
    border, and a quarter of those that remain may be candidates too. Where more than 8 % of cases
    are taken for another class and are not explained so, hard cases are too many for the rest to
    be told.
    """
    index = view.known[drawn(len(view.known), view.seed)]
    present, y = np.unique(view.dataset.y[index], return_inverse=True)
    if len(index) < 5 * FEW or np.bincount(y).min() < FEW:
        raise NotRun(f"a class has fewer than {FEW} cases")
    X = view.learned(index)
    by_line, by_trees = (out_of_fold(X, y, one, view.seed) for one in _LEARNERS)
    probability = (by_line + by_trees) / 2
    rather = probability.argmax(axis=1)
    suspects = _suspects(probability, y)
    share, wrong = len(suspects) / len(y), float((rather != y).mean())
    hard = max(0.0, wrong - 2 * share)
    # Of a model that has learned little, half of all errors are as sure as its right answers.
    if hard > HARD or wrong > MOST_WRONG:
        raise NotRun(
            f"a model takes {wrong:.0%} of cases for another class, too many to tell a wrong label "
            "from a hard case"
        )
    if len(suspects) < FEW_WRONG or share < NOISE + SURE_ERRORS * hard:
        return
    worst = suspects[np.argsort(probability[suspects, y[suspects]], kind="stable")][:5]
    name = [view.dataset.classes[code] for code in present]
    shown = ", ".join(f"{index[i] + 1} ('{name[y[i]]}', rather '{name[rather[i]]}')" for i in worst)
    yield Finding(
        "label-noise",
        f"{cases(len(suspects))} of {len(y)} ({share:.1%}) look clearly like another class than "
        f"the one they are given, to models that never saw them; about twice as many labels may be "
        f"wrong. Look first at cases {shown}.",
        mend=f"look these cases up; correct '{view.dataset.target}' where it is wrong",
    )


def _suspects(probability: FloatArray, y: IntArray) -> IntArray:
    """Cases taken for another class with more confidence than half of that class's own cases."""
    rather, sure = probability.argmax(axis=1), probability.max(axis=1)
    found = []
    for code in range(probability.shape[1]):
        taken = rather == code
        own, other = np.flatnonzero(taken & (y == code)), np.flatnonzero(taken & (y != code))
        if len(own):
            found.append(other[sure[other] >= np.median(sure[own])])
    return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
