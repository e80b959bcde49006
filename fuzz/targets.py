"""What is fuzzed: for each reader, what it does with some bytes, and sound files to start from.

A crash is anything that escapes but an :class:`~auscult.errors.InputError`.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from auscult.bundle.bundle import load_bundle
from auscult.bundle.container import write_container
from auscult.bundle.manifest import MANIFEST
from auscult.data.arff import read_arff
from auscult.data.ecg.records import read_record
from auscult.data.npz import read_npz
from auscult.data.parquet import read_parquet
from auscult.data.read import read
from auscult.data.series.read import read_series
from auscult.data.text import read_text
from auscult.data.ucr import read_ts
from auscult.errors import InputError

ROOT = Path(__file__).parents[1]
_TABLE = "age,chol,sex,target\n63,233.5,male,1\n37,,female,0\n41,-204.125,female,1\n"
_HEADER = b"r 1 360 8\nr.dat 16 200 12 0 0 28 0 MLII\n"


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="auscult-fuzz-"))


FOLDER = _folder()


def _file(name: str, data: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(data)
    return path


def text(data: bytes) -> None:
    read_text(data)
    read(_file("a.csv", data), labelled=False)


def fast_text(data: bytes) -> None:
    """The fast way must say what the careful way says."""
    said = []
    for fast_from in (0, 1 << 40):
        try:
            raw = read_text(data, fast_from=fast_from)
            said.append(f"{raw.names} {[c.tally.numbers().tolist() for c in raw.columns]}")
        except InputError as error:
            said.append(str(error))
    assert said[0] == said[1], said


def ts(data: bytes) -> None:
    read_ts(data)
    read(_file("a.ts", data), labelled=False)


def arff(data: bytes) -> None:
    read_arff(data)
    read(_file("a.arff", data), labelled=False)


def npz(data: bytes) -> None:
    read_npz(data)
    read(_file("a.npz", data), labelled=False)


def npy(data: bytes) -> None:
    X, _, y = data.partition(b"--y--")
    _file("y.npy", y)
    read(_file("X.npy", X))


def parquet(data: bytes) -> None:
    read_parquet(data)


def excel(data: bytes) -> None:
    """The sheet's XML in a sound workbook: a zip's own sums would stop all else."""
    from tests.bad_input.books import xlsx  # noqa: PLC0415

    read(_file("a.xlsx", xlsx("", sheet=data)), labelled=False)


def record(data: bytes) -> None:
    header, _, rest = data.partition(b"--dat--")
    samples, _, marks = rest.partition(b"--atr--")
    _file("r.dat", samples)
    _file("r.atr", marks)
    read_record(_file("r.hea", header))


def series(data: bytes) -> None:
    read_series(_file("s.csv", data))


def bundle(data: bytes) -> None:
    """The parts of a bundle, each behind its name, packed anew with a manifest that fits."""
    named = (part.partition(b"\n") for part in data.split(b"--part--")[1:])
    files = {name.decode("latin-1"): content for name, _, content in named}
    files.pop(MANIFEST, None)
    path = FOLDER / "w.zip"
    path.unlink(missing_ok=True)
    write_container(path, files)
    load_bundle(path)


def bundle_archive(data: bytes) -> None:
    _open_bundle(data)


def _open_bundle(data: bytes) -> None:
    load_bundle(_file("b.zip", data))


def _saved(array: object) -> bytes:
    out = io.BytesIO()
    np.save(out, np.asarray(array))
    return out.getvalue()


def _parts(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return b"".join(
            b"--part--" + name.encode() + b"\n" + archive.read(name) for name in archive.namelist()
        )


def _bundles() -> list[Path]:
    return sorted((ROOT / "tests/bundle/frozen").rglob("*.zip"))[:4]


def _small_npz() -> bytes:
    out = io.BytesIO()
    np.savez(out, X=np.eye(3), y=np.arange(3))
    return out.getvalue()


def _small_parquet() -> bytes:
    from tests.bad_input.more_pairs import parquet as made  # noqa: PLC0415

    return made()


def _sheet() -> bytes:
    from tests.bad_input.book_pairs import typed  # noqa: PLC0415
    from tests.bad_input.books import rows_xml  # noqa: PLC0415

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<worksheet xmlns="{main}"><sheetData>{rows_xml(typed())}</sheetData></worksheet>'.encode()
    )


_DAYS = "".join(f"2014-01-{i:02},{i * i}.5\n" for i in range(1, 13))
_SAMPLES = np.arange(8, dtype="<i2").tobytes()
TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], list[bytes]]]] = {
    "text": (text, lambda: [_TABLE.encode(), _TABLE.replace(",", ";").encode(), _TABLE.encode("utf-16")]),
    "fast_text": (fast_text, lambda: [_TABLE.encode(), b"a,b\n1,2\n3,4\n", b"a\tb\nx\t2\n"]),
    "ts": (ts, lambda: [b"@problemName p\n@classLabel true a b\n@data\n1,2:3,4:a\n1,?:2,2:b\n"]),
    "arff": (arff, lambda: [b"@relation r\n@attribute a numeric\n@attribute 'c d' {x,'y z'}\n@data\n1,x\n?,'y z'\n"]),
    "npz": (npz, lambda: [_small_npz()]),
    "npy": (npy, lambda: [_saved(np.eye(4, dtype=np.float32)) + b"--y--" + _saved([0, 1, 0, 1])]),
    "parquet": (parquet, lambda: [_small_parquet()]),
    "excel": (excel, lambda: [_sheet()]),
    "record": (record, lambda: [_HEADER + b"--dat--" + _SAMPLES + b"--atr--" + bytes([1, 4, 2, 4, 0, 0])]),
    "series": (series, lambda: [f"time,value\n{_DAYS}".encode(), ("time;value\n" + _DAYS.replace(",", ";")).encode()]),
    "bundle": (bundle, lambda: [_parts(p) for p in _bundles()]),
    "bundle_archive": (bundle_archive, lambda: [p.read_bytes() for p in _bundles()]),
}  # fmt: skip
