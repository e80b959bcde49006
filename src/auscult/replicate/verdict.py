"""What repeating published systems found, in a few sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from auscult.evaluate.forecast.metrics import HIGHER_IS_BETTER as HIGHER_FORECASTS
from auscult.evaluate.metrics import HIGHER_IS_BETTER
from auscult.replicate.record import Record, Row
from auscult.replicate.shown import interval_text, main_rows, value_text
from auscult.report import words
from auscult.types import Estimate


def verdict(records: Sequence[Record]) -> list[str]:
    """Two to four sentences: what the systems are worth, what leaks did, what stood up."""
    rows = main_rows(list(records))
    said = [_against_baseline(rows), _furthest(rows), _inside(rows)]
    if any(record.quick for record in records):
        said.append("This is the quick run: fewer epochs and repeats, so that figures are rough.")
    return [sentence for sentence in said if sentence]


def _sign(metric: str) -> int:
    return 1 if HIGHER_IS_BETTER.get(metric, metric in HIGHER_FORECASTS) else -1


def _against_baseline(rows: Sequence[Row]) -> str:
    """Which systems, done honestly, are beyond a plain baseline."""
    beyond = [row.system for row in rows if _beats(row)]
    if len(rows) == 1:
        verb = "beats" if beyond else "does not clearly beat"
        return f"Done honestly, the {rows[0].system} {verb} a baseline that trains in seconds."
    which = f"{_count(beyond)} of {words.number_word(len(rows)).lower()} published systems"
    clearly = "clearly beats" if len(beyond) == 1 else "clearly beat"
    named = f": the {words.listed(beyond)}" if beyond else ""
    return f"Done honestly, {which} {clearly} a baseline that trains in seconds{named}."


def _beats(row: Row) -> bool:
    """Whether the whole honest interval is on the better side of the baseline's figure."""
    ends = (row.honest.estimate.low, row.honest.estimate.high)
    sign, base = _sign(row.metric), row.baseline.estimate.value
    return all(math.isfinite(end) and sign * (end - base) > 0 for end in ends)


def _furthest(rows: Sequence[Row]) -> str:
    """The system whose leaks gave the most."""
    gains = [(gain, row) for row in rows if (gain := _gain(row)) > 0]
    if not gains:
        return ""
    row = max(gains, key=lambda pair: pair[0])[1]
    assert row.rebuilt is not None
    ends = interval_text(row.honest, row.metric).strip("()")
    about = f"Leaks gave most to the {row.system}" if len(rows) > 1 else "What leaks gave"
    return (
        f"{about}: "
        f"{value_text(row.rebuilt, row.metric)} with its leaks (leaky), "
        f"{value_text(row.honest, row.metric)} without them (95\u00a0% interval {ends})."
    )


def _gain(row: Row) -> float:
    """What leaks gave, as a share of the honest figure."""
    if row.rebuilt is None:
        return 0.0
    honest, leaky = row.honest.estimate.value, row.rebuilt.estimate.value
    return _sign(row.metric) * (leaky - honest) / abs(honest)


def _inside(rows: Sequence[Row]) -> str:
    """How many published figures lie where the honest ones do."""
    known = [row for row in rows if math.isfinite(row.published.estimate.value)]
    held = [row for row in known if _holds(row.honest.estimate, row.published.estimate.value)]
    if len(known) < 2:
        return ""
    return (
        f"{words.upper_first(_count(held))} of {words.number_word(len(known)).lower()} published "
        f"figures {'lies' if len(held) < 2 else 'lie'} within the honest interval"
        "; from how they were made, nobody could have told which."
    )


def _count(some: Sequence[object]) -> str:
    return words.number_word(len(some)).lower() if some else "none"


def _holds(interval: Estimate, value: float) -> bool:
    return interval.low <= value <= interval.high
