"""Further dirty twins, of every format: equal, refused, or told. Never misread in silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.bad_input.book_pairs import BOOKS
from tests.bad_input.more_pairs import MORE, Dirty
from tests.bad_input.pairs import TWINS, Twin
from tests.bad_input.series_pairs import DAYS, SERIES, VALUES
from tests.bad_input.test_pairs import same
from tests.data.ecg.written import beat_samples, pulses, write_record

from auscult.data.ecg.records import read_record
from auscult.data.read import read
from auscult.data.series.read import read_series
from auscult.data.text import read_text
from auscult.errors import InputError

ALL = [*MORE, *BOOKS]


@pytest.mark.parametrize("twin", ALL, ids=lambda twin: twin.name)
def test_never_misread_in_silence(twin: Dirty, tmp_path: Path) -> None:
    (tmp_path / "clean.csv").write_text(twin.clean, encoding="utf-8")
    clean = read(tmp_path / "clean.csv")
    path = tmp_path / twin.file
    path.write_bytes(twin.data)
    if twin.outcome == "refused":
        with pytest.raises(InputError, match=rf"^{twin.file}: "):
            read(path, **twin.options)
        return
    data = read(path, **twin.options)
    if twin.outcome == "equal":
        assert same(data, clean)
    else:
        said = {(f.code, f.message) for f in data.findings}
        assert said - {(f.code, f.message) for f in clean.findings}


@pytest.mark.parametrize("twin", SERIES, ids=lambda twin: twin.name)
def test_series_equal_or_refused(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / twin.file
    path.write_bytes(twin.data)
    if not twin.equal:
        with pytest.raises(InputError, match=rf"^{twin.file}: "):
            read_series(path, **twin.options)
        return
    (series,) = read_series(path, **twin.options).series
    assert series.values.tolist() == VALUES
    assert series.times is not None
    assert series.times.astype("datetime64[D]").astype(object).tolist() == DAYS


@pytest.mark.parametrize("twin", [t for t in MORE if t.file.endswith(".csv")], ids=lambda t: t.name)
def test_the_fast_way_reads_what_the_careful_way_reads(twin: Dirty) -> None:
    outcomes = []
    for fast_from in (0, 10**9):
        try:
            raw = read_text(twin.data, fast_from=fast_from)
            outcomes.append([raw.names, [c.tally.numbers().tolist() for c in raw.columns]])
        except InputError as error:
            outcomes.append([str(error)])
    assert str(outcomes[0]) == str(outcomes[1])


FORMATS = ["16", "61", "32", "24", "160"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("units", ["mV", "uV", "V"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_record_is_the_same_in_every_format(
    form: str, units: str, end: str, tmp_path: Path
) -> None:
    clean = read_record(write_record(tmp_path, "clean"))
    at = beat_samples(10, 360.0)
    digital = np.rint(pulses(at, int(at[-1] + 720), 360.0) * 200).astype(np.int64)
    (tmp_path / "r.dat").write_bytes(_packed(digital, form))
    gain = {"mV": 200, "uV": 0.2, "V": 200_000}[units]
    zero = 2**15 if form == "160" else 0
    lines = ["# a remark", f"r 1 360 {len(digital)}", f"r.dat {form} {gain}({zero})/{units} 12 0"]
    if zero:
        lines[-1] = f"r.dat {form} {gain}(0)/{units} 12 0"
    (tmp_path / "r.hea").write_bytes((end.join(lines) + end).encode())
    dirty = read_record(tmp_path / "r.hea")
    np.testing.assert_allclose(dirty.signals, clean.signals, rtol=1e-6)


def _packed(digital: np.ndarray, form: str) -> bytes:
    if form == "24":
        return b"".join(int(v).to_bytes(3, "little", signed=True) for v in digital)
    if form == "160":
        return (digital + 2**15).astype("<u2").tobytes()
    return digital.astype({"16": "<i2", "61": ">i2", "32": "<i4"}[form]).tobytes()


def test_there_are_many() -> None:
    assert len(TWINS) + len(ALL) + len(SERIES) >= 300
