"""Paragraphs keep their words, their width and what belongs together."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from auscult.report.paragraph import say, wrapped

SENTENCE = "Logistic regression is right for 82\u00a0% of cases (p\u00a0=\u00a00.21 paired)."


def printed(text: str | Text, width: int, *, terminal: bool = True) -> str:
    file = io.StringIO()
    say(Console(file=file, width=width, force_terminal=terminal, color_system=None), text)
    return file.getvalue()


@pytest.mark.parametrize("width", [24, 40, 80])
def test_lines_fit_and_their_words_stay(width: int) -> None:
    lines = wrapped(SENTENCE, width, 2)
    assert " ".join(lines) == SENTENCE
    assert all(cell_len(line) <= width - (2 if i else 0) for i, line in enumerate(lines))
    assert any("82\u00a0%" in line for line in lines)
    assert any("p\u00a0=\u00a00.21" in line for line in lines)


def test_further_lines_stand_in() -> None:
    lines = printed(SENTENCE, 40).splitlines()
    assert len(lines) == 2
    assert not lines[0].startswith(" ")
    assert lines[1].startswith("  ")


def test_a_pipe_gets_one_line() -> None:
    assert printed(SENTENCE, 40, terminal=False) == SENTENCE + "\n"


def test_what_fits_nowhere_stays_where_it_is() -> None:
    address = "https://example.org/" + "a" * 40
    assert wrapped(f"page {address}", 30, 5) == [f"page {address}"]


def test_colours_survive_the_wrapping() -> None:
    file = io.StringIO()
    console = Console(file=file, width=20, force_terminal=True, color_system="standard")
    say(console, Text.assemble(("warning: ", "yellow"), "two of them are hard to mend"))
    assert "\x1b[33mwarning: " in file.getvalue()
    assert file.getvalue().count("\n") == 2
