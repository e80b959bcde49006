"""Tables to predict: any order of columns, any size of block, every oddity said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.bundle.cases_file import heart_rows, made_bundle, read_csv, write_csv
from tests.data.workbook import write_workbook
from tests.kept import heart_like

from auscult.bundles import BundlePredictions, predict_bundle
from auscult.data.read import read_like
from auscult.errors import InputError

NAMES, ROWS = heart_rows()
BUNDLE = made_bundle()


def predicted(path: Path, **options: object) -> BundlePredictions:
    return predict_bundle(BUNDLE, path, **options)  # type: ignore[arg-type]


def probability(path: Path, **options: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    answers = predicted(path, **options).answers
    assert answers is not None
    return np.asarray(answers.probability)


@pytest.fixture
def expected() -> object:
    return BUNDLE.answer(heart_like().X).probability


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(range(len(NAMES))), block=st.integers(200, 20_000))
def test_neither_the_order_of_columns_nor_the_blocks_matter(
    order: list[int], block: int, tmp_path: Path, expected: object
) -> None:
    rows = [[row[j] for j in order] for row in ROWS]
    path = write_csv(tmp_path / "some.csv", [NAMES[j] for j in order], rows)
    np.testing.assert_array_equal(probability(path, block=block), expected)


@pytest.mark.parametrize("form", ["csv", "semicolons", "tsv", "xlsx", "parquet", "arff"])
def test_every_format_says_the_same(form: str, tmp_path: Path, expected: object) -> None:
    np.testing.assert_array_equal(probability(write_as(form, tmp_path)), expected)


def write_as(form: str, folder: Path) -> Path:
    if form == "csv":
        return write_csv(folder / "some.csv", NAMES, ROWS)
    if form == "semicolons":
        rows = [[c.replace(".", ",") for c in row] for row in ROWS]
        return write_csv(folder / "some.csv", NAMES, rows, ";")
    if form == "tsv":
        return write_csv(folder / "some.tsv", NAMES, ROWS, "\t")
    if form == "xlsx":
        cells = [[float(c) if _is_number(c) else c for c in row] for row in ROWS]
        write_workbook(folder / "some.xlsx", {"one": [list(NAMES), *cells]})
        return folder / "some.xlsx"
    if form == "parquet":
        import pandas as pd  # noqa: PLC0415

        frame = pd.read_csv(write_csv(folder / "some.csv", NAMES, ROWS), keep_default_na=False)
        frame["chol"] = pd.to_numeric(frame["chol"])
        frame.to_parquet(folder / "some.parquet")
        return folder / "some.parquet"
    kinds = {"sex": "{female,male}", "chest_pain": "{typical,atypical,other,none}"}
    kinds["disease"] = "{healthy,ill}"
    head = [f"@attribute {name} {kinds.get(name, 'numeric')}" for name in NAMES]
    body = [",".join(c or "?" for c in row) for row in ROWS]
    text = "\n".join(["@relation heart", *head, "@data", *body])
    (folder / "some.arff").write_text(text)
    return folder / "some.arff"


def _is_number(text: str) -> bool:
    return text.replace(".", "").isdigit()


def test_as_the_careful_reader_reads_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "some.csv", NAMES, ROWS)
    read = read_like(path, BUNDLE.reference(), labelled=False)
    found = probability(path, block=500)
    np.testing.assert_array_equal(found, BUNDLE.answer(read.X).probability)


def test_what_is_odd_is_said_by_row(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    for i in range(3, 9):
        rows[i][3] = "5.2"
    rows[11][1], rows[12][0], rows[13][6] = "divers", "5400", "unknown"
    names = ["PatientID", *NAMES, "comment"]
    told = [[f"p{i}", *row, "text"] for i, row in enumerate(rows)]
    path = write_csv(tmp_path / "some.csv", names, told)
    for block in (700, 10**7):
        found = predicted(path, out=tmp_path / "out.csv", block=block)
        said = {f.code: f.message for f in found.findings}
        chol = next(f.message for f in found.findings if "'chol' is far" in f.message)
        assert "rows 5, 6, 7, … (6 rows)" in chol
        assert "× 38.67 (mmol/L in the place of mg/dL?) would put all into that range." in chol
        age = next(f.message for f in found.findings if "'age' is far" in f.message)
        assert "÷ 100 would put it into that range" in age
        assert "'divers' in row 13" in said["unseen-category"]
        assert "'unknown' is not one of the bundle's in row 15" in said["unknown-class"]
        assert "'comment'" in said["unused-columns"]
        answers = read_csv(tmp_path / "out.csv")
        assert [row["row"] for row in answers] == [str(i + 2) for i in range(240)]
        assert answers[0]["PatientID"] == "p0"
        assert answers[3]["notes"].startswith("chol 5.2 is far outside 105 to 373, × 38.67")
        assert answers[11]["notes"] == "sex 'divers' was not in training, read as missing"
        assert answers[0]["notes"] == ("chol is missing" if not ROWS[0][3] else "")
        assert found.score is not None
        assert found.score.n_cases == 239


def test_the_score_is_that_of_the_answers(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "some.csv", NAMES, ROWS)
    found = predicted(path, block=900)
    assert found.answers is not None
    assert found.score is not None
    right = np.mean(found.answers.predicted == heart_like().y)
    assert found.score.accuracy.value == pytest.approx(right)
    assert found.score.accuracy.low < right < found.score.accuracy.high
    plain = predicted(write_csv(tmp_path / "other.csv", NAMES[:-1], [r[:-1] for r in ROWS]))
    assert plain.score is None
    dropped = predicted(path, drop=["disease"])
    assert dropped.score is None


def test_a_dataset_is_answered_too(expected: object) -> None:
    found = predict_bundle(BUNDLE, heart_like())
    assert found.answers is not None
    np.testing.assert_array_equal(found.answers.probability, expected)
    assert found.counts == {
        name: int((found.answers.predicted == code).sum())
        for code, name in enumerate(("healthy", "ill"))
    }
    assert found.n_unsure == int(found.answers.unsure.sum()) > 0


REFUSED = [
    (lambda n, r: ([*n[:3], "CHOL", *n[4:]], r), "no column 'chol', which the bundle needs. Did"),
    (lambda n, r: (n[1:], [x[1:] for x in r]), "there is no column 'age'"),
    (lambda n, r: (n[2:], [x[2:] for x in r]), "there are no columns 'age', 'sex', which"),
    (lambda n, r: (n, [*r[:50], ["old", *r[50][1:]], *r[51:]]), "row 52, column 'age': 'old'"),
    (lambda n, r: (n, [*r[:50], ["inf", *r[50][1:]], *r[51:]]), "'inf' is not a finite number"),
    (lambda n, r: (n, [*r[:50], ["1e300", *r[50][1:]], *r[51:]]), "row 52, column 'age': 1e\\+300"),
    (lambda n, r: (n, [*r[:50], r[50][:3], *r[51:]]), "row 52 has 3 cells where row 1 has 7"),
    (lambda n, r: (["sex", *n[1:]], r), "stands twice"),
    (lambda n, r: (n, []), "a header and no rows|no rows"),
]


@pytest.mark.parametrize(("spoil", "said"), REFUSED, ids=[said for _, said in REFUSED])
@pytest.mark.parametrize("block", [400, 10**7])
def test_what_cannot_be_read_is_refused(
    spoil: object, said: str, block: int, tmp_path: Path
) -> None:
    names, rows = spoil(list(NAMES), [list(row) for row in ROWS])  # type: ignore[operator]
    path = write_csv(tmp_path / "some.csv", names, rows)
    with pytest.raises(InputError, match=said) as refused:
        predicted(path, out=tmp_path / "out.csv", block=block)
    assert str(refused.value).startswith("some.csv: ")
    assert "\n" not in str(refused.value)
    assert [p.name for p in tmp_path.iterdir()] == ["some.csv"]


def test_rows_without_names_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("".join(f"{i + 30}.5,1,2,3,4,5,6\n" for i in range(40)))
    with pytest.raises(InputError, match="first row holds no names"):
        predicted(path)


def test_one_decimal_mark_for_the_whole_file(tmp_path: Path) -> None:
    rows = [[c.replace(".", ",") for c in row] for row in ROWS]
    rows[200][5] = "1.5"
    path = write_csv(tmp_path / "some.csv", NAMES, rows, ";")
    for block in (900, 10**7):
        with pytest.raises(InputError, match=r"'1\.5'"):
            predicted(path, block=block)
