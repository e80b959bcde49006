"""What prediction sets decide: a bar a model, parted into right, wrong and undecided."""

from __future__ import annotations

import math

from markupsafe import Markup

from auscult.evaluate.calibration.result import PredictionSets
from auscult.evaluate.result import Result
from auscult.report import reading, words
from auscult.report.svg import Svg, short_label, text_width

_WIDTH, _ROW, _BAR, _NAMES = 620.0, 30.0, 18.0, 190.0
_PARTS = ("decided rightly", "decided wrongly", "undecided")
_KINDS = ("set-right", "set-wrong", "set-open")


def sets_chart(result: Result) -> Markup | None:
    """Draw the shares of test cases that sets decide, rightly and wrongly; None without sets."""
    labels = reading.distinct_labels(result)
    rows = [(labels[row.model], row.sets) for row in result.models if row.sets]
    if not rows:
        return None
    svg = Svg(_WIDTH, 26 + _ROW * len(rows), _description(rows), "sets")
    x = _NAMES
    for part, kind in zip(_PARTS, _KINDS, strict=True):
        svg.bar((x, 4), 12, 12, kind)
        svg.text((x + 17, 14), part, "note")
        x += text_width(part, 12) + 40
    for place, (label, sets) in enumerate(rows):
        _row(svg, label, sets, 28 + _ROW * place)
    return svg.render()


def shares(sets: PredictionSets) -> tuple[float, float, float]:
    """Of all test cases: decided rightly, decided wrongly, undecided."""
    decided = 1 - sets.abstained.value
    right = decided * sets.accuracy.value if math.isfinite(sets.accuracy.value) else 0.0
    return right, decided - right, sets.abstained.value


def _row(svg: Svg, label: str, sets: PredictionSets, top: float) -> None:
    svg.text((0, top + 13), short_label(label, _NAMES - 12, 13), "label", title=label)
    x = _NAMES
    for share, part, kind in zip(shares(sets), _PARTS, _KINDS, strict=True):
        width = share * (_WIDTH - _NAMES)
        svg.bar((x, top), width, _BAR, kind, title=f"{label}: {words.percent(share, 1)} {part}")
        shown = words.percent(share)
        if width > text_width(shown, 12) + 8:
            svg.text((x + width / 2, top + 13), shown, f"share-of {kind}", anchor="middle")
        x += width


def _description(rows: list[tuple[str, PredictionSets]]) -> str:
    label, sets = rows[0]
    right, wrong, undecided = (words.percent(share) for share in shares(sets))
    more = f"; {words.plural(len(rows) - 1, 'other model')}" if len(rows) > 1 else ""
    return (
        f"What prediction sets decide: {label} decides {right} of test cases rightly, {wrong} "
        f"wrongly and leaves {undecided} undecided{more}"
    )
