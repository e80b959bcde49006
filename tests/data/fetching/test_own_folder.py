"""Files of the catalog that are here already: found, checked, copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.data.fetching.made import (
    FIXED,
    TRAIN,
    UseSources,
    leftovers,
    sha256,
)

from auscult.cli.data import data as data_group
from auscult.data.catalog import entry_of
from auscult.data.fetch import copy_to, locate, whereabouts
from auscult.errors import InputError


def test_own_folder_comes_first(real: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    files = locate("twoleadecg")
    assert files.train == real / "twoleadecg/TwoLeadECG_TRAIN.tsv"
    assert files.test == real / "twoleadecg/TwoLeadECG_TEST.tsv"
    assert not home.exists()


def test_own_folder_may_be_flat(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "heart.csv"
    copy.write_bytes((real / "heart/heart.csv").read_bytes())
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    assert locate("heart").train == copy


def test_other_file_in_own_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "heart.csv").write_text("age,target\n1,0\n")
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    with pytest.raises(InputError) as caught:
        locate("heart")
    line = str(caught.value)
    assert sha256(b"age,target\n1,0\n")[:16] in line
    assert entry_of("heart").files[0].sha256[:16] in line
    assert "pass this path" in line


def test_uci_original_gets_its_header(
    real: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    path = locate("heart-uci").train
    assert path == home / "heart-uci/heart-uci.csv"
    rows = path.read_text("ascii").splitlines()
    assert rows[0].endswith(",thal,disease")
    assert [row[-1] for row in rows[1:]].count("1") == 139


def test_raw_file_that_is_another_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "processed.cleveland.data").write_text("63.0,1.0\n")
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    with pytest.raises(InputError, match=r"is not the catalog's file"):
        locate("heart-uci")


def test_text_form_of_unknown_hash_is_checked_after_conversion(
    demo: UseSources, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    demo()
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    for part, text in FIXED.items():
        (tmp_path / f"D_{part}.txt").write_bytes(text)
    assert locate("demo").train.read_bytes() == TRAIN
    (tmp_path / "home/demo/D_TRAIN.tsv").unlink()
    (tmp_path / "D_TRAIN.txt").write_bytes(b"1 2 3\n")
    with pytest.raises(InputError, match=r"D_TRAIN\.txt: is not what D_TRAIN\.tsv is made of"):
        locate("demo")


def test_records_are_a_folder(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    files = locate("mitdb")
    assert (files.train, files.test) == (real / "mitdb", None)
    assert len(files.paths) == 144


def test_part_of_the_records_is_refused(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mitdb").mkdir()
    (tmp_path / "mitdb/100.hea").write_bytes((real / "mitdb/100.hea").read_bytes())
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path))
    with pytest.raises(InputError, match=r"1 of 144 files are here; 100\.atr is missing"):
        locate("mitdb")


def test_named_folder_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path / "none"))
    with pytest.raises(InputError, match="AUSCULT_DATA: there is no folder"):
        locate("heart")


def test_copy_can_be_named_by_the_variable(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    files = locate("ecg200")
    copies = copy_to(files, tmp_path / "mine")
    assert copies == copy_to(files, tmp_path / "mine")
    monkeypatch.setenv("AUSCULT_DATA", str(tmp_path / "mine"))
    assert locate("ecg200").paths == copies
    assert whereabouts(entry_of("ecg200")) == ("AUSCULT_DATA", tmp_path / "mine/ecg200")


def test_copy_never_overwrites_another_file(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    (tmp_path / "ecg200").mkdir()
    (tmp_path / "ecg200/ECG200_TEST.tsv").write_text("mine")
    with pytest.raises(InputError, match="another file stands here"):
        copy_to(locate("ecg200"), tmp_path)
    assert leftovers(tmp_path / "ecg200") == ["ECG200_TEST.tsv"]


def test_get_prints_where_and_what_to_mind(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    done = CliRunner().invoke(data_group, ["get", "heart", "mitdb"])
    assert done.exit_code == 0, done.output
    assert f"heart: {real / 'heart/heart.csv'}" in done.output
    assert "labels are inverted" in done.output
    assert f"mitdb: {real / 'mitdb'}\n" in done.output
    copied = CliRunner().invoke(data_group, ["get", "heart-uci", "--to", str(tmp_path / "to")])
    assert f"heart-uci: {tmp_path / 'to/heart/heart-uci.csv'}" in copied.output


def test_get_of_a_bad_name_gets_nothing(
    real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    done = CliRunner().invoke(data_group, ["get", "heart", "hart", "--to", str(tmp_path / "to")])
    assert isinstance(done.exception, InputError)
    assert not (tmp_path / "to").exists()
