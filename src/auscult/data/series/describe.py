"""What was read, in the few lines that stand above a forecast."""

from __future__ import annotations

import numpy as np

from auscult.data.series.dataset import SeriesData
from auscult.data.series.points import time_text


def describe_series(data: SeriesData) -> list[str]:
    """Compact lines: size, step and span, range of the values, covariates."""
    lines = [_size(data), _values(data)]
    if data.covariates:
        ahead = zip(data.covariates, data.known_ahead, strict=True)
        told = [f"{name} ({'known' if known else 'not known'} ahead)" for name, known in ahead]
        lines.append(f"covariates: {', '.join(told)}")
    return lines


def _size(data: SeriesData) -> str:
    points = [series.n_points for series in data.series]
    if data.n_series == 1:
        size = f"{points[0]:,} points"
    else:
        each = f"{min(points):,}" + (f" to {max(points):,}" if max(points) > min(points) else "")
        size = f"{data.n_series:,} series × {each} points"
    spans = [(s.times[0], s.times[-1]) for s in data.series if s.times is not None]
    if data.freq is None or not spans:
        return f"{data.name}: {size}, numbered"
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    clock = " UTC" if data.zone else ""
    return f"{data.name}: {size}, every {data.freq}, {time_text(first)} to {time_text(last)}{clock}"


def _values(data: SeriesData) -> str:
    low = min(float(np.nanmin(series.values)) for series in data.series)
    high = max(float(np.nanmax(series.values)) for series in data.series)
    return f"values ('{data.target}'): {low:,g} to {high:,g}"
