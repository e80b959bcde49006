"""The checks, in the order in which they are tried."""

from __future__ import annotations

from auscult.evaluate.scripts.checks import (
    chosen_on_test,
    duplicates,
    features,
    figures,
    fitted_before_split,
    fitted_on_test,
    folds,
    groups,
    judged,
    order,
    resampled,
    stopped_on_test,
)
from auscult.evaluate.scripts.checks.check import Check

CHECKS: tuple[Check, ...] = (
    fitted_before_split.FIT,
    fitted_before_split.SELECT,
    fitted_on_test.CHECK,
    resampled.CHECK,
    stopped_on_test.STOPPED,
    stopped_on_test.WATCHED,
    stopped_on_test.NONE_LEFT,
    chosen_on_test.CHOSEN,
    chosen_on_test.THRESHOLD,
    order.ORDERED,
    order.SERIES,
    order.WINDOWS,
    figures.AUC,
    figures.MAPE,
    folds.CHECK,
    features.CHECK,
    groups.CHECK,
    judged.TRAINING,
    judged.NO_TEST,
    duplicates.CHECK,
)
