"""Leaks planted in columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.evaluate.audit.clean import Subject, columns, folded, halved, table, with_X
from tests.evaluate.audit.planting import Rng, fine, noisy_truth, spread, tables_only

from auscult.data.beside import Beside
from auscult.data.dataset import Dataset


def scaled_together(data: Dataset, digits: float, rng: Rng) -> Subject | None:
    if not tables_only(data, 3):
        return None
    subject = halved(data, 2)
    X = subject.data.X
    Z = (X - np.nanmean(X, axis=0)) / spread(X)
    return replace(subject, data=with_X(subject.data, Z.round(int(digits))))


def ranged_together(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """Minimum and maximum of all cases; in ``share`` of the columns.

    Where those of the training cases are the same in each of them, nothing has leaked: None.
    """
    if not tables_only(data, 3):
        return None
    subject = halved(data, int(rng.integers(1000)))
    X = subject.data.X.copy()
    low, high = np.nanmin(X, axis=0), np.nanmax(X, axis=0)
    some = rng.permutation(np.flatnonzero(fine(data)))
    some = some[: max(2, round(share * len(some)))]
    tested = np.isin(np.arange(len(X)), np.asarray(subject.given))
    train = X[~tested][:, some]
    if (np.nanmin(train, axis=0) == low[some]).all() and (
        np.nanmax(train, axis=0) == high[some]
    ).all():
        return None
    X[:, some] = ((X - low) / (high - low))[:, some]
    return replace(subject, data=with_X(subject.data, X))


def scaled_apart(data: Dataset, digits: float, rng: Rng) -> Subject | None:
    if not tables_only(data, 3):
        return None
    subject = halved(data, 4)
    X = subject.data.X.copy()
    tested = np.isin(np.arange(len(X)), np.asarray(subject.given))
    for part in (tested, ~tested):
        # A column of one value only in a part stays as it is.
        X[part] = (X[part] - np.nanmean(X[part], axis=0)) / np.maximum(spread(X[part]), 1e-9)
    return replace(subject, data=with_X(subject.data, X.round(int(digits))))


def filled_together(data: Dataset, share: float, rng: Rng) -> Subject | None:
    if not tables_only(data, 3):
        return None
    subject = halved(data, 5)
    X = subject.data.X.copy()
    for j in np.flatnonzero(fine(data)):
        gaps = rng.random(len(X)) < share
        X[gaps, j] = np.nan
        X[np.isnan(X[:, j]), j] = np.nanmean(X[:, j])
    return replace(subject, data=with_X(subject.data, X))


def selected(data: Dataset, among: float, rng: Rng) -> Subject | None:
    """The 20 of many columns of chance that go best with the classes of all cases."""
    y = data.y
    n = int(among)
    X = rng.standard_normal((data.n_cases, n))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    means = np.array([X[y == c].mean(axis=0) for c in np.unique(y)])
    counts = np.bincount(y)[:, None]
    strength = (counts * means**2).sum(axis=0)
    made = table(data.name, X[:, np.sort(np.argsort(-strength)[:20])], y, columns(20))
    return folded(replace(made, classes=data.classes), 0)


def telling(data: Dataset, area: float, rng: Rng) -> Subject | None:
    if data.kind != "table":
        return None
    X = np.column_stack([data.X, noisy_truth(data, area, rng)])
    return folded(with_X(data, X, ["marker"]), 0)


def numbered(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """An id given class by class for a ``share`` of the cases, by chance for the rest."""
    if data.kind != "table":
        return None
    key = np.where(
        rng.random(data.n_cases) < share, data.y, rng.random(data.n_cases) * data.y.max()
    )
    ids = np.argsort(np.argsort(key + 1e-3 * rng.random(len(key)))) + 1000.0
    order = rng.permutation(data.n_cases)
    return Subject(data.take(order), beside=(Beside("PatientID", "number", ids[order]),))


def after(data: Dataset, area: float, rng: Rng) -> Subject | None:
    if data.kind != "table":
        return None
    name = ("discharge_status", "treatment given", "DeathEvent", "biopsyResult")[
        int(rng.integers(4))
    ]
    X = np.column_stack([data.X, noisy_truth(data, area, rng)])
    return folded(with_X(data, X, [name]), 0)


def encoded(data: Dataset, levels: float, rng: Rng) -> Subject | None:
    """The share of the second class in each of some categories, over all cases."""
    if data.kind != "table":
        return None
    level = rng.integers(0, int(levels), data.n_cases)
    share = np.array(
        [(data.y[level == k] == 1).mean() if (level == k).any() else 0 for k in range(int(levels))]
    )
    return folded(with_X(data, np.column_stack([data.X, share[level]]), ["town"]), 0)


def other_unit(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """Part of a column times 1000, 100, 18.016 or 10, whichever is the first to part them."""
    if not tables_only(data, 1):
        return None
    for j in rng.permutation(np.flatnonzero(fine(data))):
        x = data.X[:, j]
        wide = np.nanmax(x) / max(float(np.nanmin(x)), 1e-9)
        for factor in (10.0, 18.016, 100.0, 1000.0):
            if wide**1.5 < factor:
                X = data.X.copy()
                of = rng.choice(len(X), max(3, round(share * len(X))), replace=False)
                X[of, j] *= factor
                return folded(with_X(data, X), 0)
    return None


def telling_gaps(data: Dataset, more: float, rng: Rng) -> Subject | None:
    """A column that is missing in 5 % of cases, and of the first class in ``more`` of them."""
    if data.kind != "table":
        return None
    X = data.X.copy()
    chance = np.where(data.y == 0, 0.05 + more, 0.05)
    X[rng.random(len(X)) < chance, int(rng.integers(X.shape[1]))] = np.nan
    return folded(with_X(data, X), 0)
