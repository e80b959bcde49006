"""The pages as HTTP answers: right, in four languages, and never a fault of ours."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import numpy as np
import pytest
from tests.kept import waves
from tests.serve.pages.cases import drop
from tests.serve.running import Server

import auscult
from auscult.bundle.bundle import Bundle

SERVE = Path(auscult.__file__).parent / "serve"
DEVICE = {
    "en": "Not a medical device.",
    "zh-Hant": "非醫療器材。",
    "zh-Hans": "非医疗器械。",
    "ko": "의료기기가 아닙니다.",
}


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


def test_fields_that_are_left_empty_are_counted_beside_the_answer(
    client: httpx.Client, heart_model: Bundle
) -> None:
    total = len(heart_model.document.columns)
    one = client.post("/bundle/heart", data={"c0": "61", "c3": "  "}).text
    assert f"{total - 1} of {total} entries were left empty" in one
    assert "were left empty" not in client.post("/bundle/heart", data=_typical_case(client)).text


@pytest.mark.parametrize("given", [{}, {"c0": "", "c3": " "}, {"other": "1"}])
def test_a_form_of_nothing_is_not_answered(client: httpx.Client, given: dict[str, str]) -> None:
    response = client.post("/bundle/heart", data=given)
    assert response.status_code == 422
    assert "there is no case to answer" in response.text
    assert 'id="answer"' not in response.text
    korean = client.post("/bundle/heart", data=given, headers={"Accept-Language": "ko"})
    assert "입력한 값이 없어" in korean.text


def _typical_case(client: httpx.Client) -> dict[str, str]:
    page = Page(client.get("/bundle/heart?typical=1").text)
    chosen = [e for e in page.where("input") if e.get("type") == "text" or "checked" in e]
    found = {str(e.get("name")): str(e.get("value")) for e in chosen}
    found |= {str(select["name"]): "0" for select in page.where("select")}
    return {name: value for name, value in found.items() if re.fullmatch(r"c\d+", name)}


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
