"""Calibration error and the parts of the Brier score, for many weightings of the cases at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from auscult.evaluate.metrics import Scorer, divide
from auscult.types import FloatArray, IntArray

BINS = 10
_DRAWS = 2000
PARTS = ("reliability", "resolution", "uncertainty", "within")


def calibration_error(scorer: Scorer, weights: FloatArray) -> Mapping[str, FloatArray]:
    """``ece``: the mean distance of predicted and observed share, over bins of equal mass.

    With two classes it is the second class's probability, as the reliability diagram has it;
    with more, the likeliest class's (Guo et al. 2017). Equal predictions stand in one bin. The
    bins are those of the unweighted cases (Nguyen & O'Connor 2015).

    Parameters
    ----------
    scorer
        The predictions.
    weights
        ``(n_cases, n_resamples)``.
    """
    p, hit = sides(scorer)
    order, starts = bins(p)
    gaps = np.add.reduceat(weights[order] * (hit - p)[order, None], starts, axis=0)
    return {"ece": divide(np.abs(gaps).sum(axis=0), weights.sum(axis=0))}


def brier_parts(scorer: Scorer, weights: FloatArray) -> Mapping[str, FloatArray]:
    """The parts of the Brier score of two classes (Murphy 1973) over bins of equal mass.

    ``reliability`` is the mean squared distance of predicted and observed share of a bin,
    ``resolution`` that of a bin's observed share and everyone's, ``uncertainty`` the variance of
    the class itself. Murphy's identity is of binned forecasts; ``within`` is what the spread
    inside of the bins adds (Stephenson, Coelho & Jolliffe 2008), so that the score is
    reliability - resolution + uncertainty + within.
    """
    p, hit = sides(scorer)
    order, starts = bins(p)
    w = weights[order]
    mass = np.add.reduceat(w, starts, axis=0)
    predicted = divide(np.add.reduceat(w * p[order, None], starts, axis=0), mass)
    observed = divide(np.add.reduceat(w * hit[order, None], starts, axis=0), mass)
    total = weights.sum(axis=0)
    base = divide(hit @ weights, total)

    def mean(squares: FloatArray) -> FloatArray:
        return divide(np.where(mass > 0, mass * squares, 0.0).sum(axis=0), total)

    reliability = mean(np.square(predicted - observed))
    resolution = mean(np.square(observed - base))
    uncertainty = base * (1 - base)
    whole = divide(np.square(p - hit) @ weights, total)
    within = whole - (reliability - resolution + uncertainty)
    found = (reliability, resolution, uncertainty, within)
    return dict(zip(PARTS, found, strict=True))


def error_by_chance(scorer: Scorer, seed: int = 0) -> tuple[float, float]:
    """What these probabilities would show if they were right: the mean error, and the 97.5th
    percentile.

    A bin's sum of errors is then nearly normal with variance ``sum p (1 - p)`` (consistency
    resampling, Bröcker & Smith 2007, without drawing each case).
    """
    p, _ = sides(scorer)
    order, starts = bins(p)
    spread = np.sqrt(np.add.reduceat((p * (1 - p))[order], starts))
    noise = np.random.default_rng(seed).standard_normal((_DRAWS, len(spread)))
    errors = np.abs(noise) @ spread / len(p)
    mean = np.sqrt(2 / np.pi) * spread.sum() / len(p)
    return float(mean), float(np.percentile(errors, 97.5))


def sides(scorer: Scorer) -> tuple[FloatArray, FloatArray]:
    """``(n_cases,)`` what was predicted, a share, and what was so, 0 or 1."""
    if scorer.n_classes == 2:
        return scorer.probability[:, 1], (scorer.true == 1).astype(np.float64)
    right = scorer.probability.argmax(axis=1) == scorer.true
    return scorer.probability.max(axis=1), right.astype(np.float64)


def bins(p: FloatArray, n: int = BINS) -> tuple[IntArray, IntArray]:
    """The order of rising probability, and where in it each bin starts."""
    order = np.argsort(p, kind="stable")
    ranked = p[order]
    even = np.array([part[0] for part in np.array_split(np.arange(len(p)), n) if len(part)])
    return order, np.unique(np.searchsorted(ranked, ranked[even], "left"))
