"""What was read, in the few lines that stand above a training."""

from __future__ import annotations

import numpy as np

from auscult.data.dataset import Dataset


def describe(dataset: Dataset) -> list[str]:
    """Compact lines: size, kinds of column, classes with counts, missing values, groups."""
    lines = [_size(dataset), _classes(dataset)]
    n_missing = sum(c.n_missing for c in dataset.columns)
    if n_missing:
        cells = dataset.n_cases * len(dataset.columns)
        share = f" ({n_missing / cells:.1%} of the cells)" if dataset.kind == "table" else ""
        lines.append(f"missing: {n_missing:,}{share}")
    if dataset.groups is not None:
        lines.append(f"groups: {len(np.unique(dataset.groups)):,} ('{dataset.group_name}')")
    return lines


def _size(dataset: Dataset) -> str:
    if dataset.kind == "table":
        n_categorical = sum(c.kind == "categorical" for c in dataset.columns)
        n = len(dataset.columns)
        kinds = f"{n - n_categorical} numeric, {n_categorical} categorical"
        return f"{dataset.name}: {dataset.n_cases:,} cases × {n} columns ({kinds})"
    _, channels, points = dataset.X.shape
    length = f"{points:,} points"
    if dataset.lengths is not None:
        length = f"{dataset.lengths.min():,} to {dataset.lengths.max():,} points"
    rate = f", {dataset.sampling_rate:g} Hz" if dataset.sampling_rate else ""
    plural = "s" if channels > 1 else ""
    return (
        f"{dataset.name}: {dataset.n_cases:,} signals × {channels} channel{plural}, {length}{rate}"
    )


def _classes(dataset: Dataset) -> str:
    counts = zip(dataset.classes, dataset.class_counts, strict=True)
    told = [f"{name}: {count:,}" for name, count in counts]
    if not told:
        return f"classes: none known ('{dataset.target}')"
    more = f", … ({len(told)} classes)" if len(told) > 12 else ""
    return f"classes ('{dataset.target}'): {', '.join(told[:12])}{more}"
