"""What a public part of a contest would have shown, in plain words for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from auscult.evaluate.public import METRICS, PublicParts
from auscult.report import words
from auscult.report.paragraph import say


def print_public(parts: PublicParts, labels: Mapping[str, str], console: Console) -> None:
    """Print the public and the private figures, and how far the public ones wander."""
    console.print()
    say(console, _head(parts), indent=0)
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("model", no_wrap=True)
    for head in ("", "public", "private", f"95 % of {words.count(parts.draws)} public parts"):
        table.add_column(head, no_wrap=True, justify="left" if not head else "right")
    for model, figures in parts.figures.items():
        for metric in METRICS:
            found = figures[metric]
            name = words.plain(labels.get(model, model)) if metric == METRICS[0] else ""
            shown = (found.public.value, found.private)
            span = words.interval(found.public).strip("()")
            table.add_row(name, words.metric_label(metric), *map(words.number, shown), span)
    console.print(table, highlight=False)
    for sentence in public_words(parts, labels):
        say(console, sentence, indent=0)


def _head(parts: PublicParts) -> str:
    return (
        f"Public part: {words.plural(parts.n_public, 'case')} drawn at random (seed "
        f"{parts.seed}); private part: the other {words.count(parts.n_private)}."
    )


def public_words(parts: PublicParts, labels: Mapping[str, str]) -> list[str]:
    """What the draws say of a public leaderboard."""
    widest = max(parts.figures, key=lambda model: _width(parts, model))
    found = parts.figures[widest][METRICS[0]].public
    said = [
        f"Drawn again, a public part of this size gives {words.plain(labels.get(widest, widest))} "
        f"an accuracy from {words.number(found.low)} to {words.number(found.high)}, by chance."
    ]
    for metric, share in parts.leader_changes.items():
        said.append(
            f"By {words.metric_label(metric)} the public leader is not the private leader in "
            f"{words.percent(share)} of the draws."
        )
    return said


def _width(parts: PublicParts, model: str) -> float:
    found = parts.figures[model][METRICS[0]].public
    return found.high - found.low
