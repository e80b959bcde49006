"""How much too good the best of several rows is, picked by the figures that it is told by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auscult.evaluate.comparison import best_model
from auscult.evaluate.intervals import Units, by_repeat, estimate, observed
from auscult.evaluate.metrics import COUNTED, HIGHER_IS_BETTER, Scorer, mean_defined
from auscult.evaluate.nested.result import Nested
from auscult.evaluate.result import ModelResult, Predictions
from auscult.evaluate.widening import widening
from auscult.types import FloatArray, IntArray


def with_optimism(
    nested: Nested,
    chosen: Predictions,
    rows: Sequence[ModelResult],
    headline: str,
    *,
    groups: IntArray | None = None,
    seed: int = 0,
) -> Nested:
    """Tell what picking the best row afterwards says, against the whole procedure.

    Parameters
    ----------
    nested
        How the choice inside came out.
    chosen
        What the options chosen said of the test cases.
    rows
        Those that could be picked afterwards.
    headline
        The metric.
    groups, seed
        As of :func:`~auscult.evaluate.intervals.estimate_all`.
    """

    def wanted(scorer: Scorer, weights: FloatArray) -> dict[str, FloatArray]:
        return scorer.scores(weights, (headline,))

    best = best_model(rows, headline)
    sign = 1.0 if HIGHER_IS_BETTER[headline] else -1.0
    parts = (best.predictions, chosen)
    drawn = [by_repeat(p, wanted, groups=groups, seed=seed)[headline] for p in parts]
    values = [float(observed(p, wanted)[headline]) for p in parts]
    gap = sign * (drawn[0] - drawn[1])
    found = estimate(
        sign * (values[0] - values[1]),
        mean_defined(gap, axis=0),
        Units.of(chosen, groups).count,
        widen=widening(gap, chosen, hard=headline in COUNTED),
        signed=True,
    )
    return replace(nested, best_after=best.model, optimism=found)
