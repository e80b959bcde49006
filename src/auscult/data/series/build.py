"""Series from points on a grid: ends trimmed, gaps found and filled, nothing left missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auscult.data.numbers import shown
from auscult.data.raw import listed
from auscult.data.series.dataset import Series
from auscult.data.series.fill import HOW, fill_gaps, season_for
from auscult.data.series.gaps import find_gaps
from auscult.data.series.grid import Grid
from auscult.data.series.options import SeriesOptions
from auscult.data.series.points import Points
from auscult.errors import InputError
from auscult.types import BoolArray, Finding, FloatArray, IntArray

FEWEST = 3
_MOST_BY_ROW, _MOST_MORE = 20, 1_000_000


@dataclass(frozen=True, eq=False)
class _Spans:
    """Where each series starts and ends.

    ``first`` and ``last`` are ``(n_series,)`` indices of its first and last known value into the
    points, ``end`` of its last row; ``offsets`` is ``(n_series + 1,)`` into the built values.
    """

    first: IntArray
    last: IntArray
    end: IntArray
    offsets: IntArray


def build_series(
    points: Points, grid: Grid, places: IntArray, options: SeriesOptions
) -> tuple[tuple[Series, ...], tuple[Finding, ...]]:
    """Series of sorted points, one a stamp.

    Parameters
    ----------
    places
        ``(n,)`` where on the grid each point stands.

    Raises
    ------
    InputError
        If a series has fewer than three values, or has gaps that nothing was said about.
    """
    spans = _spans(points, places)
    gaps = find_gaps(points, grid, places, spans.first, spans.last, options.covariates)
    if gaps is not None and options.fill == "none":
        raise InputError(gaps.refusal)
    _refuse_endless(points, spans)
    inside = _inside(points, spans)
    to = spans.offsets[points.series] + places - places[spans.first][points.series]
    columns = np.column_stack([points.values, points.covariates])
    flat = np.full((int(spans.offsets[-1]), columns.shape[1]), np.nan)
    flat[to[inside]] = columns[inside]
    if gaps is not None:
        season = season_for(options.fill, options.season, grid.freq, grid.step)
        _fill(flat, spans, points, options, season)
    series = tuple(_series(i, flat, points, grid, places, spans) for i in range(len(points.ids)))
    filled = () if gaps is None else (gaps.finding(HOW[options.fill]),)
    findings = (*_trimmed(points, inside, series), *filled, *_constant(flat, spans, points))
    return series, findings


def _spans(points: Points, places: IntArray) -> _Spans:
    n = len(points.ids)
    known = np.flatnonzero(~np.isnan(points.values))
    of = points.series[known]
    counts = np.bincount(of, minlength=n)
    if (counts < FEWEST).any():
        raise InputError(_too_few(points, counts))
    bounds = np.searchsorted(of, np.arange(n + 1))
    first, last = known[bounds[:-1]], known[bounds[1:] - 1]
    end = np.searchsorted(points.series, np.arange(n), side="right") - 1
    lengths = places[last] - places[first] + 1
    return _Spans(first, last, end, np.concatenate([[0], np.cumsum(lengths)]))


def _too_few(points: Points, counts: IntArray) -> str:
    few = np.flatnonzero(counts < FEWEST)
    i = int(few[0])
    n = f"{counts[i]} value{'' if counts[i] == 1 else 's'}"
    if len(points.ids) == 1:
        return f"column '{points.target}' has {n}; a series has at least {FEWEST}."
    more = f" (and {len(few) - 1} others as few)" if len(few) > 1 else ""
    return (
        f"series {shown(points.ids[i])} has {n}{more}; a series has at least {FEWEST}. Remove its "
        "rows."
    )


def _refuse_endless(points: Points, spans: _Spans) -> None:
    total = int(spans.offsets[-1])
    if total <= _MOST_BY_ROW * len(points.rows) + _MOST_MORE:
        return
    i = int(np.argmax(np.diff(spans.offsets)))
    raise InputError(
        f"{len(points.rows):,} rows would become {total:,} points: {points.of(int(spans.first[i]))}"
        f"stamps run from {points.when(int(spans.first[i]))} to {points.when(int(spans.last[i]))}. "
        "Mend the stamps, or say a longer --freq."
    )


def _inside(points: Points, spans: _Spans) -> BoolArray:
    index = np.arange(len(points.series))
    return (index >= spans.first[points.series]) & (index <= spans.last[points.series])


def _fill(
    flat: FloatArray, spans: _Spans, points: Points, options: SeriesOptions, season: int
) -> None:
    names = (points.target, *options.covariates)
    gappy = np.add.reduceat(np.isnan(flat), spans.offsets[:-1], axis=0)
    for i, column in np.argwhere(gappy).tolist():
        part = flat[spans.offsets[i] : spans.offsets[i + 1], column]
        if np.isnan(part).all():
            where = points.of(int(spans.first[i]))
            raise InputError(f"{where}column '{names[column]}' has no values. Leave it out.")
        part[:] = fill_gaps(part, options.fill, season)


def _series(
    i: int, flat: FloatArray, points: Points, grid: Grid, places: IntArray, spans: _Spans
) -> Series:
    part = flat[spans.offsets[i] : spans.offsets[i + 1]]
    ticks = points.ticks
    first = 0 if ticks is None else int(ticks[spans.first[i]])
    return Series(
        id=points.ids[i],
        values=np.ascontiguousarray(part[:, 0]),
        times=grid.span(first, len(part)),
        covariates=np.ascontiguousarray(part[:, 1:]),
        future=_future(points, places, int(spans.last[i]), int(spans.end[i])),
    )


def _future(points: Points, places: IntArray, last: int, end: int) -> FloatArray:
    """Covariates of the rows behind the last value."""
    n_covariates = points.covariates.shape[1]
    behind = np.arange(last + 1, end + 1)
    behind = behind[~np.isnan(points.covariates[behind]).all(axis=1)] if n_covariates else behind
    if not n_covariates or not len(behind):
        return np.empty((0, n_covariates))
    future = np.full((int(places[behind[-1]] - places[last]), n_covariates), np.nan)
    future[places[behind] - places[last] - 1] = points.covariates[behind]
    return future


def _trimmed(points: Points, inside: BoolArray, series: Sequence[Series]) -> list[Finding]:
    findings = []
    n_future = sum(len(s.future) for s in series)
    if n_future:
        message = f"{n_future:,} rows behind the last value hold covariates; they are the future."
        findings.append(Finding("future-covariates", message, "note"))
    n_out = int((~inside).sum()) - n_future
    if n_out > 0:
        i = int(np.flatnonzero(~inside)[0])
        message = (
            f"{n_out:,} rows before the first value or behind the last have none and were left "
            f"out (first: row {points.rows[i]})."
        )
        findings.append(Finding("empty-ends", message, "note"))
    return findings


def _constant(flat: FloatArray, spans: _Spans, points: Points) -> list[Finding]:
    starts = spans.offsets[:-1]
    values = flat[:, 0]
    same = np.maximum.reduceat(values, starts) == np.minimum.reduceat(values, starts)
    if not same.any():
        return []
    names = [points.ids[i] for i in np.flatnonzero(same)]
    which = f"Series {listed(names).replace('columns', 'series')}" if len(points.ids) > 1 else "It"
    more = "" if len(points.ids) > 1 else f" ({values[0]:g})"
    message = f"{which} never changes{more}: every forecast of it is right, and says nothing."
    return [Finding("constant-series", message)]
