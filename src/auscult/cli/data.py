"""``auscult data``: what the catalog has, what to mind of it, and getting it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auscult.data.catalog import catalog, entry_of
from auscult.data.catalog_entry import Entry
from auscult.data.fetch import copy_to, locate, whereabouts
from auscult.types import Finding


@click.group()
def data() -> None:
    """Data sets known by name: list them, read about them, get them."""


@data.command("list")
def list_entries() -> None:
    """List the data sets: kind, cases, terms, and where each one is now."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("name", "kind", "cases", "what", "terms", "where"):
        table.add_column(title, no_wrap=title in {"name", "kind", "cases"})
    for entry in catalog().values():
        place = whereabouts(entry)
        what = entry.title.partition(":")[2].strip() or entry.title
        where = place[0] if place else "not here yet"
        table.add_row(entry.name, entry.kind, entry.cases, what, entry.terms, where)
    # A pipe has no width: rows must stay one line each there.
    Console(width=None if sys.stdout.isatty() else 220, markup=False).print(table)
    click.echo("Next: auscult data info NAME")


@data.command()
@click.argument("name")
def info(name: str) -> None:
    """Tell all about the data set NAME, what to mind first."""
    entry = entry_of(name)
    click.echo(f"{entry.name}: {entry.title}")
    _print_traps(entry)
    for label, text in _facts(entry):
        click.echo(f"{label:<10}{text}")
    if entry.kind in ("table", "signals"):
        click.echo(f"Next: auscult compare {entry.name}")


@data.command()
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Copy the files into this folder, as AUSCULT_DATA wants them.",
)
def get(names: tuple[str, ...], folder: Path | None) -> None:
    """Download the data sets NAME…, check them, and print where they are."""
    for entry in [entry_of(name) for name in names]:
        files = locate(entry.name)
        paths = files.paths if folder is None else copy_to(files, folder)
        shown = [paths[0].parent] if entry.kind == "records" else list(paths)
        for path in shown:
            click.echo(f"{entry.name}: {path}")
        _print_traps(entry)


def _facts(entry: Entry) -> list[tuple[str, str]]:
    place = whereabouts(entry)
    facts = [
        ("kind", entry.kind),
        ("cases", entry.cases),
        ("shape", entry.shape),
        ("classes", ", ".join(f"{name}: {count}" for name, count in entry.classes.items())),
        ("read with", ", ".join(f"{k}={v!r}" for k, v in entry.options.given().items())),
        ("terms", entry.terms),
        ("cite", entry.cite or ""),
        ("page", entry.page or "none known"),
        ("where", f"{place[1]} ({place[0]})" if place else "not here yet: auscult data get"),
    ]
    return [*((k, v) for k, v in facts if v), *_file_facts(entry)]


def _file_facts(entry: Entry) -> list[tuple[str, str]]:
    if entry.kind == "records":
        return [("files", f"{len(entry.files)}, each checked by its own SHA-256")]
    return [(file.part, f"{file.name}  sha256 {file.sha256}") for file in entry.files]


def _print_traps(entry: Entry) -> None:
    for trap in entry.traps:
        click.secho(_sentence(trap), fg="yellow" if trap.severity == "warning" else None)


def _sentence(trap: Finding) -> str:
    mend = f" {trap.mend}." if trap.mend else ""
    return f"{trap.severity}: {trap.message}{mend}"
