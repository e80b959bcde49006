"""95 % intervals of forecast figures, by a bootstrap over blocks of origins."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from auscult.evaluate.forecast.metrics import Values, figures
from auscult.types import Estimate, FloatArray

N_RESAMPLES = 1000
FEWEST_BLOCKS = 4


def block_length(n_origins: int, overlap: int) -> int:
    """Origins of a block: no fewer than share points, and the cube root of all at least."""
    cube_root = round(float(np.cbrt(n_origins)))
    return max(overlap, cube_root, 1)


def block_resample(
    sums: Values, block: int, *, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> Values:
    """``(n_resamples, n_sums)``: sums over circular blocks of origins (Politis & Romano 1992).

    Parameters
    ----------
    sums
        ``(n_origins, n_sums)``, in order of time; columns of several models are drawn alike.
    block
        Origins of a block.
    n_resamples, seed
        The same seed draws the same blocks.
    """
    n_origins = len(sums)
    twice = np.concatenate([sums, sums])
    running = np.concatenate([np.zeros((1, sums.shape[1])), np.cumsum(twice, axis=0)])
    starts = np.random.default_rng(seed).integers(
        n_origins, size=(n_resamples, -(-n_origins // block))
    )
    found = np.zeros((n_resamples, sums.shape[1]))
    # Block by block, so that no array of all draws and sums is held.
    for column in starts.T:
        found += running[column + block] - running[column]
    return found


def estimate_all(
    sums: Values, block: int, *, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> dict[str, Estimate]:
    """Every metric with its 95 % interval; bounds are NaN with fewer than four blocks."""

    def every(total: FloatArray) -> Mapping[str, FloatArray]:
        return figures(total)

    return _estimates(sums, every, block, n_resamples, seed)


def estimate_skill(
    sums: Values, baseline: Values, block: int, *, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> Estimate:
    """``1 - MAE / MAE of the baseline`` on the same blocks of origins."""
    width = sums.shape[1]

    def skill(total: FloatArray) -> Mapping[str, FloatArray]:
        return {"skill": _skill(total[..., :width], total[..., width:])}

    both = np.concatenate([sums, baseline], axis=1)
    return _estimates(both, skill, block, n_resamples, seed)["skill"]


def estimate_difference(
    a: Values, b: Values, metric: str, block: int, *, seed: int = 0
) -> Estimate:
    """``metric(a) - metric(b)`` on the same blocks of origins."""
    width = a.shape[1]

    def difference(total: FloatArray) -> Mapping[str, FloatArray]:
        both = figures(total[..., :width])[metric], figures(total[..., width:])[metric]
        return {metric: both[0] - both[1]}

    both = np.concatenate([a, b], axis=1)
    return _estimates(both, difference, block, N_RESAMPLES, seed)[metric]


def _skill(own: FloatArray, other: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 - figures(own)["mae"] / figures(other)["mae"]


def _estimates(
    sums: Values,
    statistic: Callable[[FloatArray], Mapping[str, FloatArray]],
    block: int,
    n_resamples: int,
    seed: int,
) -> dict[str, Estimate]:
    observed = statistic(sums.sum(axis=0))
    if len(sums) < FEWEST_BLOCKS * block:
        return {k: Estimate(float(v), float("nan"), float("nan")) for k, v in observed.items()}
    drawn = statistic(block_resample(sums, block, n_resamples=n_resamples, seed=seed))
    return {name: _estimate(float(value), drawn[name]) for name, value in observed.items()}


def _estimate(value: float, drawn: FloatArray) -> Estimate:
    """The middle 95 % of the resamples, widened to hold the figure itself."""
    defined = drawn[np.isfinite(drawn)]
    if len(defined) < len(drawn) / 2 or not np.isfinite(value):
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.quantile(defined, (0.025, 0.975))
    return Estimate(value, min(float(low), value), max(float(high), value))
