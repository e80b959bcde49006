"""Answers held against true classes, where a file has them, beside what the bundle promises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from auscult.types import Estimate, FloatArray, IntArray

MOST: Final = 1_000_000
"""Cases that the area is measured on; of more, so many drawn at random."""

_Z: Final = 1.959963984540054
_FEW_UNITS: Final = 3


@dataclass(frozen=True)
class Score:
    """How right answers are.

    Parameters
    ----------
    n_cases
        Cases with a known class.
    accuracy
        With Wilson's interval; where cases belong together (records), from how far whole records
        lie apart.
    roc_auc
        Of two classes that of the second, of more the mean of one against the rest, of the classes
        that occur; NaN where only one occurs. DeLong's interval, by record where there are some.
    n_ranked
        Cases that it was measured on.
    n_units
        Records, where cases belong to some.
    """

    n_cases: int
    accuracy: Estimate
    roc_auc: Estimate
    n_ranked: int
    n_units: int | None = None


class Scoring:
    """Counts and keeps what a score needs, in bounded memory.

    Parameters
    ----------
    n_classes
        Of the bundle.
    most
        As :data:`MOST`.
    seed
        Of the draw where there are more.
    """

    def __init__(self, n_classes: int, most: int = MOST, seed: int = 0) -> None:
        self._n_classes, self._most = n_classes, most
        self._rng = np.random.default_rng(seed)
        self._right: dict[int, int] = {}
        self._all: dict[int, int] = {}
        self._units: dict[str, int] = {}
        self._kept: list[_Kept] = []
        self._n_kept = 0

    def add(
        self, true: IntArray, probability: FloatArray, predicted: IntArray, unit: str | None
    ) -> None:
        """Count some cases; those of class -1 are not known and left out."""
        known = np.flatnonzero(true >= 0)
        if not len(known):
            return
        code = -1 if unit is None else self._units.setdefault(unit, len(self._units))
        right = int((predicted[known] == true[known]).sum())
        self._right[code] = self._right.get(code, 0) + right
        self._all[code] = self._all.get(code, 0) + len(known)
        keys = self._rng.random(len(known))
        units = np.full(len(known), code, dtype=np.int64)
        self._kept.append(_Kept(keys, true[known], probability[known].astype(np.float32), units))
        self._n_kept += len(known)
        if self._n_kept > 2 * self._most:
            self._thin()

    def _thin(self) -> None:
        kept = _Kept.joined(self._kept)
        if len(kept.keys) > self._most:
            kept = kept.take(np.sort(np.argpartition(kept.keys, self._most)[: self._most]))
        self._kept, self._n_kept = [kept], len(kept.keys)

    @property
    def score(self) -> Score | None:
        """The score of all cases so far; None where no class was known."""
        if not self._kept:
            return None
        self._thin()
        kept = self._kept[0]
        n = sum(self._all.values())
        units = kept.units if self._units else None
        area = _area(kept.true, kept.probability, units)
        return Score(n, self._accuracy(n), area, len(kept.true), len(self._units) or None)

    def _accuracy(self, n: int) -> Estimate:
        from auscult.evaluate.intervals import wilson  # noqa: PLC0415

        value = sum(self._right.values()) / n
        if not self._units or value in (0.0, 1.0):
            return Estimate(value, *wilson(value, len(self._units) or n))
        pulls = [self._right[code] - value * self._all[code] for code in self._all]
        return _clustered(value, np.array(pulls) / n)


@dataclass(frozen=True, eq=False)
class _Kept:
    """Cases drawn: those of the smallest random keys."""

    keys: FloatArray
    true: IntArray
    probability: FloatArray
    units: IntArray

    @classmethod
    def joined(cls, parts: list[_Kept]) -> _Kept:
        names = ("keys", "true", "probability", "units")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def take(self, index: IntArray) -> _Kept:
        return _Kept(self.keys[index], self.true[index], self.probability[index], self.units[index])


def _area(true: IntArray, probability: FloatArray, units: IntArray | None) -> Estimate:
    from auscult.evaluate.delong import areas, influence  # noqa: PLC0415
    from auscult.evaluate.intervals import wilson  # noqa: PLC0415

    n_classes = probability.shape[1]
    codes = [1] if n_classes == 2 else list(range(n_classes))
    codes = [code for code in codes if 0 < (true == code).sum() < len(true)]
    if not codes:
        return Estimate(math.nan, math.nan, math.nan)
    values = [float(areas(true == c, probability[:, c]).value[0]) for c in codes]
    pulls = np.mean([influence(true == c, probability[:, c]) for c in codes], axis=0)
    value = float(np.mean(values))
    if units is not None:
        pulls = np.bincount(units, weights=pulls)
    if value in (0.0, 1.0):
        smallest = int(np.bincount(true).min()) if units is None else len(pulls)
        return Estimate(value, *wilson(value, smallest))
    return _clustered(value, pulls)


def _clustered(value: float, pulls: FloatArray) -> Estimate:
    """A figure with the interval that the pulls of its cases, or of its records, give it.

    Obuchowski, Biometrics 1997; the quantile is Student's, for as many units.
    """
    n = len(pulls)
    if n < _FEW_UNITS:
        return Estimate(value, math.nan, math.nan)
    spread = math.sqrt(float(np.square(pulls).sum()) * n / (n - 1))
    half = _quantile(n - 1) * spread
    return Estimate(value, max(0.0, value - half), min(1.0, value + half))


def _quantile(degrees: int) -> float:
    """The 97.5th percentile of Student's t (Cornish & Fisher's expansion; 3 % low at 2)."""
    z = _Z
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return float(sum(term / degrees**power for power, term in enumerate(terms)))
