"""An audit in the terminal: a line a check, what it found below."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from auscult.evaluate.audit.result import AuditResult, Outcome
from auscult.evaluate.scripts.finding import ScriptFinding
from auscult.report import words
from auscult.report.paragraph import say
from auscult.types import Finding

_WIDTH = 9
_LEGEND = "L1.1 to L3.3 are the types of leakage of Kapoor & Narayanan, Patterns 4 (2023)."
_STYLES = {"ok": "green", "finding": "yellow", "not run": "dim"}


def print_audit(result: AuditResult, console: Console) -> None:
    """Print every check and how many there were."""
    for outcome in result.outcomes:
        _print_outcome(outcome, console)
    console.print()
    say(console, summary(result), indent=0)
    if any(outcome.leakage for outcome in result.outcomes):
        say(console, _LEGEND, indent=0)


def _print_outcome(outcome: Outcome, console: Console) -> None:
    leakage = f" ({outcome.leakage})" if outcome.leakage else ""
    why = f": {outcome.why}" if outcome.why else ""
    head = Text(f"{outcome.status:<{_WIDTH}}", style=_STYLES[outcome.status])
    style = "dim" if outcome.status == "not run" else ""
    say(console, head + Text(f"{outcome.title}{leakage}{why}", style=style), indent=_WIDTH)
    for finding in outcome.findings:
        _print_finding(finding, console)


def _print_finding(finding: Finding, console: Console) -> None:
    style = "yellow" if finding.severity == "warning" else ""
    text = Text(" " * _WIDTH)
    text.append(f"{finding.severity} {finding.code}: ", style=style)
    text.append(words.plain(finding.message))
    if finding.mend:
        flag, rest = words.mend_parts(words.plain(finding.mend))
        text.append(f" To mend it: {flag}{rest}")
    say(console, text, indent=_WIDTH)


def summary(result: AuditResult) -> str:
    """How many checks were made and what came of them, as a sentence or two."""
    by = dict.fromkeys(("ok", "finding", "not run"), 0)
    for outcome in result.outcomes:
        by[outcome.status] += 1
    made = f"{words.plural(by['ok'] + by['finding'], 'check')} made: {by['ok']} found nothing"
    aside = f", {by['not run']} had nothing to look at" if by["not run"] else ""
    warned = len(result.warnings)
    if not warned:
        told = "Nothing changes how a figure should be read."
    else:
        change = "changes" if warned == 1 else "change"
        told = f"{words.plural(warned, 'warning')} {change} how a figure should be read."
    return f"{made}{aside}. {told}"


def print_script(path: str, found: Sequence[ScriptFinding], console: Console) -> None:
    """Print what was found in a script, by line."""
    for finding in found:
        style = "yellow" if finding.severity == "warning" else ""
        text = Text.assemble(
            (f"{words.plain(path)}, {finding.where}: ", "bold"),
            (f"{finding.severity} {finding.code}: ", style),
            words.plain(finding.message),
        )
        flag, rest = words.mend_parts(words.plain(finding.mend))
        text.append(f" To mend it: {flag}{rest}")
        say(console, text, indent=2)
        if finding.source:
            say(console, Text(f"    {words.plain(finding.source.strip())}", style="dim"), indent=4)
    warned = sum(finding.severity == "warning" for finding in found)
    if not found:
        say(console, f"{words.plain(path)}: nothing found. That is no proof.", indent=0)
        return
    say(console, f"{words.plural(warned, 'warning')} in {words.plain(path)}.", indent=0)
