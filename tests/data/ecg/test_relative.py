"""Numbers of a beat relative to its recording: by hand, and unmoved by what differs in patients."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.data.ecg.written import beat_samples, pulses, write_record

from auscult.data.ecg.annotations import Annotations
from auscult.data.ecg.records import Recording, read_record
from auscult.data.ecg.relative import names, relative_beats, rhythm, shape
from auscult.data.read import read, read_like


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return read_record(write_record(tmp_path, channels=("MLII", "V5")))


def test_rhythm_by_hand() -> None:
    early = np.cumsum([1.0] * 10 + [0.5, 1.5] + [1.0] * 10)
    found = np.exp(rhythm(early))
    mean = (early[-1] - early[0]) / 21
    assert np.allclose(found[10], [0.5 / mean, 1.5 / mean, 0.5, 1.5, 1 / mean])
    assert np.allclose(found[0], [1 / mean, 1 / mean, 1, 1, 1 / mean])
    assert np.allclose(found[-1], found[0])


def test_what_is_usual_around_may_be_unusual_in_the_recording() -> None:
    found = np.exp(rhythm(np.cumsum([1.0] * 60 + [0.5] * 30)))
    mean = (59 + 15) / 89
    assert np.allclose(found[80], [0.5 / mean, 0.5 / mean, 1, 1, 0.5 / mean])


def test_shape_by_hand() -> None:
    usual = np.array([0.0, 1.0, 0.0, 0.0])
    odd = np.array([0.0, -2.0, 0.0, 0.0])
    found = shape(np.stack([usual, usual, usual, odd, 0 * usual]))
    assert np.allclose(found[0], [1, np.log(0.02), 0])
    assert np.allclose(found[3], [-1, np.log(0.77), np.log(2.02 / 1.02)])
    assert np.allclose(found[4], [0, np.log(0.27), np.log(0.02 / 1.02)])


def test_a_louder_recording_of_a_slower_heart_is_the_same(recording: Recording) -> None:
    marks = recording.annotations
    assert marks is not None
    X = relative_beats(recording).X
    louder = relative_beats(replace(recording, signals=recording.signals * 3)).X
    assert X.shape == (10, 11)
    assert X.dtype == np.float32
    assert np.allclose(X, louder, atol=1e-4)
    samples = 2 * marks.samples
    slow = pulses(samples, int(samples[-1] + 900))[:, None].astype(np.float32)
    slower = relative_beats(
        replace(recording, signals=slow, annotations=Annotations(samples, marks.symbols))
    )
    assert np.allclose(X[:, :5], slower.X[:, :5], atol=1e-3)


def test_an_odd_beat_stands_out(recording: Recording) -> None:
    signals = recording.signals.copy()
    at = int(beat_samples(10)[6])
    signals[at - 90 : at + 160] *= -1.5
    X = relative_beats(replace(recording, signals=signals)).X
    for first in (5, 8):
        assert X[:, first].argmin() == 6
        assert X[:, first + 1].argmax() == 6


def test_classes_are_not_looked_at(recording: Recording) -> None:
    marks = recording.annotations
    assert marks is not None
    other = replace(marks, symbols=np.array(["V"] * 10))
    assert np.array_equal(
        relative_beats(recording).X, relative_beats(replace(recording, annotations=other)).X
    )


def test_few_beats_and_flat_lines_are_no_accident(recording: Recording) -> None:
    flat = replace(recording, signals=np.zeros_like(recording.signals))
    assert np.isfinite(relative_beats(flat).X).all()
    for n in (0, 1):
        few = Annotations(beat_samples(10)[:n], np.array(["N"] * n, dtype=np.str_))
        found = relative_beats(replace(recording, annotations=few))
        assert found.X.shape == (0, 11)
        assert len(found.y) == len(found.samples) == 0


def test_records_become_a_table(tmp_path: Path) -> None:
    write_record(tmp_path, "p1", channels=("MLII", "V5"))
    write_record(tmp_path, "p2", channels=("MLII", "V1"))
    data = read(tmp_path, recipe="relative", channel="all")
    assert (data.kind, data.X.shape, data.sampling_rate) == ("table", (20, 11), None)
    assert tuple(c.name for c in data.columns) == names(("MLII", "lead 2"))
    assert {c.kind for c in data.columns} == {"numeric"}
    assert data.groups is not None
    assert np.bincount(data.groups).tolist() == [10, 10]
    (tmp_path / "p2.atr").unlink()
    unseen = read_like(tmp_path / "p2.hea", data, labelled=False, recipe="relative", channel="all")
    assert unseen.X.shape == (10, 11)
    assert (unseen.y == -1).all()
