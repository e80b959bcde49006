"""The page of results, ``docs/benchmarks.md``: its prose stays, its tables are replaced."""

from __future__ import annotations

from child import HERE

PAGE = HERE.parent / "docs" / "benchmarks.md"
START, END = "<!-- tables: written by `make bench BENCH=--write` -->", "<!-- end of tables -->"


def write(tables: str) -> None:
    """Put the tables between the two marks."""
    text = PAGE.read_text(encoding="utf-8")
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise SystemExit(f"{PAGE.name} has lost its marks: {START} and {END}")
    PAGE.write_text(f"{before}{START}\n\n{tables}\n\n{END}{after}", encoding="utf-8")
