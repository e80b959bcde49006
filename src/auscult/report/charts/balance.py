"""The class balance: how many cases of each class there are."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from auscult.report import words
from auscult.report.svg import Svg, shortened, text_width

WIDTH = 420.0
_ROW = 26.0


def class_balance(classes: Sequence[str], counts: Sequence[int]) -> Markup | None:
    """Draw one bar a class with its count and share; None without cases."""
    total = sum(counts)
    if not classes or len(classes) != len(counts) or not total:
        return None
    left = min(max(text_width(c, 13) for c in classes) + 12, 140.0)
    unit = (WIDTH - left - 110) / max(counts)
    svg = Svg(WIDTH, _ROW * len(classes) + 4, f"Class balance of {len(classes)} classes", "balance")
    for i, (name, n) in enumerate(zip(classes, counts, strict=True)):
        y = 2 + _ROW * i
        svg.text((0, y + 16), shortened(name, left - 12, 13), "label", title=name)
        svg.bar((left, y + 3), n * unit, _ROW - 8, f"class-bar c{i % 8}")
        note = f"{words.count(n)} ({words.percent(n / total, 1)})"
        svg.text((left + n * unit + 8, y + 16), note, "figure")
    return svg.render()
