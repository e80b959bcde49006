"""What a report and a terminal show of the choice inside."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from tests.report import sample

from auscult.evaluate.nested.result import Candidate, Nested
from auscult.evaluate.result import Result
from auscult.report import chosen, html, terminal
from auscult.report.verdict import verdict
from auscult.types import Estimate


def study(by: float = 0.02, settings: int = 0) -> Result:
    found = sample.result(folds=4)
    names = [row.model for row in found.models]
    candidates = tuple(
        Candidate(name, f"the {name}", 0.7 + i / 100, 8, 8 if i == 1 else 0)
        for i, name in enumerate(names)
    )
    nested = Nested(
        candidates,
        "the other folds of the plan",
        8,
        60,
        settings,
        best_after=found.best,
        optimism=Estimate(by, by - 0.03, by + 0.03),
    )
    row = replace(
        found.models[1], model="chosen-inside", label="chosen inside", baseline=False, nested=nested
    )
    first, *rest = found.models
    with_interval = replace(
        first, intervals={"corrected_t": {found.headline: Estimate(0.7, 0.61, 0.79)}}
    )
    return replace(found, models=(with_interval, row, *rest))


def test_the_verdict_says_how_optimistic_picking_afterwards_is() -> None:
    said = " ".join(verdict(study()))
    assert "With the choice made inside the training cases" in said
    assert "says 0.020 more (95\u00a0% interval −0.010 to 0.050)" in said
    assert "expect slightly less" not in said


def test_where_it_was_not_optimistic_the_verdict_says_so() -> None:
    assert "no less than that of" in " ".join(verdict(study(-0.01)))


def test_a_study_without_the_choice_says_nothing_of_it() -> None:
    plain = sample.result()
    assert chosen.optimism_told(plain) == ""
    assert chosen.chosen_parts(plain) == {"interval_table": None, "chosen": None}
    assert "Chosen inside" not in html.render(plain)


@pytest.mark.parametrize("settings", [0, 40])
def test_the_report_lists_what_could_be_chosen(settings: int) -> None:
    page = html.render(study(settings=settings))
    assert "<h3>Chosen inside</h3>" in page
    assert ("40 settings were tried" in page) == bool(settings)
    assert "corrected resampled t" in page
    assert "(0.610–0.790)" in page


def test_the_procedure_is_no_rival_of_the_models() -> None:
    assert "closest: chosen inside" not in " ".join(verdict(study()))


def test_the_terminal_counts_the_choices() -> None:
    out = io.StringIO()
    console = Console(file=out, width=90)
    terminal.print_chosen(study(), console)
    assert "in 8 of 8 fits." in " ".join(out.getvalue().split())
    terminal.print_chosen(sample.result(), Console(file=(silent := io.StringIO())))
    assert silent.getvalue() == ""
