"""The recipe that needs nothing later than 0.24 s, and the stream that cuts the same beats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.data.ecg.written import beat_samples, pulses, write_record

import auscult
from auscult.data.ecg.annotations import Annotations
from auscult.data.ecg.beats import kaggle_beats, window_beats
from auscult.data.ecg.live import AFTER, live_beats, past_intervals, reach
from auscult.data.ecg.records import Recording, read_record
from auscult.data.ecg.stream import BeatStream, StreamBeat
from auscult.errors import InputError
from auscult.types import FloatArray, IntArray

OFFLINE = {"live": live_beats, "kaggle": kaggle_beats, "window": window_beats}


def recorded(signal: FloatArray, samples: IntArray, rate: float = 360.0) -> Recording:
    marks = Annotations(samples, np.full(len(samples), "N", dtype=np.str_))
    return Recording("r", signal.astype(np.float32)[:, None], ("MLII",), rate, marks)


def streamed(signal: FloatArray, recipe: str, size: int, rate: float = 360.0) -> list[StreamBeat]:
    stream = BeatStream(rate, recipe)
    parts = range(0, len(signal), size)
    return [b for at in parts for b in stream.push(signal[at : at + size])] + stream.finish()


@pytest.mark.parametrize("rate", [125.0, 250.0, 360.0, 500.0])
def test_a_window_sees_nothing_later_than_it_says(rate: float) -> None:
    at = beat_samples(12, rate)
    signal = pulses(at, int(at[-1] + 2 * rate), rate)
    changed = signal.copy()
    changed[at[6] + reach(rate) + 1 :] = 50.0
    before, after = (live_beats(recorded(s, at, rate)).X for s in (signal, changed))
    assert np.array_equal(before[:7], after[:7])
    assert not np.array_equal(before[7], after[7])
    assert reach(rate) <= AFTER * rate


def test_windows_of_one_beat_are_alike_at_any_rate() -> None:
    windows = []
    for rate in (250.0, 360.0, 1000.0):
        at = np.array([round(i * rate) for i in range(1, 20)])
        windows.append(live_beats(recorded(pulses(at, int(20 * rate), rate), at, rate)).X[5, 0])
    assert np.abs(windows[0] - windows[2]).max() < 0.06
    assert np.abs(windows[1] - windows[2]).max() < 0.06
    assert abs(windows[2].argmax() - 32) <= 1


def test_the_past_rhythm_by_hand() -> None:
    rhythm = past_intervals(np.array([0.0, 1.0, 2.0, 2.5]))
    third = (1 + 1 + 0.5) / 3
    expected = np.array([[1, 1, 0.8], [1, 1, 1], [1, 1, 1], [0.5 / third, 1 / third, third]])
    assert np.allclose(rhythm, expected)
    assert past_intervals(np.array([3.0])).tolist() == [[1, 1, 0.8]]
    regular = past_intervals(np.append(np.arange(30.0), 40.0))
    assert np.allclose(regular[-1], [11 / 2, 1 / 2, 2])  # (9 · 1 + 11) / 10


@pytest.mark.parametrize("recipe", ["live", "kaggle", "window"])
def test_a_stream_cuts_what_the_recording_gives(recipe: str, shared: Path) -> None:
    recording = read_record(shared / "mitdb" / "208.hea", ["MLII"])
    signal = recording.signals[:36_000, 0]
    beats = streamed(signal, recipe, 36)
    samples = np.array([beat.sample for beat in beats])
    offline = OFFLINE[recipe](recorded(signal, samples))
    n = len(offline.X)
    assert n >= len(beats) - 1 > 150
    assert np.array_equal(offline.samples, samples[:n])
    rows = np.stack([beat.X for beat in beats[:n] if beat.X is not None])
    # The last five have no further beats to come, in either.
    # Filters without delay feel where a recording begins and ends, mV.
    assert np.abs(rows - offline.X).max() < (0.02 if recipe == "window" else 1e-5)


@pytest.mark.parametrize("recipe", ["live", "kaggle", "window"])
def test_pieces_make_no_difference(recipe: str) -> None:
    at = beat_samples(40)
    signal = pulses(at, int(at[-1] + 360))
    small, large = (streamed(signal, recipe, size) for size in (11, 3000))
    assert [b.sample for b in small] == [b.sample for b in large]
    assert [b.needed for b in small] == [b.needed for b in large]
    for one, other in zip(small, large, strict=True):
        if one.X is None or other.X is None:
            assert one.X is other.X is None
        else:
            assert np.abs(one.X - other.X).max() < 1e-3


def test_a_live_beat_comes_within_300_ms() -> None:
    at = beat_samples(40)
    beats = streamed(pulses(at, int(at[-1] + 360)), "live", 1)
    assert all(beat.needed - beat.sample <= 0.3 * 360 for beat in beats)
    assert all(beat.X is not None and beat.X.shape == (4, 59) for beat in beats)


def test_a_beat_in_a_gap_has_no_row() -> None:
    at = beat_samples(40)
    signal = pulses(at, int(at[-1] + 360))
    signal[at[20] - 70 : at[20] - 60] = np.nan
    beats = {beat.sample: beat for beat in streamed(signal, "live", 36)}
    near = min(beats, key=lambda sample: abs(sample - at[20]))
    assert beats[near].X is None
    assert sum(beat.X is None for beat in beats.values()) == 1


def test_memory_stays_bounded() -> None:
    stream = BeatStream(360.0)
    at = beat_samples(400)
    signal = pulses(at, int(at[-1] + 360))
    for start in range(0, len(signal), 3600):
        stream.push(signal[start : start + 3600])
    assert len(stream._held) <= 41 * 360
    assert len(stream._known) <= 20


def test_refuses_what_needs_whole_recordings_and_rates_of_no_ecg() -> None:
    with pytest.raises(InputError, match="--recipe live"):
        BeatStream(360.0, "relative")
    with pytest.raises(InputError, match="50 Hz"):
        BeatStream(50.0)


def test_records_are_read_with_it(tmp_path: Path) -> None:
    write_record(tmp_path)
    beats = auscult.read(tmp_path, recipe="live")
    assert beats.X.shape[1:] == (4, 59)
    names = [column.name for column in beats.columns]
    assert names == ["MLII", "RR before", "RR before that", "RR past mean"]
    recording = read_record(tmp_path / "r1.hea")
    found = live_beats(replace(recording, annotations=None))
    assert found.X.shape[1:] == (4, 59)
