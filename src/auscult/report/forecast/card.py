"""The model card of a forecast study."""

from __future__ import annotations

from auscult.evaluate.forecast.result import ForecastResult
from auscult.report import words
from auscult.report.card.model_card import YOURS as YOURS_OF_CASES
from auscult.report.card.model_card import ModelCard, limits
from auscult.report.card.tripod import items
from auscult.report.forecast import reading as forecasts
from auscult.report.forecast.time import ahead
from auscult.report.forecast.verdict import verdict
from auscult.report.reading import label, metric_names

INTENDED = "Research and teaching. Where a forecast decides about a person, test it there first."
YOURS = YOURS_OF_CASES | {
    1: "what the forecasts are for",
    3: "all of it: the use, and the forecasts that exist",
    5: "how the values were measured, and what changed while they were",
    6: "whose values these are, and under which conditions",
    8: "how and when the values were measured",
    9: "which covariates are truly known when the forecast is made",
    13: "what is done about values that are rare",
    14: "for whom errors matter most",
    16: "how the time of use differs from these data",
}


def forecast_card(result: ForecastResult) -> ModelCard | None:
    """The card of a forecast study; None where no model gave a figure."""
    if not result.models:
        return None
    return ModelCard(_facts(result), items(_answers(result), YOURS))


def _facts(result: ForecastResult) -> tuple[tuple[str, str], ...]:
    return (
        ("model", f"{label(result.winner)}, the best of {len(result.models)} by these figures"),
        ("intended use", INTENDED),
        ("data", _data(result)),
        ("plan", _plan(result)),
        ("figures", _figures(result)),
        ("limits", limits(result.warnings)),
    )


def _data(result: ForecastResult) -> str:
    d = result.data
    series = words.plural(d.n_series, "series", "series")
    return f"'{d.name}', {series}, {words.plural(d.n_points, 'point')} of '{d.target}'"


def _plan(result: ForecastResult) -> str:
    plan = result.plan
    origins = words.plural(plan.n_origins, "origin")
    return f"forecasts of {ahead(result)} from {origins}, points that no fit has seen"


def _figures(result: ForecastResult) -> str:
    row = result.winner
    leaky = ", leaky" if forecasts.leak(row) else ""
    return "; ".join(
        f"{words.metric_label(name)} {words.figure(row.metrics[name])}{leaky}"
        for name in metric_names(result)
        if name in row.metrics
    )


def _answers(result: ForecastResult) -> dict[int, str]:
    d, plan = result.data, result.plan
    held = result.winner.intervals
    output = "A value a step"
    if held is not None:
        output += f", with an interval that promises {words.percent(held.level)} and held "
        output += words.percent(held.coverage, 1)
    return {
        1: f"Forecasts of '{d.target}' in '{d.name}', developed and tested on later points.",
        2: verdict(result)[0],
        4: f"To compare {words.plural(len(result.models), 'model')} on the same origins, "
        "baselines among them.",
        5: f"'{d.name}'; terms: {d.terms or 'not stated'}; sha256 {d.sha256 or 'not known'}.",
        7: "Scales and choices of lags are fitted on the past of each fit.",
        8: f"'{d.target}', {ahead(result)}.",
        9: f"Past values{f' and {words.listed(d.covariates)}' if d.covariates else ''}.",
        10: f"{words.plural(d.n_points, 'point')}, {words.count(plan.n_training)} of them before "
        f"the first origin, {words.count(plan.n_tested)} forecasts scored.",
        11: "No gap was left: gaps are refused, or filled as the command says.",
        12: f"{words.upper_first(_plan(result))}. Models, settings, metrics and tests stand above.",
        15: f"{output}.",
        16: "Judged on later points of the same series.",
        18: "Command, versions, seed and hash are above; auscult is open (Apache-2.0).",
        20: f"{_data(result)}.",
        21: f"{words.plural(plan.folds, 'fit')} of each model.",
        22: f"{label(result.winner)}; its settings stand with the leaderboard. auscult predict "
        "fits it on all points.",
        23: "Under figures, above, with 95 % intervals; every model's in the leaderboard.",
        24: "The models were not changed after their test."
        if plan.refit is None
        else f"Fitted anew every {words.plural(plan.refit, 'origin')}.",
        25: "The verdict at the head of the report.",
        26: "Under limits, above.",
        27: "Nothing was tested in use.",
    }
