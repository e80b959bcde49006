"""Populations that small studies are drawn from, and what a model is truly worth in them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

import auscult
from auscult.types import FloatArray, IntArray

LARGE: Final = 5_000
"""Cases beyond a study, other ones for each: 200 studies measure the truth on a million."""


@dataclass(frozen=True, eq=False)
class Study:
    """Cases of a small study; ``groups`` are patients, or None. ``rest`` are cases beyond it."""

    X: FloatArray
    y: IntArray
    groups: IntArray | None
    rest: tuple[FloatArray, IntArray]


class Population(ABC):
    """Where studies are drawn."""

    name: str

    @abstractmethod
    def draw(self, n: int, rng: np.random.Generator) -> Study: ...


class Synthetic(Population):
    """A table whose classes follow a known law."""

    def __init__(
        self, name: str, columns: int, useful: int, share: float = 0.0, steps: bool = False
    ) -> None:
        self.name, self._columns, self._share, self._steps = name, columns, share, steps
        weights = np.random.default_rng(columns).standard_normal(columns)
        weights[useful:] = 0
        self._weights = 1.5 * weights / np.linalg.norm(weights)

    def draw(self, n: int, rng: np.random.Generator) -> Study:
        return Study(*self._cases(n, rng), None, self._cases(LARGE, rng))

    def _cases(self, n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
        X = rng.standard_normal((n, self._columns))
        if self._steps:
            logit = 2.5 * (X[:, 0] > 0) * (X[:, 1] > -0.5) - 1 + 0.8 * X[:, 2] * X[:, 3]
        else:
            logit = X @ self._weights
        chance = 1 / (1 + np.exp(-(logit + self._share)))
        return X, (rng.random(n) < chance).astype(np.int64)


class Patients(Population):
    """Ten cases a patient: alike, and alike in what their columns do not tell."""

    name = "10 columns, 10 cases a patient (synthetic)"
    _weights = np.array([1.2, -0.8, 0.5, 0.3, *np.zeros(6)])

    def draw(self, n: int, rng: np.random.Generator) -> Study:
        study = self._cases(n, rng)
        X, y, _ = self._cases(2 * LARGE, rng)
        return Study(*study, (X, y))

    def _cases(self, n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray, IntArray]:
        groups = np.repeat(np.arange(n // 10), 10)
        of_patient = rng.standard_normal((n // 10, 10))
        X = 0.7 * of_patient[groups] + 0.7 * rng.standard_normal((n, 10))
        untold = rng.standard_normal(n // 10)[groups]
        chance = 1 / (1 + np.exp(-(X @ self._weights + untold)))
        return X, (rng.random(n) < chance).astype(np.int64), groups


class Beats(Population):
    """Beats of the MIT-BIH recordings, normal or ectopic (S, V), by patient.

    The cases beyond a study are beats of the patients that are not in it. Studies are drawn from
    the same 44 patients without putting any back, so they resemble each other somewhat more than
    studies of new patients would, and every interval looks a little better than it is.
    """

    name = "beats by patient (MIT-BIH)"
    _patients: Final = {100: 10, 300: 15, 1000: 20}

    def __init__(self) -> None:
        beats = auscult.read("mitdb", recipe="relative")
        kept = np.flatnonzero(beats.y < 3)  # N, S, V
        assert beats.groups is not None
        self._X, self._y = (
            beats.X[kept].reshape(len(kept), -1),
            (beats.y[kept] > 0).astype(np.int64),
        )
        self._X = np.nan_to_num(self._X)
        self._groups = beats.groups[kept]

    def draw(self, n: int, rng: np.random.Generator) -> Study:
        patients = rng.permutation(np.unique(self._groups))
        inside, outside = patients[: self._patients[n]], patients[self._patients[n] :]
        cases = self._take(inside, -(-n // len(inside)), rng)[:n]
        rest = self._take(outside, 200, rng)
        X, y = self._X, self._y
        return Study(X[cases], y[cases], self._groups[cases], (X[rest], y[rest]))

    def _take(self, patients: IntArray, each: int, rng: np.random.Generator) -> IntArray:
        cases = [rng.permutation(np.flatnonzero(self._groups == p))[:each] for p in patients]
        return rng.permutation(np.concatenate(cases))


def populations(beats: bool) -> Iterator[Population]:
    """All that can be drawn from here."""
    yield Synthetic("12 columns, linear (synthetic)", 12, 6)
    yield Synthetic("40 columns, 6 of use (synthetic)", 40, 6)
    yield Synthetic("10 columns, steps, a quarter positive (synthetic)", 10, 4, -1.0, steps=True)
    yield Patients()
    if beats:
        yield Beats()


def models() -> dict[str, Any]:
    """Cheap ones, a stable and an unstable."""
    from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415

    tree = DecisionTreeClassifier(max_depth=4, min_samples_leaf=5, random_state=0)
    return {"logistic": Logistic(), "tree": tree}


class Logistic:
    """Logistic regression with a ridge of 1 on standardised columns, by Newton's method.

    As scikit-learn's, without its fixed costs: a benchmark fits it two hundred thousand times.
    """

    def fit(self, X: FloatArray, y: IntArray) -> Logistic:
        self._mean, self._scale = X.mean(axis=0), X.std(axis=0) + 1e-12
        A = self._columns(X)
        ridge = np.diag([*np.ones(X.shape[1]), 0.0])
        w = np.zeros(A.shape[1])
        for _ in range(12):
            p = 1 / (1 + np.exp(-np.clip(A @ w, -30, 30)))
            step = np.linalg.solve(
                (A * (p * (1 - p))[:, None]).T @ A + ridge + 1e-9 * np.eye(len(w)),
                A.T @ (p - y) + ridge @ w,
            )
            w = w - step
            if np.abs(step).max() < 1e-6:
                break
        self._w = w
        return self

    def predict_proba(self, X: FloatArray) -> FloatArray:
        p = 1 / (1 + np.exp(-np.clip(self._columns(X) @ self._w, -30, 30)))
        return np.stack([1 - p, p], axis=1)

    def _columns(self, X: FloatArray) -> FloatArray:
        return np.column_stack([(X - self._mean) / self._scale, np.ones(len(X))])
