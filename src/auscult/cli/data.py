"""``auscult data``: what the catalog has, what to mind of it, and getting it."""

from __future__ import annotations

from pathlib import Path

import click

from auscult.data.catalog import catalog, entry_of
from auscult.data.catalog_entry import Entry
from auscult.data.fetch import copy_to, locate, whereabouts
from auscult.report import words


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def data() -> None:
    """Data sets known by name: list them, read about them, get them."""


@data.command("list")
def list_entries() -> None:
    """List the data sets: kind, cases, terms, and where each one is now."""
    from auscult.report.paragraph import say  # noqa: PLC0415
    from auscult.report.terminal import console  # noqa: PLC0415

    screen, entries = console(), list(catalog().values())
    width = max(len(entry.name) for entry in entries) + 2
    for entry in entries:
        place = whereabouts(entry)
        what = entry.title.partition(":")[2].strip() or entry.title
        cases = entry.cases if entry.kind in entry.cases else f"{entry.kind}, {entry.cases} cases"
        facts = f"{cases}; {entry.terms}; {place[0] if place else 'not here yet'}"
        head = f"{entry.name:<{width}}{words.upper_first(what)}"
        if screen.is_terminal:
            say(screen, head, indent=width)
            say(screen, f"{'':<{width}}{facts}", indent=width)
        else:
            say(screen, f"{head}; {facts}")  # a line each, to be searched
    click.echo("Next: auscult data info NAME")


@data.command()
@click.argument("name")
def info(name: str) -> None:
    """Tell all about the data set NAME, what to mind first."""
    from auscult.report.paragraph import say  # noqa: PLC0415
    from auscult.report.terminal import console  # noqa: PLC0415

    entry = entry_of(name)
    click.echo(f"{entry.name}: {entry.title}")
    _print_traps(entry)
    screen = console()
    for label, text in _facts(entry):
        say(screen, f"{label:<11}{text}", indent=11)
    series = f"auscult forecast {entry.name} --horizon 12"
    click.echo(f"Next: {series if entry.kind == 'series' else f'auscult compare {entry.name}'}")


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
    return [
        ("file" if file.part == "only" else file.part, f"{file.name}  sha256 {file.sha256}")
        for file in entry.files
    ]


def _print_traps(entry: Entry) -> None:
    from auscult.report.terminal import console, print_findings  # noqa: PLC0415

    print_findings(entry.traps, console())
