"""What an audit found, and which checks it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from auscult.types import Finding

Status = Literal["ok", "finding", "not run"]


@dataclass(frozen=True)
class Outcome:
    """One check: what it asks, and what came of it.

    Parameters
    ----------
    check
        Its name in :data:`auscult.evaluate.audit.table.CHECKS`.
    title
        What is true of the data, as far as it tells; where it was not run, what it asks.
    leakage
        The type of leakage of Kapoor & Narayanan (2023), or None.
    status
        ``ok``, ``finding`` or ``not run``.
    findings
        What it found, warnings first.
    why
        Why it was not run.
    seconds
        How long it took.
    """

    check: str
    title: str
    leakage: str | None
    status: Status
    findings: tuple[Finding, ...] = ()
    why: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class AuditResult:
    """All checks of an audit, in the order they were made."""

    data: str
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...] = ()
    """Of all checks and of the reader, warnings first."""

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that change how a figure should be read."""
        return tuple(found for found in self.findings if found.severity == "warning")

    def as_dict(self) -> Mapping[str, Any]:
        """What ``--out`` writes."""
        return {"schema": 1, **asdict(self)}
