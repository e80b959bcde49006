"""What to know of a leaderboard's rows before one is believed."""

from __future__ import annotations

from collections.abc import Sequence

from auscult.evaluate.forecast.result import ForecastModelResult
from auscult.types import Finding


def row_findings(rows: Sequence[ForecastModelResult], baseline: str) -> tuple[Finding, ...]:
    """Models that leak, and models that are no better than the best baseline."""
    return (*_leaks(rows), *_unbeaten(rows, baseline))


def _leaks(rows: Sequence[ForecastModelResult]) -> tuple[Finding, ...]:
    """Models that saw the tested points, by name."""
    leaky = [row.label for row in rows if row.leaky]
    if not leaky:
        return ()
    return (
        Finding(
            "leaky-scaling",
            f"{_listed(leaky)}: what is forecast was scaled by the lowest and highest of the "
            "tested points, which nobody knows beforehand. The figure is leaky and stands here to "
            "be compared.",
            mend="scaling=range",
        ),
    )


def _unbeaten(rows: Sequence[ForecastModelResult], baseline: str) -> tuple[Finding, ...]:
    """Models that are no better than the best baseline, by name."""
    worse = [row.label for row in rows if row.beats_baseline is False]
    if not worse:
        return ()
    return (
        Finding(
            "does-not-beat-baseline",
            f"{_listed(worse)}: no better than the baseline '{baseline}' on the same points.",
        ),
    )


def _listed(labels: Sequence[str]) -> str:
    joined = ", ".join(labels)
    return joined[:1].upper() + joined[1:]
