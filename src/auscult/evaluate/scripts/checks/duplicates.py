"""Repeats taken out within parts only, so that they stand across them."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin
from auscult.evaluate.scripts.trace import Trace


def _find(trace: Trace) -> Iterator[Sin]:
    before = any(not event.value.parts for event in trace.of("unique"))
    for event in trace.of("unique"):
        cut = any(part.split >= 0 for part in event.value.parts)
        if cut and not before:
            yield Sin(
                event.line,
                "Repeats are dropped after the split: one copy may train and its twin be tested.",
            )


CHECK = Check(
    "duplicates-after-split",
    "Drop repeats before rows are set aside.",
    _find,
)
