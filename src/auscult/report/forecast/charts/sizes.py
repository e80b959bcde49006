"""Sizes that the pictures of forecasts share, and both pictures of one thing."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from auscult.report.scale import Scale, padded, tick_labels
from auscult.report.svg import text_width

WIDE, NARROW = 832.0, 350.0
Pictures = tuple[Markup, Markup]


def both(draw: Callable[[bool], Markup]) -> Pictures:
    """A picture for a page's full width, and one for a phone."""
    return draw(True), draw(False)


def picture_width(wide: bool) -> float:
    """Units from the left edge to the right one."""
    return WIDE if wide else NARROW


def left_of(scale: Scale, count: int = 5) -> float:
    """Room for the figures beside an upright axis."""
    return 14 + max(text_width(shown, 11) for shown in tick_labels(scale.ticks(count)))


def error_scale(values: list[float], ends: tuple[float, float]) -> Scale:
    """From zero; logarithmic where the largest error is many times the smallest."""
    known = [v for v in values if v > 0]
    if known and 20 * min(known) < max(known):
        return Scale(min(known) / 1.2, max(known) * 1.2, *ends, log=True)
    return Scale(0.0, padded([0.0, *known])[1], *ends)
