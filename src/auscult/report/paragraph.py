"""Paragraphs for a terminal: wrapped for a person, one line each for a pipe."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text


def say(console: Console, text: str | Text, *, indent: int = 2) -> None:
    """Print a paragraph; its further lines stand ``indent`` columns in.

    Breaks at plain spaces only: ``84 %`` and ``p = 0.21`` hold together.
    """
    shown = text if isinstance(text, Text) else Text(text)
    if not console.is_terminal:
        console.print(shown, soft_wrap=True, highlight=False)
        return
    lines = wrapped(shown.plain, console.width, indent)
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    for i, (start, line) in enumerate(zip(starts, lines, strict=True)):
        piece = Text(" " * indent if i else "") + shown[start : start + len(line)]
        console.print(piece, soft_wrap=True, highlight=False)


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """``text`` in lines of at most ``width`` columns where its words allow, without the indent.

    The lines joined with spaces are ``text`` again.

    >>> wrapped("a table of words", 8, 2)
    ['a table', 'of', 'words']
    """
    lines: list[str] = []
    for word in text.split(" "):
        room = width - (indent if len(lines) > 1 else 0)
        nowhere = cell_len(word) > width - indent  # an address or a hash: it breaks anyway
        if lines and (nowhere or cell_len(f"{lines[-1]} {word}") <= room):
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
