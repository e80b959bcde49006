"""``auscult compare``: the main job."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from auscult.errors import InputError, Terminated

_ASKED = ("calibrate", "sets", "sensitivity", "by")
_STUDY = (
    "models",
    "plan",
    "folds",
    "repeats",
    "seed",
    "epochs",
    "grid",
    "votes",
    "metric",
    "explain",
    "nested",
    "search",
    "jobs",
    "cluster",
    "slurm",
    "ddp",
    *_ASKED,
)


def _columns(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(c.strip() for c in value.split(",") if c.strip()) if value else ()


def _one(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> str | None:
    if len(values) > 1:
        raise InputError(
            "stands there twice. Put all settings into one: --grid 'A=1,2 B=3,4'.", where="--grid"
        )
    return values[0] if values else None


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
            click.option(
                "--recipe",
                metavar="NAME",
                help="How beats are cut from ECG records: kaggle, window, live or relative.  "
                "[default: kaggle]",
            ),
            click.option(
                "--channel",
                metavar="NAME",
                help="Channel of ECG records, e.g. MLII; first; or all.  [default: first]",
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
@click.option(
    "--plan",
    metavar="NAME",
    help="kfold or grouped; of ECG records also ds1-ds2, or by-beat (leaky).  "
    "[default: from the data]",
)
@click.option("--folds", default=5, show_default=True, metavar="K", help="Folds.")
@click.option("--repeats", default=2, show_default=True, metavar="R", help="Repeats of the folds.")
@click.option("--seed", default=0, show_default=True, metavar="S", help="Where all chance starts.")
@click.option("--epochs", type=int, metavar="N", help="The most epochs of the networks.")
@click.option(
    "--grid",
    metavar="LIST",
    multiple=True,
    callback=_one,
    help="Settings to try, e.g. 'optimizer=sgd,adam batch=30,100'; chosen on validation parts.",
)
@click.option(
    "--vote",
    "votes",
    metavar="KIND",
    multiple=True,
    help="soft, hard or weighted vote over the models, or over some, e.g. soft:lstm+fcn; "
    "repeatable.",
)
@click.option(
    "--calibrate",
    metavar="METHOD",
    help="temperature, platt or isotonic: probabilities calibrated on cases kept aside.",
)
@click.option(
    "--sets",
    metavar="SHARE",
    help="Conformal prediction sets of this coverage, e.g. 0.9, 0.9:aps, 0.9:by-class.",
)
@click.option(
    "--sensitivity",
    metavar="SHARE",
    help="A threshold for this sensitivity, e.g. 0.95, or CLASS=0.95; chosen on cases kept aside.",
)
@click.option("--by", metavar="COLS", callback=_columns, help="Figures by subgroup, e.g. sex,age.")
@click.option(
    "--explain",
    is_flag=True,
    help="Measure what each model looks at; shows a few test cases in the report.",
)
@click.option(
    "--nested",
    is_flag=True,
    help="Choose model and settings inside the training cases of each fit, too.",
)
@click.option(
    "--search",
    type=int,
    metavar="N",
    help="Settings that a search tries there for each fit, e.g. 30; --nested goes with it.",
)
@click.option(
    "--metric", default="accuracy", show_default=True, help="What the leaderboard is sorted by."
)
@click.option(
    "--jobs",
    type=int,
    metavar="N",
    help="Processes that fit, one thread each.  [default: threads of one process]",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="A Dask scheduler whose workers fit, e.g. tcp://host:8786.",
)
@click.option(
    "--ddp",
    type=int,
    metavar="N",
    help="Processes that train each network together, on a share of every batch.",
)
@click.option("--slurm", is_flag=True, help="Workers that SLURM begins as there is work fit.")
@click.option(
    "--keep",
    metavar="MODEL",
    help="Fit this model, or the best, on all cases and write it as a bundle: DIR/models.",
)
@click.option("--out", metavar="DIR", help="Run folder.  [default: auscult-run-NAME]")
def compare(data: str, out: str | None, **options: Any) -> None:
    """Train models on parts of DATA and tell what each is worth on the rest.

    DATA is a file (CSV, TSV, Excel, Parquet, .ts, .arff, .npz), an ECG record (.hea) or a folder
    of them, or a name of the catalog, see `auscult data list`. Every model meets the same splits;
    preprocessing, early stopping and weights are fitted inside the training cases; the baselines
    always stand beside.
    """
    given = click.get_current_context().obj or sys.argv[1:]  # a study that goes on names its own
    run_compare(data, out, options, command="auscult " + shlex.join(given))


def run_compare(
    data: str, out: str | None, options: dict[str, Any], command: str, then: str = ""
) -> None:
    """Read, say what was read, compare, print the leaderboard, write the run folder.

    ``then`` is what to try next.
    """
    from auscult.api import compare as run  # noqa: PLC0415
    from auscult.api import read_study  # noqa: PLC0415
    from auscult.data.describe import describe  # noqa: PLC0415
    from auscult.data.reading_bar import ReadingBar  # noqa: PLC0415
    from auscult.evaluate.catalogue import untried  # noqa: PLC0415
    from auscult.evaluate.under_way import left_in, told_of  # noqa: PLC0415
    from auscult.report.terminal import (  # noqa: PLC0415
        Progress,
        console,
        print_chosen,
        print_findings,
        print_leaderboard,
        print_reading,
        print_sweeps,
        print_verdict,
        print_warnings,
    )
    from auscult.report.trust_terminal import print_trust  # noqa: PLC0415
    from auscult.studies import kept_in, require_keepable  # noqa: PLC0415

    study = {k: options.pop(k) for k in _STUDY if k in options}
    keep = options.pop("keep", None)
    with ReadingBar() as bar:
        loaded = read_study(data, options.pop("test", None), progress=bar, **options)
    screen = console()
    told = loaded.dataset.findings
    print_reading(describe(loaded.dataset), screen)
    print_findings([found for found in told if found.code != "missing-values"], screen)
    if keep is not None:
        require_keepable(keep, study.get("models"), loaded.dataset.kind)
    folder = Path(out or f"auscult-run-{loaded.dataset.name}")
    report = folder / "report.html"
    before = identity(report)
    print_findings(told_of(folder, loaded.dataset.sha256), screen)
    try:
        with Progress(screen) as progress:
            result = run(loaded, out=folder, command=command, progress=progress, **study)
        print_leaderboard(result, screen)
        print_sweeps(result, screen)
        print_chosen(result, screen)
        print_trust(result, screen)
        print_verdict(result, screen)
        print_warnings(result, screen, already=told)
        screen.print(f"Report: {report}", soft_wrap=True)
        if keep is not None:
            with Progress(screen) as progress:
                bundle = kept_in(folder, result, keep, progress)
            said = f"Kept: {bundle} ({_size(bundle)}), in one file: {bundle}.zip"
            screen.print(said, soft_wrap=True)
            then = f"auscult predict {bundle} CASES, or auscult serve {bundle}"
        screen.print(f"Next: {then or _next(folder, untried(result))}", soft_wrap=True)
    except (KeyboardInterrupt, Terminated) as stop:
        written = identity(report) != before
        said = f"stopped; {left_in(folder, written=written, more=keep is not None)}"
        raise type(stop)(said) from stop


def _next(folder: Path, untried: list[str]) -> str:
    load = f'in Python, auscult.load("{folder}")'
    return f"the same with --models all; {load}" if untried else load


def _size(folder: Path) -> str:
    size = sum(file.stat().st_size for file in folder.iterdir())
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def identity(path: Path) -> tuple[int, int] | None:
    """What changes when another file takes this name."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
