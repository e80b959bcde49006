"""What a person sees in the terminal; plain text where it is piped or narrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading, words
from auscult.report.chosen import chosen_row
from auscult.report.columns import GAP, Column, Name, print_columns, seconds
from auscult.report.paragraph import say
from auscult.report.progress import Progress
from auscult.report.sweeps import ranked, sweep_table, swept
from auscult.report.verdict import verdict
from auscult.report.votes import votes_told
from auscult.types import Estimate, Finding

__all__ = [
    "Progress",
    "console",
    "print_chosen",
    "print_findings",
    "print_leaderboard",
    "print_reading",
    "print_sweeps",
    "print_verdict",
    "print_warnings",
]
_STYLES = {"warning": "yellow", "note": ""}
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
        table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
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


def print_chosen(result: Result, console: Console) -> None:
    """Print how often each model was chosen inside, where the study chose."""
    row = chosen_row(result)
    if row is None or row.nested is None:
        return
    nested = row.nested
    often: Counter[str] = Counter()
    for one in nested.candidates:
        often[one.model.partition(":")[0] if nested.settings else one.label] += one.chosen
    listed = ", ".join(f"{words.plain(name)} in {n}" for name, n in often.most_common() if n)
    fits = words.plural(nested.fits, "fit")
    say(console, f"Chosen inside, on {nested.inner}: {listed} of {fits}.", indent=0)
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


def print_leaderboard(result: Result, console: Console) -> None:
    """Print the leaderboard, best first, with as many columns as fit.

    The headline with its interval always stays whole; a narrow terminal loses parameters,
    seconds, balanced accuracy and AUC, in this order, and then ends of long names.
    """
    labels = reading.distinct_labels(result)
    names = [
        Name(labels[row.model], _tag(result, row), row.model == result.best)
        for row in result.models
    ]
    print_columns(names, _columns(result), console)
    say(console, Text(_footnote(result), style="dim"), indent=0)
    for vote, how in votes_told(result):
        say(console, words.plain(f"{vote}: {how}"))
    console.print()


def _footnote(result: Result) -> str:
    said = [f"{words.metric_label(result.headline)} and AUC with 95 % intervals"]
    said += ["* baseline"] if any(row.baseline for row in result.models) else []
    return "; ".join(said)


def _tag(result: Result, row: ModelResult) -> str:
    return (" *" if row.baseline else "") + (" leaky" if reading.leak(result, row) else "")


def _columns(result: Result) -> list[Column]:
    """The columns in the order they are printed."""

    def column(head: str, cell: Callable[[ModelResult], str]) -> Column:
        return Column(head, [cell(row) for row in result.models])

    def metric(row: ModelResult, name: str) -> Estimate:
        return row.metrics.get(name, reading.UNKNOWN)

    headline, balanced = result.headline, "balanced_accuracy"
    name = words.metric_label(headline)
    found = [column(name, lambda r: words.figure(metric(r, headline)))]
    if headline != "roc_auc":
        found.append(column("AUC", lambda r: words.figure(metric(r, "roc_auc"))))
    if headline != balanced:
        found.append(column("bal.", lambda r: words.number(metric(r, balanced).value)))
    found.append(column("s", lambda r: seconds(r.fit_seconds + r.predict_seconds)))
    found.append(column("params", lambda r: words.short_count(r.n_parameters)))
    return found
