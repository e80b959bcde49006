"""What a person sees in the terminal; plain text where it is piped or narrow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading, words
from auscult.report.paragraph import say
from auscult.report.progress import Progress
from auscult.report.sweeps import ranked, sweep_table, swept
from auscult.report.verdict import verdict
from auscult.report.votes import votes_told
from auscult.types import Estimate, Finding

__all__ = [
    "Progress",
    "console",
    "print_findings",
    "print_leaderboard",
    "print_reading",
    "print_sweeps",
    "print_verdict",
    "print_warnings",
]
_STYLES = {"warning": "yellow", "note": ""}
_GAP = 1
_ROOM = 20
_LEAST_LABEL = 8
_SETTINGS = 5


def console(*, stderr: bool = False) -> Console:
    """The terminal as it is: no guessing at what figures mean, ``NO_COLOR`` respected."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def print_reading(lines: Iterable[str], console: Console) -> None:
    """Print what was read, a line each."""
    for line in lines:
        say(console, words.plain(line))


def print_verdict(result: Result, console: Console) -> None:
    """Print the verdict's sentences, a line each."""
    for sentence in verdict(result):
        say(console, words.plain(sentence), indent=0)
    console.print()


def print_sweeps(result: Result, console: Console) -> None:
    """Print the best settings of each swept model, by their validation figures."""
    for row in swept(result):
        found = sweep_table(result, row, ranked(result, row)[:_SETTINGS])
        leaky = ", leaky" if reading.leak(result, row) else ""
        say(console, f"{words.plain(row.label)}, judged on validation parts{leaky}:", indent=0)
        table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
        for head in found.head:
            table.add_column(words.plain(head.text), justify="right" if head.kind else "left")
        for cells in found.rows:
            table.add_row(*(words.plain(f"{c.text} {c.aside}".strip()) for c in cells))
        console.print(table, highlight=False)
        more = len(row.sweep) - len(found.rows)
        said = f"{more} more in the report; " if more else ""
        said += "not test figures, and the winners' are a little too good"
        say(console, Text(said, style="dim"), indent=0)
        console.print()


def print_warnings(result: Result, console: Console, *, already: Collection[Finding] = ()) -> None:
    """Print the findings that were not told ``already``, and the models that gave no figure."""
    print_findings([found for found in result.warnings if found not in already], console)
    for name, why in result.failed.items():
        say(console, f"{words.plain(name)}: {words.plain(words.bare(why))}.")


def print_findings(findings: Iterable[Finding], console: Console) -> None:
    """Print findings, warnings first, with what mends them."""
    order = {"warning": 0, "note": 1}
    for finding in sorted(findings, key=lambda f: order.get(f.severity, 2)):
        style = _STYLES.get(finding.severity, "")
        text = Text.assemble((f"{finding.severity}: ", style), words.plain(finding.message))
        if finding.mend:
            verb = "mend" if finding.severity == "warning" else "change"
            flag, rest = words.mend_parts(words.plain(finding.mend))
            text.append(f" To {verb} it: {flag}{rest}")
        say(console, text)


@dataclass(frozen=True)
class _Column:
    """A column of the leaderboard and the cells below its head."""

    head: str
    cells: list[str]

    @property
    def width(self) -> int:
        return max(cell_len(cell) for cell in [self.head, *self.cells])


def print_leaderboard(result: Result, console: Console) -> None:
    """Print the leaderboard, best first, with as many columns as fit.

    The headline with its interval always stays whole; a narrow terminal loses parameters,
    seconds, balanced accuracy and AUC, in this order, and then ends of long names.
    """
    columns = _fitting(_columns(result), console.width)
    room = console.width - sum(c.width + _GAP for c in columns)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("model", no_wrap=True)
    for column in columns:
        table.add_column(column.head, justify="right", no_wrap=True, min_width=column.width)
    labels = reading.distinct_labels(result)
    for i, row in enumerate(result.models):
        style = "bold" if row.model == result.best else ""
        name = _name(labels[row.model], reading.leak(result, row), row.baseline, room)
        table.add_row(name, *(c.cells[i] for c in columns), style=style)
    console.print()
    console.print(table, highlight=False)
    say(console, Text(_footnote(result), style="dim"), indent=0)
    for vote, how in votes_told(result):
        say(console, words.plain(f"{vote}: {how}"))
    console.print()


def _footnote(result: Result) -> str:
    said = [f"{words.metric_label(result.headline)} and AUC with 95 % intervals"]
    said += ["* baseline"] if any(row.baseline for row in result.models) else []
    return "; ".join(said)


def _name(label: str, leak: str | None, baseline: bool, room: int) -> Text:
    """The model's name; what is said beside it is never cut off."""
    tag = (" *" if baseline else "") + (" leaky" if leak else "")
    name = Text(words.plain(label))
    name.truncate(max(room - len(tag), _LEAST_LABEL), overflow="ellipsis")
    name.append(tag, style="dim")
    return name


def _columns(result: Result) -> list[_Column]:
    """The columns in the order they are printed."""

    def column(head: str, cell: Callable[[ModelResult], str]) -> _Column:
        return _Column(head, [cell(row) for row in result.models])

    def metric(row: ModelResult, name: str) -> Estimate:
        return row.metrics.get(name, reading.UNKNOWN)

    headline, balanced = result.headline, "balanced_accuracy"
    name = words.metric_label(headline)
    found = [column(name, lambda r: words.figure(metric(r, headline)))]
    if headline != "roc_auc":
        found.append(column("AUC", lambda r: words.figure(metric(r, "roc_auc"))))
    if headline != balanced:
        found.append(column("bal.", lambda r: words.number(metric(r, balanced).value)))
    found.append(column("s", lambda r: _seconds(r.fit_seconds + r.predict_seconds)))
    found.append(column("params", lambda r: words.short_count(r.n_parameters)))
    return found


def _seconds(value: float) -> str:
    return words.number(value, 1 if value < 100 else 0)


def _fitting(columns: list[_Column], width: int) -> list[_Column]:
    """As many columns from the left as leave the names some room."""
    while len(columns) > 1 and _ROOM + sum(c.width + _GAP for c in columns) > width:
        columns = columns[:-1]
    return columns
