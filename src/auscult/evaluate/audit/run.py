"""Making the checks: the brief ones of every study, or all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from auscult.data.beside import Beside
from auscult.data.dataset import Dataset
from auscult.evaluate.audit.checks import Check
from auscult.evaluate.audit.result import AuditResult, Outcome
from auscult.evaluate.audit.table import CHECKS
from auscult.evaluate.audit.view import NotRun, View
from auscult.evaluate.result import Split
from auscult.types import Finding

Progress = Callable[[str, int, int], None]
"""Told the title of the check that starts, how many are done, of how many."""


def audit(dataset: Dataset, splits: Sequence[Split]) -> tuple[Finding, ...]:
    """Findings of the brief checks, warnings first.

    Looks for duplicate cases and where they stand, columns that say nothing or too much,
    scaling fitted on test cases, classes and test parts that are too small, groups on both sides
    of a split, and missing values. The time is that of sorting each column once.

    Parameters
    ----------
    dataset
        All cases, those of a given test file with them.
    splits
        The fits of the plan; empty to look at the data alone.
    """
    view = View(dataset, splits)
    made = (_made(name, check, view) for name, check in CHECKS.items() if check.brief)
    return _sorted(found for outcome in made for found in outcome.findings)


def audit_data(
    dataset: Dataset,
    splits: Sequence[Split],
    *,
    beside: Sequence[Beside] = (),
    deep: bool = True,
    only: Sequence[str] = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> AuditResult:
    """Every check, with what came of it.

    Parameters
    ----------
    dataset
        All cases, those of a given test file with them.
    splits
        The fits of the plan; empty to look at the data alone.
    beside
        Columns of the file that are no features: :func:`auscult.data.beside.read_beside`.
    deep
        Whether models are trained and neighbours are searched; without it the checks of
        :func:`audit` are made.
    only
        Names of checks to make; empty for all.
    seed
        Where the chance of the deep checks starts.
    progress
        Told what happens.
    """
    view = View(dataset, splits, beside, seed)
    chosen = {
        name: check
        for name, check in CHECKS.items()
        if (deep or check.brief) and (not only or name in only)
    }
    outcomes = []
    for done, (name, check) in enumerate(chosen.items()):
        if progress:
            progress(check.title, done, len(chosen))
        outcomes.append(_made(name, check, view))
    found = (f for outcome in outcomes for f in outcome.findings)
    return AuditResult(dataset.name, tuple(outcomes), _sorted((*dataset.findings, *found)))


def _made(name: str, check: Check, view: View) -> Outcome:
    started = time.perf_counter()
    try:
        found = _sorted(check.run(view))
    except NotRun as reason:
        return Outcome(name, check.title, check.leakage, "not run", why=str(reason))
    seconds = time.perf_counter() - started
    if found:
        return Outcome(name, check.otherwise, check.leakage, "finding", found, seconds=seconds)
    return Outcome(name, check.title, check.leakage, "ok", seconds=seconds)


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.severity != "warning"))
