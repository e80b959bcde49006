"""The pages as HTTP answers: right, in four languages, and never a fault of ours."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import numpy as np
import pytest
from tests.kept import HEART, heart_like, waves
from tests.serve.running import Server

import auscult
from auscult.bundle.bundle import Bundle
from auscult.types import FloatArray

SERVE = Path(auscult.__file__).parent / "serve"
DEVICE = {
    "en": "Not a medical device.",
    "zh-Hant": "非醫療器材。",
    "zh-Hans": "非医疗器械。",
    "ko": "의료기기가 아닙니다.",
}


@pytest.fixture(scope="module")
def client(pages: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=pages.url, timeout=30) as made:
        yield made


class Page(HTMLParser):
    """The start tags of a page, and its title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def where(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]


def heart_cases(n: int) -> FloatArray:
    """Cases without the category that every reader of files takes for a gap: ``none``."""
    X = heart_like().X
    kept: FloatArray = X[X[:, 2] != 3][:n]
    return kept


def heart_csv(n: int = 30, *, leave: str = "", extra: str = "") -> str:
    cases = heart_like()
    categories = {c.name: c.categories for c in cases.columns}
    names = [name for name in reversed(HEART) if name != leave]
    rows = [[*names, *([extra] if extra else [])]]
    for case in heart_cases(n):
        row = dict(zip(HEART, case.tolist(), strict=True))
        cells = [categories[k][int(row[k])] if categories[k] else f"{row[k]:g}" for k in names]
        rows.append([*("" if cell == "nan" else cell for cell in cells), *(["x"] if extra else [])])
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def drop(
    client: httpx.Client, path: str, *files: tuple[str, bytes], **fields: str
) -> httpx.Response:
    parts = [("file", (name, content)) for name, content in files]
    return client.post(path, files=parts, data=fields)


def test_home_lists_the_bundles(client: httpx.Client) -> None:
    page = Page(client.get("/").text)
    for name in ("heart", "waves", "beats"):
        assert page.where("a", href=f"/bundle/{name}")


@pytest.mark.parametrize("tag", DEVICE)
def test_every_page_speaks_each_language(client: httpx.Client, tag: str) -> None:
    for path in ("/", "/bundle/heart", "/bundle/waves", "/bundle/beats", "/bundle/heart/card"):
        response = client.get(path, headers={"Accept-Language": tag})
        assert response.status_code == 200
        assert f'<html lang="{tag}">' in response.text
        assert DEVICE[tag] in response.text
        assert "{" not in re.sub(r"<script.*?</script>", "", response.text, flags=re.S)


def test_a_chosen_language_is_kept_in_a_cookie(pages: Server) -> None:
    with httpx.Client(base_url=pages.url) as client:
        client.get("/bundle/heart?lang=ko", headers={"Accept-Language": "en"})
        assert '<html lang="ko">' in client.get("/", headers={"Accept-Language": "en"}).text
        again = client.get("/bundle/heart/file?lang=zh-Hans", follow_redirects=True)
        assert '<html lang="zh-Hans">' in again.text
        client.get("/?lang=xx")
        assert '<html lang="zh-Hans">' in client.get("/?lang=../../etc").text


