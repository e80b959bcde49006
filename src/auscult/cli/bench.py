"""``auscult bench``: models on several sets of data at once."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from auscult.cli.compare import reading_options
from auscult.errors import Terminated


@click.command()
@click.argument("data", metavar="DATA...", nargs=-1, required=True)
@reading_options
@click.option("--models", metavar="LIST", help="Names with settings, as of compare; or all.")
@click.option("--folds", default=5, show_default=True, metavar="K", help="Folds.")
@click.option("--repeats", default=2, show_default=True, metavar="R", help="Repeats of the folds.")
@click.option("--seed", default=0, show_default=True, metavar="S", help="Where all chance starts.")
@click.option("--epochs", type=int, metavar="N", help="The most epochs of the networks.")
@click.option("--metric", default="accuracy", show_default=True, help="What models are ranked by.")
@click.option("--jobs", type=int, metavar="N", help="Processes that fit, one thread each.")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler whose workers fit.")
@click.option("--slurm", is_flag=True, help="Workers that SLURM begins fit.")
@click.option(
    "--out", default="auscult-bench", show_default=True, metavar="DIR", help="Folder of the runs."
)
def bench(data: tuple[str, ...], out: str, **options: Any) -> None:
    """Compare models on several sets of data, and test what that bears out.

    DATA are files, folders of files, names of the catalog, or the word catalog. Beside a file
    NAME_TRAIN, NAME_TEST is its test file. Each set of data has its own run folder in DIR; one
    that fails is told, and the others go on. The same command goes on where it was stopped.
    """
    from auscult.benching import PAGE  # noqa: PLC0415
    from auscult.benching import bench as run  # noqa: PLC0415
    from auscult.report.benched import verdict  # noqa: PLC0415
    from auscult.report.paragraph import say  # noqa: PLC0415
    from auscult.report.terminal import console  # noqa: PLC0415

    screen, folder = console(), Path(out)
    command = "auscult " + shlex.join(sys.argv[1:])

    def told(name: str, text: str) -> None:
        say(screen, f"{name}: {text}", indent=0)

    try:
        found = run(data, out=folder, command=command, told=told, **options)
    except (KeyboardInterrupt, Terminated) as stop:
        said = f"stopped; what was finished lies in {folder}, the same command goes on from there"
        raise type(stop)(said) from stop
    labels = {row.model: row.label for study in found.studies.values() for row in study.models}
    screen.print()
    for sentence in verdict(found.ranks, labels):
        say(screen, sentence, indent=0)
    screen.print(f"Page: {folder / PAGE}", soft_wrap=True)
    if found.failed:
        sys.exit(2)
