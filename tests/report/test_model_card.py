"""The model card: TRIPOD+AI's items, what the study answers, what is a person's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.report import sample
from tests.report.forecast import sample as forecasts
from tests.report.test_html import Page

from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.report.card.model_card import model_card
from auscult.report.card.tripod import ITEMS, N_ITEMS, items
from auscult.report.forecast.card import forecast_card
from auscult.report.forecast.html import render as render_forecast
from auscult.report.html import render
from auscult.types import Finding

PERSONS = {"background", "participants", "ethical approval", "patient and public involvement"}


def test_every_item_is_answered_or_asked_for() -> None:
    assert len(ITEMS) == N_ITEMS == 27
    card = model_card(sample.result(epochs=2, folds=2))
    assert card is not None
    assert [item.number for item in card.items] == list(range(1, 28))
    for item in card.items:
        assert item.answer or item.yours
        assert "nan" not in item.answer
    assert {item.name for item in card.items if item.state == "yours"} == PERSONS | {"fairness"}
    assert f"{sum(i.state == 'answered' for i in card.items)} and, in part" in card.summary


def test_an_item_left_empty_is_a_fault() -> None:
    with pytest.raises(ValueError, match="without an answer"):
        items({1: "told"}, {})


def test_the_card_has_the_figures_and_the_limits() -> None:
    study = sample.result(epochs=2, folds=2)
    warned = replace(study, warnings=(Finding("inverted", "The labels are inverted."),))
    card = model_card(warned)
    assert card is not None
    facts = dict(card.facts)
    best = study.winner.metrics["accuracy"]
    assert f"accuracy {best.value:.3f} ({best.low:.3f}–{best.high:.3f})" in facts["figures"]
    assert "The labels are inverted." in facts["limits"]
    assert "other places" in facts["limits"]
    leaky = replace(study, plan=replace(study.plan, leaky="patients on both sides"))
    card = model_card(leaky)
    assert card is not None
    assert dict(card.facts)["figures"].count(", leaky") == len(study.winner.metrics)


def test_the_page_holds_it_folded() -> None:
    text = render(sample.result(epochs=2, folds=2))
    assert '<details class="card">' in text
    said = Page(text).text
    assert "Model card, after TRIPOD+AI" in said
    assert said.count("Yours to fill in:") >= 15
    assert "Not a medical device." in said
    empty = replace(sample.result(epochs=2, folds=2), models=())
    assert "Model card" not in Page(render(empty)).text


def test_a_forecast_has_one_too() -> None:
    study = forecasts.study(forecasts.series(lengths=(120,)), ForecastPlan(horizon=12, test=24))
    card = forecast_card(study)
    assert card is not None
    assert len(card.items) == 27
    said = Page(render_forecast(study)).text
    assert card.summary in said
    assert "A value a step" in said
