"""Whether cases are still like those of the training, from counts a bin.

The population stability index is the symmetrised Kullback–Leibler divergence of two histograms
(Siddiqi, Credit Risk Scorecards, 2006: below 0.1 no change, from 0.25 a large one). Where nothing
has changed it grows with the number of bins and shrinks with the number of cases, as a multiple of
a chi-squared variable (Yurdakul, Western Michigan University, 2018): only what is above that is
called a change. The distance of Kolmogorov and Smirnov is taken at the edges of the bins, where it
is exact; between them it may be larger.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal

import numpy as np

from auscult.history.entries import KnownBundle, KnownColumn
from auscult.types import FloatArray

Verdict = Literal["few", "usual", "moved", "far", "unknown"]

OUTSIDE: Final = -1
"""The bin that counts values below the least or above the greatest of the training cases."""

MOVED: Final = 0.1
FAR: Final = 0.25
FEWEST: Final = 30
_ERROR: Final = 0.05


@dataclass(frozen=True)
class ColumnDrift:
    """One column.

    Parameters
    ----------
    column
        How it lay in the training.
    n_cases
        Cases since.
    shares
        Of them in each bin, gaps last, as ``column.shares``.
    psi, psi_by_chance
        The index, and what it stays below without any change, for all columns together in 95
        of 100 such tables. NaN where the training is not known.
    ks, ks_by_chance
        The distance; NaN for categories.
    outside
        Share of cases outside the range of the training; NaN for categories.
    gaps
        Share of cases without a value.
    verdict
        ``few`` cases to tell, ``usual``, ``moved``, ``far``; ``unknown`` without a training.
    """

    column: KnownColumn
    n_cases: int
    shares: tuple[float, ...]
    psi: float
    psi_by_chance: float
    ks: float
    ks_by_chance: float
    outside: float
    gaps: float
    verdict: Verdict


def drift(bundle: KnownBundle, counts: Mapping[str, Mapping[int, int]]) -> list[ColumnDrift]:
    """Every column of a bundle, those that moved most first.

    Parameters
    ----------
    bundle
        What its training cases were like.
    counts
        Cases since, by column and bin, as of :meth:`auscult.history.store.History.counts`.
    """
    error = _ERROR / max(len(bundle.columns), 1)
    found = [_column(c, counts.get(c.name, {}), bundle.n_cases, error) for c in bundle.columns]
    return sorted(found, key=lambda one: -1.0 if math.isnan(one.psi) else one.psi, reverse=True)


def population_stability(expected: FloatArray, observed: FloatArray) -> float:
    """The index of two histograms of counts; half a case is added to every bin."""
    e, o = ((n + 0.5) / (n.sum() + 0.5 * len(n)) for n in (expected, observed))
    return float(((o - e) * np.log(o / e)).sum())


def chi_squared(share: float, degrees: int) -> float:
    """The quantile of a chi-squared variable (Wilson and Hilferty, PNAS 17, 1931).

    >>> round(chi_squared(0.95, 10), 1)
    18.3
    """
    step = 2 / (9 * degrees)
    return float(degrees * (1 - step + NormalDist().inv_cdf(share) * math.sqrt(step)) ** 3)


def _column(
    column: KnownColumn, counts: Mapping[int, int], n_trained: int, error: float
) -> ColumnDrift:
    n_bins = len(column.shares)
    observed = np.array([counts.get(place, 0) for place in range(n_bins)], dtype=np.float64)
    n = int(observed.sum())
    nothing = math.nan
    if not n_bins or not n:
        verdict: Verdict = "few" if n_bins else "unknown"
        return ColumnDrift(
            column, n, (), nothing, nothing, nothing, nothing, nothing, nothing, verdict
        )
    expected = np.array(column.shares) * n_trained
    noise = 1 / n + 1 / max(n_trained, 1)
    psi = population_stability(expected, observed)
    # A bin that is empty in both adds nothing, and no degree of freedom.
    degrees = max(int(((expected > 0) | (observed > 0)).sum()) - 1, 1)
    psi_by_chance = chi_squared(1 - error, degrees) * noise
    ks = ks_by_chance = nothing
    if not column.categories:
        ks = _distance(expected[:-1], observed[:-1])
        ks_by_chance = math.sqrt(-math.log(error / 2) / 2 * noise)
    outside = nothing if column.categories else counts.get(OUTSIDE, 0) / n
    gaps = float(observed[-1]) / n
    return ColumnDrift(
        column,
        n,
        tuple((observed / n).tolist()),
        psi,
        psi_by_chance,
        ks,
        ks_by_chance,
        outside,
        gaps,
        _verdict(n, psi, psi_by_chance),
    )


def _distance(expected: FloatArray, observed: FloatArray) -> float:
    if not expected.sum() or not observed.sum():
        return math.nan
    e, o = (np.cumsum(n) / n.sum() for n in (expected, observed))
    return float(np.abs(o - e).max())


def _verdict(n: int, psi: float, by_chance: float) -> Verdict:
    if n < FEWEST:
        return "few"
    if psi < MOVED or psi <= by_chance:
        return "usual"
    return "far" if psi >= FAR else "moved"
