"""The page: one file, no script, no network, all text escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.report import sample

from auscult.errors import InputError
from auscult.evaluate.result import Result
from auscult.report.html import render, write
from auscult.types import Column, Finding

HOSTILE = "<script>alert(1)</script>"
CJK = ("正常", "정상", "心電図")
VOID = {"meta", "br", "hr", "input", "img", "link"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; refuses tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for k, v in attrs if k in {"src", "href", "xlink:href", "data"}]
        assert not [k for k, _ in attrs if k.startswith("on")]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def hostile() -> Result:
    study = sample.result(classes=(HOSTILE, "b&b"), epochs=4, folds=3, name=HOSTILE)
    data = replace(
        study.data,
        target=HOSTILE,
        terms=HOSTILE,
        sha256=HOSTILE,
        columns=(
            Column(HOSTILE, "numeric", 1, (), 0.0, 1.0, 2),
            Column("c", "categorical", categories=(HOSTILE,)),
        ),
    )
    rows = [
        replace(r, label=HOSTILE, leaky=HOSTILE, params={HOSTILE: HOSTILE}) for r in study.models
    ]
    return replace(
        study,
        data=data,
        models=tuple(rows),
        plan=replace(study.plan, group=HOSTILE, validation=HOSTILE, leaky=HOSTILE),
        warnings=(Finding(HOSTILE, HOSTILE, "warning", HOSTILE), Finding("x", HOSTILE, "note")),
        failed={HOSTILE: HOSTILE},
        provenance=replace(
            study.provenance, command=HOSTILE, versions={HOSTILE: HOSTILE}, device=HOSTILE
        ),
    )


@pytest.fixture(scope="module")
def page() -> str:
    return render(sample.result(epochs=20))


def test_sections_stand_in_order(page: str) -> None:
    heads = re.findall(r"<h2>(.*?)</h2>", page)
    assert heads == [
        "Leaderboard",
        "Why to believe it",
        "What the model does",
        "The data",
        "How to repeat it",
    ]
    assert page.index('class="verdict"') < page.index("<h2>")
    text = Page(page).text
    for shown in (
        "auscult compare heart.csv --target target --folds 10 --repeats 2 --seed 42",
        "Not a medical device.",
        "--drop-duplicates",
        "lstm-fcn : takes signals, not tables.",
        "torch 2.13.0",
        "9c3c2f1a" * 8,
        "UCI, CC BY 4.0",
    ):
        assert shown in text


def test_nothing_is_loaded_and_nothing_runs(page: str) -> None:
    found = Page(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(found.tags)
    assert all(link.startswith("#") for link in found.links)
    assert not re.search(r"https?:|//[a-z]|@import|url\(", page)
    assert "default-src 'none'" in page


def test_whatever_a_name_holds_is_text() -> None:
    text = render(hostile())
    found = Page(text)
    assert "script" not in found.tags
    assert HOSTILE not in text
    assert found.text.count(HOSTILE) > 30


def test_names_in_any_script_stand_as_text() -> None:
    text = Page(render(sample.result(classes=CJK, epochs=3, folds=3, name="心電図.csv"))).text
    for name in (*CJK, "血压", "心電図.csv"):
        assert name in text


def test_pictures_are_well_formed_and_named(page: str) -> None:
    for source in (page, render(hostile())):
        pictures = re.findall(r"<svg.*?</svg>", source, flags=re.DOTALL)
        assert len(pictures) >= 10
        for picture in pictures:
            root = ElementTree.fromstring(picture)
            assert root.attrib["role"] == "img"
            assert root.attrib["aria-label"]
            assert root[0].tag == "title"


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "given", "folds": 1, "repeats": 1},
        {"kind": "grouped", "classes": ("a", "b", "c")},
        {"classes": tuple(f"k{i}" for i in range(25)), "n_cases": 900, "folds": 3},
        {"models": sample.MODELS[:1]},
        {"headline": "roc_auc"},
    ],
)
def test_every_kind_of_study_is_a_page(settings: dict[str, object]) -> None:
    Page(render(sample.result(epochs=3, **settings)))  # type: ignore[arg-type]


def test_a_study_with_little_to_show() -> None:
    study = sample.result(epochs=3, folds=2)
    rows = [
        replace(r, histories=(), per_class=(), metrics={}, confusion_matrix=(), n_parameters=None)
        for r in study.models
    ]
    data = replace(study.data, columns=(), terms=None, sha256="", class_counts=(), kind="signals")
    plan = replace(study.plan, splits=())
    bare = replace(
        study, models=tuple(rows), data=data, plan=plan, comparisons=(), warnings=(), failed={}
    )
    assert "The audit found nothing" in Page(render(bare)).text
    assert "No model gave a figure." in Page(render(replace(bare, models=()))).text


def test_size_of_a_large_study() -> None:
    names = [f"net{i}" for i in range(12)]
    models = [("logistic" if i == 0 else n, f"Network {i}", 1.5) for i, n in enumerate(names)]
    study = sample.result(models=models, epochs=300, folds=10, repeats=2, n_cases=3000)
    histories = sample.result(models=[sample.MODELS[2]], epochs=300).models[0].histories
    study = replace(study, models=tuple(replace(r, histories=histories) for r in study.models))
    assert len(render(study).encode()) < 1_500_000


def test_written_whole_or_not_at_all(tmp_path: Path) -> None:
    study = sample.result(epochs=2, folds=2)
    target = write(study, tmp_path / "report.html")
    assert target.read_text(encoding="utf-8") == render(study)
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(InputError, match="could not be written"):
        write(study, tmp_path / "missing" / "report.html")


def test_same_result_same_page() -> None:
    study = sample.result(epochs=2, folds=2)
    assert render(study) == render(study)


def test_the_plan_in_words() -> None:
    study = sample.result(epochs=2, folds=2, kind="grouped")
    text = Page(render(study)).text
    assert "No 'PatientID' stands on both sides of a split (101 groups)." in text
    assert "the test cases were used once" in text
    bare = replace(study.plan, validation="none: a fit has 18 training cases, fewer than 20")
    text = Page(render(replace(study, plan=bare))).text
    assert "There is no validation part: a fit has 18 training cases, fewer than 20." in text
    leaky = replace(study.plan, leaky="12 patients stand on both sides")
    text = Page(render(replace(study, plan=leaky))).text
    assert "This plan is leaky: 12 patients stand on both sides." in text
    assert "the test cases were used once" not in text
