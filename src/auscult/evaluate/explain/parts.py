"""What is exchanged together: the features of a column, or a stretch of a channel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from auscult.data.dataset import Dataset
from auscult.data.transforms import TableEncoder
from auscult.evaluate.inputs import FitInput
from auscult.types import FloatArray, IntArray

SEGMENTS, MOST_PARTS = 12, 48
"""Stretches that a channel is cut into, and about the most of all channels together."""


@dataclass(frozen=True)
class PartName:
    """A column, or the time points ``start`` to ``stop`` of a channel."""

    name: str
    channel: int
    start: int = 0
    stop: int = 0


def part_names(dataset: Dataset) -> tuple[PartName, ...]:
    """The columns of a table; of signals :data:`SEGMENTS` stretches of each channel, or fewer.

    A channel that is constant in every case (a rhythm beside the signal) is one stretch.
    """
    if dataset.kind == "table":
        return tuple(PartName(c.name, j) for j, c in enumerate(dataset.columns))
    length, movers = dataset.X.shape[2], moving(dataset)
    n_cuts = min(SEGMENTS, max(MOST_PARTS // max(sum(movers), 1), 3))
    cuts = np.unique(np.linspace(0, length, n_cuts + 1).round().astype(int))
    names = []
    for channel, moves in enumerate(movers):
        ends = cuts if moves else np.array([0, length])
        called = dataset.columns[channel].name
        names += [PartName(called, channel, int(a), int(b)) for a, b in pairwise(ends)]
    return tuple(names)


def moving(dataset: Dataset) -> tuple[bool, ...]:
    """Which channels of signals change in time in some of the first thousand cases."""
    X = dataset.X[:1000]
    varied = np.nanmax(X, axis=2) > np.nanmin(X, axis=2)
    return tuple(bool(v) for v in varied.any(axis=0))


def column_of_feature(dataset: Dataset, one: FitInput) -> IntArray:
    """``(n_features,)`` which column each encoded feature of a table comes from."""
    if one.X.shape[1] == len(dataset.columns) and one.X.shape[0] == dataset.n_cases:
        plain = all(c.kind == "numeric" for c in dataset.columns)
        if plain and not np.isnan(dataset.X).any():
            return np.arange(len(dataset.columns))
    encoder = TableEncoder.fit(dataset.X[one.training], dataset.columns)
    sizes = [len(seen) or 1 for seen in encoder.categories]
    return np.concatenate([np.repeat(np.arange(len(sizes)), sizes), encoder.gaps]).astype(np.int64)


def exchanged(X: FloatArray, donors: IntArray, part: PartName, features: IntArray) -> FloatArray:
    """``X`` with this part taken from the donors' rows; a signal keeps its own length."""
    changed = X.copy()
    if X.ndim == 2:
        mine = features == part.channel
        changed[:, mine] = X[np.ix_(donors, np.flatnonzero(mine))]
        return changed
    stretch = (slice(None), part.channel, slice(part.start, part.stop))
    own, given = X[stretch], X[donors][stretch]
    changed[stretch] = np.where(np.isnan(own) | np.isnan(given), own, given)
    return changed
