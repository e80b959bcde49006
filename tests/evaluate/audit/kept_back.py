"""Clean data apart from what thresholds were chosen on: the figures in the docs are of these."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from tests.evaluate.audit.clean import once, table

from auscult.data.dataset import Dataset
from auscult.types import Column, FloatArray, IntArray


def kept_back(seed: int) -> list[Dataset]:
    """Seven of generators, drawn anew with each seed, and three real tables of statsmodels."""
    tables = (laboratory(500, seed), questionnaire(800, seed), registry(1000, seed))
    signals = (rhythms(300, seed), pulses(350, seed), steps(260, seed))
    return [*tables, expression(240, seed), *signals, *surveys(seed)]


def laboratory(n: int, seed: int) -> Dataset:
    """Blood counts with a limit of detection, values that go by sex, gaps; a third is ill."""
    rng = np.random.default_rng([seed, 1])
    sex, age = rng.integers(0, 2, n), rng.gamma(9, 6.5, n).clip(18, 97).round()
    ill = rng.random(n) < 0.2 + 0.3 * (age > 60)
    kidney = rng.standard_normal(n)
    X = np.stack([
        age,
        sex,
        rng.normal(139.5, 2.8, n).round(),
        (4.2 + 0.35 * kidney + 0.25 * rng.standard_normal(n)).round(1),
        (0.85 * np.exp(0.3 * kidney + 0.12 * sex + 0.25 * ill)).round(2),
        np.maximum(np.exp(rng.normal(0.6 + 1.1 * ill, 1.1)), 0.6).round(1),
        np.exp(rng.normal(4.4, 0.9, n)).round(),
        (13.2 + 1.6 * sex - 0.9 * ill + 1.1 * rng.standard_normal(n)).round(1),
        np.exp(rng.normal(1.95, 0.3, n)).round(1),
        rng.normal(255, 62, n).clip(20, None).round(),
    ], axis=1)  # fmt: skip
    X[:, 5:8][rng.random((n, 3)) < 0.06] = np.nan
    called = ["age", "sex", "sodium", "potassium", "creatinine", "CRP", "ferritin", "haemoglobin",
              "leucocytes", "platelets"]  # fmt: skip
    return table("laboratory", X, ill.astype(np.int64), called)


def questionnaire(n: int, seed: int) -> Dataset:
    """Twelve answers from 1 to 5 by three traits, age, income and hours; three classes."""
    rng = np.random.default_rng([seed, 2])
    traits = rng.standard_normal((n, 3))
    loads = np.repeat(np.eye(3), 4, axis=0) * 0.9 + 0.15
    answers = np.round(3 + traits @ loads.T + 0.8 * rng.standard_normal((n, 12))).clip(1, 5)
    age = rng.uniform(20, 80, n).round()
    income = (np.exp(rng.normal(7.9, 0.5, n)) / 50).round() * 50
    hours = (rng.normal(38, 7, n) * 2).round() / 2
    score = traits[:, 0] - 0.6 * traits[:, 1] + 0.5 * rng.standard_normal(n)
    y = np.digitize(score, np.quantile(score, [0.5, 0.8]))
    called = [*(f"item {j + 1}" for j in range(12)), "age", "income", "hours"]
    return table("questionnaire", np.column_stack([answers, age, income, hours]), y, called)


def registry(n: int, seed: int) -> Dataset:
    """Codes of categories, round blood pressures, measures with decimals; a class by curves."""
    rng = np.random.default_rng([seed, 7])
    age = rng.triangular(30, 66, 92, n).round()
    region, blood, smoking = rng.integers(1, 9, n), rng.integers(1, 5, n), rng.integers(0, 3, n)
    mass = np.exp(rng.normal(3.28, 0.17, n))
    pressure = rng.normal(118 + 0.3 * age, 15)
    pressure = np.where(
        rng.random(n) < 0.3, (pressure / 10).round() * 10, (pressure / 2).round() * 2
    )
    cholesterol = rng.gamma(28, 0.19, n)
    hour = rng.uniform(7.5, 16.5, n)
    risk = 0.0025 * (age - 50) ** 2 / 2 + 0.5 * smoking + 0.03 * (pressure - 138)
    risk += 0.8 * (mass > 30) + 0.5 * (cholesterol - 5.3)
    y = (rng.random(n) < 1 / (1 + np.exp(1.8 - risk))).astype(np.int64)
    X = [age, region, blood, smoking, mass.round(1), pressure, cholesterol.round(1), hour.round(2)]
    called = ["age", "region", "blood group", "smoking", "BMI", "systolic", "cholesterol", "hour"]
    return table("registry", np.stack(X, axis=1), y, called)


def expression(n: int, seed: int) -> Dataset:
    """Sixty logarithms of intensities in blocks that go together; one block goes with the class."""
    rng = np.random.default_rng([seed, 3])
    y = rng.permutation(np.arange(n) % 2)
    blocks = rng.standard_normal((n, 12))
    blocks[:, 4] += 1.5 * y
    noise = rng.standard_normal((n, 60)) * rng.gamma(4, 0.25, 60)
    return table("expression", 8 + np.repeat(blocks, 5, axis=1) * 0.8 + noise, y)


def rhythms(n: int, seed: int) -> Dataset:
    """Three channels that sway in noise, faster in one class, each case with a phase of its own."""
    rng = np.random.default_rng([seed, 4])
    y = rng.integers(0, 2, n)
    t = np.arange(90)
    rate = 0.06 + 0.03 * y + 0.012 * rng.standard_normal(n)
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    sway = [np.sin(2 * np.pi * rate[:, None] * t + phase + lag) for lag in (0, 0.8, 1.9)]
    X = np.stack(sway, axis=1) * rng.gamma(6, 0.2, (n, 3, 1))
    return _signals("rhythms", X + 0.5 * rng.standard_normal((n, 3, 90)), y)


def pulses(n: int, seed: int) -> Dataset:
    """Trains of pulses on a wandering line; wider pulses in one class of three."""
    rng = np.random.default_rng([seed, 5])
    y = rng.integers(0, 3, n)
    t = np.arange(150)
    every = rng.uniform(22, 34, n)
    wide = np.array([2.2, 3.2, 4.6])[y] + 0.35 * rng.standard_normal(n)
    X = 0.4 * np.cumsum(rng.standard_normal((n, 150)), axis=1) / 12
    start = rng.uniform(0, 20, n)
    for beat in range(7):
        at = start + every * beat + 1.2 * rng.standard_normal(n)
        height = 1 + 0.15 * rng.standard_normal(n)
        X += height[:, None] * np.exp(-0.5 * ((t - at[:, None]) / wide[:, None]) ** 2)
    return _signals("pulses", (X + 0.05 * rng.standard_normal((n, 150)))[:, None], y)


def steps(n: int, seed: int) -> Dataset:
    """Two channels of a walk that begin anywhere in a stride; one class limps."""
    rng = np.random.default_rng([seed, 8])
    y = rng.permutation(np.arange(n) % 2)
    t = np.arange(128)
    stride = rng.normal(30, 2.5, (n, 1))
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    limp = np.abs(0.25 + 0.45 * y + 0.15 * rng.standard_normal(n))[:, None]
    turn = 2 * np.pi * t / stride + phase
    up = np.sin(2 * turn) + limp * np.sin(turn + 0.4) + 0.3 * np.sin(4 * turn + 1)
    aside = 0.7 * np.sin(turn) + 0.5 * limp * np.sin(3 * turn)
    X = np.stack([up, aside], axis=1) * rng.gamma(12, 0.1, (n, 1, 1))
    return _signals("steps", X + 0.25 * rng.standard_normal((n, 2, 128)), y)


def _signals(name: str, X: FloatArray, y: IntArray) -> Dataset:
    classes = tuple(f"class {c}" for c in range(int(y.max()) + 1))
    leads = tuple(Column(f"lead {c + 1}", "numeric") for c in range(X.shape[1]))
    return Dataset(name, "signals", X.astype(np.float32), y.astype(np.int64), classes, leads)


def surveys(seed: int) -> Iterator[Dataset]:
    """Votes of 1996, affairs (1500 of them), Californian schools; each identical row once."""
    from statsmodels import datasets as real  # noqa: PLC0415

    rng = np.random.default_rng([seed, 6])
    votes, affairs, schools = (
        getattr(real, name).load_pandas().data for name in ("anes96", "fair", "star98")
    )
    share = schools.NABOVE / (schools.NABOVE + schools.NBELOW)
    for name, kept, is_one in (
        ("anes96", votes.drop(columns="vote"), votes.vote == 1),
        ("fair", affairs.drop(columns="affairs"), affairs.affairs > 0),
        ("star98", schools.drop(columns=["NABOVE", "NBELOW"]), share > 0.42),
    ):
        X, y = kept.to_numpy(dtype=np.float64), is_one.to_numpy().astype(np.int64)
        found = once(table(name, X, y, [str(column) for column in kept.columns]))
        yield found.take(rng.permutation(found.n_cases)[:1500])
