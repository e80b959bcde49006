"""The page of all systems, its table and its verdict."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from xml.etree import ElementTree

import pytest
from rich.console import Console
from tests.replicate import sample
from tests.report.test_html import HOSTILE, Page

from auscult.replicate.page import render
from auscult.replicate.record import Figure, Record
from auscult.replicate.shown import cells
from auscult.replicate.terminal import print_replication
from auscult.replicate.verdict import verdict
from auscult.types import Estimate


@pytest.fixture(scope="module")
def records() -> list[Record]:
    load = replace(
        sample.record("load", rows=(sample.row("LSTM on load", "mae"),)), title="Load, LSTM"
    )
    return [sample.record(), load]


@pytest.fixture(scope="module")
def page(records: list[Record]) -> str:
    return render(records, {"heartbeats": "mitdb: the data are not here."})


def test_every_section_is_there(page: str) -> None:
    ids = re.findall(r'<section id="([\w-]+)"', page)
    assert ids == ["overview", "heart", "load", "repeat"]
    text = Page(page).text
    for shown in (
        "Two published systems, repeated",
        "What went wrong",
        "Confusion matrices",
        "Learning curves",
        "Truth and forecasts",
        "Repeat the honest part",
        "auscult compare heart --models lstm --seed 0",
        "heartbeats : mitdb: the data are not here.",
        "Not a medical device.",
        "0.800",
        "(0.760–0.840)",
    ):
        assert shown in text
    assert "quick" not in text


def test_nothing_is_loaded_and_nothing_is_nan(page: str) -> None:
    found = Page(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(found.tags)
    assert all(link.startswith("#") for link in found.links)
    assert not re.search(r"https?:|@import|url\(", page)
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b(?! of)", found.text)
    for picture in re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL):
        assert ElementTree.fromstring(picture).attrib["aria-label"]


def test_a_leaky_figure_has_the_word_beside_it(records: list[Record]) -> None:
    published, rebuilt, honest, *_ = cells(records[0].found.rows[0])
    assert published == ("0.950", "leaky")
    assert rebuilt == ("0.950", "leaky")
    assert honest == ("0.800", "(0.760–0.840)")
    assert cells(sample.row(leaks=False))[1] == ("–", "nothing leaks")


def test_a_lost_figure_is_said_to_be_lost() -> None:
    lost = replace(sample.row(), published=Figure("one fold", text="picture lost"))
    text = Page(render([sample.record(rows=(lost,))])).text
    assert "picture lost" in text


def test_quick_is_said_everywhere(records: list[Record]) -> None:
    quick = [replace(record, quick=True) for record in records]
    text = render(quick)
    assert "<title>Two published systems, repeated (quick)" in text
    for heading in re.findall(r"<h2>(.*?)</h2>", text)[:-1]:
        assert "quick run" in heading
    assert "--quick" in text
    assert any("quick run" in sentence for sentence in verdict(quick))


def test_whatever_a_name_holds_is_text() -> None:
    made = sample.record(rows=(sample.row(HOSTILE),))
    named = replace(made, title=HOSTILE, wrong=(HOSTILE, HOSTILE), published=HOSTILE)
    text = render([named], {HOSTILE: HOSTILE})
    assert "script" not in Page(text).tags
    assert HOSTILE not in text


def test_the_verdict(records: list[Record]) -> None:
    said = verdict(records)
    assert said[0].startswith("Done honestly, none of two published systems clearly beat")
    assert "60.0 with its leaks (leaky), 80.0 without them" in said[1]
    assert said[2].startswith("None of two published figures lies within the honest interval")
    better = replace(sample.row(), honest=Figure("LSTM", Estimate(0.95, 0.93, 0.97)))
    alone = verdict([sample.record(rows=(better,))])
    assert "beats a baseline" in alone[0]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_terminal_has_every_figure(records: list[Record], width: int) -> None:
    out = StringIO()
    print_replication(records, Console(file=out, width=width, highlight=False, markup=False))
    text = out.getvalue()
    for shown in ("0.950", "0.800", "(0.760–0.840)", "0.820", "0.900", "leaky", "random forest"):
        assert shown in text
    assert "nan" not in text
