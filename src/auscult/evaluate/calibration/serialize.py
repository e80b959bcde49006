"""Figures of probabilities as JSON has them, back into what they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from auscult.evaluate.calibration.result import (
    Calibration,
    ChosenSensitivity,
    DecisionCurve,
    PredictionSets,
    Recalibration,
    Subgroup,
)
from auscult.types import Estimate

T = TypeVar("T")
Content = Mapping[str, Any]


def decode_calibration(content: Content | None) -> Calibration | None:
    if content is None:
        return None
    return _made(
        Calibration,
        content,
        ece=_estimate(content["ece"]),
        ece_by_chance=_number(content["ece_by_chance"]),
        brier=_estimates(content["brier"]),
        decision=_decision(content.get("decision")),
        recalibration=_recalibration(content.get("recalibration")),
    )


def decode_sets(content: Content | None) -> PredictionSets | None:
    if content is None:
        return None
    return _made(
        PredictionSets,
        content,
        wanted=_number(content["wanted"]),
        coverage_by_class=tuple(map(_estimate, content["coverage_by_class"])),
        sizes=_numbers(content["sizes"]),
        **{
            name: _estimate(content[name]) for name in ("coverage", "size", "abstained", "accuracy")
        },
    )


def decode_sensitivity(content: Content | None) -> ChosenSensitivity | None:
    if content is None:
        return None
    names = ("sensitivity", "specificity", "precision", "called")
    return _made(
        ChosenSensitivity,
        content,
        wanted=_number(content["wanted"]),
        thresholds=_numbers(content["thresholds"]),
        **{name: _estimate(content[name]) for name in names},
    )


def decode_subgroup(content: Content) -> Subgroup:
    return _made(
        Subgroup,
        content,
        class_counts=tuple(content["class_counts"]),
        metrics=_estimates(content["metrics"]),
        difference=_estimates(content["difference"]),
        p_adjusted={name: _number(p) for name, p in content["p_adjusted"].items()},
    )


def _decision(content: Content | None) -> DecisionCurve | None:
    if content is None:
        return None
    return DecisionCurve(**{f.name: _numbers(content[f.name]) for f in fields(DecisionCurve)})


def _recalibration(content: Content | None) -> Recalibration | None:
    if content is None:
        return None
    return _made(
        Recalibration,
        content,
        before=_estimates(content["before"]),
        change=_estimates(content["change"]),
        temperatures=_numbers(content["temperatures"]),
        bins=tuple((_number(a), _number(b)) for a, b in content["bins"]),
    )


def _made(kind: type[T], content: Content, **decoded: Any) -> T:
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    return kind(**({k: v for k, v in content.items() if k in names} | decoded))


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _numbers(values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(map(_number, values))


def _estimate(content: Content) -> Estimate:
    return Estimate(*(_number(content[name]) for name in Estimate._fields))


def _estimates(content: Content) -> dict[str, Estimate]:
    return {name: _estimate(part) for name, part in content.items()}
