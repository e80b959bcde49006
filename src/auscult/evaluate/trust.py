"""What a leaderboard's row says of its probabilities, beyond the metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from auscult.data.dataset import Dataset
from auscult.evaluate.asked import Asked
from auscult.evaluate.calibration.figures import calibration
from auscult.evaluate.calibration.kept import kept_of
from auscult.evaluate.calibration.recalibrate import recalibrate
from auscult.evaluate.calibration.result import Calibration, ChosenSensitivity, PredictionSets
from auscult.evaluate.calibration.sensitivity import chosen_sensitivity
from auscult.evaluate.conformal.measure import measured_sets
from auscult.evaluate.fitting import Fits
from auscult.evaluate.result import ModelResult, PlanSummary, Predictions
from auscult.types import Finding


@dataclass(frozen=True, eq=False)
class Trust:
    """The predictions, calibrated where that was asked, and what is said of them."""

    predictions: Predictions
    calibration: Calibration | None
    sets: PredictionSets | None = None
    sensitivity: ChosenSensitivity | None = None


def trust(
    asked: Asked, fits: Fits, dataset: Dataset, plan: PlanSummary, stopped: bool = False
) -> Trust:
    """Calibrate, measure, and do what was asked with what the fits kept aside.

    Parameters
    ----------
    asked
        What a person asked for; a model that kept nothing aside is measured only.
    fits
        Of one model.
    dataset, plan
        Groups, names of classes, seed.
    stopped
        Whether the cases kept aside had a say in the training.
    """
    kept = kept_of(fits) if asked.keeps else ()
    predictions, groups, seed = fits.predictions, dataset.groups, plan.seed
    if not kept:
        return Trust(predictions, calibration(predictions, groups=groups, seed=seed))
    told = None
    if asked.calibrate:
        predictions, told = recalibrate(
            asked.calibrate, predictions, kept, groups=groups, seed=seed
        )
    figures = calibration(predictions, groups=groups, seed=seed)
    found = Trust(predictions, figures and replace(figures, recalibration=told))
    if asked.sets:
        sets = measured_sets(
            asked.sets, predictions, kept, groups=groups, seed=seed, stopped=stopped
        )
        found = replace(found, sets=sets)
    if asked.sensitivity:
        code, name, share = (
            asked.sensitivity.code,
            asked.sensitivity.name,
            asked.sensitivity.share,
        )
        chosen = chosen_sensitivity(code, name, share, predictions, kept, groups=groups, seed=seed)
        found = replace(found, sensitivity=chosen)
    return found


def trust_findings(rows: Sequence[ModelResult]) -> Iterator[Finding]:
    """Where too few cases were kept aside for what was asked, and where a promise was missed."""
    sets = next((row.sets for row in rows if row.sets and row.sets.too_few), None)
    if sets:
        yield Finding(
            "few-for-sets",
            f"In {sets.too_few} fits too few cases were kept aside for sets with a coverage of "
            f"{sets.wanted:g}: they hold every class there.",
            mend="--sets with a smaller coverage, or get more cases",
        )
    chosen = next((row.chosen_sensitivity for row in rows if row.chosen_sensitivity), None)
    if chosen and chosen.too_few:
        yield Finding(
            "few-for-sensitivity",
            f"In {chosen.too_few} fits too few cases of class '{chosen.target}' were kept aside to "
            f"choose a threshold for a sensitivity of {chosen.wanted:g}: every case is called "
            "there.",
            mend="--sensitivity with a smaller share, or get more cases",
        )
    missed = [row for row in rows if row.sets and row.sets.coverage.high < row.sets.wanted]
    for row in missed:
        assert row.sets is not None
        yield Finding(
            "coverage-missed",
            f"The sets of '{row.label}' hold the true class in {row.sets.coverage.value:.1%} of "
            f"test cases, fewer than the {row.sets.wanted:.0%} asked (95 % interval up to "
            f"{row.sets.coverage.high:.1%}): test cases are not like those kept aside.",
        )
