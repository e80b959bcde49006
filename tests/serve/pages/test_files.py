"""Files and recordings dropped on a page: answered, or told in one line."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import httpx
import numpy as np
import pytest
from tests.serve.pages.cases import drop, heart_cases, heart_csv

from auscult.bundle.bundle import Bundle


def test_a_file_is_answered_whatever_the_order_of_its_columns(
    client: httpx.Client, heart_model: Bundle
) -> None:
    dropped = ("patients.csv", heart_csv(extra="ward").encode())
    page = drop(client, "/bundle/heart/file", dropped)
    assert page.status_code == 200
    assert "30 cases answered" in page.text
    assert "ward" in page.text
    answer = drop(client, "/bundle/heart/file", dropped, **{"as": "csv"})
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = heart_model.answer(heart_cases(30))
    assert [row["predicted"] for row in rows] == list(told.labels)
    np.testing.assert_allclose(
        [[float(row["p_healthy"]), float(row["p_ill"])] for row in rows],
        told.probability,
        rtol=1e-4,
    )


def test_excel_is_read(client: httpx.Client) -> None:
    rows = list(csv.reader(io.StringIO(heart_csv())))
    page = drop(client, "/bundle/heart/file", ("patients.xlsx", workbook(rows)))
    assert "30 cases answered" in page.text


def workbook(rows: list[list[str]], at: str = "") -> bytes:
    """A workbook of texts, and a cell more ``at`` a place of its own."""
    office = "http://schemas.openxmlformats.org"
    main, package = f"{office}/spreadsheetml/2006/main", f"{office}/package/2006"
    document = f"{office}/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-"
    sheets = f"{kind}officedocument.spreadsheetml"
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row) + "</row>"
        for row in rows
    )
    if at:
        cells += f'<row r="{at[3:]}"><c r="{at}"><v>1</v></c></row>'

    def link(type_: str, target: str) -> str:
        return (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{document}/{type_}" Target="{target}"/></Relationships>'
        )

    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="{kind}package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheets}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet.xml" ContentType="{sheets}.worksheet+xml"/></Types>',
        "_rels/.rels": link("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{document}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": link("worksheet", "sheet.xml"),
        "xl/sheet.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "a.csv"),
        ("a.csv", b"\x00\x01\x02", "a.csv"),
        ("a.csv", heart_csv(leave="chol").encode(), "there is no column &#39;chol&#39;"),
        ("a.csv", heart_csv(extra="b").replace("\r\n", "\r\nx", 1).encode(), "a.csv"),
        ("a.csv", b"age\n" + b"1\n" * 10, "one column only"),
        ("a.exe", b"MZ", "of a kind that is not read"),
        ("noending", b"1", "of a kind that is not read"),
        ("../../etc/passwd", b"1", "of a kind that is not read"),
        ("a.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("a.xlsx", workbook([["a", "b"]], at="XFD1048576"), "a.xlsx"),
        ("a.parquet", b"PAR1", "a.parquet"),
        ("<b>.csv", b"x", "upload.csv"),
        ("a.dat", b"x", "needs its header"),
        ("a.hea", b"x", "its samples are not there"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_line(
    client: httpx.Client, name: str, content: bytes, why: str
) -> None:
    response = drop(client, "/bundle/heart/file", (name, content))
    assert response.status_code == 422
    told = re.search(r'role="alert".*?<span>(.*?)</span>', response.text, re.S)
    assert told is not None
    assert why in told[1], told[1]
    assert "\n" not in told[1]
    assert "Traceback" not in response.text
    assert "/tmp" not in told[1]


def test_a_recording_is_counted(client: httpx.Client, records: Path) -> None:
    files = [(f"made0.{end}", (records / f"made0.{end}").read_bytes()) for end in ("hea", "dat")]
    page = drop(client, "/bundle/beats/recording", *files)
    assert page.status_code == 200
    n = int(re.search(r"(\d+) beats in", page.text).group(1))  # type: ignore[union-attr]
    assert 45 <= n <= 60
    counts = re.findall(r'</svg></td><td class="num">(\d+)</td>', page.text)
    assert sum(map(int, counts)) == n
    answer = drop(client, "/bundle/beats/recording", *files, **{"as": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == n
    assert {row["predicted"] for row in rows} <= {"N", "V"}


def test_a_signal_as_csv_needs_its_rate(client: httpx.Client) -> None:
    t = np.arange(0, 20, 1 / 250)
    beat = sum(np.exp(-0.5 * ((t - at) / 0.02) ** 2) for at in np.arange(0.5, 20, 0.8))
    text = "\n".join(f"{v:.4f}" for v in np.asarray(beat))
    without = drop(client, "/bundle/beats/recording", ("s.csv", text.encode()))
    assert without.status_code == 422
    assert "sampling rate" in without.text
    page = drop(client, "/bundle/beats/recording", ("s.csv", text.encode()), rate="250", unit="mV")
    assert page.status_code == 200
    assert "Heart rate 75 bpm" in page.text
    for rate in ("0", "-5", "1e9", "x", "59"):
        odd = drop(client, "/bundle/beats/recording", ("s.csv", text.encode()), rate=rate)
        assert odd.status_code == 422
