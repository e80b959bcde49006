"""Rows made up or repeated before rows are set aside."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin, inputs
from auscult.evaluate.scripts.known import CV_FUNCTIONS
from auscult.evaluate.scripts.trace import Trace


def _find(trace: Trace) -> Iterator[Sin]:
    for split in trace.of("cross"):
        scored = split.name in CV_FUNCTIONS
        if not split.whole and not scored:
            continue
        for event in trace.made(inputs(split), "resample"):
            if not event.whole and not scored:
                continue
            yield Sin(
                event.line,
                f"{event.name} makes or repeats rows before test rows are set aside in {{there}}: "
                "near-copies of training rows are tested.",
                other=split.line,
            )


CHECK = Check(
    "resampled-before-split",
    "Split first, and resample the training rows only; imbalanced-learn's Pipeline does so.",
    _find,
)
