"""Figures of probabilities as JSON has them, back into what they were."""

from __future__ import annotations

from dataclasses import fields

from auscult.evaluate.calibration.result import (
    Calibration,
    ChosenSensitivity,
    DecisionCurve,
    PredictionSets,
    Recalibration,
    Subgroup,
)
from auscult.evaluate.decoding import Content, estimate, estimates, known, number, numbers


def decode_calibration(content: Content | None) -> Calibration | None:
    if content is None:
        return None
    return known(
        Calibration,
        content,
        ece=estimate(content["ece"]),
        ece_by_chance=number(content["ece_by_chance"]),
        brier=estimates(content["brier"]),
        decision=_decision(content.get("decision")),
        recalibration=_recalibration(content.get("recalibration")),
    )


def decode_sets(content: Content | None) -> PredictionSets | None:
    if content is None:
        return None
    return known(
        PredictionSets,
        content,
        wanted=number(content["wanted"]),
        coverage_by_class=tuple(map(estimate, content["coverage_by_class"])),
        sizes=numbers(content["sizes"]),
        **{name: estimate(content[name]) for name in ("coverage", "size", "abstained", "accuracy")},
    )


def decode_sensitivity(content: Content | None) -> ChosenSensitivity | None:
    if content is None:
        return None
    names = ("sensitivity", "specificity", "precision", "called")
    return known(
        ChosenSensitivity,
        content,
        wanted=number(content["wanted"]),
        thresholds=numbers(content["thresholds"]),
        **{name: estimate(content[name]) for name in names},
    )


def decode_subgroup(content: Content) -> Subgroup:
    return known(
        Subgroup,
        content,
        class_counts=tuple(content["class_counts"]),
        metrics=estimates(content["metrics"]),
        difference=estimates(content["difference"]),
        p_adjusted={name: number(p) for name, p in content["p_adjusted"].items()},
    )


def _decision(content: Content | None) -> DecisionCurve | None:
    if content is None:
        return None
    return DecisionCurve(**{f.name: numbers(content[f.name]) for f in fields(DecisionCurve)})


def _recalibration(content: Content | None) -> Recalibration | None:
    if content is None:
        return None
    return known(
        Recalibration,
        content,
        before=estimates(content["before"]),
        change=estimates(content["change"]),
        temperatures=numbers(content["temperatures"]),
        bins=tuple((number(a), number(b)) for a, b in content["bins"]),
    )
