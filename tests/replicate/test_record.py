"""Records survive JSON, whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.replicate import sample

from auscult.errors import InputError
from auscult.replicate.record import from_dict, to_dict
from auscult.replicate.store import finished, read_record, write_record


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    made = sample.record(rows=(sample.row(), sample.row("k-NN", leaks=False)))
    path = write_record(made, tmp_path)
    # NaN is not equal to itself; what is written again is.
    assert to_dict(read_record(path)) == to_dict(made)
    assert [p.name for p in tmp_path.iterdir()] == ["heart.json"]
    assert "NaN" not in path.read_text(encoding="utf-8")


def test_only_the_same_run_is_taken(tmp_path: Path) -> None:
    made = sample.record()
    write_record(made, tmp_path)
    assert finished(tmp_path, made.key) is not None
    name, version, seed, quick = made.key
    assert finished(tmp_path, (name, version, seed + 1, quick)) is None
    assert finished(tmp_path, (name, version, seed, not quick)) is None
    assert finished(tmp_path, (name, "0.0.0", seed, quick)) is None
    assert finished(tmp_path, ("load", version, seed, quick)) is None


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 1}', '{"schema": 9}'])
def test_a_broken_record_is_made_anew(tmp_path: Path, text: str) -> None:
    made = sample.record()
    (tmp_path / "heart.json").write_text(text, encoding="utf-8")
    assert finished(tmp_path, made.key) is None
    with pytest.raises(InputError):
        read_record(tmp_path / "heart.json")


def test_a_missing_part_is_said() -> None:
    content = json.loads(json.dumps(to_dict(sample.record())))
    del content["found"]["rows"]
    with pytest.raises(InputError, match=r"made.json: is no record of auscult replicate"):
        from_dict(content, "made.json")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="--out"):
        write_record(sample.record(), tmp_path / "file")
