"""``auscult replicate``: published systems, with their leaks and without them."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("name", metavar="[NAME]", default="all")
@click.option("--quick", is_flag=True, help="Fewer epochs and repeats: minutes, rough figures.")
@click.option("--seed", default=0, show_default=True, metavar="S", help="Where all chance starts.")
@click.option(
    "--out",
    default="auscult-replicate",
    show_default=True,
    metavar="DIR",
    help="Folder of the page and of one JSON file a system.",
)
def replicate(name: str, quick: bool, seed: int, out: str) -> None:
    """Repeat published systems: as published, leaks included, and honestly.

    NAME is heart, twoleadecg, alzheimers, heartbeats, load, or all. Each is rebuilt with its
    leaks (labelled leaky), done without them, and set beside a plain baseline and the best model
    here. A system that lies in the folder already is not repeated, so that a run that was stopped
    goes on where it was.
    """
    from auscult.replicate.run import PAGE  # noqa: PLC0415
    from auscult.replicate.run import replicate as run  # noqa: PLC0415
    from auscult.replicate.terminal import print_replication  # noqa: PLC0415
    from auscult.report.terminal import Progress, console  # noqa: PLC0415

    screen, folder = console(), Path(out)
    try:
        with Progress(screen) as progress:
            found = run(name, quick=quick, seed=seed, out=folder, progress=progress)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(
            f"stopped; what was finished lies in {folder}, the same command goes on from there"
        ) from stop
    for one in found.taken:
        screen.print(f"{one}: taken from {folder}, finished earlier", soft_wrap=True)
    if found.records:
        print_replication(found.records, screen)
        screen.print(f"Page: {folder / PAGE}", soft_wrap=True)
    for one, why in found.failed.items():
        click.echo(f"{one}: left out: {why}", err=True)
    if found.failed:
        sys.exit(2)
