"""Cases of the published shapes: the real ones where they are, else random ones, and which."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Cases = tuple[NDArray[np.float32], NDArray[np.int64]]


@cache
def folder() -> Path | None:
    """Where the real data is: ``AUSCULT_DATA``, or the folder beside the project."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    named = os.environ.get("AUSCULT_DATA")
    found = Path(named).resolve() if named else beside
    return found if found.is_dir() else None


def source() -> str:
    return "real data" if folder() else "random cases of the real shapes"


def alzheimers() -> Cases:
    """1934 rows of 32 numbers as one step, 2 classes."""
    file = _file("alzheimers", "alzheimers_disease_data.csv")
    if file is None:
        return _random(1934, 1, 32)
    columns = range(1, 34)  # without the patient's number in front and the doctor's name behind
    rows = np.loadtxt(file, delimiter=",", skiprows=1, usecols=columns)
    rows = np.random.default_rng(0).permutation(rows)[:1934]
    return _standardised(rows[:, None, :-1]), rows[:, -1].astype(np.int64)


def heart() -> Cases:
    """242 rows of 13 numbers as 13 steps of one, 2 classes."""
    file = _file("heart", "heart.csv")
    if file is None:
        return _random(242, 13, 1)
    rows = np.loadtxt(file, delimiter=",", skiprows=1, encoding="utf-8-sig")
    rows = np.random.default_rng(0).permutation(rows)[:242]
    return _standardised(rows[:, None, :-1]).transpose(0, 2, 1).copy(), rows[:, -1].astype(np.int64)


def load() -> Cases:
    """27,936 windows of 96 quarter-hours of electricity load; does the next one rise or fall."""
    file = _file("load", "load.csv")
    if file is None:
        return _random(27936, 96, 1)
    days = np.loadtxt(file, delimiter=",", skiprows=1, usecols=range(1, 97), encoding="utf-8-sig")
    series = days.reshape(-1)[: len(days) * 96 * 8 // 10]
    windows = np.lib.stride_tricks.sliding_window_view(series[:-1], 96)
    rises = series[96:] > series[95:-1]
    return _standardised(windows[..., None]), rises.astype(np.int64)


def ecg(name: str, part: str = "TRAIN") -> Cases:
    """A set of the UCR archive, ``(n_cases, n_timepoints, 1)``."""
    file = _file(name.lower(), f"{name}_{part}.tsv")
    if file is None:
        shapes = {"TwoLeadECG": (23, 1139, 82), "ECG5000": (500, 4500, 140)}
        n_train, n_test, length = shapes[name]
        return _random(n_train if part == "TRAIN" else n_test, length, 1)
    rows = np.loadtxt(file)
    codes = np.unique(rows[:, 0], return_inverse=True)[1]
    return rows[:, 1:, None].astype(np.float32), codes.astype(np.int64)


def beats() -> Cases:
    """500 heartbeats of 187 samples, ``(500, 187)``, 5 classes."""
    file = _file("heartbeat_kaggle_sample", "mitbih_train_sample.csv")
    if file is None:
        X, _ = _random(500, 187, 1)
        return X[..., 0].copy(), np.arange(500) % 5
    rows = np.loadtxt(file, delimiter=",", skiprows=_header_rows(file))
    return rows[:, :187].astype(np.float32), rows[:, 187].astype(np.int64)


def _file(*names: str) -> Path | None:
    found = folder()
    file = found.joinpath(*names) if found else None
    return file if file and file.is_file() else None


def _header_rows(file: Path) -> int:
    with file.open(encoding="utf-8-sig") as lines:
        return int(next(lines)[:1].isalpha())


def _standardised(X: NDArray[np.float64]) -> NDArray[np.float32]:
    """Each feature of ``(n_cases, n_steps, n_features)`` has mean 0 and scale 1."""
    axes = (0, 1)
    scale = X.std(axis=axes, keepdims=True)
    X = (X - X.mean(axis=axes, keepdims=True)) / np.where(scale > 0, scale, 1.0)
    return X.astype(np.float32)


def _random(n_cases: int, n_steps: int, n_features: int) -> Cases:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_cases, n_steps, n_features), dtype=np.float32)
    return X, rng.integers(2, size=n_cases)


def walks(n_cases: int, n_timepoints: int) -> NDArray[np.float64]:
    """Random walks of mean 0 and variance 1, ``(n_cases, n_timepoints)``."""
    steps = np.random.default_rng(0).standard_normal((n_cases, n_timepoints))
    X = steps.cumsum(axis=1)
    scaled: NDArray[np.float64] = (X - X.mean(1, keepdims=True)) / X.std(1, keepdims=True)
    return scaled
