"""``auscult compare``: the main job."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click


def _columns(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(c.strip() for c in value.split(",") if c.strip()) if value else ()


def reading_options(command: Any) -> Any:
    """Flags that say how a file is read."""
    for option in reversed(
        [
            click.option("--target", metavar="COL", help="Column that holds the class."),
            click.option(
                "--group",
                metavar="COL",
                help="Column whose cases must not stand on both sides of a split (the patient).",
            ),
            click.option("--id", metavar="COL", help="Column that names a case; never a feature."),
            click.option("--drop", metavar="COLS", callback=_columns, help="Columns to leave out."),
            click.option(
                "--categorical",
                metavar="COLS",
                callback=_columns,
                help="Columns of numbers that are names of categories.",
            ),
            click.option("--sheet", metavar="NAME", help="Sheet of an Excel workbook."),
            click.option(
                "--signals", is_flag=True, default=None, help="Each row of the table is a signal."
            ),
            click.option("--encoding", metavar="NAME", help="Encoding of a text file."),
            click.option(
                "--header/--no-header",
                default=None,
                help="Whether the first row holds names.  [default: looks]",
            ),
        ]
    ):
        command = option(command)
    return command


@click.command()
@click.argument("data", metavar="DATA")
@click.option("--test", metavar="FILE", help="A file of test cases; without one, k-fold.")
@reading_options
@click.option(
    "--models",
    metavar="LIST",
    help="Names with settings, e.g. logistic,lstm:units=64,knn-dtw:k=1..9; or all.",
)
@click.option("--folds", default=5, show_default=True, metavar="K", help="Folds.")
@click.option("--repeats", default=2, show_default=True, metavar="R", help="Repeats of the folds.")
@click.option("--seed", default=0, show_default=True, metavar="S", help="Where all chance starts.")
@click.option("--epochs", type=int, metavar="N", help="The most epochs of the networks.")
@click.option(
    "--metric", default="accuracy", show_default=True, help="What the leaderboard is sorted by."
)
@click.option("--out", metavar="DIR", help="Run folder.  [default: auscult-run-NAME]")
def compare(data: str, out: str | None, **options: Any) -> None:
    """Train models on parts of DATA and tell what each is worth on the rest.

    DATA is a file (CSV, TSV, Excel, Parquet, .ts, .arff, .npz) or a name of the catalog, see
    `auscult data list`. Every model meets the same splits; preprocessing, early stopping and
    weights are fitted inside the training cases; the baselines always stand beside.
    """
    run_compare(data, out, options, command="auscult " + shlex.join(sys.argv[1:]))


def run_compare(data: str, out: str | None, options: dict[str, Any], command: str) -> None:
    """Read, say what was read, compare, print the leaderboard, write the run folder."""
    from auscult.api import compare as run  # noqa: PLC0415
    from auscult.api import read_study  # noqa: PLC0415
    from auscult.data.describe import describe  # noqa: PLC0415
    from auscult.report.terminal import (  # noqa: PLC0415
        Progress,
        console,
        print_leaderboard,
        print_reading,
        print_verdict,
        print_warnings,
    )

    study = {k: options.pop(k) for k in ("models", "folds", "repeats", "seed", "epochs", "metric")}
    loaded = read_study(data, options.pop("test", None), **options)
    screen = console()
    print_reading(describe(loaded.dataset), screen)
    folder = Path(out or f"auscult-run-{loaded.dataset.name}")
    with Progress(screen) as progress:
        result = run(loaded, out=folder, command=command, progress=progress, **study)
    print_leaderboard(result, screen)
    print_verdict(result, screen)
    print_warnings(result, screen, already=loaded.dataset.findings)
    screen.print(f"Report: {folder / 'report.html'}", soft_wrap=True)
    screen.print("Next: look at it in a browser, or ask auscult compare --help.", soft_wrap=True)
