"""Clean data for the audit's corpus: real tables and signals, and synthetic ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets as bunches

from auscult.data.beside import Beside
from auscult.data.dataset import Dataset
from auscult.evaluate.plan import Plan
from auscult.evaluate.result import Split
from auscult.types import Column, FloatArray, IntArray

DATA = Path(__file__).parents[3].parent / "shared/data"


@dataclass(frozen=True, eq=False)
class Subject:
    """What is audited. ``given`` are the test cases of a test file, None for folds."""

    data: Dataset
    given: IntArray | None = None
    beside: tuple[Beside, ...] = ()

    @property
    def splits(self) -> tuple[Split, ...]:
        if self.given is not None:
            return Plan("given").splits(self.data, self.given)
        kind: Any = "kfold" if self.data.groups is None else "grouped"
        return Plan(kind, repeats=1).splits(self.data)


def table(name: str, X: FloatArray, y: IntArray, names: list[str] | None = None) -> Dataset:
    """A table of numbers; columns that hold one value only are left out, as the reader does."""
    X = np.array(X, dtype=np.float64)
    varied = np.nanmax(X, axis=0) > np.nanmin(X, axis=0)
    names = [n for n, v in zip(names or columns(X.shape[1]), varied, strict=True) if v]
    X = X[:, varied]
    described = tuple(
        Column(n, "numeric", n_distinct=len(np.unique(x))) for n, x in zip(names, X.T, strict=True)
    )
    y = np.unique(y, return_inverse=True)[1].astype(np.int64)
    return Dataset(name, "table", X, y, tuple(f"class {c}" for c in range(y.max() + 1)), described)


def columns(n: int) -> list[str]:
    return [f"x{j}" for j in range(n)]


def bundled() -> Iterator[Dataset]:
    """The real tables that scikit-learn brings along, each identical row once."""
    for name in ("breast_cancer", "iris", "wine", "digits", "diabetes"):
        options = {"scaled": False} if name == "diabetes" else {}
        bunch = getattr(bunches, f"load_{name}")(**options)
        y = bunch.target > np.median(bunch.target) if name == "diabetes" else bunch.target
        yield once(table(name, bunch.data, y, [str(n) for n in bunch.feature_names]))


def once(data: Dataset) -> Dataset:
    """Each identical row once, in an order of chance: some files are sorted by class."""
    first = np.unique(data.X.reshape(data.n_cases, -1), axis=0, return_index=True)[1]
    return data.take(np.random.default_rng(1).permutation(first))


def shared() -> Iterator[Dataset]:
    """Real tables and signals that lie beside the repository; none where they do not."""
    heart = DATA / "heart/heart.csv"
    if heart.exists():
        # Mended: without its duplicate; its labels stand the other way round, which no check sees.
        yield once(_csv(heart, "target", ()))
    alzheimers = DATA / "alzheimers/alzheimers_disease_data.csv"
    if alzheimers.exists():
        yield _csv(alzheimers, "Diagnosis", ("PatientID", "DoctorInCharge"))
    cleveland = DATA / "heart/processed.cleveland.data"
    if cleveland.exists():
        rows = np.genfromtxt(cleveland, delimiter=",", missing_values="?")
        yield once(table("heart-uci", rows[:, :-1], (rows[:, -1] > 0).astype(np.int64)))
    for name in ("TwoLeadECG", "ECG200", "ECGFiveDays"):
        parts = [DATA / name.lower() / f"{name}_{part}.tsv" for part in ("TRAIN", "TEST")]
        if all(part.exists() for part in parts):
            yield _ucr(name, parts)


def _csv(path: Path, target: str, without: tuple[str, ...]) -> Dataset:
    with path.open(encoding="utf-8-sig") as file:
        names, *rows = list(csv.reader(file))
    at = names.index(target)
    kept = [j for j, n in enumerate(names) if n not in (target, *without)]
    values = np.array([[float(row[j]) for j in kept] for row in rows])
    y = np.array([int(float(row[at])) for row in rows])
    return table(path.stem, values, y, [names[j] for j in kept])


def _ucr(name: str, parts: list[Path]) -> Dataset:
    rows = np.concatenate([np.loadtxt(part) for part in parts])
    y = np.unique(rows[:, 0], return_inverse=True)[1].astype(np.int64)
    X = rows[:, None, 1:].astype(np.float32)
    classes = tuple(f"class {c}" for c in range(y.max() + 1))
    return once(Dataset(name, "signals", X, y, classes, (Column("lead", "numeric"),)))


def synthetic() -> Iterator[Dataset]:
    """Tables and signals of a generator: measures that go together, and classes not quite clear."""
    yield mixed(600, 0)
    yield correlated(400, 1)
    yield curved(700, 12)
    yield counted(500, 13)
    yield waves(300, 2)


def mixed(n: int, seed: int) -> Dataset:
    """Measures of several shapes, rounded as files are, with gaps at random, and categories."""
    rng = np.random.default_rng(seed)
    age = rng.normal(55, 12, n).round()
    height = rng.normal(170, 9, n).round()
    weight = (22 + rng.normal(3, 4, n)) * (height / 100) ** 2
    glucose = np.exp(rng.normal(4.6, 0.25, n)).round()
    crp = np.exp(rng.normal(1, 1, n)).round(1)
    smoker = (rng.random(n) < 0.3).astype(float)
    risk = 0.06 * (age - 55) + 3 * (np.log(glucose) - 4.6) + 0.8 * smoker - 0.3
    y = (rng.random(n) < 1 / (1 + np.exp(-risk))).astype(np.int64)
    X = np.stack([age, height, weight.round(1), glucose, crp, smoker], axis=1)
    X[rng.random(X.shape) < 0.03] = np.nan
    return table("synthetic mixed", X, y, ["age", "height", "weight", "glucose", "crp", "smoker"])


def correlated(n: int, seed: int) -> Dataset:
    """Twelve normal measures of four common causes; the class by two of them, clearly."""
    rng = np.random.default_rng(seed)
    causes = rng.standard_normal((n, 4))
    X = causes @ rng.standard_normal((4, 12)) * 3 + rng.standard_normal((n, 12)) + 20
    y = (causes[:, 0] + 0.7 * causes[:, 1] + 0.1 * rng.standard_normal(n) > 0).astype(np.int64)
    return table("synthetic correlated", X, y)


def waves(n: int, seed: int) -> Dataset:
    """Signals of two bumps whose place and height vary, in noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(120)
    y = rng.integers(0, 2, n)
    place, wide = 30 + 5 * rng.standard_normal(n), 4 + rng.random(n)
    second = 75 + 6 * rng.standard_normal(n)
    height = np.where(y == 1, 0.9, 0.4) + 0.2 * rng.standard_normal(n)
    X = np.exp(-(((t - place[:, None]) / wide[:, None]) ** 2))
    X += height[:, None] * np.exp(-(((t - second[:, None]) / 9) ** 2))
    X += 0.05 * np.cumsum(rng.standard_normal((n, 120)), axis=1) / 3
    X += 0.03 * rng.standard_normal((n, 120))
    return Dataset("synthetic waves", "signals", X[:, None].astype(np.float32), y.astype(np.int64),
                   ("class 0", "class 1"), (Column("lead", "numeric"),))  # fmt: skip


