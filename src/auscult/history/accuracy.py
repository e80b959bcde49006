"""How often a bundle was right since, beside what it promised."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from auscult.history.entries import KnownBundle
from auscult.types import Estimate

Kind = Literal["none", "few", "lower", "as promised", "higher", "unknown"]

FEWEST: Final = 30
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Accuracy:
    """Cases whose outcome is known.

    Parameters
    ----------
    n_cases, n_right
        How many, and how many of them were called right.
    share
        With Wilson's 95 % interval; NaN without cases.
    sure
        The same of the cases on which the bundle did not abstain.
    n_sure
        How many those are.
    promised
        What the bundle's study measured.
    by_class
        Class to its share called right (sensitivity), with the number of cases.
    verdict
        ``lower`` or ``higher`` where the promised figure is outside the interval, ``few`` below
        30 cases.
    """

    n_cases: int
    n_right: int
    share: Estimate
    sure: Estimate
    n_sure: int
    promised: Estimate
    by_class: Mapping[str, tuple[Estimate, int]]
    verdict: Kind


def accuracy(bundle: KnownBundle, judged: Mapping[tuple[str, str, bool], int]) -> Accuracy:
    """Accuracy since.

    Parameters
    ----------
    bundle
        What was promised.
    judged
        As of :meth:`auscult.history.store.History.judged`.
    """
    n = sum(judged.values())
    right = sum(k for (outcome, called, _), k in judged.items() if outcome == called)
    n_sure = sum(k for (_, _, unsure), k in judged.items() if not unsure)
    sure = sum(k for (o, c, unsure), k in judged.items() if o == c and not unsure)
    share = wilson(right, n)
    return Accuracy(
        n,
        right,
        share,
        wilson(sure, n_sure),
        n_sure,
        bundle.accuracy,
        {name: _of_class(name, judged) for name in bundle.classes},
        _verdict(n, share, bundle.accuracy),
    )


def wilson(right: int, n: int) -> Estimate:
    """A share with the 95 % interval of Wilson (J. Am. Stat. Assoc. 22, 1927); NaN where n is 0.

    >>> round(wilson(8, 10).low, 2)
    0.49
    """
    if not n:
        return Estimate(math.nan, math.nan, math.nan)
    share, squared = right / n, _Z**2
    middle = (share + squared / (2 * n)) / (1 + squared / n)
    half = _Z / (1 + squared / n) * math.sqrt(share * (1 - share) / n + squared / (4 * n**2))
    return Estimate(share, max(middle - half, 0.0), min(middle + half, 1.0))


def _of_class(name: str, judged: Mapping[tuple[str, str, bool], int]) -> tuple[Estimate, int]:
    of = {called: 0 for (_, called, _) in judged}
    for (outcome, called, _), k in judged.items():
        of[called] += k if outcome == name else 0
    n = sum(of.values())
    return wilson(of.get(name, 0), n), n


def _verdict(n: int, share: Estimate, promised: Estimate) -> Kind:
    if not n:
        return "none"
    if n < FEWEST:
        return "few"
    if math.isnan(promised.value):
        return "unknown"
    if share.high < promised.value:
        return "lower"
    return "higher" if share.low > promised.value else "as promised"
