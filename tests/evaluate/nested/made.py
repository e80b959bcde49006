"""Small studies with a known law."""

from __future__ import annotations

import numpy as np

from auscult.data.dataset import Dataset
from auscult.types import Column


def drawn(
    n: int = 120,
    columns: int = 4,
    seed: int = 0,
    *,
    patients: int | None = None,
    signal: float = 1.5,
) -> Dataset:
    """A table of two classes that the first column tells, with noise."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, columns))
    y = (random.random(n) < 1 / (1 + np.exp(-signal * X[:, 0]))).astype(np.int64)
    groups = None if patients is None else random.permutation(np.arange(n) % patients)
    named = tuple(Column(f"x{j}", "numeric") for j in range(columns))
    return Dataset(
        "drawn",
        "table",
        X,
        y,
        ("no", "yes"),
        named,
        groups=groups,
        group_name=None if patients is None else "patient",
        target="sick",
    )
