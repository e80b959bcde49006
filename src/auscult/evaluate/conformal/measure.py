"""What prediction sets come to on test cases: measured coverage, size, abstention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auscult.evaluate.calibration.kept import ON_PARTS, Kept, learned_on
from auscult.evaluate.calibration.result import PredictionSets
from auscult.evaluate.conformal.scores import Score
from auscult.evaluate.conformal.sets import least_kept, prediction_sets
from auscult.evaluate.result import Predictions
from auscult.evaluate.row_figures import Ratio, ratio_estimates
from auscult.types import BoolArray, IntArray


@dataclass(frozen=True)
class SetsAsked:
    """The coverage that sets are to have, by which score, for every class, by CV+."""

    coverage: float
    score: Score = "lac"
    by_class: bool = False
    plus: bool = False


def measured_sets(
    asked: SetsAsked,
    predictions: Predictions,
    kept: Sequence[Kept],
    *,
    groups: IntArray | None = None,
    seed: int = 0,
    stopped: bool = False,
) -> PredictionSets:
    """Sets of all test cases, and how often they hold the true class.

    Parameters
    ----------
    asked
        What was asked for.
    predictions
        Of the test cases; their true classes are only compared with the sets.
    kept
        One entry a fit.
    groups, seed
        As of :func:`~auscult.evaluate.intervals.estimate_all`.
    stopped
        Whether the cases kept aside had a say in the model: in when its training ended, or in
        its settings.
    """
    sets: BoolArray = np.zeros(predictions.probability.shape, dtype=bool)
    for place, one in enumerate(kept):
        sets[one.rows] = prediction_sets(
            one,
            asked.coverage,
            score=asked.score,
            by_class=asked.by_class,
            plus=asked.plus,
            seed=int(np.random.SeedSequence([seed, place]).generate_state(1)[0]),
        )
    size = sets.sum(axis=1)
    n_classes = predictions.probability.shape[1]
    ratios = _ratios(sets, predictions.true)
    found = ratio_estimates(predictions, ratios, means=("size",), groups=groups, seed=seed)
    sizes = tuple(float(np.mean(size == n)) for n in range(n_classes + 1))
    return PredictionSets(
        asked.score,
        asked.coverage,
        asked.by_class,
        guarantee(asked, learned_on(kept), grouped=groups is not None, stopped=stopped),
        learned_on(kept),
        found["coverage"],
        tuple(found[f"coverage of {code}"] for code in range(n_classes)),
        found["size"],
        found["abstained"],
        found["accuracy"],
        sizes,
        sum(_few(one, asked, n_classes) for one in kept),
    )


def guarantee(asked: SetsAsked, learned: str, *, grouped: bool, stopped: bool) -> str:
    """In words: what holds whatever the model, and under which conditions."""
    wanted = f"{100 * asked.coverage:g} % of {'each class' if asked.by_class else 'cases'}"
    if learned == ON_PARTS:
        said = f"{wanted} or more, on average over studies (split conformal)"
    elif not asked.plus:
        said = f"about {wanted}, the better the more cases (cross-conformal)"
    else:
        least = max(0.0, 200 * asked.coverage - 100)
        said = f"{wanted} in practice, at worst about {least:.4g} % (CV+)"
    if grouped:
        said += ", of single cases that are alike; cases of one group are not"
    if stopped and learned == ON_PARTS:
        said += "; approximate, for the cases kept aside also had a say in the training"
    return said


def _few(kept: Kept, asked: SetsAsked, n_classes: int) -> bool:
    held = np.bincount(kept.true, minlength=n_classes)
    return int(held.min() if asked.by_class else held.sum()) < least_kept(asked.coverage)


def _ratios(sets: BoolArray, true: IntArray) -> dict[str, Ratio]:
    everyone = np.ones(len(true))
    held = sets[np.arange(len(true)), true]
    size = sets.sum(axis=1)
    found: dict[str, Ratio] = {
        "coverage": (held, everyone),
        "size": (size.astype(np.float64), everyone),
        "abstained": (size != 1, everyone),
        "accuracy": (held & (size == 1), size == 1),
    }
    return found | {
        f"coverage of {code}": (held & (true == code), true == code)
        for code in range(sets.shape[1])
    }