def test_no_page_reaches_elsewhere_or_needs_unsafe_inline(client: httpx.Client) -> None:
    for path in ("/", "/bundle/heart", "/bundle/beats", "/bundle/heart/card", "/bundle/none"):
        response = client.get(path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["cache-control"] == "no-store"
        page = Page(response.text)
        for tag, attributes in page.tags:
            assert "style" not in attributes, f"{path}: {tag}"
            assert not [name for name in attributes if name.startswith("on")]
            for name in ("src", "href", "action"):
                address = attributes.get(name) or "/"
                assert re.match(r"[/?#](?!/)", address), address
        assert not page.where("style")
        for script in page.where("script"):
            assert script.get("src") or script.get("type") == "application/json"
    for file in (SERVE / "static").iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text


def test_the_form_is_made_of_the_schema(client: httpx.Client, heart_model: Bundle) -> None:
    text = client.get("/bundle/heart").text
    page = Page(text)
    for i, field in enumerate(heart_model.document.columns):
        if field.categories:
            choices = page.where("input", type="radio", name=f"c{i}")
            assert len(choices) == len(field.categories) + 1
        else:
            (entry,) = page.where("input", name=f"c{i}")
            assert f"{entry['id']}-help" in str(entry["aria-describedby"])
            assert f"{field.low:.6g} to {field.high:.6g} in training" in text


def test_an_empty_form_is_answered(client: httpx.Client) -> None:
    response = client.post("/bundle/heart", data={})
    assert response.status_code == 200
    assert 'id="answer"' in response.text


def test_a_typed_case_gets_the_bundle_s_answer(client: httpx.Client, heart_model: Bundle) -> None:
    X = np.array([[61.0, 1.0, 3.0, 300.0, 120.0, 2.5]])
    response = client.post(
        "/bundle/heart",
        data={"c0": "61", "c1": "1", "c2": "3", "c3": "300", "c4": "120", "c5": "2,5"},
    )
    answers = heart_model.answer(X)
    share = round(100 * float(answers.probability[0].max()))
    assert f"{share}\u00a0%" in response.text
    assert ("Not sure</h2>" in response.text.replace("\n", "")) == bool(answers.unsure[0])
    assert response.text.count("Not a medical device.") == 1
    drivers = heart_model.drives(X)
    strongest = heart_model.document.columns[int(np.abs(drivers.values[0]).argmax())].name
    _, _, told = response.text.partition('class="drivers"')
    assert re.search(r'<th scope="row">(\w+)</th>', told).group(1) == strongest  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wrong",
    ["abc", "1e999", "nan", "-", "1 2", "\x00", "<script>alert(1)</script>", "9" * 500, "١e", "😀"],
)
def test_a_bad_value_is_told_beside_its_field(client: httpx.Client, wrong: str) -> None:
    response = client.post("/bundle/heart", data={"c0": wrong, "c1": "1", "c3": "233"})
    assert response.status_code == 422
    page = Page(response.text)
    (entry,) = page.where("input", name="c0")
    assert entry["aria-invalid"] == "true"
    assert "c0-fault" in str(entry["aria-describedby"])
    assert page.where("p", id="c0-fault")
    assert page.where("input", name="c3")[0]["value"] == "233"
    assert "checked" in page.where("input", name="c1", value="1")[0]
    assert "<script>alert" not in response.text
    assert 'id="answer"' not in response.text


@pytest.mark.parametrize("wrong", ["9", "-1", "x", "1.0", "1" * 30])
def test_a_choice_that_is_none(client: httpx.Client, wrong: str) -> None:
    assert client.post("/bundle/heart", data={"c1": wrong}).status_code == 422


def test_a_value_outside_the_training_cases_is_answered_with_a_word(client: httpx.Client) -> None:
    response = client.post("/bundle/heart", data={"c0": "610"})
    assert response.status_code == 200
    assert "Outside the training cases" in response.text


def test_a_typical_case_is_filled_in(client: httpx.Client, heart_model: Bundle) -> None:
    page = Page(client.get("/bundle/heart?typical=1").text)
    age = heart_model.document.columns[0]
    assert page.where("input", name="c0")[0]["value"] == f"{age.median:.6g}"


def test_a_typed_signal(client: httpx.Client) -> None:
    signal = waves().X[0, 0]
    good = ", ".join(f"{v:.4f}" for v in signal)
    response = client.post("/bundle/waves", data={"signal": good})
    assert response.status_code == 200
    assert 'class="ecg"' in response.text
    for wrong in ("1, 2, 3", "a b c", "", "1 " * 100_000, good + ", nan"):
        assert client.post("/bundle/waves", data={"signal": wrong}).status_code == 422


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


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"junk", "multipart/form-data"),
        (b"junk", "multipart/form-data; boundary=" + "y" * 300),
        (b"\xff\xfe=%ff&c0=%00", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % i for i in range(5000)), "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
    ],
)
def test_junk_is_never_a_fault_of_ours(client: httpx.Client, body: bytes, kind: str) -> None:
    for path in ("/bundle/heart", "/bundle/heart/file", "/bundle/beats/recording"):
        response = client.post(path, content=body, headers={"Content-Type": kind})
        assert response.status_code < 500
        assert response.headers["content-type"].startswith("text/html")


def test_a_body_that_is_too_large_is_refused_on_a_page(client: httpx.Client) -> None:
    try:
        response = drop(client, "/bundle/heart/file", ("a.csv", b"1,2\n" * (9 << 18)))
    except httpx.WriteError:
        return  # the service broke off before the body was sent
    assert response.status_code == 413
    assert "auscult predict" in response.text


def test_what_is_not_there(client: httpx.Client) -> None:
    for path in ("/bundle/none", "/bundle/none/card", "/bundle/%2e%2e"):
        response = client.get(path)
        assert response.status_code == 404
    assert client.get("/static/../pages/routes.py").status_code == 404
    assert client.get("/static/%2e%2e/pages/routes.py").status_code == 404
    assert client.post("/bundle/none", data={}).status_code == 404


def test_the_model_card_says_what_the_model_is_worth(
    client: httpx.Client, heart_model: Bundle
) -> None:
    text = client.get("/bundle/heart/card").text
    accuracy = heart_model.document.figures.model["accuracy"]
    assert f"{accuracy.value:.3f} ({accuracy.low:.3f}–{accuracy.high:.3f})" in text
    assert heart_model.sha256 in text
    for field in heart_model.document.columns:
        assert f'<th scope="row">{field.name}</th>' in text
