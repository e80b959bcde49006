"""Columns of which a part is in another unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from auscult.evaluate.audit.view import NotRun, View, cases
from auscult.types import Finding, FloatArray

FACTORS: Final = {
    10.0: "mm and cm, or % and ‰",
    100.0: "cm and m, or a share and %",
    1000.0: "g and kg, or mg and g",
    2.54: "inches and cm",
    30.48: "feet and cm",
    2.2046: "kg and pounds",
    18.016: "mg/dL and mmol/L of glucose",
    38.67: "mg/dL and mmol/L of cholesterol",
    88.57: "mg/dL and mmol/L of triglycerides",
    88.42: "mg/dL and µmol/L of creatinine",
    17.1: "mg/dL and µmol/L of bilirubin",
    7.5006: "kPa and mmHg",
    16.114: "g/dL of haemoglobin and mmol/L × 10",
    0.0: "°C and °F",
}
FEW = 3
SHARE = 0.004
NEAR = 0.2
APART = 2.0
WIDTHS = 1.0
TAIL = 5.0
ALIKE = 0.45
_DISTINCT = 8


def unit_mix(view: View) -> Iterator[Finding]:
    """Columns with two heaps of values, one as wide as the other and a known factor above it."""
    if not view.is_table or not len(view.numeric):
        raise NotRun("there are no numeric columns")
    if view.derived:
        raise NotRun("the columns are measures taken from the signals")
    for j in view.numeric:
        values = view.dataset.X[:, j]
        found = _mixed(values[~np.isnan(values)])
        if found is None:
            continue
        factor, count, bound, low = found
        by = f"about {factor:g} times" if factor else "9/5 x + 32 of"
        few, rest = ("below", "the rest") if low else ("above", "the rest")
        yield Finding(
            "unit-mix-up",
            f"{cases(count)} have '{view.dataset.columns[j].name}' {few} {bound:.4g}, apart from "
            f"{rest} and differing from it by a factor: the larger values are {by} the smaller. "
            f"Two units in one column ({FACTORS[factor]})?",
            mend="bring the column to one unit",
        )


def _mixed(values: FloatArray) -> tuple[float, int, float, bool] | None:
    """Factor, how many are in the smaller heap, the bound between, and whether it lies below."""
    positive = np.sort(values[values > 0])
    # Zeros may be gaps; negative values have no unit that a factor changes.
    if len(positive) < 0.9 * len(values) or len(np.unique(positive)) < _DISTINCT:
        return None
    gaps = np.diff(np.log(positive))
    at = int(gaps.argmax()) + 1
    low, high = positive[:at], positive[at:]
    few = min(len(low), len(high))
    if few < max(FEW, SHARE * len(positive)):
        return None
    inner = np.log(low[-1] / low[0]) if len(low) > len(high) else np.log(high[-1] / high[0])
    # The gap must stand out of the heap that it borders on; few values of a tail lie far out.
    larger = np.sort(np.log(low if len(low) >= len(high) else high))
    others = np.diff(larger).max(initial=0.0)
    widths = WIDTHS * max(1.0, TAIL / few) * float(larger.std())
    if gaps[at - 1] < max(APART * others, widths) or inner > 12:
        return None
    for factor in FACTORS:
        moved = low * factor if factor else low * 1.8 + 32
        if _alike(moved, high):
            return factor, few, float(np.sqrt(low[-1] * high[0])), len(low) <= len(high)
    return None


def _alike(a: FloatArray, b: FloatArray) -> bool:
    """Whether two heaps lie at one place and are of one width."""
    larger, smaller = (a, b) if len(a) >= len(b) else (b, a)
    middle, other = np.median(np.log(larger)), np.median(np.log(smaller))
    width = max(float(np.std(np.log(larger))), 0.02)
    # The middle of few values lies off by chance.
    if abs(middle - other) > min(NEAR, 1.25 * width) + 2 * 1.25 * width / np.sqrt(len(smaller)):
        return False
    from scipy.stats import ks_2samp  # noqa: PLC0415

    test = ks_2samp(larger, smaller)
    return bool(test.statistic < ALIKE or test.pvalue > 0.05)
