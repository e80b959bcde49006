"""The catalog: every entry is whole, true to the real files, and found by name or hash."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from auscult.cli.data import data as data_group
from auscult.data.catalog import catalog, entry_of, known_traps, options_for
from auscult.data.catalog_entry import ReadOptions
from auscult.data.convert import CONVERTERS, cleveland_csv, ucr_tsv
from auscult.errors import InputError

REAL = Path(os.environ.get("AUSCULT_DATA", Path(__file__).parents[2] / "../shared/data"))

NAMES = [
    "heart", "heart-uci", "alzheimers", "twoleadecg", "ecg200",
    "ecgfivedays", "ecg5000", "mitdb", "load", "airline-passengers", "daily-min-temperatures",
]  # fmt: skip


@pytest.fixture
def real() -> Path:
    if not (REAL / "heart").is_dir():
        pytest.skip(f"the real data is missing: {REAL} has no folder heart")
    return REAL


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AUSCULT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AUSCULT_DATA", raising=False)


def test_has_every_name_once() -> None:
    assert list(catalog()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_entry_is_whole(name: str) -> None:
    entry = entry_of(name)
    assert entry.name == name
    assert all((entry.title, entry.terms, entry.cases, entry.shape))
    assert all(len(file.sha256) == 64 for file in entry.files)
    assert [file.part for file in entry.files][:2] in (["train", "test"], ["only"], ["only"] * 2)
    for source in entry.sources:
        assert source.convert is None or source.convert in CONVERTERS
        assert source.kind == "package" or source.address.startswith("https://")
        assert source.kind != "package" or (source.sha256 and "==" in source.address)


@pytest.mark.parametrize("name", NAMES)
def test_hashes_are_of_the_real_files(name: str, real: Path) -> None:
    entry = entry_of(name)
    for file in entry.files[:6]:
        own = real / entry.folder / file.name
        if own.is_file():
            content = own.read_bytes()
        else:
            assert file.raw is not None
            published = (real / entry.folder / file.raw.name).read_bytes()
            assert hashlib.sha256(published).hexdigest() == file.raw.sha256
            content = CONVERTERS[file.raw.convert](published)
        assert hashlib.sha256(content).hexdigest() == file.sha256


def test_mitdb_has_three_files_for_each_of_48_records() -> None:
    names = {file.name for file in entry_of("mitdb").files}
    records = {name.partition(".")[0] for name in names}
    assert len(records) == 48
    assert names == {f"{record}.{end}" for record in records for end in ("hea", "dat", "atr")}


def test_classes_are_counted_as_in_the_real_file(real: Path) -> None:
    lines = (real / "ecg5000/ECG5000_TRAIN.tsv").read_text("ascii").splitlines()
    labels = [line.partition("\t")[0] for line in lines]
    stated = entry_of("ecg5000").classes
    assert {k: int(v.split(" + ")[0]) for k, v in stated.items()} == {
        label: labels.count(label) for label in set(labels)
    }


def test_heart_csv_is_known_to_be_inverted_whatever_it_is_called(real: Path) -> None:
    sha256 = hashlib.sha256((real / "heart/heart.csv").read_bytes()).hexdigest()
    assert "inverted-labels" in [trap.code for trap in known_traps(sha256)]
    assert known_traps(sha256.upper()) == known_traps(sha256)


def test_original_is_inverted_against_heart_csv(real: Path) -> None:
    """The trap is true: the 303 rows join on what both code alike, labels swapped."""
    original = cleveland_csv((real / "heart/processed.cleveland.data").read_bytes()).decode()
    kaggle = (real / "heart/heart.csv").read_text("utf-8-sig")
    same = [0, 1, 3, 4, 5, 7, 8, 9]

    def by_patient(text: str) -> dict[tuple[float, ...], str]:
        rows = [line.split(",") for line in text.splitlines()[1:]]
        return {tuple(float(row[i]) for i in same): row[-1] for row in rows}

    ours, theirs = by_patient(original), by_patient(kaggle)
    joined = ours.keys() & theirs.keys()
    assert len(joined) == 302
    assert all(ours[patient] != theirs[patient] for patient in joined)


def test_raw_cleveland_file_has_its_own_trap() -> None:
    raw = entry_of("heart-uci").files[0].raw
    assert raw is not None
    assert raw.sha256 is not None
    assert [trap.code for trap in known_traps(raw.sha256)] == ["graded-target"]


def test_unknown_file_has_no_traps() -> None:
    assert known_traps("0" * 64) == ()


def test_options_say_how_to_read() -> None:
    assert options_for("alzheimers").given() == {
        "target": "Diagnosis",
        "id": "PatientID",
        "drop": ("DoctorInCharge",),
    }
    assert options_for("ecg200").given() == {"header": False, "signals": True}
    assert ReadOptions().given() == {}


def test_bad_name_is_answered_with_the_closest() -> None:
    with pytest.raises(InputError, match=r"no data set 'ecg20'\. Did you mean 'ecg200'"):
        options_for("ecg20")


def test_ucr_text_becomes_the_archives_tsv() -> None:
    text = b"  -1.0000000e+00   5.0205548e-01   1.4688900e+00\n   1.0000000e+00  -2.6613882e-02 0\n"
    assert ucr_tsv(text) == b"-1\t0.50205548\t1.46889\n1\t-0.026613882\t0\n"


@pytest.mark.parametrize("name", ["ecg200", "ecg5000", "ecgfivedays", "twoleadecg"])
def test_ucr_round_trip_is_bit_equal(name: str, real: Path) -> None:
    for file in entry_of(name).files:
        own = (real / name / file.name).read_bytes()
        fixed = b"\n".join(
            b" ".join(b"%16.7e" % float(v) for v in row.split()) for row in own.splitlines()
        )
        assert ucr_tsv(fixed) == own


def test_list_names_all_and_where_they_are(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSCULT_DATA", str(real))
    result = CliRunner().invoke(data_group, ["list"])
    assert result.exit_code == 0
    rows = {line.split()[0]: line for line in result.output.splitlines() if line.strip()}
    assert set(NAMES) <= set(rows)
    assert "AUSCULT_DATA" in rows["ecg200"]


def test_info_puts_traps_first() -> None:
    lines = CliRunner().invoke(data_group, ["info", "heart"]).output.splitlines()
    assert lines[0].startswith("heart: ")
    assert "inverted" in lines[1]
    assert any("CC BY 4.0" in line for line in lines)


def test_info_of_a_bad_name_is_an_input_error() -> None:
    result = CliRunner().invoke(data_group, ["info", "hart"])
    assert isinstance(result.exception, InputError)
    assert "'heart'" in str(result.exception)


def test_list_loads_nothing_heavy() -> None:
    heavy = "{'pandas', 'torch', 'numba', 'sklearn', 'scipy', 'requests'}"
    code = (
        "import sys\n"
        "from auscult.cli.data import data\n"
        "data(['list'], standalone_mode=False)\n"
        f"sys.exit(' '.join({heavy} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