def datasets() -> list[Dataset]:
    """Those that the thresholds of the audit were chosen by."""
    return [*bundled(), *shared(), *synthetic()]


def curved(n: int, seed: int) -> Dataset:
    """Uniform, skewed and bimodal measures; three classes by an interaction of two."""
    rng = np.random.default_rng(seed)
    a, b = rng.random(n) * 10, rng.gamma(2, 3, n)
    c = np.where(rng.random(n) < 0.4, rng.normal(20, 2, n), rng.normal(35, 4, n))
    d, e = rng.standard_t(3, n) * 5 + 50, rng.beta(2, 5, n) * 100
    more = rng.standard_normal((n, 4)) + 0.5 * a[:, None] / 10 + 8
    score = (a - 5) * (c - 28) / 20 + 0.5 * np.log(b) + 0.7 * rng.standard_normal(n)
    y = np.digitize(score, np.quantile(score, [0.4, 0.75]))
    return table("synthetic curved", np.column_stack([a, b, c, d, e, more]).round(2), y)


def counted(n: int, seed: int) -> Dataset:
    """Counts and grades as questionnaires have them, with one scale that is fine."""
    rng = np.random.default_rng(seed)
    ill = rng.standard_normal(n)
    weights = (1.0, 0.8, 0.5, 0.2, 0.0, 0.0)
    grades = np.stack([np.round(3 + ill * w + rng.standard_normal(n)) for w in weights], axis=1)
    counts = rng.poisson(np.exp(1 + 0.4 * ill[:, None] * np.array([1, 0.5, 0])))
    scale = 70 + 10 * ill + 8 * rng.standard_normal(n)
    fine = np.stack([scale, rng.normal(120, 15, n), rng.normal(27, 4, n)], axis=1).round(1)
    y = (ill + 0.6 * rng.standard_normal(n) > 0.4).astype(np.int64)
    X = np.concatenate([grades.clip(1, 5), counts, fine], axis=1)
    return table("synthetic counted", X, y)


def halved(data: Dataset, seed: int, share: float = 0.3) -> Subject:
    """A training and a test file, drawn by chance within each class; the test cases stand last."""
    rng = np.random.default_rng(seed)
    tested = np.zeros(data.n_cases, dtype=np.bool_)
    for code in range(len(data.classes)):
        of = rng.permutation(np.flatnonzero(data.y == code))
        tested[of[: max(2, round(share * len(of)))]] = True
    order = np.concatenate([np.flatnonzero(~tested), np.flatnonzero(tested)])
    return Subject(data.take(order), np.arange(int((~tested).sum()), data.n_cases))


def folded(data: Dataset, seed: int) -> Subject:
    """One file, its rows in an order of chance."""
    return Subject(data.take(np.random.default_rng(seed).permutation(data.n_cases)))


def with_X(data: Dataset, X: FloatArray, names: list[str] | None = None) -> Dataset:
    """The same cases with other values, and perhaps with more columns."""
    if data.kind == "signals":
        return replace(data, X=X.astype(np.float32))
    described = list(data.columns)[: X.shape[1]]
    described += [Column(n, "numeric") for n in names or []]
    described = [replace(c, n_distinct=0) for c in described]
    return replace(data, X=X, columns=tuple(described))
