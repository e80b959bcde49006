"""Kept models for tests: small studies of made-up data, as bundles on the disk."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from tests.data.ecg.written import RATE, beat_samples, pulses, write_record

import auscult
from auscult.api import read_study
from auscult.data.dataset import Dataset
from auscult.types import Column

HEART = ("age", "sex", "chest_pain", "chol", "thalach", "oldpeak")


@cache
def heart_like(n_cases: int = 240, seed: int = 7) -> Dataset:
    """A table like the heart disease one: numbers, categories, gaps; two classes."""
    rng = np.random.default_rng(seed)
    age = np.round(rng.normal(55, 9, n_cases))
    sex = rng.integers(2, size=n_cases).astype(np.float64)
    pain = rng.integers(4, size=n_cases).astype(np.float64)
    chol = np.round(rng.normal(246, 50, n_cases))
    thalach = np.round(rng.normal(150, 22, n_cases))
    oldpeak = np.round(np.abs(rng.normal(0, 1.3, n_cases)), 1)
    score = 0.06 * (age - 55) + 0.9 * sex + 0.7 * (pain == 3) - 0.04 * (thalach - 150) + oldpeak
    y = (score + rng.normal(0, 1.2, n_cases) > 1.3).astype(np.int64)
    chol[rng.random(n_cases) < 0.05] = np.nan
    X = np.column_stack([age, sex, pain, chol, thalach, oldpeak])
    columns = tuple(
        Column(
            name, "numeric", int(np.isnan(v).sum()), (), float(np.nanmin(v)), float(np.nanmax(v))
        )
        for name, v in zip(HEART, X.T, strict=True)
    )
    categories = {"sex": ("female", "male"), "chest_pain": ("typical", "atypical", "other", "none")}
    columns = tuple(
        Column(c.name, "categorical", 0, categories[c.name]) if c.name in categories else c
        for c in columns
    )
    return Dataset(
        "heart-like", "table", X, y, ("healthy", "ill"), columns, "disease", sha256="0" * 64
    )


@cache
def waves(n_cases: int = 60, n_channels: int = 1, n_timepoints: int = 48, seed: int = 3) -> Dataset:
    """Signals of three classes: bumps early, late, or both."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_cases, dtype=np.int64) % 3
    at = np.arange(n_timepoints)
    early = np.exp(-(((at - n_timepoints * 0.3) / 3) ** 2))
    late = np.exp(-(((at - n_timepoints * 0.7) / 3) ** 2))
    shapes = np.stack([early, late, early + late])[y]
    X = shapes[:, None, :] + 0.25 * rng.normal(size=(n_cases, n_channels, n_timepoints))
    columns = tuple(Column(f"lead {k + 1}", "numeric") for k in range(n_channels))
    return Dataset(
        "waves",
        "signals",
        X.astype(np.float32),
        y,
        ("early", "late", "both"),
        columns,
        "shape",
        sampling_rate=128.0,
        sha256="1" * 64,
    )


def make_table_bundle(tmp: Path, model: str = "gradient-boosting", **asked: object) -> Path:
    """A bundle of :func:`heart_like`: calibrated, with sets; ``asked`` goes to ``compare``."""
    options = {"calibrate": "platt", "sets": "0.9", **asked}
    settings = ":max_iter=20" if model == "gradient-boosting" else ""
    return _kept(tmp / "heart", heart_like(), f"{model}{settings}", **options)


def make_signal_bundle(tmp: Path, model: str = "fcn:filters=8+8+8") -> Path:
    """A bundle of :func:`waves`: a small network."""
    return _kept(tmp / "waves", waves(), model, epochs=4)


def write_recordings(folder: Path, n_records: int = 3) -> Path:
    """ECG records in WFDB form with normal and ventricular beats, called ``made0``, ``made1``, …"""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    for number in range(n_records):
        symbols = "".join(rng.choice(["N", "V"], p=[0.7, 0.3], size=50))
        at = beat_samples(len(symbols))
        n_samples = int(at[-1] + 2 * RATE)
        ventricular = np.array([symbol == "V" for symbol in symbols])
        signal = pulses(at[~ventricular], n_samples) + 0.01 * rng.normal(size=n_samples)
        t = np.arange(n_samples)
        for peak in at[ventricular]:
            signal += 1.3 * np.exp(-0.5 * ((t - peak) / (0.035 * RATE)) ** 2)
            signal -= 0.5 * np.exp(-0.5 * ((t - peak - 0.2 * RATE) / (0.06 * RATE)) ** 2)
        write_record(folder, f"made{number}", signals=signal[:, None], symbols=symbols)
    return folder


def make_beat_bundle(
    tmp: Path, model: str = "fcn:filters=8+8+8", recipe: str = "window", **options: object
) -> Path:
    """A bundle of beats of ``tmp/records``; it knows how to cut them."""
    records = write_recordings(tmp / "records")
    loaded = read_study(records, recipe=recipe)
    return _kept(tmp / "beats", loaded, model, **{"epochs": 15, **options})


def _kept(path: Path, data: object, models: str, **options: object) -> Path:
    settings = {"folds": 3, "repeats": 1, **options}
    study = auscult.compare(data, models=models, **settings)
    row = next(row.model for row in study.models if row.model == models)
    kept: Path = study.keep(path, row)
    return kept
