"""Laws that hold of any series."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.series.files import written

from auscult.data.series.dataset import SeriesData
from auscult.data.series.fill import fill_gaps
from auscult.data.series.read import read_series

values = st.floats(-1e6, 1e6).map(lambda v: round(v, 3))
fills = st.sampled_from(["linear", "previous", "season"])


def read_text(text: str, **options: object) -> SeriesData:
    with tempfile.TemporaryDirectory() as folder:
        return read_series(written(Path(folder), text), **options)  # type: ignore[arg-type]


def same(one: SeriesData, other: SeriesData) -> bool:
    pairs = list(zip(one.series, other.series, strict=True))
    return (one.freq, one.step) == (other.freq, other.step) and all(
        a.id == b.id
        and np.array_equal(a.values, b.values)
        and (a.times is b.times is None or np.array_equal(a.times, b.times))  # type: ignore[arg-type]
        for a, b in pairs
    )


@settings(max_examples=40, deadline=None)
@given(
    panel=st.lists(st.lists(values, min_size=3, max_size=12), min_size=1, max_size=4),
    data=st.data(),
)
def test_the_order_of_rows_does_not_matter(panel: list[list[float]], data: st.DataObject) -> None:
    day = np.datetime64("2014-02-26")
    rows = [f"{k},{day + i},{v}" for k, points in enumerate(panel) for i, v in enumerate(points)]
    shuffled = data.draw(st.permutations(rows))
    one, other = (
        read_text("\n".join(["series,date,y", *lines]), series="series")
        for lines in (rows, shuffled)
    )
    assert same(one, other)
    assert [s.values.tolist() for s in one.series] == panel


@settings(max_examples=40, deadline=None)
@given(days=st.lists(st.lists(values, min_size=24, max_size=24), min_size=1, max_size=4))
def test_a_day_a_row_is_the_long_form(days: list[list[float]]) -> None:
    first = np.datetime64("2014-02-27")
    names = [f"T{hour:02}00" for hour in range(24)]
    wide = ["date," + ",".join(names)]
    wide += [f"{first + d}," + ",".join(map(str, day)) for d, day in enumerate(days)]
    long = ["date,value"]
    long += [f"{first + d}T{h:02}:00,{v}" for d, day in enumerate(days) for h, v in enumerate(day)]
    assert same(read_text("\n".join(wide)), read_text("\n".join(long)))


@given(
    points=st.lists(st.one_of(values, st.just(float("nan"))), min_size=3, max_size=40),
    how=fills,
    season=st.integers(2, 9),
)
def test_filling_keeps_known_points_and_leaves_no_gap(
    points: list[float], how: str, season: int
) -> None:
    before = np.array(points)
    known = ~np.isnan(before)
    if not known.any():
        return
    after = fill_gaps(before.copy(), how, season)  # type: ignore[arg-type]
    assert np.array_equal(after[known], before[known])
    assert not np.isnan(after).any()
    assert after.min() >= before[known].min()
    assert after.max() <= before[known].max()


@settings(max_examples=40, deadline=None)
@given(
    points=st.lists(values, min_size=6, max_size=30),
    data=st.data(),
    how=st.sampled_from(["linear", "previous"]),
)
def test_a_missing_row_is_an_empty_value(
    points: list[float], data: st.DataObject, how: str
) -> None:
    """Once three days in a row are there, which say that a step is a day."""
    start = np.datetime64("2014-02-26")
    inner = range(3, len(points) - 1)
    gone = set(data.draw(st.lists(st.sampled_from(list(inner)), unique=True))) if inner else set()
    empty = [f"{start + i},{'' if i in gone else v}" for i, v in enumerate(points)]
    absent = [f"{start + i},{v}" for i, v in enumerate(points) if i not in gone]
    one, other = (
        read_text("\n".join(["date,y", *rows]), fill=how, freq="D") for rows in (empty, absent)
    )
    assert same(one, other)
