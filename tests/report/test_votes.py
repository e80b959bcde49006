"""What is said of a vote beside its figures."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console
from tests.report import sample

from auscult.evaluate.result import Result
from auscult.report.html import render
from auscult.report.terminal import print_leaderboard
from auscult.report.votes import votes_told


@pytest.fixture(scope="module")
def study() -> Result:
    found = sample.result(epochs=2, folds=2)
    members: dict[str, Any] = {"members": ("logistic", "lstm")}
    votes = {
        "hard-vote": members,
        "soft-vote": members,
        "weighted-vote": members | {"weights": (0.25, 0.75)},
    }
    rows = [
        replace(
            found["lstm"], model=name, label=name.replace("-", " "), params=params, histories=()
        )
        for name, params in votes.items()
    ]
    return replace(found, models=(*found.models, *rows))


def test_a_vote_is_told_in_plain_words(study: Result) -> None:
    told = dict(votes_told(study))
    assert told["Soft vote"] == "the mean of the probabilities of logistic regression and LSTM."
    assert "0.25 × logistic regression + 0.75 × LSTM. Each fit" in told["Weighted vote"]
    assert "tie" in told["Hard vote"]


def test_the_terminal_and_the_report_tell_it(study: Result) -> None:
    console = Console(file=io.StringIO(), width=80)
    print_leaderboard(study, console)
    page = render(study)
    assert isinstance(console.file, io.StringIO)
    for name, how in votes_told(study):
        assert f"{name}: {how}\n" in console.file.getvalue()
        assert f"<strong>{name}</strong>: {how}" in page
    assert "members = " not in page


def test_nothing_is_said_without_votes() -> None:
    assert "<h3>Votes</h3>" not in render(sample.result(epochs=2, folds=2))
