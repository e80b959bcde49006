"""The plan as a small picture: what each fit was trained, stopped and judged on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from auscult.evaluate.result import PlanSummary
from auscult.report import words
from auscult.report.plan_names import TESTED
from auscult.report.svg import Svg, text_width

WIDE, NARROW = 832.0, 350.0
_SHOWN = 10
_PARTS = ("train", "validation", "test")
_NAMES = {"train": "training", "validation": "validation", "test": "test"}


def plan_picture(plan: PlanSummary, *, wide: bool = True) -> Markup:
    """Draw one bar a fold: training light, validation hollow, test solid.

    Parameters
    ----------
    plan
        How the data was split. Of a repeated plan the first repeat is drawn, of many folds the
        first ten.
    wide
        For a page's full width, or for a phone.
    """
    folds = _first_repeat(plan)
    width = WIDE if wide else NARROW
    row = 20.0 if len(folds) > 1 else 30.0
    svg = Svg(width, 34 + row * max(len(folds), 1), _description(plan), "plan")
    if not folds:
        svg.text((0, 20), "The plan names no splits.", "note")
        return svg.render()
    left = 56.0 if len(folds) > 1 else 0.0
    largest = max(sum(int(fold[part]) for part in _PARTS) for fold in folds)
    unit = (width - left) / max(largest, 1)
    for i, fold in enumerate(folds):
        top = 26 + row * i
        before = _before(plan, folds, i)
        _bar(svg, fold, before, (left, top, unit, row - 5))
        if left:
            svg.text((0, top + row * 0.6), f"fold {int(fold['fold']) + 1}", "tick")
    _names(svg, folds[0], left if wide else 0.0)
    return svg.render()


def _first_repeat(plan: PlanSummary) -> list[Mapping[str, int]]:
    if not plan.splits:
        return []
    first = min(int(s["repeat"]) for s in plan.splits)
    return [s for s in plan.splits if int(s["repeat"]) == first][:_SHOWN]


def _description(plan: PlanSummary) -> str:
    if plan.kind in TESTED:
        cut = any(int(s["validation"]) for s in plan.splits)
        between = ", a validation part" if cut else ""
        return f"The plan: a training part{between} and {TESTED[plan.kind]}"
    again = f", {plan.repeats} times" if plan.repeats > 1 else ""
    return f"The plan: {plan.folds} folds{again}; each fold is the test part of one fit"


def _before(plan: PlanSummary, folds: Sequence[Mapping[str, int]], i: int) -> int:
    """How many cases stand before the test part: each fold has its own place among all."""
    total, test = sum(int(folds[i][p]) for p in _PARTS), int(folds[i]["test"])
    if plan.kind in TESTED:
        return total - test
    return min(sum(int(f["test"]) for f in folds[:i]), total - test)


def _bar(
    svg: Svg, fold: Mapping[str, int], before: int, box: tuple[float, float, float, float]
) -> None:
    """One fit: ``box`` is its left end, its top, the width of a case and its height."""
    n = {part: int(fold[part]) for part in _PARTS}
    x, y, unit, height = box
    total = sum(n.values())
    note = ", ".join(f"{_NAMES[p]} {words.count(n[p])}" for p in _PARTS if n[p])
    svg.bar((x, y), total * unit, height, "part train", title=note)
    if n["validation"]:
        start = x + _validation_start(n, before, total) * unit
        width = n["validation"] * unit - 2
        svg.bar((start + 1, y + 1), width, height - 2, "part validation", title=note)
    svg.bar((x + before * unit, y), n["test"] * unit, height, "part test", title=note)


def _validation_start(n: Mapping[str, int], before: int, total: int) -> int:
    """Validation stands right after the test part, or right before it where no room is left."""
    after = before + n["test"]
    return after if after + n["validation"] <= total else max(before - n["validation"], 0)


def _names(svg: Svg, fold: Mapping[str, int], left: float) -> None:
    """Each part named once, with its number of cases in the first fit."""
    at = left
    for part in ("test", "validation", "train"):
        n = int(fold[part])
        if not n:
            continue
        shown = f"{_NAMES[part]} {words.count(n)}"
        svg.bar((at, 5), 11, 11, f"part {part}")
        svg.text((at + 17, 14.5), shown, "note")
        at += 17 + text_width(shown, 12) + 16
