"""The table of all systems in the terminal: columns where there is room, else a block each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from auscult.replicate.record import Record, Row
from auscult.replicate.shown import HEADS, cells, main_rows, metric_name
from auscult.replicate.verdict import verdict
from auscult.report import words
from auscult.report.paragraph import say

_WIDE = 118


def print_replication(records: Sequence[Record], console: Console) -> None:
    """Print the figures of all systems, then what they mean."""
    rows = main_rows(list(records))
    quick = any(record.quick for record in records)
    console.print()
    draw = _columns if console.width >= _WIDE else _blocks
    draw(rows, console)
    said = "honest figures with 95 % intervals; a leaky one is given none"
    say(console, Text(said + ("; quick run" if quick else ""), style="dim"), indent=0)
    console.print()
    for sentence in verdict(records):
        say(console, words.plain(sentence), indent=0)
    console.print()


def _columns(rows: Sequence[Row], console: Console) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("system")
    for head in HEADS:
        table.add_column(head, justify="right")
    for row in rows:
        shown = [Text(f"{text}\n{aside}".rstrip()) for text, aside in cells(row)]
        table.add_row(f"{row.system}\n{metric_name(row.metric)}", *shown)
    console.print(table, highlight=False)


def _blocks(rows: Sequence[Row], console: Console) -> None:
    width = max(map(len, HEADS))
    for row in rows:
        console.print(f"{row.system}, {metric_name(row.metric)}", soft_wrap=True)
        for head, (text, aside) in zip(HEADS, cells(row), strict=True):
            console.print(f"  {head:<{width}}  {text} {aside}".rstrip(), soft_wrap=True)
