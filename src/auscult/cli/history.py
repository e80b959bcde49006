"""``auscult history``: what a service answered, what came of it, and whether cases have changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

_WHERE = click.option(
    "--history",
    "where",
    metavar="FILE|URL",
    help="As of `auscult serve`.  [default: history.sqlite in AUSCULT_HOME, else in "
    "~/.local/share/auscult]",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def history() -> None:
    """What `auscult serve` has answered: list it, say what came of it, delete it; drift."""


@history.command("list")
@click.option("--case", metavar="NAME", help="Only of this case.")
@click.option(
    "--most",
    default=20,
    show_default=True,
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="How many at most.",
)
@_WHERE
def list_predictions(case: str | None, most: int, where: str | None) -> None:
    """List the newest answers: time, case, model, answer, outcome."""
    with _opened(where) as kept:
        found = kept.predictions(case=case, most=most)
    for one in found:
        entry = one.entry
        share = f"{100 * entry.probabilities[entry.predicted]:.0f} %"
        answer = "not sure" if entry.unsure else f"{entry.predicted} {share}"
        outcome = f", was {one.outcome}" if one.outcome is not None else ""
        named = f" ({entry.case_id})" if entry.case_id != entry.id else ""
        click.echo(f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.id}{named}  {entry.bundle_name}: "
                   f"{answer}{outcome}")  # fmt: skip
    if not found:
        click.echo("No answers yet." if case is None else "Nothing is kept of it.")


@history.command()
@click.argument("prediction", metavar="ID")
@click.argument("outcome", metavar="CLASS")
@_WHERE
def outcome(prediction: str, outcome: str, where: str | None) -> None:
    """Say what came of the prediction ID: the class that the case turned out to be."""
    with _opened(where) as kept:
        said = kept.add_outcome(prediction, outcome)
    before = f" (before: {', '.join(o.outcome for o in said.outcomes[:-1])})"
    click.echo(f"{prediction}: {outcome}{before if len(said.outcomes) > 1 else ''}")


@history.command()
@click.argument("prediction", metavar="ID")
@click.argument("case", metavar="NAME")
@_WHERE
def name(prediction: str, case: str, where: str | None) -> None:
    """Say what the case of the prediction ID is called."""
    from auscult.history.entries import require_name  # noqa: PLC0415

    called = require_name(case)
    with _opened(where) as kept:
        kept.name_case(prediction, called)
    click.echo(f"{prediction}: {called}")


@history.command()
@click.argument("case", metavar="NAME")
@_WHERE
def delete(case: str, where: str | None) -> None:
    """Delete all that is kept of a case, for good: answers, values, outcomes."""
    with _opened(where) as kept:
        gone = kept.delete_case(case)
    click.echo(
        f"{case}: {gone.predictions:,} answers, {gone.inputs:,} sets of values and "
        f"{gone.outcomes:,} outcomes are deleted."
    )
    if not gone.overwritten:
        click.echo("Somebody was reading: their bytes go with the next deletion.", err=True)


@history.command()
@click.argument("bundle", metavar="[BUNDLE]", required=False)
@click.option("--since", default="", metavar="MONTH", help="As 2026-11.  [default: all]")
@_WHERE
def drift(bundle: str | None, since: str, where: str | None) -> None:
    """Tell how often a bundle was right since, and which columns have moved.

    BUNDLE is a name or a sha256; without it, the one that answered last.
    """
    from auscult.history.accuracy import accuracy  # noqa: PLC0415
    from auscult.history.drift import drift as drift_of  # noqa: PLC0415

    with _opened(where) as kept:
        known = _known(kept, bundle)
        columns = drift_of(known, kept.counts(known.sha256, since))
        right = accuracy(known, kept.judged(known.sha256))
    click.echo(f"{known.name} ({known.sha256[:12]})")
    click.echo(_right(right))
    width = max((len(c.column.name) for c in columns), default=0)
    for column in columns:
        click.echo(_column(column, width))


def _known(kept: Any, asked: str | None) -> Any:
    from auscult.history.entries import NotKeptError  # noqa: PLC0415

    bundles = kept.bundles()
    for bundle in bundles:
        if asked is None or asked == bundle.name or bundle.sha256.startswith(asked):
            return bundle
    names = ", ".join(dict.fromkeys(b.name for b in bundles)) or "none"
    raise NotKeptError(f"no bundle '{asked}' has answered. Known: {names}." if asked else
                       "no bundle has answered yet.")  # fmt: skip


def _right(right: Any) -> str:
    promised = right.promised
    said = "" if math.isnan(promised.value) else (
        f"; its study measured {promised.value:.3f} ({promised.low:.3f}–{promised.high:.3f})"
    )  # fmt: skip
    if not right.n_cases:
        return f"No outcome is known yet{said}."
    share = right.share
    verdicts = {"lower": ", less often than promised", "higher": ", more often than promised",
                "few": ", too few to tell"}  # fmt: skip
    return (
        f"Right in {right.n_right:,} of {right.n_cases:,} cases with a known outcome: "
        f"{share.value:.3f} ({share.low:.3f}–{share.high:.3f}){verdicts.get(right.verdict, '')}"
        f"{said}."
    )


def _column(column: Any, width: int) -> str:
    said = {"usual": "alike", "moved": "moved", "far": "far off", "few": "too few",
            "unknown": "training not known"}[column.verdict]  # fmt: skip
    text = f"{column.column.name:<{width}}  {said:<8}"
    if math.isnan(column.psi):
        return text.rstrip()
    text += f"  PSI {column.psi:.2f} (by chance {column.psi_by_chance:.2f})"
    if not math.isnan(column.ks):
        text += f"  KS {column.ks:.2f}  out of range {100 * column.outside:.0f} %"
    return text + (f"  gaps {100 * column.gaps:.0f} %" if column.gaps else "")


@contextmanager
def _opened(where: str | None) -> Iterator[Any]:
    from auscult.history.store import History  # noqa: PLC0415

    kept = History(where)
    try:
        yield kept
    finally:
        kept.close()
