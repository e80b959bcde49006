"""Real systems, hardly trained: everything they promise is there, and what leaks says so."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import pytest
from tests.replicate.sample import Tiny

from auscult.errors import InputError
from auscult.replicate.page import render
from auscult.replicate.record import Record, to_dict
from auscult.replicate.run import repeat
from auscult.replicate.table import REPLICAS, chosen, replica


@pytest.fixture(autouse=True)
def data(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(shared))


@cache
def repeated(name: str) -> Record:
    return repeat(replica(name), Tiny(seed=0, quick=True))


@pytest.mark.parametrize("name", ["heart", "twoleadecg", "alzheimers", "load"])
def test_a_system_end_to_end(name: str, one_thread: None) -> None:
    record = repeated(name)
    _check(record)
    render([record])


@pytest.mark.slow
def test_heartbeats_end_to_end() -> None:
    pytest.importorskip("wfdb")
    record = repeated("heartbeats")
    _check(record)
    row = record.found.rows[0]
    assert row.rebuilt is not None
    assert row.rebuilt.estimate.value > row.honest.estimate.value + 0.05
    assert "by beat" in str(row.rebuilt.leaky)


def _check(record: Record) -> None:
    json.dumps(to_dict(record), allow_nan=False)
    found = record.found
    assert len(record.wrong) == 2
    assert any(row.main for row in found.rows)
    assert all(command.startswith("auscult ") for command in found.commands)
    for row in found.rows:
        for figure in (row.honest, row.baseline, row.best):
            assert figure.leaky is None
            low, value, high = figure.estimate.low, figure.estimate.value, figure.estimate.high
            assert low <= value <= high
        if row.rebuilt is not None:
            assert row.rebuilt.leaky
            assert math.isfinite(row.rebuilt.estimate.value)
    assert found.matrices or found.tracks
    assert found.curves


def test_nearest_neighbours_stand_as_they_were_published(one_thread: None) -> None:
    found = repeated("twoleadecg").found
    row = next(row for row in found.rows if row.rebuilt is None)
    assert row.honest.estimate.value == pytest.approx(row.published.estimate.value, abs=5e-5)


def test_the_load_has_the_ruler_beside_it(one_thread: None) -> None:
    found = repeated("load").found
    row = found.rows[0]
    assert row.metric == "mae"
    assert row.baseline.label == "line through two points"
    assert row.baseline.estimate.value == pytest.approx(61.4, abs=0.05)
    assert row.best.label == "ridge on lags"


def test_the_honest_command_gives_the_honest_figure(one_thread: None) -> None:
    from auscult.api import compare  # noqa: PLC0415

    found = repeated("heart").found
    assert found.commands[0] == (
        "auscult compare heart-uci --models lstm:units=128:feed=features,logistic,random-forest,"
        "gradient-boosting --repeats 1 --epochs 2 --seed 0"
    )
    study = compare("heart-uci", models="lstm:units=128:feed=features", repeats=1, epochs=2)
    value = study["lstm:units=128:feed=features"].metrics["accuracy"].value
    assert value == pytest.approx(found.rows[0].honest.estimate.value)


def test_names() -> None:
    assert chosen("all") == tuple(REPLICAS)
    assert chosen("load") == ("load",)
    with pytest.raises(InputError, match="Did you mean 'heart'"):
        chosen("hart")
    for name in REPLICAS:
        assert replica(name).name == name
        assert replica(name).seconds[1] <= replica(name).seconds[0]
