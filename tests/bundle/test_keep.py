"""Keeping a model of a study, from Python and by the command."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.cli.command import run
from tests.kept import heart_like, make_beat_bundle, waves, write_recordings

import auscult
from auscult.bundle.bundle import Bundle, load_bundle
from auscult.bundle.keep.describe import bundle_name
from auscult.data.catalog import entry_of
from auscult.data.dataset import Dataset
from auscult.studies import Loaded, StudyResult


@cache
def study() -> StudyResult:
    """Three models of the table, the best of them first."""
    found: StudyResult = auscult.compare(
        heart_like(),
        models="logistic,knn-dtw,random-forest:n_estimators=5,random-forest:n_estimators=9",
        folds=3,
        repeats=1,
    )
    return found


def test_the_best_is_kept_unless_another_is_named(tmp_path: Path) -> None:
    assert load_bundle(study().keep(tmp_path / "a")).document.model.name == "logistic"
    assert load_bundle(study().keep(tmp_path / "b", "majority")).document.model.name == "majority"


def test_the_document_tells_the_study(tmp_path: Path) -> None:
    d, row = load_bundle(study().keep(tmp_path / "kept")).document, study()["logistic"]
    assert d.name == "heart-like-logistic"
    assert (d.kind, d.target, d.classes) == ("table", "disease", ("healthy", "ill"))
    assert d.class_counts == tuple(np.bincount(heart_like().y))
    assert d.n_cases == d.figures.n_cases == 240
    assert d.trained_on == "all 240 cases of 'heart-like'"
    assert d.figures.model == row.metrics
    assert d.figures.baseline_name == "majority class"
    assert d.figures.plan == "3-fold cross-validation, 1 repeat"
    assert d.data_sha256 == heart_like().sha256
    assert {"auscult", "numpy", "scikit-learn"} <= set(d.versions)
    assert [name for name, _ in d.card["facts"]][:2] == ["model", "intended use"]
    assert len(d.card["items"]) == 27
    assert [warning.code for warning in d.warnings] == [w.code for w in study().warnings]


def test_the_schema_tells_the_columns(tmp_path: Path) -> None:
    d = load_bundle(study().keep(tmp_path / "kept")).document
    age, sex, _, chol, *_ = d.columns
    X = heart_like().X
    assert [age.low, age.high] == [X[:, 0].min(), X[:, 0].max()]
    assert age.median == np.median(X[:, 0])
    assert age.whole
    assert not d.columns[5].whole
    assert sex.categories == ("female", "male")
    assert sex.commonest == "female" if (X[:, 1] == 0).mean() >= 0.5 else "male"
    assert chol.n_missing == np.isnan(X[:, 3]).sum() > 0


def test_the_reference_is_what_files_are_read_like(tmp_path: Path) -> None:
    reference = load_bundle(study().keep(tmp_path / "kept")).reference()
    assert reference.n_cases == 0
    assert [c.name for c in reference.columns] == [c.name for c in heart_like().columns]
    assert reference.columns[1].categories == ("female", "male")
    assert (reference.classes, reference.target) == (heart_like().classes, "disease")


def test_another_row_s_card_tells_its_place(tmp_path: Path) -> None:
    d = load_bundle(study().keep(tmp_path / "kept", "majority")).document
    assert "number 4 of 4" in dict(d.card["facts"])["model"]


def test_a_file_is_the_folder(tmp_path: Path) -> None:
    folder = study().keep(tmp_path / "kept", zipped=True)
    one, other = load_bundle(folder), load_bundle(tmp_path / "kept.zip")
    assert one.sha256 == other.sha256
    assert one.document == other.document
    X = heart_like().X
    assert np.array_equal(one.answer(X).probability, other.answer(X).probability)


def test_the_same_study_keeps_the_same_weights(tmp_path: Path) -> None:
    for name in "ab":
        study().keep(tmp_path / name, "random-forest:n_estimators=5")
    weights = [(tmp_path / name / "weights.safetensors").read_bytes() for name in "ab"]
    assert weights[0] == weights[1]


def test_a_bundle_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    path = study().keep(tmp_path / "kept", "majority")
    before = load_bundle(path).sha256
    assert load_bundle(study().keep(path)).sha256 != before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(auscult.InputError, match="no bundle"):
        study().keep(tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("logistics", "the study has no model 'logistics'.*Did you mean.*'logistic'"),
        ("knn-dtw", "'knn-dtw' gave no figure: left out: does not take tables"),
        ("random-forest", "several 'random-forest'. Name 'random-forest:n_estimators="),
    ],
)
def test_what_the_study_has_not_is_refused(model: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(auscult.InputError, match=said):
        study().keep(tmp_path / "kept", model)
    assert not (tmp_path / "kept").exists()


def test_a_way_to_choose_names_what_it_chose(tmp_path: Path) -> None:
    chosen = auscult.compare(heart_like(), models="logistic", folds=2, repeats=1, nested=True)
    with pytest.raises(auscult.InputError, match="--keep logistic"):
        chosen.keep(tmp_path / "kept", "chosen-inside")


def test_of_a_grid_the_setting_best_on_validation_parts_is_kept(tmp_path: Path) -> None:
    swept = auscult.compare(
        heart_like(), models="random-forest", folds=2, repeats=1, grid="n_estimators=1,15"
    )
    d = load_bundle(swept.keep(tmp_path / "kept", "random-forest:grid")).document
    assert d.model.params["n_estimators"] == 15


def test_a_study_that_was_loaded_needs_its_cases(tmp_path: Path) -> None:
    study().save(tmp_path / "run")
    loaded = auscult.load(tmp_path / "run")
    with pytest.raises(auscult.InputError, match="holds no cases"):
        loaded.keep(tmp_path / "kept")
    other = replace(heart_like(), sha256="f" * 64)
    with pytest.raises(auscult.InputError, match="not the data of the study"):
        loaded.keep(tmp_path / "kept", data=other)
    again = loaded.keep(tmp_path / "kept", data=heart_like())
    first = study().keep(tmp_path / "first")
    X = heart_like().X
    said = load_bundle(again).answer(X).probability
    assert np.array_equal(said, load_bundle(first).answer(X).probability)


def test_a_network_s_thresholds_move_its_answers(tmp_path: Path) -> None:
    model = "mlp:units=8:threshold=balanced_accuracy"
    moved = auscult.compare(heart_like(), models=model, folds=2, repeats=1, epochs=5)
    d = load_bundle(moved.keep(tmp_path / "kept", model)).document
    assert d.factors is not None
    assert "training ended by the other" in d.trained_on


def test_channels_have_ranges(signal_bundle: Path) -> None:
    (lead,) = load_bundle(signal_bundle).document.columns
    assert (lead.low, lead.high) == (waves().X.min(), waves().X.max())


def test_beats_know_how_they_were_cut(tmp_path: Path) -> None:
    bundle: Bundle = load_bundle(make_beat_bundle(tmp_path, "logistic"))
    d = bundle.document
    assert d.recipe == {"recipe": "window", "channel": None}
    assert (d.sampling_rate, d.columns[0].unit, d.columns[1].unit) == (125.0, "mV", None)
    assert d.is_recording
    assert "whole groups of 'record'" in d.figures.plan


def test_units_are_those_of_the_catalog() -> None:
    (file,) = entry_of("heart").files
    for sha256 in (file.sha256, f"{file.sha256}\n{'0' * 64}"):
        assert Loaded(replace(heart_like(), sha256=sha256)).units["chol"] == "mg/dL"
    assert Loaded(heart_like()).units == {}


def test_forecasters_are_not_kept() -> None:
    from auscult.forecasting import ForecastStudyResult  # noqa: PLC0415

    with pytest.raises(auscult.InputError, match="auscult predict RUN SERIES"):
        ForecastStudyResult.keep(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["soft-vote:lstm+fcn", "a/../b", "Ω", "", "..", "x" * 300])
def test_names_stand_in_a_path_and_an_address(text: str) -> None:
    name = bundle_name(text)
    assert 0 < len(name) <= 100
    assert name.isascii()
    assert not set(name) & set('/:+ %?#"')
    assert not name.startswith(".")


def write_table(path: Path, dataset: Dataset) -> Path:
    rows = [",".join([*(c.name for c in dataset.columns if c.kind == "numeric"), "disease"])]
    numeric = [j for j, c in enumerate(dataset.columns) if c.kind == "numeric"]
    for values, code in zip(dataset.X, dataset.y, strict=True):
        cells = ["" if np.isnan(values[j]) else f"{values[j]:g}" for j in numeric]
        rows.append(",".join([*cells, dataset.classes[code]]))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_command_keeps_in_the_run_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_table(tmp_path / "cases.csv", heart_like())
    words = ["--models", "logistic", "--folds", "2", "--repeats", "1", "--calibrate", "platt"]
    words = ["compare", str(table), *words, "--keep", "best", "--out", str(tmp_path / "run")]
    done = run(words, monkeypatch, capsys)
    assert done.code == 0, done.err
    kept = tmp_path / "run" / "models" / "logistic"
    assert "Kept: " in done.out
    assert "auscult predict" in done.out
    d = load_bundle(kept).document
    assert load_bundle(tmp_path / "run" / "models" / "logistic.zip").document == d
    assert d.calibration is not None
    assert d.command.startswith("auscult compare")


def test_the_command_refuses_early_what_it_could_not_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_table(tmp_path / "cases.csv", heart_like())
    words = ["compare", str(table), "--keep", "lgistic", "--out", str(tmp_path / "run")]
    done = run(words, monkeypatch, capsys)
    assert done.code == 2
    assert "--keep: the study has no model 'lgistic'. Did you mean 'logistic'" in done.err
    assert not (tmp_path / "run").exists()


def test_recordings_are_made_the_same_each_time(tmp_path: Path) -> None:
    folders = [write_recordings(tmp_path / name) for name in "ab"]
    first, second = (sorted(p.read_bytes() for p in folder.iterdir()) for folder in folders)
    assert first == second
