"""The audit in the terminal."""

from __future__ import annotations

from tests.report.test_terminal import piped, tty

from auscult.evaluate.audit.result import AuditResult, Outcome
from auscult.report.audited import print_audit, summary
from auscult.types import Finding

READ = Finding("one-patient", "All beats are of one recording.")
UNITS = Finding("unit-mix-up", "12 cases have 'glucose' above 6450.", mend="bring it to one unit")
OUTCOMES = (
    Outcome("duplicates", "No case stands there twice", "L1.4", "ok"),
    Outcome("units", "A column has two units", None, "finding", (UNITS,)),
    Outcome("time", "No training case is later", "L3.1", "not run", why="no column is a date"),
)


def test_what_the_reader_warned_of_counts() -> None:
    silent = AuditResult("t", OUTCOMES[:1])
    assert summary(silent).endswith("Nothing changes how a figure should be read.")
    told = AuditResult("t", OUTCOMES[:1], (READ,))
    assert summary(told) == (
        "1 check made: 1 found nothing. 1 warning changes how a figure should be read."
    )


def test_a_line_a_check_and_what_it_found_below() -> None:
    screen = piped()
    print_audit(AuditResult("t", OUTCOMES, (READ, UNITS)), screen)
    lines = screen.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "ok       No case stands there twice (L1.4)"
    assert lines[1] == "finding  A column has two units"
    assert lines[2].lstrip().startswith("warning unit-mix-up: 12 cases have 'glucose'")
    assert lines[2].endswith("To mend it: bring it to one unit.")
    assert lines[3] == "not run  No training case is later (L3.1): no column is a date"
    assert "2 warnings change" in lines[5]
    assert lines[6].startswith("L1.1 to L3.3 are the types of leakage")


def test_a_narrow_terminal_is_not_overrun() -> None:
    screen = tty(40, no_color=True)
    print_audit(AuditResult("t", OUTCOMES, (READ, UNITS)), screen)
    shown = screen.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert max(len(line.replace("\x1b[2m", "").replace("\x1b[0m", "")) for line in shown) <= 40
