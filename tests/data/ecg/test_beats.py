"""Beats are cut where they say, and the Kaggle recipe gives the Kaggle files' own rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.data.ecg.written import beat_samples, pulses, write_record

from auscult.data.ecg.annotations import Annotations
from auscult.data.ecg.beats import kaggle_beats, rr_intervals, window_beats
from auscult.data.ecg.records import Recording, read_record
from auscult.data.ecg.twins import twin_cases, twins


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return read_record(write_record(tmp_path, channels=("MLII", "V5")))


def test_a_kaggle_beat_written_out(recording: Recording) -> None:
    beats = kaggle_beats(recording)
    at, signal = beat_samples(10), recording.signals[:, 0]
    assert beats.X.shape == (9, 1, 187)
    assert beats.sampling_rate == 120
    assert beats.samples.tolist() == at[:-1].tolist()
    assert beats.y.tolist() == [0, 0, 2, 0, 0, 0, 1, 0, 0]
    segment = signal[at[3] : at[4] + int(0.2 * (at[5] - at[4])) : 3]
    scaled = (segment - segment.min()) / (segment.max() - segment.min())
    assert np.allclose(beats.X[3, 0, : len(scaled)], scaled, atol=1e-6)
    assert (beats.X[3, 0, len(scaled) :] == 0).all()


def test_marks_that_are_no_beats_end_one_and_start_none(recording: Recording) -> None:
    marks = recording.annotations
    assert marks is not None
    symbols = marks.symbols.copy()
    symbols[4] = "+"
    beats = kaggle_beats(replace(recording, annotations=Annotations(marks.samples, symbols)))
    assert beats.samples.tolist() == np.delete(marks.samples, [4, 9]).tolist()


def test_a_long_pause_is_scaled_before_it_is_cut(recording: Recording) -> None:
    at = np.array([300, 1200, 1500])
    signal = pulses([300, 1500], 2600)
    signal[1101] = 3.0
    marks = Annotations(at, np.array(["N", "V", "N"]))
    long = replace(recording, signals=signal[:, None].astype(np.float32), annotations=marks)
    assert kaggle_beats(long).X[0].max() < 0.5


def test_marks_at_one_place_and_flat_lines_are_no_accident(recording: Recording) -> None:
    marks = Annotations(np.array([300, 300, 300, 600]), np.array(["N", "V", "+", "N"]))
    flat = replace(recording, signals=np.zeros((3000, 1), np.float32), annotations=marks)
    for beats in (kaggle_beats(flat), window_beats(flat)):
        assert np.isfinite(beats.X).all()
        assert len(beats.X) == len(beats.y) == len(beats.samples)


def test_a_window_has_its_peak_in_its_place_and_the_rhythm_beside(recording: Recording) -> None:
    beats = window_beats(recording)
    assert beats.X.shape == (10, 5, 88)
    assert beats.sampling_rate == 125
    assert (np.abs(beats.X[:, 0].argmax(axis=1) - 31) <= 1).all()
    assert np.allclose(beats.X[1:-1, 1], beats.X[1:-1, 0] / 2, atol=0.02)
    rr = rr_intervals(beat_samples(10) / 360)
    assert np.allclose(beats.X[:, 2:], rr[:, :, None], atol=1e-6)


def test_rr_intervals_by_hand() -> None:
    rr = rr_intervals(np.array([0.0, 1.0, 3.0, 4.0]))
    mean = 4 / 3
    assert np.allclose(rr[:, 2], mean)
    assert np.allclose(rr[:, 0] * mean, [1, 1, 2, 1])
    assert np.allclose(rr[:, 1] * mean, [1, 2, 1, 1])
    many = rr_intervals(np.cumsum(np.arange(1.0, 31.0)))
    assert many[15, 2] == pytest.approx(np.arange(2.0, 31.0)[10:20].mean())


def test_peaks_are_found_where_nobody_marked_them(recording: Recording) -> None:
    unmarked = replace(recording, annotations=None)
    for cut in (kaggle_beats, window_beats):
        marked, found = cut(recording), cut(unmarked)
        assert (found.y == -1).all()
        assert np.abs(found.samples - marked.samples).max() <= 3


def test_an_empty_recording_has_no_beats(recording: Recording) -> None:
    none = Annotations(np.empty(0, np.int64), np.empty(0, np.str_))
    assert kaggle_beats(replace(recording, annotations=none)).X.shape == (0, 1, 187)
    assert window_beats(replace(recording, annotations=none)).X.shape == (0, 5, 88)


def test_kaggle_rows_are_rebuilt_exactly(shared: Path) -> None:
    """Rows of the files are found among those rebuilt from their records."""
    rows = np.loadtxt(
        shared / "heartbeat_kaggle_sample" / "mitbih_test_sample.csv", delimiter=",", ndmin=2
    )
    X, y = [], []
    for name in ("208", "213", "232", "217"):  # most of the rare classes
        beats = kaggle_beats(read_record(shared / "mitdb" / f"{name}.hea"))
        X.append(beats.X)
        y.append(beats.y)
    of_four = np.concatenate(X)
    found = twins(of_four, rows[:, :187], tolerance=1e-6)
    assert (found >= 0).sum() > 150
    same = found >= 0
    assert np.array_equal(np.concatenate(y)[found[same]], rows[same, 187])


def test_twins_by_hand() -> None:
    X = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    rows = np.array([[0.0, 1.0], [0.5, 0.50001], [0.3, 0.7]])
    assert twins(X, rows, tolerance=1e-3).tolist() == [0, 2, -1]
    assert twin_cases(X, rows, tolerance=1e-3).tolist() == [True, False, True, True]
    assert twins(X, rows, tolerance=1e-7).tolist() == [0, -1, -1]
