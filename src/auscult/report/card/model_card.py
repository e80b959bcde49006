"""The model card: what a study says of its best model, and what it leaves to a person."""

from __future__ import annotations

from dataclasses import dataclass

from auscult.evaluate.result import ModelResult, PlanSummary, Result
from auscult.report import reading, words
from auscult.report.card.tripod import Item, items
from auscult.report.plan_names import TESTED
from auscult.report.verdict import verdict
from auscult.types import Finding

INTENDED = "Research and teaching. Not for the diagnosis or treatment of a person."
LIMITS = (
    "Intervals tell how far chance in the choice of cases carries, on a single test part of the "
    "tested ones only. They do not cover other places and times, wrong labels, or that the best of "
    "several models was picked by these figures."
)
YOURS = {
    1: "the population that the model is meant for",
    2: "setting and dates",
    3: "all of it: the use in care, existing models, known inequalities",
    5: "where and when the data were collected, and whether they stand for the population",
    6: "all of it: centres, who was eligible, treatments received",
    7: "cleaning that was done before the file was made",
    8: "how, when and by whom it was assessed, and whether they knew the predictors",
    9: "how and when they were measured, and whether all are known when the model is to be used",
    10: "how this number came about, and why it is enough",
    14: "which groups matter here; figures by group come with --by COLUMN",
    15: "the decision it serves, and its threshold",
    16: "how the place of use differs from where these data come from",
    17: "all of it: who approved the study, and consent",
    18: "funding, conflicts of interest, protocol, registration, where the data can be had",
    19: "all of it",
    20: "how participants came into the data and left it, their characteristics",
    22: "where others get the model",
    25: "what it means for care, and for fairness, beside other studies",
    26: "limits of how the data came about",
    27: "what happens with poor inputs, who uses it with which training, what comes next",
}


@dataclass(frozen=True)
class ModelCard:
    """What the page shows: facts in order, and the items of TRIPOD+AI."""

    facts: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]

    @property
    def summary(self) -> str:
        """How many items the study answers, and how many wait for a person."""
        states = [item.state for item in self.items]
        return (
            f"Of TRIPOD+AI's {len(states)} items the study answers {states.count('answered')} and, "
            f"in part, {states.count('in part')}; {states.count('yours')} are yours to fill in."
        )


def model_card(result: Result) -> ModelCard | None:
    """The card of a study; None where no model gave a figure."""
    if not result.models:
        return None
    return ModelCard(_facts(result), items(_answers(result), _yours(result)))


def _facts(result: Result) -> tuple[tuple[str, str], ...]:
    row, d = result.winner, result.data
    facts = [
        ("model", f"{reading.label(row)}, the best of {len(result.models)} by these figures"),
        ("intended use", INTENDED),
        ("data", f"{_cases(result)}; classes of '{d.target}': {_classes(result)}"),
        ("plan", plan_text(result.plan)),
        ("figures", _figures(result, row)),
        ("subgroups", _subgroups(result)),
        ("limits", limits(result.warnings)),
    ]
    return tuple((name, text) for name, text in facts if text)


def _cases(result: Result) -> str:
    d = result.data
    held = "columns" if d.kind == "table" else f"{d.n_channels} × {d.n_timepoints} points"
    size = f"{d.n_features} {held}" if d.kind == "table" else held
    return f"'{d.name}', {words.plural(d.n_cases, 'case')} of {size}"


def _classes(result: Result) -> str:
    d = result.data
    pairs = zip(d.classes, d.class_counts, strict=False)
    return words.listed(f"{name} ({words.count(n)})" for name, n in pairs) or "not known"


def plan_text(plan: PlanSummary) -> str:
    """The plan in a line."""
    if plan.kind in TESTED:
        said = f"tested once on the cases of {TESTED[plan.kind]}"
    else:
        said = f"{plan.folds}-fold cross-validation, {words.plural(plan.repeats, 'repeat')}"
    said += f", whole groups of '{plan.group}'" if plan.group else ""
    return f"{said}; leaky: {words.bare(plan.leaky)}" if plan.leaky else said


