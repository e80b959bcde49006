"""The audit of scripts against scripts whose sins are known, by line."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from auscult.evaluate.scripts.audit import audit_script
from auscult.evaluate.scripts.checks.table import CHECKS

CORPUS = Path(__file__).parent / "corpus"
FOUND = 0.95
FALSE = 0.05

Place = tuple[str, str, int, str]


def files(*kinds: str) -> list[Path]:
    return sorted(path for kind in kinds for path in (CORPUS / kind).iterdir())


@cache
def expected() -> frozenset[Place]:
    """File, cell, line and code of every sin in the corpus."""
    with (CORPUS / "expected.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    return frozenset((r["file"], r["cell"], int(r["line"]), r["code"]) for r in rows)


@cache
def found(path: Path) -> frozenset[Place]:
    name = path.relative_to(CORPUS).as_posix()
    return frozenset((name, str(f.cell or ""), f.line, f.code) for f in audit_script(path))


def test_corpus_is_large_enough() -> None:
    assert len(files("sinful")) >= 22
    assert len(files("clean")) >= 22
    assert len(files("held_out/sinful", "held_out/clean")) >= 10
    named = {place[0] for place in expected()}
    sinful = files("sinful", "held_out/sinful")
    assert named == {path.relative_to(CORPUS).as_posix() for path in sinful}


def test_every_check_has_its_sinner() -> None:
    assert {check.code for check in CHECKS} == {place[3] for place in expected()}


@pytest.mark.parametrize("kind", ["sinful", "held_out/sinful"])
def test_sins_are_found_by_line(kind: str) -> None:
    wanted = {place for place in expected() if place[0].startswith(f"{kind}/")}
    got = {place for path in files(kind) for place in found(path)}
    missed = sorted(wanted - got)
    assert len(missed) <= (1 - FOUND) * len(wanted), missed
    beside = sorted(got - wanted)
    assert len(beside) <= FALSE * len(got), beside


@pytest.mark.parametrize("kind", ["clean", "held_out/clean"])
def test_clean_scripts_raise_no_alarm(kind: str) -> None:
    paths = files(kind)
    alarmed = {path.name: found(path) for path in paths if found(path)}
    assert len(alarmed) <= FALSE * len(paths), alarmed


def test_findings_can_be_acted_on() -> None:
    for path in files("sinful"):
        for finding in audit_script(path):
            assert finding.mend
            assert finding.message.endswith(".")
            assert "{" not in finding.message, finding.message
            assert finding.source, finding
            assert finding.where.startswith("cell" if path.suffix == ".ipynb" else "line")
