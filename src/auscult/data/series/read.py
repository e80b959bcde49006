"""Any file of time series as :class:`SeriesData`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from auscult.data.formats import Options
from auscult.data.opened import Opened, open_file
from auscult.data.series.build import build_series
from auscult.data.series.dataset import SeriesData
from auscult.data.series.opening import read_columns
from auscult.data.series.options import Duplicates, Fill, Layout, SeriesOptions, names
from auscult.data.series.order import in_file_order, in_utc, settle_duplicates, sort
from auscult.data.series.points import points_of
from auscult.data.series.roles import assign_roles
from auscult.data.series.steps import find_grid
from auscult.errors import InputError

PathLike = str | os.PathLike[str]


def read_series(
    path: PathLike,
    *,
    time: str | Sequence[str] | None = None,
    value: str | None = None,
    series: str | None = None,
    known: str | Sequence[str] = (),
    unknown: str | Sequence[str] = (),
    layout: Layout | None = None,
    freq: str | None = None,
    zone: str | None = None,
    time_format: str | None = None,
    fill: Fill = "none",
    season: int | None = None,
    duplicates: Duplicates = "refuse",
    sheet: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
) -> SeriesData:
    """Read a file of one time series, or of several.

    Parameters
    ----------
    path
        CSV, TSV or other delimited text, Excel or OpenDocument, Parquet: a point a row, or a day
        a row with a column for each time of day. A text file with one column of numbers is a
        series without times.
    time
        The column of stamps, or two: date and time of day. None looks; a file without stamps
        has its points in the order of the rows.
    value
        The column of values; None takes the one column of numbers that is left.
    series
        The column that says which series a row belongs to.
    known, unknown
        Covariates whose future is known (a holiday), and those whose future is not.
    layout
        ``long`` (a point a row) or ``day-per-row``; None looks.
    freq
        Time between points as an offset alias of pandas (``15min``, ``D``, ``MS``), or ``row``
        where every row is a step whatever its stamp says. None takes the most common difference.
    zone
        The time zone of stamps without an offset (``Europe/Berlin``), whose clock skips and
        repeats hours; times are UTC then.
    time_format
        ``day-first`` or ``month-first`` where stamps do not tell, or a format of ``strptime``.
    fill
        How gaps are filled: ``linear``, ``previous``, ``season``; ``none`` refuses them.
    season
        Steps of a season for ``fill="season"``; None takes what is usual for the step.
    duplicates
        What becomes of stamps that stand twice with different values: ``refuse``, or their
        ``mean``, the ``first`` or the ``last``.
    sheet, encoding, header
        As of :func:`auscult.data.read.read`.

    Returns
    -------
    SeriesData
        Without gaps. Its ``findings`` say what was noticed, mended or decided.

    Raises
    ------
    InputError
        If the file cannot be read in exactly one way, or has gaps, stamps that stand twice or
        uneven steps that nothing was said about.
    MissingExtraError
        If the file is Parquet and pyarrow is not installed.
    """
    path = Path(path)
    with _named(path):
        options = SeriesOptions(
            time=names(time),
            value=value,
            series=series,
            known=names(known),
            unknown=names(unknown),
            layout=layout,
            freq=freq,
            zone=zone,
            time_format=time_format,
            fill=fill,
            season=season,
            duplicates=duplicates,
        )
        return _read(open_file(path), Options(sheet, encoding, header), options)


def _read(opened: Opened, how: Options, options: SeriesOptions) -> SeriesData:
    raw = read_columns(opened, how)
    roles = assign_roles(raw, options)
    points, in_cells = points_of(raw, roles, options)
    points, unordered = sort(points)
    points, local = in_utc(points, options.zone)
    # A local clock that is set back runs backwards, and its rows are in order all the same.
    unordered = () if local and in_file_order(points) else unordered
    points, again = settle_duplicates(points, options.duplicates)
    grid, places, uneven = find_grid(points, options.freq)
    series, built = build_series(points, grid, places, options)
    findings = (*roles.findings, *in_cells, *unordered, *local, *again, *uneven, *built)
    return SeriesData(
        name=opened.path.stem,
        series=series,
        target=points.target,
        step=grid.step,
        freq=grid.freq,
        covariates=options.covariates,
        known_ahead=(True,) * len(options.known) + (False,) * len(options.unknown),
        findings=(*raw.findings, *findings),
        sha256=opened.sha256,
        zone=options.zone,
    )


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Every refusal starts with the file's name."""
    try:
        yield
    except InputError as error:
        where = path.name or str(path)
        line = "".join(c if c.isprintable() else "·" for c in f"{where}: {error}")
        raise InputError(line) from None
    except MemoryError:
        raise InputError("the file needs more memory than there is.", where=path.name) from None
