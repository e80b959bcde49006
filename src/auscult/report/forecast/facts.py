"""What the report tells of the data: counts, span, seasons, covariates, terms and hash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from auscult.evaluate.forecast.result import ForecastResult
from auscult.report import words
from auscult.report.forecast.time import point_times, span


def data(result: ForecastResult) -> dict[str, Any]:
    """Counts, span, seasons, covariates, terms and hash."""
    d = result.data
    made = result.provenance.created[:10]
    parts = [
        words.plural(d.n_series, "series", "series"),
        words.plural(d.n_points, "point") + f" of '{d.target}'",
        words.plural(len(result.models), "model"),
        made,
    ]
    return {
        "facts_line": " · ".join(part for part in parts if part),
        "facts_data": [
            ("series", _series(result)),
            ("points", words.count(d.n_points)),
            ("value column", d.target),
            ("step", _step(result)),
            ("from, to", _span(result)),
            ("seasons", ", ".join(map(_season(result), d.seasons)) or "none given"),
            ("covariates", ", ".join(d.covariates) or "none"),
            ("terms", d.terms or "not stated"),
            ("sha256", d.sha256 or "not known"),
        ],
    }


def _series(result: ForecastResult) -> str:
    d, n = result.data, len(result.data.ids)
    out = d.n_series - n if n else 0
    return words.count(d.n_series) + (f", {words.count(out)} of them left out" if out else "")


def _step(result: ForecastResult) -> str:
    freq = result.data.freq
    return "points are numbered" if freq is None else span(freq) or freq


def _season(result: ForecastResult) -> Callable[[int], str]:
    def told(season: int) -> str:
        one = span(result.data.freq, season)
        return f"{words.plural(season, 'point')}{f' ({one})' if one else ''}"

    return told


def _span(result: ForecastResult) -> str:
    d = result.data
    ends = [
        (times[0], times[-1])
        for code, n in enumerate(d.lengths)
        if (times := point_times(d, code, n)) is not None
    ]
    if not ends:
        return "not known"
    first, last = min(e[0] for e in ends), max(e[1] for e in ends)
    zone = f", time of {d.zone}" if d.zone else ""
    return f"{_moment(first)} to {_moment(last)}{zone}"


def _moment(time: np.datetime64) -> str:
    return str(time.astype("datetime64[m]")).replace("T", " ").removesuffix(" 00:00")
