"""Predictions reach the history behind the answers, and never hold them up."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from sqlalchemy import text

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Field
from auscult.bundle.shares import with_shares
from auscult.history import recorder as recording
from auscult.history.drift import OUTSIDE
from auscult.history.recorder import HistoryRecorder
from auscult.history.store import History
from auscult.types import Estimate, FloatArray

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RNG = np.random.default_rng(0)
SEXES = RNG.integers(2, size=300).astype(np.float64)
AGES = np.round(RNG.normal(55, 9, 300))


def stand_in(kind: str = "table") -> Bundle:
    """A bundle as far as a history looks at it."""
    columns = (
        with_shares(Field("age", "numeric", "years"), AGES),
        with_shares(Field("sex", "categorical", categories=("f", "m")), SEXES),
    )
    document = SimpleNamespace(
        name="heart", kind=kind, target="disease", classes=("healthy", "ill"),
        class_counts=(160, 140), n_cases=300, columns=columns[:1] if kind == "signals" else columns,
        figures=SimpleNamespace(model={"accuracy": Estimate(0.84, 0.8, 0.88)}),
    )  # fmt: skip
    return cast(Bundle, SimpleNamespace(sha256="c" * 64, name="heart", document=document))


def answers(n: int) -> BundleAnswers:
    probability = np.tile([0.25, 0.75], (n, 1))
    sets = np.ones((n, 2), dtype=np.bool_)
    sets[1:, 0] = False
    return BundleAnswers(("healthy", "ill"), probability, np.ones(n, dtype=np.int64), sets)


def cases(n: int) -> FloatArray:
    X = np.column_stack([np.linspace(20, 90, n), np.arange(n) % 2]).astype(np.float64)
    X[0, 0] = np.nan
    return X


@pytest.fixture
def history(tmp_path: Path) -> Any:
    made = History(tmp_path / "history.sqlite")
    yield made
    made.close()


def test_records_predictions_counts_and_no_inputs(history: History) -> None:
    recorder = HistoryRecorder(history)
    recorder.attach({"heart-1": stand_in()}, print)
    ids = recorder.record("c" * 64, cases(8), answers(8), AT)
    recorder.name(ids[:2], ["p1", "p2"])
    assert recorder.flush()
    kept = {one.entry.id: one.entry for one in history.predictions()}
    assert set(kept) == set(ids)
    first = kept[ids[0]]
    assert (first.case_id, first.bundle_name, first.unsure) == ("p1", "heart-1", True)
    assert first.prediction_set == ("healthy", "ill")
    assert first.probabilities == {"healthy": 0.25, "ill": 0.75}
    assert kept[ids[5]].case_id == ids[5]
    assert history.inputs(ids[1]) is None
    counts = history.counts("c" * 64)
    assert sum(n for place, n in counts["age"].items() if place != OUTSIDE) == 8
    assert counts["age"][len(with_shares(Field("a", "numeric"), AGES).shares) - 1] == 1
    ages = cases(8)[:, 0]
    assert counts["age"][OUTSIDE] == int(((ages < AGES.min()) | (ages > AGES.max())).sum())
    assert counts["sex"] == {0: 4, 1: 4}
    (known,) = history.bundles()
    assert (known.name, known.accuracy.value, known.columns[1].categories) == (
        "heart-1",
        0.84,
        ("f", "m"),
    )
    recorder.close()
    assert (recorder.kept, recorder.dropped, recorder.waiting) == (8, 0, 0)


def test_inputs_are_kept_where_asked(history: History) -> None:
    recorder = HistoryRecorder(history, keep_inputs=True)
    recorder.attach({"heart": stand_in()}, print)
    ids = recorder.record("c" * 64, cases(3), answers(3), AT)
    recorder.close()
    assert history.inputs(ids[0]) == {"age": None, "sex": "f"}
    assert history.inputs(ids[1]) == {"age": 55.0, "sex": "m"}


def test_signals_are_kept_and_counted_by_channel(history: History) -> None:
    recorder = HistoryRecorder(history, keep_inputs=True)
    recorder.attach({"ecg": stand_in("signals")}, print)
    X = np.full((2, 1, 3), 54.5, dtype=np.float32)
    X[0, 0, 2] = np.nan
    ids = recorder.record("c" * 64, X, answers(2), AT)
    recorder.close()
    assert history.inputs(ids[0]) == [[54.5, 54.5, None]]
    assert sum(history.counts("c" * 64)["age"].values()) == 2


def test_a_bundle_that_nobody_knows_is_kept_by_its_hash(history: History) -> None:
    recorder = HistoryRecorder(history)
    recorder.record("d" * 64, cases(2), answers(2), AT)
    recorder.close()
    assert {one.entry.bundle_sha256 for one in history.predictions()} == {"d" * 64}


def test_a_locked_database_holds_nobody_up_and_loses_nothing(history: History) -> None:
    recorder = HistoryRecorder(history)
    recorder.attach({"heart": stand_in()}, print)
    with history.engine.begin() as connection:
        connection.execute(text("DELETE FROM outcomes"))
        began = time.perf_counter()
        for _ in range(50):
            recorder.record("c" * 64, cases(2), answers(2), AT)
        assert time.perf_counter() - began < 5  # whoever waits for the lock waits for ten seconds
        assert recorder.waiting == 100
    assert recorder.flush(20)
    recorder.close()
    assert len(history.predictions(most=500)) == 100
    assert recorder.dropped == 0


def test_a_broken_database_is_said_and_the_queue_is_bounded(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_CASES", 40)
    monkeypatch.setattr(recording, "_CLOSE_SECONDS", 0.5)
    with history.engine.begin() as connection:
        connection.execute(text("ALTER TABLE predictions RENAME TO elsewhere"))
    said: list[str] = []
    recorder = HistoryRecorder(history)
    recorder.attach({"heart": stand_in()}, said.append)
    given = [recorder.record("c" * 64, cases(10), answers(10), AT) for _ in range(20)]
    assert [len(ids) for ids in given[-3:]] == [0, 0, 0]
    assert recorder.waiting <= 40
    deadline = time.monotonic() + 5
    while recorder.trouble is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "no such table" in str(recorder.trouble)
    with history.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO predictions"))
    deadline = time.monotonic() + 10
    while recorder.waiting and time.monotonic() < deadline:
        time.sleep(0.05)
    recorder.close()
    assert recorder.trouble is None
    assert recorder.kept + recorder.dropped == 200
    assert len(history.predictions(most=500)) == recorder.kept > 0
    assert any("not kept" in line for line in said)
    assert not any("\n" in line or "0.75" in line for line in said)


def test_closing_does_not_wait_for_ever(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_CLOSE_SECONDS", 0.4)
    with history.engine.begin() as connection:
        connection.execute(text("DROP TABLE inputs"))
        connection.execute(text("DROP TABLE outcomes"))
        connection.execute(text("DROP TABLE predictions"))
    recorder = HistoryRecorder(history)
    recorder.record("c" * 64, cases(10), answers(10), AT)
    began = time.monotonic()
    recorder.close()
    assert time.monotonic() - began < 3
    assert recorder.dropped == 10
    assert recorder.record("c" * 64, cases(10), answers(10), AT) == ()
