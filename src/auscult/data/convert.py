"""Other forms in which a catalog file is published, made into the catalog's own.

Each function takes the bytes as published and gives the bytes that the catalog knows by
their SHA-256, so that every source of a file ends in the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

HEART_COLUMNS: Final = (
    "age", "sex", "cp", "trestbps", "chol", "fbs", "restecg",
    "thalach", "exang", "oldpeak", "slope", "ca", "thal", "disease",
)  # fmt: skip

# Orange spells out what UCI codes.
_ORANGE_CODES: Final = {
    "sex": {"female": "0", "male": "1"},
    "cp": {"typical ang": "1", "atypical ang": "2", "non-anginal": "3", "asymptomatic": "4"},
    "restecg": {"normal": "0", "ST-T abnormal": "1", "left vent hypertrophy": "2"},
    "slope": {"upsloping": "1", "flat": "2", "downsloping": "3"},
    "thal": {"normal": "3", "fixed defect": "6", "reversable defect": "7"},
}


def ucr_tsv(published: bytes) -> bytes:
    """UCR text (fixed width, ``1.0000000e+00``) as the archive's tab-separated form.

    The archive writes eight significant digits and the class first.
    """
    rows = (line.split() for line in published.decode("ascii").splitlines() if line.strip())
    return "".join(
        "\t".join([f"{float(label):g}", *(f"{float(v):.8g}" for v in values)]) + "\n"
        for label, *values in rows
    ).encode("ascii")


def cleveland_csv(published: bytes) -> bytes:
    """UCI's ``processed.cleveland.data`` with a header and ``disease`` = (``num`` > 0)."""
    rows = (line.split(",") for line in published.decode("ascii").split())
    return _heart_csv((*row[:13], _binary(row[13])) for row in rows)


def orange_csv(published: bytes) -> bytes:
    """Orange's ``heart_disease.tab`` (three header lines, words for codes) in the same form."""
    rows = (line.split("\t") for line in published.decode("utf-8").splitlines()[3:])
    return _heart_csv(
        tuple(
            _ORANGE_CODES.get(name, {}).get(cell, cell)
            for name, cell in zip(HEART_COLUMNS, row, strict=True)
        )
        for row in rows
    )


def _heart_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    lines = [",".join(HEART_COLUMNS), *(",".join(_number(cell) for cell in row) for row in rows)]
    return ("\n".join(lines) + "\n").encode("ascii")


def _binary(num: str) -> str:
    return str(int(float(num) > 0))


def _number(cell: str) -> str:
    return "" if cell in {"?", ""} else f"{float(cell):g}"


CONVERTERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "ucr": ucr_tsv,
    "cleveland": cleveland_csv,
    "orange": orange_csv,
}
