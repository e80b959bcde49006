"""Labels that stand the wrong way round in a part of the cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from auscult.evaluate.audit.models import auc, drawn, fitted, out_of_fold
from auscult.evaluate.audit.ranks import spread_of_area
from auscult.evaluate.audit.view import NotRun, View
from auscult.types import BoolArray, Finding, FloatArray, IntArray

WHOLE = 0.65
INVERTED = 0.4
Z_ONE = 2.6
Z_MANY = 3.5
FEW = 10
_FEW_LEVELS = 12


class Part(NamedTuple):
    """Some cases, in words and by index, and those they are compared with."""

    what: str
    cases: IntArray
    rest: IntArray
    is_test: bool


def inverted(view: View) -> Iterator[Finding]:
    """A test file, a group or a category in which the classes stand the other way round.

    A linear model, trained on all other cases, ranks the cases of a part against their labels
    though it ranks those others well. Of signals it is given their spectra too, which do not
    depend on where a beat begins.
    """
    if len(np.flatnonzero(view.dataset.class_counts)) != 2:
        raise NotRun("there are more than two classes")
    index = view.known[drawn(len(view.known), view.seed)]
    X = view.learned(index)
    truth = view.dataset.y[index] == int(np.flatnonzero(view.dataset.class_counts)[1])
    looked = 0
    for part in _parts(view, index):
        if min(_rarer(truth[part.cases]), _rarer(truth[part.rest])) < FEW:
            continue
        whole, found = _areas(X, truth, part, view.seed)
        if whole < WHOLE:
            continue
        looked += 1
        if found < min(INVERTED, _by_chance(truth[part.cases], part.is_test)):
            yield _turned(part, found, whole, view.dataset.target)
    if not looked:
        raise NotRun(f"no part has {FEW} cases of each class and a rest that a plain model ranks")


def _rarer(truth: BoolArray) -> int:
    return int(min(truth.sum(), (~truth).sum()))


def _by_chance(truth: BoolArray, is_test: bool) -> float:
    """The least AUC that chance gives; of many parts, less."""
    z = Z_ONE if is_test else Z_MANY
    return 0.5 - z * spread_of_area(float(truth.sum()), float((~truth).sum()))


def _areas(X: FloatArray, truth: BoolArray, part: Part, seed: int) -> tuple[float, float]:
    """AUC of a model of the rest: on the rest, and on the part."""
    rest, y = X[part.rest], truth[part.rest].astype(np.int64)
    model = fitted(rest, y, "logistic", seed)
    own = out_of_fold(rest, y, "logistic", seed) if part.is_test else model.predict_proba(rest)
    score = model.predict_proba(X[part.cases])
    return auc(own[:, 1], y), auc(score[:, 1], truth[part.cases])


def _turned(part: Part, found: float, whole: float, target: str) -> Finding:
    return Finding(
        "labels-inverted",
        f"{part.what}: its {len(part.cases)} cases are ranked against their classes (AUC "
        f"{found:.2f}; {whole:.2f} elsewhere). There the classes seem to be the other way round.",
        mend=f"check how '{target}' was coded there",
    )


def _parts(view: View, index: IntArray) -> Iterator[Part]:
    """The test file; categories, groups with several cases, and tenths of the file."""
    if len(view.splits) == 1:
        at = np.isin(index, view.halves[1])
        yield Part("The test file", np.flatnonzero(at), np.flatnonzero(~at), True)
    for what, cases in (*_levels(view, index), *_groups(view, index), *_tenths(view, index)):
        yield Part(what, cases, np.setdiff1d(np.arange(len(index)), cases), False)


def _levels(view: View, index: IntArray) -> Iterator[tuple[str, IntArray]]:
    for j, column in enumerate(view.dataset.columns if view.is_table else ()):
        values = view.dataset.X[index, j]
        levels = np.unique(values[~np.isnan(values)])
        for level in levels if len(levels) <= _FEW_LEVELS else ():
            name = column.categories[int(level)] if column.categories else f"{level:g}"
            yield f"Where '{column.name}' is {name}", np.flatnonzero(values == level)


def _groups(view: View, index: IntArray) -> Iterator[tuple[str, IntArray]]:
    if view.dataset.groups is not None:
        groups = view.dataset.groups[index]
        for group in np.flatnonzero(np.bincount(groups) >= 2 * FEW):
            yield f"A group of '{view.dataset.group_name}'", np.flatnonzero(groups == group)


def _tenths(view: View, index: IntArray) -> Iterator[tuple[str, IntArray]]:
    if len(view.splits) == 1:
        return
    for number, part in enumerate(np.array_split(np.arange(len(index)), 10)):
        low, high = index[part[0]] + 1, index[part[-1]] + 1
        yield f"Cases {low} to {high} of the file (tenth {number + 1})", part
