"""Ranks of models over several sets of data, and which differences they bear out.

Demšar, "Statistical comparisons of classifiers over multiple data sets", JMLR 7 (2006); cliques as
Benavoli, Corani & Mangili, "Should we really use post-hoc tests based on mean-ranks?", JMLR 17
(2016): by pairwise Wilcoxon tests, since by mean ranks the verdict on two models depends on the
others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from auscult.evaluate.paired_tests import holm
from auscult.types import FloatArray

ALPHA = 0.05


@dataclass(frozen=True)
class Pair:
    """Two models over all sets of data: ``wins`` of a, of b, and ties."""

    a: str
    b: str
    wins: tuple[int, int, int]
    difference: float
    """The mean of ``a - b``, the better of the metric's two ways positive."""
    p_value: float
    """Wilcoxon's signed-rank test, two-sided."""
    p_adjusted: float
    """Holm's correction over all pairs."""


@dataclass(frozen=True)
class Ranks:
    """What the figures of several models on several sets of data say together.

    Parameters
    ----------
    models
        By mean rank, the best first.
    mean_rank, wins
        One a model; sets of data on which several are best count by equal parts.
    friedman, friedman_p
        Friedman's statistic as Iman and Davenport (1980) corrected it, and its p-value: that the
        models are all alike.
    critical_difference
        Nemenyi's: mean ranks at least so far apart differ.
    pairs
        All of them.
    cliques
        The longest runs of models, by mean rank, in which no pair differs by Wilcoxon and Holm.
    n_data
        Sets of data.
    """

    models: tuple[str, ...]
    mean_rank: Mapping[str, float]
    wins: Mapping[str, float]
    friedman: float
    friedman_p: float
    critical_difference: float
    pairs: tuple[Pair, ...]
    cliques: tuple[tuple[str, ...], ...]
    n_data: int


def rank(models: Sequence[str], figures: FloatArray, *, higher_is_better: bool = True) -> Ranks:
    """Rank models over several sets of data.

    Parameters
    ----------
    models
        Two or more names.
    figures
        ``(n_data, n_models)``, without gaps.
    higher_is_better
        Of the metric.
    """
    good = figures if higher_is_better else -figures
    ranks = _ranks(good)
    order = np.argsort(ranks.mean(axis=0), kind="stable")
    names = tuple(models[i] for i in order)
    good, ranks = good[:, order], ranks[:, order]
    best = good == good.max(axis=1, keepdims=True)
    pairs = _pairs(names, good)
    statistic, p = friedman(ranks)
    return Ranks(
        names,
        dict(zip(names, map(float, ranks.mean(axis=0)), strict=True)),
        dict(zip(names, map(float, (best / best.sum(axis=1, keepdims=True)).sum(0)), strict=True)),
        statistic,
        p,
        critical_difference(len(names), len(good)),
        pairs,
        _cliques(names, pairs),
        len(good),
    )


def _ranks(good: FloatArray) -> FloatArray:
    """1 is the best of a row; equals share the mean of their ranks."""
    from scipy.stats import rankdata  # noqa: PLC0415  (heavy)

    ranks: FloatArray = rankdata(-good, axis=1)
    return ranks


def friedman(ranks: FloatArray) -> tuple[float, float]:
    """Friedman's test as Iman and Davenport (1980) have it: F and p.

    Parameters
    ----------
    ranks
        ``(n_data, n_models)``.
    """
    from scipy.stats import f  # noqa: PLC0415

    n, k = ranks.shape
    if n < 2:
        return np.nan, np.nan
    # By sums of squares, which ties need no correction for.
    between = n * float(((ranks.mean(axis=0) - (k + 1) / 2) ** 2).sum())
    left = float(((ranks - (k + 1) / 2) ** 2).sum()) - between
    if between == 0:
        return 0.0, 1.0
    if left <= 1e-12 * between:
        return np.inf, 0.0
    statistic = between * (n - 1) / left
    return statistic, float(f.sf(statistic, k - 1, (k - 1) * (n - 1)))


def critical_difference(n_models: int, n_data: int, alpha: float = ALPHA) -> float:
    """Nemenyi's critical difference of mean ranks."""
    from scipy.stats import studentized_range  # noqa: PLC0415

    q = float(studentized_range.isf(alpha, n_models, np.inf)) / np.sqrt(2)
    return float(q * np.sqrt(n_models * (n_models + 1) / (6 * n_data)))


def least_p(n_data: int) -> float:
    """The smallest p-value that Wilcoxon's test can give with so many sets of data."""
    return min(1.0, 2.0 ** (1 - n_data))


def _pairs(names: Sequence[str], good: FloatArray) -> tuple[Pair, ...]:
    found = list(combinations(range(len(names)), 2))
    differences = [good[:, i] - good[:, j] for i, j in found]
    p_values = [_wilcoxon(d) for d in differences]
    return tuple(
        Pair(
            names[i],
            names[j],
            (int((d > 0).sum()), int((d < 0).sum()), int((d == 0).sum())),
            float(d.mean()),
            p,
            q,
        )
        for (i, j), d, p, q in zip(found, differences, p_values, holm(p_values), strict=True)
    )


def _wilcoxon(differences: FloatArray) -> float:
    """Zeros are ranked and then halved (Demšar 2006), so that ties count for neither."""
    from scipy.stats import wilcoxon  # noqa: PLC0415

    rounded = np.round(differences, 12)
    if not rounded.any():
        return 1.0
    if len(np.unique(np.abs(rounded))) == len(rounded) and rounded.all():
        return float(wilcoxon(rounded, method="exact").pvalue)
    return float(wilcoxon(rounded, zero_method="zsplit", method="approx").pvalue)


def _cliques(names: Sequence[str], pairs: Sequence[Pair]) -> tuple[tuple[str, ...], ...]:
    apart = {(pair.a, pair.b) for pair in pairs if pair.p_adjusted < ALPHA}
    found: list[tuple[int, int]] = []
    for start in range(len(names)):
        end = start + 1
        while end < len(names) and not any((n, names[end]) in apart for n in names[start:end]):
            end += 1
        if end - start > 1 and not any(end <= other for _, other in found):
            found.append((start, end))
    return tuple(tuple(names[start:end]) for start, end in found)
