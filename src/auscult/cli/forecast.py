"""``auscult forecast``: a series, and what forecasts of it are worth."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from auscult.cli.compare import identity
from auscult.errors import InputError, Terminated

SERIES = (
    "time",
    "value",
    "series",
    "known",
    "unknown",
    "fill",
    "layout",
    "freq",
    "zone",
    "time_format",
    "duplicates",
)
FILE = ("sheet", "encoding", "header")


def _names(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(c.strip() for c in value.split(",") if c.strip()) if value else ()


def _seasons(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    if value is None:
        return None
    try:
        return tuple(int(part) for part in value.split(","))
    except ValueError:
        raise InputError(
            f"is a whole number from 1, or several (96,672), not '{value}'.", where="--season"
        ) from None


def series_options(command: Any) -> Any:
    """Flags that say how a file of series is read."""
    for option in reversed(
        [
            click.option(
                "--time",
                metavar="COLS",
                callback=_names,
                help="Column of stamps.  [default: looks]",
            ),
            click.option(
                "--value", metavar="COL", help="Column of the values to forecast.  [default: looks]"
            ),
            click.option(
                "--series", metavar="COL", help="Column that says whose value a row has (a panel)."
            ),
            click.option(
                "--known",
                metavar="COLS",
                callback=_names,
                help="Covariates whose future is known (a holiday).",
            ),
            click.option(
                "--unknown",
                metavar="COLS",
                callback=_names,
                help="Covariates whose future is not known (rain).",
            ),
            click.option(
                "--fill",
                metavar="HOW",
                help="How gaps are filled: linear, previous or season.  [default: refused]",
            ),
            click.option("--layout", metavar="NAME", help="long or day-per-row.  [default: looks]"),
            click.option(
                "--freq",
                metavar="STEP",
                help="Time between points: 15min, D, MS; row where every row is a step.  "
                "[default: the most common]",
            ),
            click.option(
                "--zone", metavar="NAME", help="Time zone of the stamps, e.g. Europe/Berlin."
            ),
            click.option(
                "--time-format", metavar="FORM", help="day-first, month-first or such as %d/%m/%y."
            ),
            click.option(
                "--duplicates",
                metavar="HOW",
                help="Stamps that stand twice: mean, first or last.  [default: refused]",
            ),
        ]
    ):
        command = option(command)
    return command


@click.command()
@click.argument("data", metavar="DATA")
@click.option("--horizon", type=int, metavar="H", help="How many points ahead.")
@series_options
@click.option("--sheet", metavar="NAME", help="Sheet of an Excel workbook.")
@click.option("--encoding", metavar="NAME", help="Encoding of a text file.")
@click.option(
    "--header/--no-header",
    default=None,
    help="Whether the first row holds names.  [default: looks]",
)
@click.option(
    "--season",
    metavar="LIST",
    callback=_seasons,
    help="Points of a season, or of several: 96,672; 1 for none.  [default: from the step]",
)
@click.option(
    "--models",
    metavar="LIST",
    help="Names with settings, e.g. ridge:lags=672,gradient-boosting.  "
    "[default: gradient-boosting,mean]",
)
@click.option(
    "--plan",
    default="rolling",
    show_default=True,
    metavar="NAME",
    help="rolling; or published: the last 2 %, one point ahead.",
)
@click.option("--test", type=int, metavar="N", help="Points tested at the end.  [default: a fifth]")
@click.option(
    "--step", type=int, metavar="N", help="Points between two origins.  [default: the horizon]"
)
@click.option(
    "--gap", default=0, show_default=True, metavar="N", help="Points left out behind an origin."
)
@click.option("--window", type=int, metavar="N", help="Points a fit sees.  [default: all before]")
@click.option(
    "--refit", type=int, metavar="N", help="Fit anew every N origins.  [default: fitted once]"
)
@click.option(
    "--intervals",
    default="adaptive",
    show_default=True,
    metavar="KIND",
    help="Prediction intervals: adaptive, split or none.",
)
@click.option(
    "--level", default=0.9, show_default=True, metavar="P", help="Coverage of the intervals."
)
@click.option(
    "--metric", default="mae", show_default=True, help="What the leaderboard is sorted by."
)
@click.option("--seed", default=0, show_default=True, metavar="S", help="Where all chance starts.")
@click.option("--out", metavar="DIR", help="Run folder.  [default: auscult-run-NAME]")
def forecast(data: str, out: str | None, **options: Any) -> None:
    """Forecast DATA from many origins, tell what that is worth, and go on beyond its end.

    DATA is a file of one series or of several (CSV, Excel, Parquet; a point a row or a day a
    row), or a name of the catalog, see `auscult data list`. No model sees a point that it is
    tested on, nor any later one; the baselines always stand beside.
    """
    from auscult.data.series.describe import describe_series  # noqa: PLC0415
    from auscult.data.series.named import read_series  # noqa: PLC0415
    from auscult.evaluate.under_way import left_in, told_of  # noqa: PLC0415
    from auscult.forecasting import forecast as run  # noqa: PLC0415
    from auscult.report.forecast_terminal import (  # noqa: PLC0415
        print_leaderboard,
        print_sentences,
        print_warnings,
    )
    from auscult.report.terminal import (  # noqa: PLC0415
        Progress,
        console,
        print_findings,
        print_reading,
    )

    reading = {name: options.pop(name) for name in (*SERIES, *FILE)}
    if reading["fill"] == "season" and options["season"]:
        reading["season"] = options["season"][0]
    series = read_series(data, **reading)
    screen = console()
    print_reading(describe_series(series), screen)
    print_findings(series.findings, screen)
    folder = Path(out or f"auscult-run-{series.name}")
    report = folder / "report.html"
    before = identity(report)
    print_findings(told_of(folder, series.sha256), screen)
    given = click.get_current_context().obj or sys.argv[1:]  # a study that goes on names its own
    try:
        with Progress(screen) as progress:
            result = run(
                series,
                headline=options.pop("metric"),
                out=folder,
                command="auscult " + shlex.join(given),
                progress=progress,
                **options,
            )
        screen.print()
        print_sentences(result.verdict, screen)
        print_leaderboard(result, screen)
        print_warnings(result, screen, already=series.findings)
        screen.print(f"Report: {report}", soft_wrap=True)
        if result.future is not None:
            print_findings(result.future.findings, screen)
            screen.print(f"Forecast: {_told(result.future, folder)}", soft_wrap=True)
        screen.print(f"Next: auscult predict {folder} LATER.csv", soft_wrap=True)
    except (KeyboardInterrupt, Terminated) as stop:
        said = f"stopped; {left_in(folder, written=identity(report) != before)}"
        raise type(stop)(said) from stop


def _told(future: Any, folder: Path) -> str:
    points = "point" if future.horizon == 1 else f"{future.horizon:,} points"
    return f"{folder / 'forecast.csv'} (the next {points}, by {future.model} on all of the data)"
