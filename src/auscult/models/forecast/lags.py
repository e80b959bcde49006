"""Which points a forecaster looks back on, and from which origins it learns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from auscult.types import IntArray

RECENT, NEIGHBOURS, CYCLES, UNSEASONED = 12, 4, 3, 24
"""Latest points, points beside each season's lag, longest seasons looked back on."""

FEWEST_ORIGINS = 60


def default_lags(seasons: Sequence[int], horizon: int, n_points: int) -> tuple[int, ...]:
    """Lags that serve where nobody chooses, none longer than a third of the series.

    One step ahead: the latest 12 points, and each multiple of the shortest season within three
    of the longest, with four points either side. Many steps ahead: every point of the longest
    season, because each step has another season's lag. Without seasons: the latest 24.
    """
    most = max(1, n_points // 3)
    if not seasons:
        return tuple(range(1, min(UNSEASONED, most) + 1))
    if horizon > 1:
        return tuple(range(1, min(max(seasons[-1], seasons[0] + 1), most) + 1))
    beside = min(NEIGHBOURS, (seasons[0] - 1) // 2)
    multiples = range(seasons[0], CYCLES * seasons[-1] + 1, seasons[0])
    lags = {*range(1, RECENT + 1), *(m + j for m in multiples for j in range(-beside, beside + 1))}
    return tuple(sorted(lag for lag in lags if 1 <= lag <= most))


def training_origins(
    lengths: Sequence[int],
    lags: int,
    horizon: int,
    every: int,
    fewest: int = FEWEST_ORIGINS,
) -> tuple[list[IntArray], int]:
    """Origins in each series to learn from, and their spacing.

    They are counted back from the end, so that they stand where the next forecast's origin
    stands in the season. Where the spacing leaves fewer than ``fewest``, it is divided until it
    does not, or is 1.

    Parameters
    ----------
    lengths
        Points of each series.
    lags, horizon
        Points needed before and after an origin.
    every
        The spacing asked for.
    fewest
        Origins of all series together.
    """
    while True:
        # The last origin whose targets are all known, at a multiple of the spacing from the end.
        back = every * -(-horizon // every)
        found: list[IntArray] = [np.arange(n - back, lags - 1, -every)[::-1] for n in lengths]
        if every == 1 or sum(len(at) for at in found) >= fewest:
            return found, every
        every //= next(d for d in range(2, every + 1) if every % d == 0)


def calendar(at: IntArray, seasons: Sequence[int], every: int) -> list[tuple[IntArray, int]]:
    """Where points stand in each season: their codes and the number of codes.

    The shortest season's position is counted in units of ``every``; a longer one that is a
    multiple of the shortest is counted in shortest seasons (the weekday of a quarter-hour).
    """
    found: list[tuple[IntArray, int]] = []
    for season in seasons:
        short = seasons[0]
        if season > short and season % short == 0:
            found.append((at // short % (season // short), season // short))
        elif season % every == 0:
            found.append((at % season // every, season // every))
    return [(codes, count) for codes, count in found if count > 1]
