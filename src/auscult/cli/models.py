"""``auscult models``: what can be compared."""

from __future__ import annotations

import click


@click.command()
@click.argument("name", required=False)
def models(name: str | None) -> None:
    """List the models, or the settings of the one called NAME."""
    from auscult.evaluate.catalogue import model_lines, setting_lines  # noqa: PLC0415

    for line in setting_lines(name) if name else model_lines():
        click.echo(line)
