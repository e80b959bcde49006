"""A record is read as its header means it, or refused in one line before memory is taken."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.data.ecg.written import beat_samples, pulses, write_record

from auscult.data.ecg.records import channel_names, is_record, read_record, record_paths
from auscult.errors import InputError


def test_reads_millivolts_channels_and_annotations(tmp_path: Path) -> None:
    path = write_record(tmp_path, channels=("MLII", "V5"))
    recording = read_record(path)
    at = beat_samples(10)
    assert (recording.name, recording.channels) == ("r1", ("MLII", "V5"))
    assert recording.sampling_rate == 360
    assert recording.signals.dtype == np.float32
    expected = pulses(at, len(recording.signals))
    assert np.abs(recording.channel("MLII") - expected).max() <= 0.0026
    assert np.abs(recording.channel("V5") - expected / 2).max() <= 0.0026
    assert recording.annotations is not None
    assert recording.annotations.samples.tolist() == at.tolist()
    assert "".join(recording.annotations.symbols) == "NNVNNNANNN"


def test_channels_come_in_the_order_asked_for(tmp_path: Path) -> None:
    path = write_record(tmp_path, channels=("MLII", "V5"))
    both = read_record(path)
    turned = read_record(path, ["V5", "MLII"])
    assert turned.channels == ("V5", "MLII")
    assert np.array_equal(turned.signals, both.signals[:, ::-1])
    assert np.array_equal(read_record(path, ["V5"]).signals[:, 0], both.channel("V5"))


def test_two_channels_of_one_name_are_numbered(tmp_path: Path) -> None:
    path = write_record(tmp_path, channels=("ECG", "ECG"))
    assert channel_names(path) == ("ECG 1", "ECG 2")


def test_a_gap_is_missing(tmp_path: Path) -> None:
    signals = pulses([300, 600], 1500)[:, None]
    signals[100:110] = -32768 / 200
    path = write_record(tmp_path, signals=signals, symbols=None)
    missing = np.isnan(read_record(path).signals[:, 0])
    assert np.flatnonzero(missing).tolist() == list(range(100, 110))


def test_without_annotations(tmp_path: Path) -> None:
    assert read_record(write_record(tmp_path, symbols=None)).annotations is None


def test_units_other_than_millivolts(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    millivolts = read_record(path).signals
    path.write_text(path.read_text().replace(" 200 ", " 0.2/uV "))
    assert np.allclose(read_record(path).signals, millivolts, atol=1e-6)


def test_folder_and_any_file_name_the_record(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write_record(tmp_path, name)
    assert [p.stem for p in record_paths(tmp_path)] == ["a", "b"]
    assert is_record(tmp_path)
    assert is_record(tmp_path / "a.dat")
    assert is_record(tmp_path / "c.hea")
    assert not is_record(tmp_path / "c.dat")


def test_real_records(shared: Path) -> None:
    recording = read_record(shared / "mitdb" / "114.hea")
    assert recording.channels == ("V5", "MLII")
    assert recording.signals.shape == (650_000, 2)
    assert recording.annotations is not None
    assert int(recording.annotations.beats.sum()) == 1879
    # The header of record 100 names its first samples, 995 and 1011; 1024 is 0 mV.
    first = read_record(shared / "mitdb" / "100.hea").signals[0]
    assert np.allclose(first, [-0.145, -0.065])


@dataclass(frozen=True)
class Bad:
    name: str
    change: Callable[[Path], object]
    says: str


def header(old: str, new: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(path.read_text().replace(old, new))


def record_line(line: str) -> Callable[[Path], object]:
    return lambda path: path.write_text("\n".join([line, *path.read_text().splitlines()[1:]]))


def of(path: Path, suffix: str) -> Path:
    return path.with_suffix(suffix)


BAD = [
    Bad("no header", Path.unlink, "r1.hea is not there"),
    Bad("empty header", lambda p: p.write_text(""), "no record line"),
    Bad("no samples", lambda p: of(p, ".dat").unlink(), "r1.dat is not there"),
    Bad("samples cut off", lambda p: of(p, ".dat").write_bytes(b"\0" * 100), "copy broke off"),
    Bad("wrong sample", lambda p: flip(of(p, ".dat")), "add up to"),
    Bad("traversing name", record_line("../r1 1 360 3700"), "no plain name"),
    Bad("traversing file", header("r1.dat", "../r1.dat"), "no plain name"),
    Bad("absolute file", header("r1.dat", "/etc/passwd"), "no plain name"),
    Bad("hidden file", header("r1.dat", ".r1.dat"), "no plain name"),
    Bad("segments", record_line("r1/3 1 360 3700"), "several segments"),
    Bad("gain 0", header(" 200 ", " 0 "), "gain 0"),
    Bad("no gain", header(" 16 200 12 0", " 16\n#"), "no gain"),
    Bad("gain in words", header(" 200 ", " much "), "'much'"),
    Bad("infinite gain", header(" 200 ", " 1e999 "), "no number"),
    Bad("gain of nobody", header(" 200 ", " 1e-300 "), "1e-300"),
    Bad("not a voltage", header(" 200 ", " 200/mmHg "), "mmHg"),
    Bad("giant", record_line("r1 1 360 9000000000000"), "do not belong together"),
    Bad("giant channels", record_line("r1 900000000 360 3700"), "900000000 channels"),
    Bad("too long a number", record_line(f"r1 1 360 {'9' * 400}"), "no whole number"),
    Bad("no channels", record_line("r1 0 360 3700"), "no channel"),
    Bad("rate 0", record_line("r1 1 0 3700"), "0 Hz"),
    Bad("rate nan", record_line("r1 1 nan 3700"), "no number"),
    Bad("no rate", record_line("r1 1"), "no sampling rate"),
    Bad("unknown format", header(" 16 200", " 17 200"), "'17'"),
    Bad("several a frame", header(" 16 200", " 16x4 200"), "of its own"),
    Bad("annotations of another", lambda p: later(of(p, ".atr")), "another recording"),
    Bad("no annotation file", lambda p: of(p, ".atr").write_bytes(b"\xff" * 61), "r1.atr"),
]  # fmt: skip


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[1000] ^= 8
    path.write_bytes(data)


def later(path: Path) -> None:
    words = np.frombuffer(path.read_bytes(), dtype="<u2")
    far = np.full(60, 1 << 10 | 1000, dtype="<u2")
    path.write_bytes(np.concatenate([far, words[-1:]]).tobytes())


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_refused_in_one_line(bad: Bad, tmp_path: Path) -> None:
    path = write_record(tmp_path)
    bad.change(path)
    tracemalloc.start()
    with pytest.raises(InputError) as refused:
        read_record(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    said = str(refused.value)
    assert said.startswith("r1.hea: ")
    assert bad.says in said
    assert "\n" not in said
    assert peak < 50 * 2**20


def test_names_that_are_no_names(tmp_path: Path) -> None:
    path = write_record(tmp_path).rename(tmp_path / "r 1;.hea")
    with pytest.raises(InputError, match="letters"):
        read_record(path)


def test_unknown_channel_names_the_near_one(tmp_path: Path) -> None:
    path = write_record(tmp_path, channels=("MLII", "V5"))
    with pytest.raises(InputError, match=r"no channel 'MLI'.*'MLII'"):
        read_record(path, ["MLI"])
