"""The few calls of the package, on real data where it is there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.bad_input.malformed import table

import auscult

pytestmark = pytest.mark.usefixtures("one_thread")

QUICK = "logistic,mlp:epochs=2"


@pytest.fixture(scope="module")
def heart(shared: Path) -> auscult.Dataset:
    return auscult.read(shared / "heart" / "heart.csv", target="target")


def test_import_loads_nothing_heavy() -> None:
    heavy = ("pandas", "torch", "numba", "sklearn", "scipy", "numpy", "rich", "jinja2", "click")
    script = (
        "import sys, auscult\n"
        "auscult.__version__\n"
        f"print(sorted(set({heavy!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_name_it_offers_is_there() -> None:
    for name in (*auscult.__all__, *dir(auscult)):
        assert getattr(auscult, name) is not None
    assert {"LSTM", "LSTMFCN", "KNNDTW", "Logistic"} <= set(dir(auscult))
    with pytest.raises(AttributeError, match="no attribute 'LSTMM'"):
        auscult.LSTMM  # noqa: B018


def test_read(heart: auscult.Dataset) -> None:
    assert isinstance(heart, auscult.Dataset)
    assert (heart.kind, heart.X.shape, heart.classes) == ("table", (303, 13), ("0", "1"))
    assert heart.class_counts.tolist() == [138, 165]
    assert "inverted-labels" in {finding.code for finding in heart.findings}
    assert not heart.X.flags.writeable


def test_read_a_name_of_the_catalog(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(shared))
    data = auscult.read("twoleadecg")
    assert (data.name, data.kind, data.X.shape) == ("twoleadecg", "signals", (23, 1, 82))
    assert auscult.read("heart").X.shape == (303, 13)


def test_a_folder_does_not_hide_a_name_of_the_catalog(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(shared))
    monkeypatch.chdir(tmp_path)
    for name in ("heart", "mine"):
        (tmp_path / name).mkdir()
    assert auscult.read("heart").X.shape == (303, 13)
    with pytest.raises(auscult.InputError, match="mine: this is a folder"):
        auscult.read("mine")


def test_the_report_calls_cases_by_their_names(tmp_path: Path) -> None:
    lines = ["name,a,target"] + [f"case-{i:02},{i % 7}.{i},{'xy'[i % 3 == 0]}" for i in range(60)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    run = tmp_path / "run"
    auscult.compare(path, id="name", models="logistic", folds=3, repeats=1, out=run)
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "<td>case-" in page
    assert "numbered from 0" not in page
    loaded = auscult.load(run)
    assert loaded.ids == tuple(f"case-{i:02}" for i in range(60))
    assert loaded.report(tmp_path / "again.html").read_text(encoding="utf-8") == page


RESULT_KEYS = {
    *("schema", "auscult", "task", "data", "plan", "models", "comparisons", "best", "headline"),
    *("provenance", "warnings", "failed", "subgroups", "explanations", "predictions"),
}


def test_compare_load_and_report(heart: auscult.Dataset, tmp_path: Path) -> None:
    run = tmp_path / "deep" / "run"
    result = auscult.compare(heart, models=QUICK, folds=3, repeats=1, seed=7, out=run)
    assert {row.model for row in result.models} == {"majority", "logistic", "mlp:epochs=2"}
    assert result.best == result.models[0].model
    assert result.winner is result[result.best]
    assert result["majority"].metrics["accuracy"].value == pytest.approx(165 / 303, abs=1e-4)
    seen = sorted(path.name for path in run.iterdir() if not path.name.startswith("."))
    assert seen == [
        "fits",
        "predictions.csv",
        "report.html",
        "result.json",
        "study.json",
    ]
    written = (run / "result.json").read_text()
    assert set(json.loads(written)) == RESULT_KEYS  # figures; no case of the data stands in it
    loaded = auscult.load(run)
    assert isinstance(loaded, auscult.Result)
    assert loaded.best == result.best
    for row in result.models:
        again = loaded[row.model]
        assert again.metrics == row.metrics
        np.testing.assert_allclose(again.predictions.probability, row.predictions.probability)
        np.testing.assert_array_equal(again.predictions.case, row.predictions.case)
    page = loaded.report(tmp_path / "again.html")
    assert page == tmp_path / "again.html"
    assert page.read_bytes() == (run / "report.html").read_bytes()


def test_same_seed_same_figures(heart: auscult.Dataset) -> None:
    first, second = (
        auscult.compare(heart, models=QUICK, folds=3, repeats=1, seed=3) for _ in range(2)
    )
    for row in first.models:
        again = second[row.model]
        np.testing.assert_array_equal(again.predictions.probability, row.predictions.probability)
        assert again.metrics == row.metrics


def test_compare_with_a_test_file(shared: Path) -> None:
    folder = shared / "twoleadecg"
    result = auscult.compare(
        folder / "TwoLeadECG_TRAIN.tsv", test=folder / "TwoLeadECG_TEST.tsv", models="logistic"
    )
    assert result.plan.kind == "given"
    assert [dict(split) for split in result.plan.splits] == [
        {"repeat": 0, "fold": 0, "train": 23, "validation": 0, "test": 1139}
    ]
    assert len(result.winner.predictions.case) == 1139


def test_groups_make_a_grouped_plan(tmp_path: Path) -> None:
    lines = ["a,b,patient,sick"]
    rng = np.random.default_rng(0)
    lines += [f"{rng.normal():.3f},{rng.normal():.3f},p{i // 4},{i // 4 % 2}" for i in range(80)]
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(lines) + "\n")
    result = auscult.compare(path, target="sick", group="patient", models="logistic", repeats=1)
    assert (result.plan.kind, result.plan.group, result.plan.n_groups) == ("grouped", "patient", 20)
    assert result.winner.leaky is None


def test_a_study_obeys_settings_of_a_model(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(200))
    names = ["mlp:epochs=2:random_state=5", "mlp:epochs=2:random_state=6", "mlp:epochs=3"]
    result = auscult.compare(path, models=[*names, "mlp"], folds=2, repeats=1, epochs=4)
    lengths = {n: {len(h.curves["loss"]) for h in result[n].histories} for n in (*names, "mlp")}
    assert lengths == {names[0]: {2}, names[1]: {2}, names[2]: {3}, "mlp": {4}}
    first, second = (result[name].predictions.probability for name in names[:2])
    assert (first != second).any()


def test_an_estimator_of_the_package(shared: Path) -> None:
    data = auscult.read(shared / "twoleadecg" / "TwoLeadECG_TRAIN.tsv")
    model = auscult.LSTMFCN(epochs=3, filters=(8, 8, 8), random_state=0).fit(data.X, data.y)
    probability = model.predict_proba(data.X)
    assert probability.shape == (23, 2)
    np.testing.assert_allclose(probability.sum(axis=1), 1, atol=1e-6)


def test_its_errors_are_value_errors(tmp_path: Path) -> None:
    with pytest.raises(auscult.InputError, match=r"nothing\.csv"):
        auscult.read(tmp_path / "nothing.csv")
    with pytest.raises(ValueError, match=r"no run|result\.json"):
        auscult.load(tmp_path)


def test_nothing_is_written_where_nothing_can_be(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(60))
    with pytest.raises(auscult.InputError, match="is a file"):
        auscult.compare(path, models="logistic", out=path)
    assert path.read_bytes() == table(60)
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
