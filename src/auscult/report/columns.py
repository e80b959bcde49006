"""A leaderboard in the terminal: as many columns as fit, names cut before figures are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from auscult.report import words

GAP = 1
ROOM = 20
_LEAST_LABEL = 8


@dataclass(frozen=True)
class Column:
    """A column of a leaderboard and the cells below its head."""

    head: str
    cells: list[str]

    @property
    def width(self) -> int:
        return max(cell_len(cell) for cell in [self.head, *self.cells])


@dataclass(frozen=True)
class Name:
    """What a row is called, what is said beside it and never cut off, and whether it is best."""

    label: str
    tag: str = ""
    best: bool = False


def print_columns(
    names: Sequence[Name], columns: list[Column], console: Console, *, room: int = ROOM
) -> list[str]:
    """Print a row a model; the heads of the columns that had room.

    A terminal too narrow to leave names ``room`` loses columns from the right, then ends of names.
    """
    columns = _fitting(columns, console.width - room)
    left = console.width - sum(column.width + GAP for column in columns)
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("model", no_wrap=True)
    for column in columns:
        table.add_column(column.head, justify="right", no_wrap=True, min_width=column.width)
    for i, name in enumerate(names):
        style = "bold" if name.best else ""
        table.add_row(_shown(name, left), *(c.cells[i] for c in columns), style=style)
    console.print()
    console.print(table, highlight=False)
    return [column.head for column in columns]


def seconds(value: float) -> str:
    """Seconds as a column has them."""
    return words.number(value, 1 if value < 100 else 0)


def _shown(name: Name, room: int) -> Text:
    text = Text(words.plain(name.label))
    text.truncate(max(room - len(name.tag), _LEAST_LABEL), overflow="ellipsis")
    text.append(name.tag, style="dim")
    return text


def _fitting(columns: list[Column], width: int) -> list[Column]:
    """As many columns from the left as fit into the width, one at least."""
    while len(columns) > 1 and sum(c.width + GAP for c in columns) > width:
        columns = columns[:-1]
    return columns
