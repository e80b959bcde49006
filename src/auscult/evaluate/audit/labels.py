"""Labels that stand the wrong way round, and single ones that are probably wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from auscult.evaluate.audit.models import Learner, auc, drawn, fitted, out_of_fold
from auscult.evaluate.audit.ranks import spread_of_area
from auscult.evaluate.audit.view import NotRun, View, cases
from auscult.types import Finding, FloatArray, IntArray

WHOLE = 0.65
INVERTED = 0.4
Z = 3.5
FEW = 10
HARD = 0.08
NOISE = 0.015
FEW_WRONG = 4
_FEW_LEVELS = 12
_LEARNERS: Final[tuple[Learner, ...]] = ("logistic", "forest")


def inverted(view: View) -> Iterator[Finding]:
    """A test file, a group or a category in which the classes stand the other way round.

    A linear model, trained on all other cases, ranks the cases of a part against their labels
    though it ranks those others well.
    """
    dataset = view.dataset
    y = dataset.y
    if len(np.flatnonzero(dataset.class_counts)) != 2:
        raise NotRun("there are more than two classes")
    positive = int(np.flatnonzero(dataset.class_counts)[1])
    truth = (y == positive).astype(np.int64)
    if len(view.splits) == 1:
        train, test = view.halves
        if _few(truth[train]) or _few(truth[test]):
            raise NotRun(f"a class has fewer than {FEW} cases")
        model = fitted(view.features[train], truth[train], "logistic", view.seed)
        own = out_of_fold(view.features[train], truth[train], "logistic", view.seed)[:, 1]
        score = model.predict_proba(view.features[test])[:, 1]
        whole = auc(own, truth[train])
        yield from _turned(view, "The test file", score, truth[test], whole)
    index = view.known[drawn(len(view.known), view.seed)]
    X, truth = view.features[index], truth[index]
    for what, part in _parts(view, index):
        rest = np.setdiff1d(np.arange(len(index)), part)
        if _few(truth[part]) or _few(truth[rest]):
            continue
        model = fitted(X[rest], truth[rest], "logistic", view.seed)
        own, score = (model.predict_proba(X[at])[:, 1] for at in (rest, part))
        yield from _turned(view, what, score, truth[part], auc(own, truth[rest]))


def _few(truth: IntArray) -> bool:
    return bool(np.bincount(truth, minlength=2).min() < FEW)


def _turned(
    view: View, what: str, score: FloatArray, truth: IntArray, whole: float
) -> Iterator[Finding]:
    n = int(truth.sum())
    if whole < WHOLE:
        return
    found = auc(score, truth)
    if found < INVERTED and found < 0.5 - Z * spread_of_area(n, len(truth) - n):
        yield Finding(
            "labels-inverted",
            f"{what}: its {len(truth)} cases are ranked against their classes (AUC {found:.2f}; "
            f"{whole:.2f} elsewhere). There the classes seem to stand the other way round.",
            mend=f"check how '{view.dataset.target}' was coded there",
        )


def _parts(view: View, index: IntArray) -> Iterator[tuple[str, IntArray]]:
    """Categories, groups with several cases, and tenths of the file."""
    dataset = view.dataset
    for j, column in enumerate(dataset.columns if view.is_table else ()):
        values = dataset.X[index, j]
        levels = np.unique(values[~np.isnan(values)])
        if len(levels) <= _FEW_LEVELS:
            for level in levels:
                name = column.categories[int(level)] if column.categories else f"{level:g}"
                yield f"Where '{column.name}' is {name}", np.flatnonzero(values == level)
    if dataset.groups is not None:
        for group in np.unique(dataset.groups[index]):
            of = np.flatnonzero(dataset.groups[index] == group)
            if len(of) >= 2 * FEW:
                yield f"A group of '{dataset.group_name}'", of
    if len(view.splits) == 1:
        return
    for number, part in enumerate(np.array_split(np.arange(len(index)), 10)):
        low, high = index[part[0]] + 1, index[part[-1]] + 1
        yield f"Cases {low} to {high} of the file (tenth {number + 1})", part


def label_noise(view: View) -> Iterator[Finding]:
    """Cases whose label is contradicted with confidence.

    After confident learning (C. G. Northcutt, L. Jiang, I. L. Chuang, JAIR 70, 2021): candidates
    are cases of which an out-of-fold model, the mean of a linear one and a forest, is as sure of
    another class as it is of that class's own cases: above their median. A wrong label lies
    anywhere in its true class, so that half of them are candidates; a hard case lies at the
    border. Where more than 8 % of cases are taken for another class and are not explained so,
    hard cases are too many for the rest to be told.
    """
    index = view.known[drawn(len(view.known), view.seed)]
    present, y = np.unique(view.dataset.y[index], return_inverse=True)
    if len(index) < 5 * FEW or np.bincount(y).min() < FEW:
        raise NotRun(f"a class has fewer than {FEW} cases")
    X = view.points[index]
    by_line, by_trees = (out_of_fold(X, y, one, view.seed) for one in _LEARNERS)
    probability = (by_line + by_trees) / 2
    rather = probability.argmax(axis=1)
    suspects = _suspects(probability, y)
    share, wrong = len(suspects) / len(y), float((rather != y).mean())
    if wrong - 2 * share > HARD:
        raise NotRun(
            f"a model takes {wrong:.0%} of cases for another class, too many to tell a wrong label "
            "from a hard case"
        )
    if len(suspects) < FEW_WRONG or share < NOISE:
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
