"""Several sets of data at once, on real ones."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from auscult.benching import BENCH, PAGE, bench
from auscult.errors import InputError

SMALL = {
    "heart": "heart/heart.csv",
    "ECG200_TRAIN": "ecg200/ECG200_TRAIN.tsv",
    "ECG200_TEST": "ecg200/ECG200_TEST.tsv",
    "ECGFiveDays": "ecgfivedays/ECGFiveDays_TRAIN.tsv",
}
HOW = {"models": "logistic,random-forest:n_estimators=10", "folds": 3, "repeats": 1}


@pytest.fixture
def folder(tmp_path: Path, shared: Path) -> Path:
    place = tmp_path / "several"
    place.mkdir()
    for name, known in SMALL.items():
        path = shared / known
        if not path.is_file():
            pytest.skip(f"no real data: {path} is not there")
        shutil.copy(path, place / f"{name}{path.suffix}")
    return place


def test_a_folder_is_studied_ranked_and_not_done_twice(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.csv").write_text("a,b\n1\n")
    out, said = tmp_path / "out", []
    found = bench([folder], out=out, told=lambda *one: said.append(one), **HOW)  # type: ignore[arg-type]
    assert list(found.figures) == ["ECG200", "ECGFiveDays", "heart"]
    assert list(found.failed) == ["broken"]
    assert [name for name, _ in said] == ["ECG200", "ECGFiveDays", "broken", "heart"]
    assert found.studies["ECG200"].plan.kind == "given"  # its test file was found
    assert found.ranks is not None
    assert found.ranks.n_data == 3
    assert found.ranks.mean_rank["majority"] == max(found.ranks.mean_rank.values())

    content = json.loads((out / BENCH).read_text(encoding="utf-8"))
    study = json.loads((out / "heart" / "result.json").read_text(encoding="utf-8"))
    by_hand = {row["model"]: row["metrics"]["accuracy"]["value"] for row in study["models"]}
    assert content["figures"]["heart"] == by_hand
    page = (out / PAGE).read_text(encoding="utf-8")
    assert "<svg" in page
    assert "no test of a pair could come out" in page
    assert re.findall(r"https?://", page) == []
    assert (out / "heart" / "report.html").is_file()

    again = bench([folder], out=out, **HOW)  # type: ignore[arg-type]
    assert again.taken == ("ECG200", "ECGFiveDays", "heart")
    assert again.figures == found.figures
    other = bench([folder / "heart.csv"], out=out, seed=1, **HOW)  # type: ignore[arg-type]
    assert other.taken == ()
    assert other.ranks is None


def test_no_study_at_all_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_text("a,b\n1\n")
    with pytest.raises(InputError, match=r"no study could be made; of broken\.csv"):
        bench([tmp_path / "broken.csv"], out=tmp_path / "out", **HOW)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="--metric"):
        bench(["heart"], out=tmp_path / "out", metric="luck")
