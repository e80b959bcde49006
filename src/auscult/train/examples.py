"""The windows of series that a network learns from, and those that judge when it stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auscult.models.forecast.base import Panel, windows_of
from auscult.models.forecast.lags import training_origins
from auscult.train.windows import WindowMaker
from auscult.types import FloatArray, IntArray

FEWEST, SHORTEST, LONGEST = 2000, 24, 1000
"""Windows from which their spacing is left as asked; points of a window by default."""

NUMBERS = 20_000_000
"""Numbers that the inputs of one fit hold at most."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs ``(n, n_channels, lags)``, targets ``(n, horizon)``, and which are for what."""

    X: FloatArray
    y: FloatArray
    train: IntArray
    validation: IntArray
    maker: WindowMaker


def default_window(seasons: Sequence[int], horizon: int, n_points: int) -> int:
    """Points of a window where nobody chooses, a third of the series at most.

    One step ahead the shortest season, many steps ahead the longest below 1,000; 24 at least.
    """
    suited = [season for season in seasons if season <= LONGEST] or [SHORTEST]
    wanted = max(suited[0] if horizon == 1 else suited[-1], SHORTEST)
    return max(1, min(wanted, n_points // 3))


def training_examples(
    panel: Panel,
    maker: WindowMaker,
    every: int,
    max_windows: int,
    validation: float,
    seed: int,
) -> Examples:
    """Windows of all series, and the targets behind them.

    Parameters
    ----------
    panel
        The training part.
    maker
        How a window becomes an input; the unit of its targets is measured here, on the windows
        to train on.
    every
        Spacing of origins, divided where it leaves fewer than 2,000 windows.
    max_windows
        The most windows; where there are more, so many are drawn, each equally likely.
    validation
        Share of the windows, the latest, that are not trained on. No point is a target on both
        sides.
    seed
        Of the drawing.
    """
    lengths = [len(series) for series in panel]
    origins, _ = training_origins(lengths, maker.lags, maker.horizon, every, FEWEST)
    width = maker.lags * maker.n_channels + maker.horizon
    origins = _drawn(origins, min(max_windows, max(1, NUMBERS // width)), seed)
    late = np.concatenate([_late(at, validation, maker.horizon) for at in origins])
    inputs, targets = [], []
    for block in windows_of(panel, origins, maker.lags, maker.horizon, targets=True):
        inputs.append(maker.inputs(block).astype(np.float32))
        targets.append(maker.targets(block))
    if not inputs:
        empty = np.empty(0, dtype=np.int64)
        return Examples(np.empty((0, 1, 1)), np.empty((0, 1)), empty, empty, maker)
    train = np.flatnonzero(late == 0)
    y = np.concatenate(targets)
    measured = maker.measured(y[train])
    scaled = (y / measured.unit).astype(np.float32)
    return Examples(np.concatenate(inputs), scaled, train, np.flatnonzero(late == 2), measured)


def _drawn(origins: Sequence[IntArray], most: int, seed: int) -> list[IntArray]:
    total = sum(len(at) for at in origins)
    if total <= most:
        return list(origins)
    chosen = np.sort(np.random.default_rng(seed).choice(total, most, replace=False))
    ends = np.cumsum([len(at) for at in origins])
    parts = np.split(chosen, np.searchsorted(chosen, ends[:-1]))
    starts = ends - [len(at) for at in origins]
    return [at[part - start] for at, part, start in zip(origins, parts, starts, strict=True)]


def _late(at: IntArray, share: float, horizon: int) -> IntArray:
    """0 for a window to train on, 2 for a late one, 1 between: its targets are of both."""
    n_late = int(len(at) * share)
    found = np.zeros(len(at), dtype=np.int64)
    if n_late:
        first = at[-n_late]
        found[at + horizon > first] = 1
        found[-n_late:] = 2
    return found
