"""``auscult resume``: go on with a study that was stopped."""

from __future__ import annotations

import os
from pathlib import Path

import click

from auscult.errors import InputError


@click.command()
@click.argument("folder", metavar="DIR")
def resume(folder: str) -> None:
    """Go on with the study of the run folder DIR, to the same figures as if it never stopped.

    Fits that were finished are taken as they are, those under way from their last checkpoint. The
    command that began the study is given again, in the folder where it was given; giving it again
    by hand does the same. Data, versions or processors that have changed since are named, and
    what depends on them is fitted anew.
    """
    from auscult.cli.compare import compare  # noqa: PLC0415
    from auscult.cli.forecast import forecast  # noqa: PLC0415
    from auscult.evaluate.under_way import begun_in  # noqa: PLC0415

    begun = begun_in(folder)
    if begun is None:
        raise InputError("no study was begun in it. Name its run folder (--out).", where=folder)
    commands = {"compare": compare, "forecast": forecast}
    verb, *arguments = begun.arguments or [""]
    if verb not in commands:
        raise InputError(
            f"was begun with '{begun.command or 'a call from Python'}', which does not go on by "
            "itself. Give the same again.",
            where=folder,
        )
    place = Path(folder).resolve()
    try:
        os.chdir(begun.place)
    except OSError as error:
        raise InputError(
            f"the study was begun in {begun.place}, which is not there ({error.strerror}).",
            where=folder,
        ) from error
    click.echo(begun.command, err=True)
    given = [*arguments, "--out", str(place)]
    with commands[verb].make_context(f"auscult {verb}", given) as context:
        context.obj = [verb, *arguments]
        commands[verb].invoke(context)
