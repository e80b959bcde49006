"""Signals and recordings to predict."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.bundle.cases_file import read_csv
from tests.kept import waves, write_recordings

from auscult.bundles import load_bundle, predict_bundle
from auscult.data.read import read
from auscult.errors import InputError

pytest.importorskip("onnxruntime", reason="networks of bundles need onnxruntime")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_recordings(tmp_path_factory.mktemp("new") / "records")


def write_waves(path: Path, *, header: bool = True, labelled: bool = True) -> Path:
    data = waves()
    names = [f"t{i}" for i in range(data.X.shape[2])]
    lines = [",".join(["id", *names, *(["shape"] if labelled else [])])] if header else []
    for i, (x, y) in enumerate(zip(data.X[:, 0], data.y, strict=True)):
        cells = [f"w{i}"] if header else []
        cells += [repr(float(v)) for v in x] + ([data.classes[y]] if labelled else [])
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_signals_of_a_table_by_blocks(signal_bundle: Path, tmp_path: Path) -> None:
    bundle = load_bundle(signal_bundle)
    expected = bundle.answer(waves().X).probability
    path = write_waves(tmp_path / "some.csv")
    for block in (3000, 10**7):
        found = predict_bundle(bundle, path, block=block)
        assert found.answers is not None
        np.testing.assert_allclose(found.answers.probability, expected, atol=1e-7)
        assert found.score is not None
        assert found.score.n_cases == 60
    plain = write_waves(tmp_path / "other.csv", header=False, labelled=False)
    for block in (3000, 10**7):
        found = predict_bundle(bundle, plain, block=block)
        assert found.answers is not None
        assert found.score is None
        np.testing.assert_allclose(found.answers.probability, expected, atol=1e-7)


def test_arrays(signal_bundle: Path, tmp_path: Path) -> None:
    data = waves()
    expected = load_bundle(signal_bundle).answer(data.X).probability
    np.save(tmp_path / "X.npy", data.X)
    np.savez(tmp_path / "some.npz", X=data.X, y=np.array(data.classes)[data.y])
    for name, scored in (("X.npy", False), ("some.npz", True)):
        found = predict_bundle(signal_bundle, tmp_path / name)
        assert found.answers is not None
        np.testing.assert_allclose(found.answers.probability, expected, atol=1e-7)
        assert (found.score is not None) == scored


def test_signals_in_another_unit_or_shape(signal_bundle: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", 1000 * waves().X)
    bundle = load_bundle(signal_bundle)
    found = predict_bundle(bundle, tmp_path / "X.npy")
    if bundle.document.columns[0].high is not None:
        assert "µV in the place of mV" in next(f.message for f in found.findings)
    np.save(tmp_path / "X.npy", waves().X[:, :, :-1])
    with pytest.raises(InputError, match=r"X\.npy: has signals of shape \(1, 47\)"):
        predict_bundle(bundle, tmp_path / "X.npy")
    spoilt = waves().X.copy()
    spoilt[7, 0, 5] = np.nan
    np.save(tmp_path / "X.npy", spoilt)
    with pytest.raises(InputError, match="row 8 has missing values"):
        predict_bundle(bundle, tmp_path / "X.npy")
    with (tmp_path / "X.npy").open("wb") as file:
        np.savez(file, X=waves().X)
    with pytest.raises(InputError, match=r"X\.npy: is no array of numbers"):
        predict_bundle(bundle, tmp_path / "X.npy")


@pytest.mark.parametrize("annotated", [True, False])
def test_recordings(annotated: bool, ecg_bundle: Path, records: Path, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    for file in records.iterdir():
        if annotated or file.suffix != ".atr":
            (folder / file.name).write_bytes(file.read_bytes())
    found = predict_bundle(ecg_bundle, folder, out=tmp_path / "out.csv")
    rows = read_csv(tmp_path / "out.csv")
    bundle = load_bundle(ecg_bundle)
    assert bundle.document.recipe is not None
    beats = read(folder, recipe=bundle.document.recipe["recipe"], labelled=False)
    assert [f"{row['record']}:{row['sample']}" for row in rows] == list(beats.ids or ())
    assert float(rows[3]["time_s"]) == pytest.approx(int(rows[3]["sample"]) / 360, abs=1e-3)
    expected = bundle.answer(beats.X).probability
    p = [[float(row[f"p_{name}"]) for name in bundle.document.classes] for row in rows]
    np.testing.assert_allclose(p, expected, atol=1e-6)
    codes = [finding.code for finding in found.findings]
    assert ("peaks-detected" in codes) == (not annotated)
    assert (found.score is not None) == annotated
    if found.score is not None:
        assert found.score.n_units == 3
        assert found.score.accuracy.low < found.score.accuracy.value


def test_what_is_no_recording_of_this_bundle(
    ecg_bundle: Path, signal_bundle: Path, records: Path
) -> None:
    with pytest.raises(InputError, match="the bundle is of signals, not of beats"):
        predict_bundle(signal_bundle, records)
    with pytest.raises(InputError, match="has no channel 'V9'"):
        predict_bundle(ecg_bundle, records, channel="V9")
    with pytest.raises(InputError, match="--target names a column"):
        predict_bundle(ecg_bundle, records, target="class")
    with pytest.raises(InputError, match="--channel: is for ECG records"):
        predict_bundle(ecg_bundle, Path(__file__), channel="MLII")
