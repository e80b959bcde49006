"""The sentences that stand first: honest about baselines, leaks, steps and intervals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.report.forecast import sample

from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.evaluate.forecast.result import ForecastResult
from auscult.report.forecast.verdict import verdict
from auscult.types import Finding

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def one() -> ForecastResult:
    return sample.study()


@pytest.fixture(scope="module")
def day() -> ForecastResult:
    return sample.study(plan=ForecastPlan(horizon=24, test=240))


def said(result: ForecastResult) -> str:
    return " ".join(verdict(result)).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_baseline_that_wins_is_said_to(one: ForecastResult) -> None:
    text = said(one)
    mae = one.winner.metrics["mae"]
    assert text.startswith(
        f"Ridge on lags forecasts 'load' one step (1 hour) ahead and is off by {mae.value:.3f} on "
        f"average (MAE, 95 % interval {mae.low:.3f}–{mae.high:.3f}; R² 0.9"
    )
    assert "Measured on 200 points at the end of the series, which no fit had seen." in text
    assert "It is itself a baseline: no other model is better." in text
    assert "The moving average (MAE 0.891) does not beat the best baseline, ridge on lags" in text
    assert "straight line" not in text


def test_a_network_that_wins_is_measured_against_the_best_baseline(one: ForecastResult) -> None:
    text = said(sample.with_network(one, 0.5))
    assert text.startswith("LSTM forecasts 'load' one step")
    base = one.winner.metrics["mae"].value
    assert f"Its error is {100 * (1 - 0.5 / base):.0f} % below that of the best baseline" in text
    assert "Diebold–Mariano p = 0.001)." in text


def test_chance_is_said_to_be_able_to(one: ForecastResult) -> None:
    text = said(sample.with_network(one, 0.86, p=0.4))
    assert "Diebold–Mariano p = 0.40): chance alone could do that." in text


def test_two_points_and_a_ruler(one: ForecastResult) -> None:
    text = said(sample.with_network(one, 8.0))
    line = one["line"].metrics["mae"].value
    assert (
        f"A straight line through the last two points (MAE {line:.3f}) beats the LSTM (MAE 8.000)."
    ) in text
    assert "The LSTM (MAE 8.000) does not beat the best baseline, ridge on lags" in text


def test_the_line_as_best_baseline_says_it_once(one: ForecastResult) -> None:
    kept = tuple(r for r in one.models if r.model in ("line", "last-value", "moving-average"))
    rows = tuple(sorted(kept, key=lambda r: r.model != "line"))
    text = said(
        sample.with_network(
            replace(one, models=rows, best="line", best_baseline="line", comparisons=()), 8.0
        )
    )
    assert text.count("the LSTM (MAE 8.00)") == 1
    assert "beats the LSTM (MAE 8.00)." in text


def test_a_leaky_figure_stands_beside_its_cause_only(one: ForecastResult) -> None:
    text = said(sample.with_network(one, 0.5, leaky=True))
    assert text.startswith("Ridge on lags")
    assert text.count("LSTM") == 1
    assert (
        "The LSTM (MAE 0.500) is leaky (its forecasts were scaled by the lowest and highest of "
        "the tested points) and not to be relied on."
    ) in text
    assert "straight line through the last two points beats even that" in said(
        sample.with_network(one, 8.0, leaky=True)
    )


def test_many_steps_and_how_they_came_about(day: ForecastResult) -> None:
    text = said(day)
    assert "1 to 24 steps (1 hour to 1 day) ahead" in text
    assert "all 24 steps were forecast at once (direct) from each of 10 origins" in text
    fed = replace(
        day.winner,
        params={**day.winner.params, "strategy": "recursive"},
    )
    rows = tuple(fed if r.model == fed.model else r for r in day.models)
    assert "from its own forecasts before (recursive), from each" in said(replace(day, models=rows))


def test_a_panel_without_stamps() -> None:
    found = sample.study(sample.series(3, step=None), ForecastPlan(horizon=6, test=60, gap=2))
    text = said(found)
    assert "1 to 6 steps ahead after a gap of 2 steps and is off" in text
    assert "Measured on 162 points at the ends of 3 series" in text


def test_intervals_that_hold_too_little_are_said_to(one: ForecastResult) -> None:
    quality = one.winner.intervals
    assert quality is not None
    assert f"90 % prediction intervals held {100 * quality.coverage:.1f} % of these" in said(one)
    short = replace(one.winner, intervals=replace(quality, coverage=0.7))
    rows = tuple(short if r.model == short.model else r for r in one.models)
    text = said(replace(one, models=rows))
    assert "held 70.0 % of these points, fewer than promised" in text


def test_the_published_split_is_named() -> None:
    found = sample.study(
        sample.series(lengths=(6000,)), ForecastPlan("published"), models="moving-average"
    )
    assert "Measured on 24 points in the last 2 % of the series" in said(found)


def test_warnings_that_are_told_elsewhere_are_not_told_again(one: ForecastResult) -> None:
    assert "warning" not in said(one)
    more = replace(one, warnings=(*one.warnings, Finding("gaps-filled", "3 gaps.", "warning")))
    assert said(more).endswith("One warning changes how you should read this: gaps filled.")
