"""Leaks planted in cases, in their order and in their labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.evaluate.audit.clean import Subject, folded, halved, with_X
from tests.evaluate.audit.planting import Rng, appended, fine, spread, tables_only

from auscult.data.beside import Beside
from auscult.data.dataset import Dataset
from auscult.types import IntArray


def copies(data: Dataset, share: float, rng: Rng) -> Subject:
    at = rng.choice(data.n_cases, max(2, round(share * data.n_cases)), replace=False)
    return folded(appended(data, data.X[at], data.y[at]), 0)


def near_copies(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """Rows again with noise of 1 % of each column; signals shifted, scaled and with noise."""
    at = rng.choice(data.n_cases, max(3, round(share * data.n_cases)), replace=False)
    X = data.X[at].copy()
    if data.kind == "table":
        if not tables_only(data, 3):
            return None
        noise = 0.01 * spread(data.X) * rng.standard_normal(X.shape)
        X = np.where(fine(data), X + noise, X)
    else:
        for i, lag in enumerate(rng.integers(-X.shape[2] // 20, X.shape[2] // 20 + 1, len(X))):
            X[i] = np.roll(X[i], lag, axis=1)
            edge = slice(0, lag) if lag > 0 else slice(X.shape[2] + lag, None)
            X[i][:, edge] = X[i][:, [lag if lag > 0 else X.shape[2] + lag - 1]]
        X = X * rng.uniform(0.5, 2, (len(X), 1, 1)) + rng.normal(0, 0.2, (len(X), 1, 1))
        X = X + 0.005 * X.std(axis=2, keepdims=True) * rng.standard_normal(X.shape)
    return folded(appended(data, X, data.y[at]), 0)


def one_cell(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """Rows again with one value changed."""
    if not tables_only(data, 4) or data.X.shape[1] < 8:
        return None
    at = rng.choice(data.n_cases, max(2, round(share * data.n_cases)), replace=False)
    X = data.X[at].copy()
    column = rng.integers(0, X.shape[1], len(X))
    other = data.X[rng.integers(0, data.n_cases, len(X)), column]
    X[np.arange(len(X)), column] = other
    return folded(appended(data, X, data.y[at]), 0)


def tested_training(data: Dataset, share: float, rng: Rng) -> Subject:
    subject = halved(data, 1)
    assert subject.given is not None
    X = subject.data.X.copy()
    n = max(5, round(share * len(subject.given)))
    into = rng.choice(subject.given, n, replace=False)
    source = rng.choice(
        np.flatnonzero(~np.isin(np.arange(data.n_cases), subject.given)), n, replace=False
    )
    X[into] = X[source]
    y = subject.data.y.copy()
    y[into] = y[source]
    return replace(subject, data=replace(with_X(subject.data, X), y=y))


def smote(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """A class grows by ``share`` of all cases, between each case and one of its 5 neighbours."""
    if not tables_only(data, 3):
        return None
    of = data.X[data.y == int(data.class_counts.argmin())]
    of = of[~np.isnan(of).any(axis=1)]
    if len(of) < 10:
        return None
    Z = (of - of.mean(axis=0)) / np.maximum(of.std(axis=0), 1e-9)
    apart = ((Z[:, None] - Z[None]) ** 2).sum(axis=2)
    near = np.argsort(apart, axis=1)[:, 1:6]
    a = rng.integers(0, len(of), max(5, round(share * data.n_cases)))
    b = near[a, rng.integers(0, 5, len(a))]
    made = of[a] + rng.random((len(a), 1)) * (of[b] - of[a])
    y = np.full(len(made), data.class_counts.argmin())
    return folded(appended(data, made, y), 0)


def later(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """Dates; ``share`` of the test cases is drawn by chance and not from the end."""
    if data.kind != "table":
        return None
    subject = halved(data, 6)
    assert subject.given is not None
    days = np.sort(rng.uniform(15000, 16000, data.n_cases))
    n = max(2, round(share * len(subject.given)))
    moved = rng.choice(subject.given, n, replace=False)
    others = rng.choice(data.n_cases - len(subject.given), n, replace=False)
    days[np.concatenate([moved, others])] = days[np.concatenate([others, moved])]
    return replace(subject, beside=(Beside("visit_date", "date", days.round()),))


def visits(data: Dataset, likeness: float, rng: Rng) -> tuple[Dataset, IntArray]:
    """Three visits of each of a third of the cases, that differ by ``1 - likeness``."""
    of = rng.choice(data.n_cases, max(20, data.n_cases // 3), replace=False)
    who = np.repeat(of, 3)
    noise = (
        (1 - likeness) * data.X.std(axis=0)
        if data.kind == "signals"
        else (1 - likeness) * spread(data.X)
    )
    X = data.X[who] + noise * rng.standard_normal(data.X[who].shape)
    if data.kind == "table":
        X = np.where(fine(data), X, data.X[who])
    made = replace(with_X(data, X), y=data.y[who])
    return made, np.unique(who, return_inverse=True)[1]


def patients(data: Dataset, likeness: float, rng: Rng) -> Subject | None:
    """A column of numbers that is the patient, in an order of chance."""
    if not tables_only(data, 4):
        return None
    made, who = visits(data, likeness, rng)
    made = with_X(made, np.column_stack([made.X, rng.permutation(who.max() + 1)[who]]), ["site_no"])
    return folded(made, 0)


def unnamed(data: Dataset, likeness: float, rng: Rng) -> Subject | None:
    """Visits one after another, and no column that says so."""
    if data.kind == "table" and not tables_only(data, 4):
        return None
    return Subject(visits(data, likeness, rng)[0])


def both_sides(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """Groups, ``share`` of which have cases in the training and in the test file."""
    subject = halved(data, 7)
    assert subject.given is not None
    groups = np.arange(data.n_cases) // 4
    torn = rng.choice(len(subject.given), max(2, round(share * len(subject.given))), replace=False)
    groups[subject.given[torn]] = groups[torn]
    made = replace(subject.data, groups=groups.astype(np.int64), group_name="patient")
    return replace(subject, data=made)


def other_place(data: Dataset, shift: float, rng: Rng) -> Subject | None:
    """Test cases whose columns are ``shift`` standard deviations higher, half of them."""
    subject = halved(data, 8)
    X = np.array(subject.data.X, dtype=np.float64)
    test = subject.given
    if data.kind == "table":
        some = rng.permutation(np.flatnonzero(fine(data)))
        if not len(some):
            return None
        some = some[: max(1, len(some) // 2)]
        X[np.ix_(test, some)] += shift * spread(X)[some]  # type: ignore[arg-type]
    else:
        X[test] += shift * X.std() * np.hanning(X.shape[2])
    return replace(subject, data=with_X(subject.data, X))


def turned(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """Classes of ``share`` of the test file the other way round."""
    if len(data.classes) != 2:
        return None
    subject = halved(data, 9)
    assert subject.given is not None
    y = subject.data.y.copy()
    of = rng.choice(subject.given, round(share * len(subject.given)), replace=False)
    y[of] = 1 - y[of]
    return replace(subject, data=replace(subject.data, y=y))


def turned_site(data: Dataset, share: float, rng: Rng) -> Subject | None:
    """A hospital with ``share`` of the cases that codes the classes the other way round."""
    if len(data.classes) != 2 or data.kind != "table":
        return None
    site = np.where(rng.random(data.n_cases) < share, 3.0, rng.integers(1, 3, data.n_cases))
    y = np.where(site == 3, 1 - data.y, data.y)
    made = with_X(data, np.column_stack([data.X, site]), ["hospital"])
    return folded(replace(made, y=y), 0)


def wrong_labels(data: Dataset, share: float, rng: Rng) -> Subject | None:
    y = data.y.copy()
    of = rng.random(len(y)) < share
    y[of] = (y[of] + rng.integers(1, len(data.classes), int(of.sum()))) % len(data.classes)
    return folded(replace(data, y=y), 0)


def torn_copies(data: Dataset, share: float, rng: Rng) -> Subject:
    at = rng.choice(data.n_cases, max(2, round(share * data.n_cases)), replace=False)
    y = (data.y[at] + 1) % len(data.classes)
    return folded(appended(data, data.X[at], y), 0)
