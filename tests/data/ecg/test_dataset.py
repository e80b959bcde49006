"""Records become a dataset of beats whose groups are patients."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.data.ecg.written import pulses, write_record

from auscult.data.read import read, read_like, read_pair
from auscult.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_record(tmp_path, "p1", symbols="NNVNNNANNN", channels=("MLII", "V5"))
    write_record(tmp_path, "p2", symbols="+NVNN~NVNN", channels=("V5", "MLII"))
    write_record(tmp_path, "p3", symbols="NNNNNVNNN/", channels=("II", "V1"))
    return tmp_path


def test_a_folder_of_records(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    data = read(folder, progress=lambda done, of: seen.append((done, of)))
    assert data.X.shape == (25, 1, 187)
    assert (data.kind, data.sampling_rate, data.target) == ("signals", 120, "beat")
    assert data.classes == ("N", "S", "V")  # the last Q starts no beat
    assert data.class_counts.tolist() == [20, 1, 4]
    assert data.group_name == "record"
    assert data.groups is not None
    assert np.bincount(data.groups).tolist() == [9, 7, 9]
    assert data.ids is not None
    assert data.ids[0] == "p1:288"
    assert [c.name for c in data.columns] == ["lead 1"]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert "leads-differ" in {f.code for f in data.findings}


def test_a_channel_by_name_leaves_records_without_it_out(folder: Path) -> None:
    data = read(folder, channel="V5", recipe="window")
    assert data.X.shape[1:] == (4, 88)
    assert [c.name for c in data.columns] == ["V5", "RR before", "RR after", "RR local mean"]
    left_out = next(f for f in data.findings if f.code == "records-left-out")
    assert "'p3'" in left_out.message
    assert left_out.severity == "warning"


def test_all_channels(folder: Path) -> None:
    data = read(folder, channel="all", recipe="window")
    assert data.X.shape == (28, 5, 88)
    assert data.classes == ("N", "S", "V", "Q")
    assert [c.name for c in data.columns][:2] == ["lead 1", "lead 2"]


def test_one_record_by_any_of_its_files(folder: Path) -> None:
    one = read(folder / "p1.hea")
    assert one.sha256 == read(folder / "p1.atr").sha256
    assert one.sha256 != read(folder / "p2.hea").sha256
    assert one.name == "p1"


def test_beats_in_a_gap_are_left_out(tmp_path: Path) -> None:
    signal = pulses(np.arange(1, 11) * 300, 4000)[:, None]
    signal[620:640] = -32768 / 200  # in the second beat, and in the end of the first
    path = write_record(tmp_path, signals=signal)
    data = read(path)
    assert np.isfinite(data.X).all()
    assert data.ids is not None
    assert data.ids[0] == "r1:918"
    assert data.n_cases == 7


def test_records_to_predict_may_have_no_annotations(folder: Path) -> None:
    reference = read(folder, recipe="window")
    (folder / "p2.atr").unlink()
    unseen = read_like(folder / "p2.hea", reference, labelled=False, recipe="window")
    assert (unseen.y == -1).all()
    assert unseen.classes == reference.classes
    assert "peaks-detected" in {f.code for f in unseen.findings}


def test_a_pair_shares_classes_and_groups(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write_record(other, "p2", symbols="NVNNNVNNNN")
    train, test = read_pair(folder, other)
    assert train.groups is not None
    assert test.groups is not None
    assert set(test.groups.tolist()) == {1}
    assert test.classes == train.classes
    assert test.class_counts.tolist() == [7, 0, 2]


def test_201_and_202_are_one_person_in_mitbih_only(shared: Path, tmp_path: Path) -> None:
    for name in ("201", "202"):
        write_record(tmp_path, name)
    own = read(tmp_path)
    assert own.groups is not None
    assert len(np.unique(own.groups)) == 2
    for name in ("201", "202"):
        for suffix in (".hea", ".dat", ".atr"):
            (tmp_path / f"{name}{suffix}").write_bytes(
                (shared / "mitdb" / f"{name}{suffix}").read_bytes()
            )
    theirs = read(tmp_path)
    assert theirs.groups is not None
    assert len(np.unique(theirs.groups)) == 1
    assert "one-person" in {f.code for f in theirs.findings}


@pytest.mark.slow
def test_mitbih_has_the_counts_of_the_kaggle_files(shared: Path) -> None:
    data = read(shared / "mitdb")
    assert data.classes == ("N", "S", "V", "F", "Q")
    assert data.class_counts.tolist() == [90_589, 2_779, 7_236, 803, 8_039]
    assert data.groups is not None
    assert len(np.unique(data.groups)) == 47


def refused(folder: Path, **options: str) -> str:
    with pytest.raises(InputError) as error:
        read(folder, **options)  # type: ignore[arg-type]
    said = str(error.value)
    assert "\n" not in said
    return said


def test_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    assert "'kaggel'. Did you mean 'kaggle'" in refused(folder, recipe="kaggel")
    assert "no channel 'V7'" in refused(folder, channel="V7")
    assert "--recipe window" in refused(folder, channel="all")
    assert "--target names a column" in refused(folder, target="beat")
    table = tmp_path / "table.csv"
    table.write_text("a,target\n" + "1,0\n2,1\n" * 9)
    assert "ECG records" in refused(table, recipe="window")
    write_record(folder, "p4", channels=("MLII",))
    assert "Name one with --channel" in refused(folder, channel="all", recipe="window")
    write_record(folder, "p4", rate=250.0)
    assert "p4.hea: its beats would have 125 Hz" in refused(folder)
    (folder / "p4.atr").unlink()
    assert "p4.atr is not there" in refused(folder)
    (folder / "p4.dat").unlink()
    assert "p4.dat is not there" in refused(folder)


@pytest.mark.parametrize("recipe", ["kaggle", "window"])
def test_what_is_no_ecg(tmp_path: Path, recipe: str) -> None:
    path = write_record(tmp_path)
    text = path.read_text()
    for rate, says in (("1", "has 1 Hz"), ("100000", "100000 Hz"), ("19000", "2 seconds")):
        path.write_text(text.replace(" 360 ", f" {rate} "))
        assert says in refused(path, recipe=recipe)


def test_one_class_is_no_diagnosis(tmp_path: Path) -> None:
    assert "one class only (N)" in refused(write_record(tmp_path, symbols="NNNNNNNN"))
