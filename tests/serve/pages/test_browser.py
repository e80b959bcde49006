"""The pages in a real browser: by mouse, by keyboard, on a phone, without a script."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.serve.pages.cases import heart_csv
from tests.serve.pages.visitor import Visitor
from tests.serve.running import ROOT, Server

sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright to drive a browser")

CHROMIUM = shutil.which("chromium")
AXE = ROOT / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: run scripts/browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, pages: Server) -> Iterator[Any]:
    """``visit(**settings) -> Visitor``; a fault of any page it saw fails the test."""
    visitors: list[Visitor] = []

    def made(**settings: Any) -> Visitor:
        visitors.append(Visitor(browser, pages.url, **settings))
        return visitors[-1]

    yield made
    for visitor in visitors:
        visitor.context.close()
        assert not visitor.faults


@pytest.fixture(scope="module")
def patients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dropped") / "patients.csv"
    path.write_text(heart_csv(12), encoding="utf-8")
    return path


def record(records: Path) -> tuple[Path, Path]:
    return records / "made0.hea", records / "made0.dat"


def wait_for(tab: Any, selector: str) -> None:
    """Until the page that holds it is there and its script has run."""
    tab.wait_for_selector(selector)
    tab.wait_for_load_state()


def ask_typical(tab: Any) -> None:
    tab.goto("/bundle/heart")
    tab.get_by_text("Fill in a typical case").click()
    tab.wait_for_url("**typical=1*")
    for name, value in (("#c0", "61"), ("#c4", "95"), ("#c5", "3.5")):
        tab.fill(name, value)
    tab.locator("#case button.primary").click()
    wait_for(tab, "#answer")


def test_a_form_is_filled_in_and_answered(visit: Any) -> None:
    tab = visit().tab
    ask_typical(tab)
    assert tab.locator("#answer .device").is_visible()
    assert tab.locator("#answer .shares tbody tr").count() == 2
    assert tab.locator("#answer .drivers tbody tr").count() >= 1
    assert tab.evaluate("document.activeElement.id") == "answer"
    assert "heart-like" in tab.title()
    assert tab.input_value("#c0") == "61"


def test_by_keyboard_alone(visit: Any) -> None:
    tab = visit().tab
    tab.goto("/bundle/heart")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    tab.focus("#c0")
    tab.keyboard.type("61")
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    wait_for(tab, "#answer")
    assert tab.input_value("#c0") == "61"


def test_a_bad_value_is_told_and_the_rest_kept(visit: Any) -> None:
    tab = visit().tab
    tab.goto("/bundle/heart")
    tab.fill("#c0", "sixty")
    tab.fill("#c3", "233")
    tab.check("input[name=c1][value='1']")
    tab.locator("#case button.primary").click()
    wait_for(tab, "#refusal")
    assert tab.inner_text("#c0-fault") == "Not a number. Write it as 12.5, or leave it empty."
    assert tab.get_attribute("#c0", "aria-invalid") == "true"
    assert tab.input_value("#c3") == "233"
    assert tab.is_checked("input[name=c1][value='1']")
    tab.fill("#c0", "60")
    tab.locator("#case button.primary").click()
    wait_for(tab, "#answer")


def test_the_form_needs_no_script(visit: Any, records: Path) -> None:
    tab = visit(java_script_enabled=False).tab
    ask_typical(tab)
    assert tab.locator("#answer .device").is_visible()
    tab.goto("/bundle/beats")
    tab.set_input_files("#recording-file", record(records))
    tab.locator("form[action$=recording] button.primary").click()
    wait_for(tab, "h1#answer")
    assert tab.locator("svg.rhythm").first.is_visible()
    assert tab.locator("[data-trace]").is_hidden()


def test_a_file_is_dropped_and_its_answers_downloaded(visit: Any, patients: Path) -> None:
    visitor = visit()
    tab = visitor.tab
    tab.goto("/bundle/heart")
    visitor.drop("[data-kind=file]", patients)
    assert tab.inner_text("h1") == "12 cases answered"
    assert tab.locator("table.list tbody tr").count() == 12
    shown = [line.split("\t")[1] for line in tab.locator("table.list tbody tr").all_inner_texts()]
    with tab.expect_download() as download:
        tab.get_by_text("Download CSV").click()
    assert download.value.suggested_filename == "heart-answers.csv"
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert all(text.startswith(row["predicted"]) for text, row in zip(shown, rows, strict=True))


def test_a_recording_is_dropped_scrolled_and_zoomed(visit: Any, records: Path) -> None:
    visitor = visit()
    tab = visitor.tab
    tab.goto("/bundle/beats")
    visitor.drop("[data-kind=recording]", *record(records))
    assert "beats in" in tab.inner_text("h1")
    inked = tab.evaluate(
        """() => { const c = document.querySelector("[data-canvas]");
        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }"""
    )
    assert inked > 10_000
    assert visitor.status().startswith("0:00.0 to 0:10.0: ")
    tab.focus(".paper")
    tab.keyboard.press("ArrowRight")
    assert visitor.status().startswith("0:02.5 to 0:12.5: ")
    tab.keyboard.press("+")
    assert visitor.status().startswith("0:05.0 to 0:10.0: ")
    tab.keyboard.press("Home")
    tab.select_option("[data-class]", label=tab.inner_text("[data-class] option >> nth=-1"))
    tab.keyboard.press("n")
    tab.focus(".paper")
    tab.keyboard.press("n")
    first = visitor.status()
    assert " · " in first
    tab.get_by_role("button", name="Next").click()
    assert visitor.status() != first
    box = tab.locator(".paper").bounding_box()
    tab.mouse.move(box["x"] + 500, box["y"] + 90)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 300, box["y"] + 90, steps=4)
    tab.mouse.up()
    assert visitor.status() != first
    assert tab.locator("svg.ecg .trace").count() >= 1
    assert tab.locator("svg.ecg .shade").count() >= 1
    assert tab.locator("svg.ecg .square").first.get_attribute("d")


def test_a_signal_asks_for_its_rate_before_it_is_sent(visit: Any, tmp_path: Path) -> None:
    path = tmp_path / "signal.csv"
    beat = [0.0] * 190 + [0.2, 0.6, 1.0, 0.8, 0.5, 0.2, 0, -0.2, -0.1, 0]
    path.write_text("\n".join(map(str, beat * 20)))
    visitor = visit()
    tab = visitor.tab
    tab.goto("/bundle/beats")
    tab.set_input_files("#recording-file", path)
    assert "sampling rate" in tab.inner_text("[data-kind=recording] [data-chosen]")
    assert tab.evaluate("document.activeElement.id") == "rate"
    tab.keyboard.type("250")
    tab.keyboard.press("Enter")
    wait_for(tab, "h1#answer")
    assert "Heart rate 75 bpm" in tab.inner_text(".under")


def test_a_file_that_is_too_large_is_not_sent(visit: Any, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"1,2\n" * (9 << 18))
    tab = visit().tab
    tab.goto("/bundle/heart")
    tab.set_input_files("#cases-file", path)
    assert "auscult predict" in tab.inner_text("[data-kind=file] [data-chosen]")
    tab.locator("form[action$=file] button.primary").click()
    assert tab.evaluate("document.querySelector('#cases-file').matches(':invalid')")
    assert tab.locator("#case").is_visible()


def test_a_signal_is_drawn_with_what_drove_it(visit: Any) -> None:
    tab = visit().tab
    tab.goto("/bundle/waves")
    tab.fill("#signal", ", ".join(f"{(i % 12) / 9:.2f}" for i in range(48)))
    tab.locator("#case button.primary").click()
    wait_for(tab, "#answer svg.ecg")
    assert tab.locator("#answer svg.ecg .shade").count() >= 1


def test_the_language_is_switched_and_kept(visit: Any) -> None:
    tab = visit(locale="ko-KR").tab
    tab.goto("/bundle/heart")
    assert tab.get_attribute("html", "lang") == "ko"
    assert "의료기기가 아닙니다" in tab.inner_text("main")
    tab.fill("#c0", "61")
    tab.locator("#case button.primary").click()
    wait_for(tab, "#answer")
    tab.locator(".languages").get_by_text("繁體中文").click()
    wait_for(tab, "html[lang=zh-Hant] #answer")
    assert tab.input_value("#c0") == "61"
    assert "非醫療器材" in tab.inner_text("#answer")
    tab.goto("/")
    assert tab.get_attribute("html", "lang") == "zh-Hant"
    tab.locator(".languages").get_by_text("简体中文").click()
    wait_for(tab, "html[lang=zh-Hans]")


def test_an_answer_is_found_again_in_the_history(visit: Any) -> None:
    tab = visit().tab
    ask_typical(tab)
    link = tab.locator("#answer a[href^='/history#']")
    prediction = str(link.get_attribute("href")).partition("#")[2]
    link.click()
    tab.wait_for_url("**/history#*")
    # It is written by a thread of its own, which nobody who asks waits for.
    for _ in range(20):
        if tab.locator(f"[id='{prediction}']").count():
            break
        tab.wait_for_timeout(500)
        tab.reload()
    assert tab.locator(f"[id='{prediction}']").is_visible()
    assert "Not a medical device" in tab.inner_text("main")


def each_page(visitor: Visitor, patients: Path, records: Path) -> Iterator[str]:
    """Every kind of page there is, one after another."""
    tab = visitor.tab
    for path in ("/", "/bundle/heart", "/bundle/beats", "/bundle/heart/card", "/bundle/none"):
        tab.goto(path)
        yield path
    tab.goto("/bundle/heart?typical=1")
    tab.locator("#case button.primary").click()
    wait_for(tab, "#answer")
    yield "an answer"
    for section in [a.get_attribute("href") for a in tab.locator(".sections a").all()][1:]:
        tab.goto(section)
        yield section
    tab.goto("/bundle/heart")
    tab.fill("#c0", "x")
    tab.locator("#case button.primary").click()
    wait_for(tab, "#refusal")
    yield "a refusal"
    visitor.drop("[data-kind=file]", patients)
    yield "answers"
    tab.goto("/bundle/beats")
    visitor.drop("[data-kind=recording]", *record(records))
    tab.locator("summary").click()
    yield "a recording"


@pytest.mark.parametrize("locale", ["en", "zh-TW", "zh-CN", "ko"])
def test_a_phone_never_scrolls_sideways(
    visit: Any, patients: Path, records: Path, locale: str
) -> None:
    visitor = visit(viewport={"width": 360, "height": 740}, locale=locale)
    for name in each_page(visitor, patients, records):
        assert visitor.tab.evaluate("document.documentElement.scrollWidth") == 360, name


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: run scripts/get-axe")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(visit: Any, patients: Path, records: Path, scheme: str) -> None:
    visitor = visit(color_scheme=scheme)
    source = AXE.read_text(encoding="utf-8")
    only = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    for name in each_page(visitor, patients, records):
        visitor.tab.evaluate(source)
        found = visitor.tab.evaluate("(only) => axe.run(only)", only)["violations"]
        serious = [
            (fault["id"], [node["html"][:120] for node in fault["nodes"]][:3])
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
        assert not serious, f"{name}: {serious}"
