"""Values far outside of what the training cases had, and the unit that would explain them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from auscult.bundle.document import Field
from auscult.data.roles import words
from auscult.types import BoolArray, FloatArray, IntArray

_BEYOND: Final = 0.5
_FEW_CODES: Final = 10
_STEADY: Final = 20.0
_HALF: Final = 2.0


@dataclass(frozen=True)
class Conversion:
    """What a value would be in another unit: ``value * factor + shift``.

    ``said`` is the sum in words, ``units`` which unit the value then had in the place of which.
    ``names`` are words in a column's name that make it likely.
    """

    said: str
    factor: float
    units: str = ""
    names: frozenset[str] = frozenset()
    shift: float = 0.0

    def __str__(self) -> str:
        return f"{self.said} ({self.units}?)" if self.units else self.said


def _pair(factor: float, small: str, large: str, names: str) -> tuple[Conversion, Conversion]:
    """There and back: a value in ``small`` times ``factor`` is one in ``large``."""
    hints = frozenset(names.split())
    return (
        Conversion(f"× {factor:g}", factor, f"{small} in the place of {large}", hints),
        Conversion(f"÷ {factor:g}", 1 / factor, f"{large} in the place of {small}", hints),
    )


_DECIMAL: Final = tuple(
    conversion
    for power in (10.0, 100.0, 1000.0)
    for conversion in (Conversion(f"× {power:g}", power), Conversion(f"÷ {power:g}", 1 / power))
)
_UNITS: Final = (
    *_pair(18.02, "mmol/L", "mg/dL", "glucose glu sugar fbs fpg hba glycemia glycaemia"),
    *_pair(38.67, "mmol/L", "mg/dL", "chol cholesterol ldl hdl lipid lipids tc"),
    *_pair(2.54, "inches", "cm", "height waist hip length size stature circumference"),
    *_pair(2.205, "kg", "pounds", "weight mass bw wt"),
    *_pair(88.57, "mmol/L", "mg/dL", "triglycerides triglyceride tg trig"),
    *_pair(88.42, "mg/dL", "µmol/L", "creatinine creat crea scr"),
    *_pair(17.1, "mg/dL", "µmol/L", "bilirubin bili"),
    *_pair(59.48, "mg/dL", "µmol/L", "uric urate"),
    *_pair(2.801, "mmol/L", "mg/dL", "urea bun"),
    *_pair(7.501, "kPa", "mmHg", "bp pressure systolic diastolic sbp dbp trestbps pco po"),
    *_pair(12.0, "years", "months", "age duration since"),
    *_pair(365.25, "years", "days", "age duration since"),
    *_pair(60.0, "minutes", "seconds", "time duration"),
    Conversion(
        "(value − 32) ÷ 1.8", 1 / 1.8, "°F in the place of °C", frozenset(["temp", "temperature"]),
        -32 / 1.8,
    ),
    Conversion(
        "value × 1.8 + 32", 1.8, "°C in the place of °F", frozenset(["temp", "temperature"]), 32.0
    ),
)  # fmt: skip
_ANYWHERE: Final = 6
"""So many of the units are tried where the name says nothing."""


@dataclass(frozen=True, eq=False)
class FarValues:
    """Which values of a column are far outside.

    Parameters
    ----------
    places
        ``(n_far,)`` their cases.
    values
        ``(n_far,)`` what they are.
    conversions
        ``(n_far,)`` what would put each in the training range; None where nothing known does.
    """

    places: IntArray
    values: FloatArray
    conversions: tuple[Conversion | None, ...]


def usual(field: Field) -> tuple[float, float] | None:
    """From where to where a value is not called far; None where the bundle knows no range.

    Half the width of the training range beyond its ends. Of a few whole numbers (codes), no
    further than the ends; where all training values are positive and of like size, not below half
    of the least: a cholesterol of 5 is not one of 126 to 564, though it is near to it by widths.
    """
    low, high = field.low, field.high
    if field.kind != "numeric" or low is None or high is None:
        return None
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    span = high - low
    if field.whole and span <= _FEW_CODES:
        return low - _BEYOND, high + _BEYOND
    least, most = low - _BEYOND * span, high + _BEYOND * span
    if low > 0 and high / low <= _STEADY:
        least = max(least, low / _HALF)
    if high < 0 and low / high <= _STEADY:
        most = min(most, high / _HALF)
    return least, most


def far_values(field: Field, values: FloatArray) -> FarValues | None:
    """The values of a column that are far outside of its training range; None where none is.

    Parameters
    ----------
    field
        The column as the training cases had it.
    values
        ``(n_cases,)``; NaN is missing, and not far.
    """
    bounds = usual(field)
    if bounds is None:
        return None
    places = np.flatnonzero((values < bounds[0]) | (values > bounds[1]))
    if not len(places):
        return None
    far = values[places]
    return FarValues(places, far, _explained(field, far))


def _explained(field: Field, far: FloatArray) -> tuple[Conversion | None, ...]:
    """For each far value the likeliest conversion that puts it into the training range."""
    known = candidates(field.name)
    fits = np.stack([_inside(field, far * c.factor + c.shift) for c in known])
    counts = fits.sum(axis=1).tolist()
    hinted = [bool(c.names & _words(field.name)) for c in known]
    # What the column's name lets expect comes first, then what explains most of the column.
    order = sorted(range(len(known)), key=lambda i: (not (hinted[i] and counts[i]), -counts[i], i))
    best = fits[order].argmax(axis=0)
    some = np.asarray(fits.any(axis=0))
    chosen = [known[i] for i in order]
    return tuple(
        chosen[i] if fit else None for i, fit in zip(best.tolist(), some.tolist(), strict=True)
    )


def candidates(name: str) -> Sequence[Conversion]:
    """The conversions to try for a column of this name, the likeliest first."""
    parts = _words(name)
    hinted = [c for c in _UNITS if c.names & parts]
    rest = [c for c in _UNITS[:_ANYWHERE] if c not in hinted]
    return [*hinted, *_DECIMAL, *rest]


def _words(name: str) -> set[str]:
    return words(name) | {name.casefold()}


def _inside(field: Field, values: FloatArray) -> BoolArray:
    assert field.low is not None
    assert field.high is not None
    return np.asarray((values >= field.low) & (values <= field.high))