def _figures(result: Result, row: ModelResult) -> str:
    leaky = ", leaky" if reading.leak(result, row) else ""
    told = [
        f"{words.metric_label(name)} {words.figure(row.metrics[name])}{leaky}"
        for name in reading.metric_names(result)
        if name in row.metrics
    ]
    return "; ".join(told)


def _subgroups(result: Result) -> str:
    told = []
    for group in result.subgroups:
        figure = group.metrics.get("accuracy", group.metrics.get("balanced_accuracy"))
        if figure is not None:
            size = words.plural(group.n_cases, "case")
            told.append(f"{group.column} {group.name} ({size}): accuracy {words.figure(figure)}")
    return "; ".join(told)


def limits(warnings: tuple[Finding, ...]) -> str:
    """What figures cannot tell, and the warnings that change how they are read."""
    told = [found.message for found in warnings if found.severity == "warning"]
    return " ".join([*(f"{words.bare(message)}." for message in told), LIMITS])


def _yours(result: Result) -> dict[int, str]:
    """What a study cannot know; figures by group are there where they were asked."""
    return {n: text for n, text in YOURS.items() if n != 14 or not result.subgroups}


def _answers(result: Result) -> dict[int, str]:
    d, row = result.data, result.winner
    return {
        1: f"Models that predict '{d.target}' in '{d.name}', developed and tested on cases held "
        "back.",
        2: verdict(result)[0],
        4: f"To compare {words.plural(len(result.models), 'model')} on the same splits, baselines "
        "among them.",
        5: f"'{d.name}'; terms: {d.terms or 'not stated'}; sha256 {d.sha256 or 'not known'}.",
        7: "Categories and scales are learned from the training cases of each fit. "
        f"{words.plural(len(result.warnings), 'finding')} of the audit stand above.",
        8: f"'{d.target}': {_classes(result)}.",
        9: _predictors(result),
        10: f"{words.plural(d.n_cases, 'case')}, {words.count(min(d.class_counts, default=0))} of "
        "the smallest class.",
        11: _missing(result),
        12: f"{words.upper_first(plan_text(result.plan))}. Models, settings, metrics and tests "
        "stand above.",
        13: f"Classes: {_classes(result)}. Weights and drawing of cases are settings of each "
        "model; balanced accuracy stands beside accuracy.",
        14: f"Figures by subgroup: {_subgroups(result)}." if result.subgroups else "",
        15: "A probability a class; the class is that of the highest probability.",
        16: _held_back(result),
        18: "Command, versions, seed and hash are above; auscult is open (Apache-2.0).",
        20: f"{words.plural(d.n_cases, 'case')}, {words.count(d.n_duplicates)} of them duplicates; "
        f"{_classes(result)}.",
        21: _fits(result),
        22: f"{reading.label(row)}; its settings stand with the leaderboard. auscult predict "
        "trains it on all cases.",
        23: "Under figures, above, with 95 % intervals; every model's in the leaderboard.",
        24: "The models were not changed after their test.",
        25: "The verdict at the head of the report.",
        26: "Under limits, above.",
        27: "Nothing was tested in use: a prospective test at the place of use comes first.",
    }


def _predictors(result: Result) -> str:
    d = result.data
    if d.kind != "table":
        return f"Signals of {d.n_channels} × {d.n_timepoints} points, all of them used."
    return f"{words.plural(d.n_features, 'column')}, listed under The data; none was selected."


def _missing(result: Result) -> str:
    missing = result.data.n_missing
    if not missing:
        return "No value is missing."
    return f"{words.plural(missing, 'value')}; filled by what the training cases of each fit say."


def _held_back(result: Result) -> str:
    given = result.plan.kind in TESTED
    return (
        f"Judged on the cases of {TESTED[result.plan.kind]}."
        if given
        else "Judged on cases of the same data: no other place or time was tested."
    )


def _fits(result: Result) -> str:
    splits = result.plan.splits
    if not splits:
        return "Cases of each fit are not recorded."
    low, high = (end(split["train"] for split in splits) for end in (min, max))
    span = words.count(low) if low == high else f"{words.count(low)} to {words.count(high)}"
    return f"{words.plural(len(splits), 'fit')} of each model, {span} training cases each."
