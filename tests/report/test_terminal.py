"""The terminal: fits its width, keeps figures whole, plain where it is piped."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.report import sample

from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.result import Result
from auscult.report import terminal


def piped(width: int = 80) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False, markup=False)


def tty(width: int = 100, **kinds: object) -> Console:
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=True,
        highlight=False,
        markup=False,
        color_system="standard",
        **kinds,  # type: ignore[arg-type]
    )


def printed(console: Console) -> str:
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.fixture(scope="module")
def study() -> Result:
    found = sample.result(epochs=2, folds=2)
    rows = [replace(r, leaky="x" if r.model == "gru" else None) for r in found.models]
    return replace(found, models=tuple(rows))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_leaderboard_fits_and_keeps_the_headline_whole(study: Result, width: int) -> None:
    console = piped(width)
    terminal.print_leaderboard(study, console)
    lines = printed(console).splitlines()
    table = [line for line in lines if "interval" not in line]
    assert all(cell_len(line) <= width for line in table)
    for row in study.models:
        value = row.metrics["accuracy"]
        shown = f"{value.value:.3f} ({value.low:.3f}–{value.high:.3f})"
        assert any(shown in line for line in lines)
    assert any("GRU leaky" in line for line in lines)
    assert any(" * " in line for line in lines)


def test_eighty_columns_hold_all_of_it(study: Result) -> None:
    console = piped(80)
    terminal.print_leaderboard(study, console)
    head = next(line for line in printed(console).splitlines() if line.startswith("model"))
    assert head.split() == ["model", "accuracy", "AUC", "bal.", "s", "params"]


def test_wide_names_do_not_break_the_table(study: Result) -> None:
    rows = [replace(r, label="心電図の長い名前" * 4 + "\x1b[31m") for r in study.models]
    console = piped(60)
    terminal.print_leaderboard(replace(study, models=tuple(rows)), console)
    assert "\x1b" not in printed(console)
    assert all(cell_len(line) <= 60 for line in printed(console).splitlines())


def test_warnings_come_first_and_say_how_to_mend(study: Result) -> None:
    console = piped()
    terminal.print_warnings(study, console)
    lines = printed(console).splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["warning", "warning", "note"]
    assert lines[0].endswith("To mend it: --drop-duplicates")
    assert all(
        "To " not in line or line.split("To ")[1].startswith(("mend", "change")) for line in lines
    )
    assert "lstm-fcn: takes signals, not tables." in lines


def test_what_was_read_is_printed_as_it_stands() -> None:
    console = piped(30)
    terminal.print_reading(["heart.csv: [bold]303[/bold] rows, 13 columns of numbers"], console)
    assert printed(console) == "heart.csv: [bold]303[/bold] rows, 13 columns of numbers\n"


def test_verdict_is_one_line_a_sentence_when_piped(study: Result) -> None:
    console = piped()
    terminal.print_verdict(study, console)
    assert len(printed(console).rstrip("\n").splitlines()) == 4


def test_no_colour_when_asked_for_none(study: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = tty()
    terminal.print_warnings(study, console)
    assert "\x1b[3" not in printed(console)
    monkeypatch.delenv("NO_COLOR")
    console = tty()
    terminal.print_warnings(study, console)
    assert "\x1b[33m" in printed(console)


def run(progress: StudyProgress) -> None:
    progress.model_started("lstm:units=64", 10)
    progress.advanced("lstm:units=64", 0.5, "epoch 34, loss 0.412")
    progress.advanced("unknown", 0.5, "")
    progress.model_started("[red]", 1)
    progress.advanced("[red]", 7.0, "[/bold] \x1b[2J")
    progress.model_finished("lstm:units=64", "3.1 s, accuracy 0.842")
    progress.model_finished("[red]", "failed: the loss was not finite")


def test_piped_progress_is_a_line_a_finished_model() -> None:
    console = piped(20)
    with terminal.Progress(console) as progress:
        run(progress)
    assert printed(console).splitlines() == [
        "lstm:units=64: 3.1 s, accuracy 0.842",
        "[red]: failed: the loss was not finite",
    ]


@pytest.mark.parametrize("width", [30, 100])
def test_progress_on_a_terminal(width: int) -> None:
    console = tty(width)
    with terminal.Progress(console) as progress:
        run(progress)
    text = printed(console)
    assert "lstm:units=64: 3.1 s" in text
    assert "\x1b[2J" not in text


def test_progress_cleans_up_when_a_study_breaks() -> None:
    def broken(console: Console) -> None:
        with terminal.Progress(console) as progress:
            progress.model_started("lstm", 2)
            raise RuntimeError

    console = tty()
    with pytest.raises(RuntimeError):
        broken(console)
    assert "\x1b[?25h" in printed(console)  # the cursor is back


def test_the_console_leaves_text_alone() -> None:
    assert terminal.console(stderr=True).stderr
