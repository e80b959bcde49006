"""What a report and a terminal show of the settings that were tried."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.report import sample

from auscult.evaluate.result import Result, SweepRow
from auscult.report import html, sweeps, terminal
from auscult.types import Estimate


def tried(n: int) -> list[SweepRow]:
    return [
        SweepRow(
            {"optimizer": "sgd" if i % 2 else "adam", "units": (8, i)},
            Estimate(0.5 + i / 100, 0.4 + i / 100, 0.6 + i / 100),
            chosen=10 if i == n - 1 else 0,
            seconds=1.5,
        )
        for i in range(n)
    ]


def study(rows: Sequence[SweepRow], **kinds: object) -> Result:
    found = sample.result(epochs=2, folds=2, **kinds)  # type: ignore[arg-type]
    best = replace(
        found.winner, model="mlp:grid", label="MLP (best of 9 settings)", sweep=tuple(rows)
    )
    others = tuple(row for row in found.models if row.model != found.best)
    return replace(found, models=(best, *others), best="mlp:grid")


def test_settings_stand_best_first_and_failed_ones_last() -> None:
    rows = tried(3)
    lost = SweepRow({"optimizer": "sgd", "units": 4}, Estimate(0.9, 0.8, 1.0), 0, 0.1, "nan")
    none = replace(lost, validation=Estimate(math.nan, math.nan, math.nan))
    result = study([none, lost, *rows])
    order = sweeps.ranked(result, result.winner)
    assert order == [*reversed(rows), lost, none]
    loss = replace(result, headline="log_loss")
    assert sweeps.ranked(loss, result.winner)[:3] == rows


def test_a_column_a_setting() -> None:
    result = study(tried(3))
    found = sweeps.sweep_table(result, result.winner, sweeps.ranked(result, result.winner))
    assert [c.text for c in found.head] == [
        "optimizer", "units", "validation accuracy", "chosen of 10", "time",
    ]  # fmt: skip
    assert [(c.text, c.aside) for c in found.rows[0]] == [
        ("adam", ""), ("8+2", ""), ("0.520", "(0.420–0.620)"), ("10", ""), ("1.5 s", ""),
    ]  # fmt: skip


def test_the_page_folds_long_sweeps_and_says_what_the_figures_are() -> None:
    rows = [*tried(40), SweepRow({"optimizer": "<b>", "units": 1}, Estimate(0, 0, 0), 0, 1, "<i>")]
    page = html.render(study(rows))
    assert "41 settings tried. Each of the 10 fits took the one with the best accuracy" in page
    assert "not test figures" in page
    assert f"{41 - sweeps.SHOWN} more settings" in page
    assert "1 setting failed in some fit" in page
    assert "optimizer=&lt;b&gt; units=1</strong>: &lt;i&gt;" in page
    assert page.count("<td>8+") == 40


def test_a_study_without_sweeps_says_nothing_of_them() -> None:
    assert "Settings tried" not in html.render(sample.result(epochs=2, folds=2))
    file = io.StringIO()
    terminal.print_sweeps(sample.result(epochs=2, folds=2), Console(file=file))
    assert file.getvalue() == ""


def test_leaky_figures_are_called_leaky() -> None:
    result = study(tried(2))
    leaky = replace(result, models=tuple(replace(r, leaky="twins.") for r in result.models))
    assert "These figures are leaky: twins." in html.render(leaky)
    assert "validation parts, leaky:" in printed(leaky)
    assert "leaky" not in printed(result)


def printed(result: Result, width: int = 80) -> str:
    file = io.StringIO()
    terminal.print_sweeps(result, Console(file=file, width=width))
    return file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_has_the_best_few(width: int) -> None:
    lines = printed(study(tried(9)), width).splitlines()
    assert lines[0] == "MLP (best of 9 settings), judged on validation parts:"
    assert lines[2].split() == ["adam", "8+8", "0.580", "(0.480–0.680)", "10", "1.5", "s"]
    assert lines[7].startswith("4 more in the report; not test figures")
    assert all(cell_len(line) <= width for line in lines)
