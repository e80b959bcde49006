"""The verdict: two to four sentences that a clinician understands."""

from __future__ import annotations

import math
from collections.abc import Sequence

from auscult.evaluate.result import Comparison, ModelResult, Result
from auscult.report import reading, words
from auscult.report.chosen import chosen_row, optimism_told
from auscult.report.plan_names import TESTED
from auscult.types import Estimate, Finding


def verdict(result: Result) -> list[str]:
    """What a study found, in plain sentences.

    Parameters
    ----------
    result
        A finished study.

    Returns
    -------
    list of str
        Two to four sentences: the best figure with its interval; whether anything beats the
        linear baseline; what the figure means; which warnings change how to read it.
    """
    if not result.models:
        return ["No model gave a figure.", _failures(result)]
    parts = [
        _best(result),
        _against_baseline(result),
        _meaning(result),
        warnings_told(result.warnings),
    ]
    return [p for p in parts if p]


def _failures(result: Result) -> str:
    if not result.failed:
        return "Nothing was left to compare."
    reasons = "; ".join(f"{name}: {words.bare(why)}" for name, why in result.failed.items())
    models = words.plural(len(result.failed), "model")
    return f"{models} failed or could not take the data ({reasons})."


def _best(result: Result) -> str:
    """The first sentence: what is best, and how good."""
    row, learned = result.winner, _learned(result)
    said = _figure_sentence(result, row)
    cause = reading.leak(result, row)
    if cause:
        return f"This figure is leaky and not to be relied on: {said} ({_cause(cause)})."
    if learned:
        return f"{said}."
    doubt = "Nothing is shown to be learned" if _above_chance(result) else "Nothing was learned"
    return f"{doubt}: {words.lower_first(said)}."


def _above_chance(result: Result) -> bool:
    """Whether the best figure is better than the majority's, if perhaps by chance."""
    best, dumb = result.winner, reading.majority(result)
    return dumb is not None and dumb.model != best.model and not _same(result, best, dumb)


def _cause(cause: str) -> str:
    return words.lower_first(words.bare(cause))


def _figure_sentence(result: Result, row: ModelResult) -> str:
    estimate = reading.headline(result, row)
    name = _answer(result, row)
    if not math.isfinite(estimate.value):
        return f"{name} has no {words.metric_label(result.headline)}: it is not defined here"
    if result.headline not in {"accuracy", "balanced_accuracy", "roc_auc"}:
        label = words.metric_label(result.headline)
        ends = words.interval(estimate).strip("()")
        shown = f"95\u00a0% interval {ends}" if ends else "no interval can be given"
        return f"{name} reaches {label} {words.number(estimate.value)} on new cases ({shown})"
    places = words.percent_places(estimate)
    share, ends = words.percent(estimate.value, places), words.percent_range(estimate, places)
    return _share_sentence(result.headline, name, share, ends)


def _share_sentence(metric: str, name: str, share: str, ends: str) -> str:
    if metric == "roc_auc":
        return (
            f"{name} puts two new cases of different classes in the right order "
            f"{share} of the time ({ends})"
        )
    every = ", every class counting the same" if metric == "balanced_accuracy" else ""
    return f"{name} gives the right class for {share} of new cases like these{every} ({ends})"


def _answer(result: Result, row: ModelResult) -> str:
    """The row as a sentence's subject."""
    return (
        f"Always answering {_largest(result)}" if reading.is_majority(row) else reading.label(row)
    )


def _largest(result: Result) -> str:
    counts = result.data.class_counts
    if not counts:
        return "the largest class"
    return f"'{result.data.classes[counts.index(max(counts))]}'"


def _learned(result: Result) -> bool:
    """Whether the best model beats always answering the largest class."""
    dumb, best = reading.majority(result), result.winner
    if dumb is None:
        return True
    if dumb.model == best.model:
        return False
    found = reading.comparison(result, best.model, dumb.model)
    if found is not None and math.isfinite(reading.adjusted(found)):
        return reading.beats(found)
    chance = reading.headline(result, dumb).value
    return not (_same(result, best, dumb) or _covers(reading.headline(result, best), chance))


def _covers(estimate: Estimate, value: float) -> bool:
    return words.has_interval(estimate) and estimate.low <= value <= estimate.high


def _against_baseline(result: Result) -> str:
    """The second sentence: is it better than the simplest thing that could work?"""
    best, linear = result.winner, reading.linear_baseline(result)
    if not _learned(result):
        return _nothing_better(result)
    if linear is None:
        return "The study has no linear baseline, so nothing says what a simple model would reach."
    if linear.model == best.model:
        return _best_is_baseline(result, best)
    found = reading.comparison(result, best.model, linear.model)
    return _versus(result, linear, found)


def _nothing_better(result: Result) -> str:
    best, dumb = result.winner, reading.majority(result)
    if dumb is None or best.model == dumb.model:
        rivals = [r for r in result.models if r.model != best.model and not r.nested]
        return f"No model is better{_closest(result, best, rivals)}."
    found = reading.comparison(result, best.model, dumb.model)
    shown = f"{reading.headline_text(result, dumb)}{_p(found)}"
    chance = ": chance alone could make this difference" if _above_chance(result) else ""
    return f"That is not better than always answering {_largest(result)} ({shown}){chance}."


def _best_is_baseline(result: Result, best: ModelResult) -> str:
    rivals = [r for r in result.models if not r.baseline and not r.nested]
    if not rivals:
        return "It is the linear baseline, and no other model was tried."
    equal = [words.lower_first(r.label) for r in rivals if _same(result, r, best)]
    if equal:
        reach = "reaches" if len(equal) == 1 else "reach"
        return f"It is the linear baseline; {words.listed(equal)} only {reach} the same figure."
    closest = _closest(result, best, rivals)
    if all(reading.beats(reading.comparison(result, best.model, r.model)) for r in rivals):
        others = "the other model" if len(rivals) == 1 else "every other model"
        return f"It is the linear baseline, and better than {others}{closest}."
    return f"It is the linear baseline: no other model is better{closest}."


def _closest(result: Result, best: ModelResult, rivals: list[ModelResult]) -> str:
    if not rivals:
        return ""
    near = rivals[0]
    found = reading.comparison(result, best.model, near.model)
    leaky = ", leaky" if reading.leak(result, near) else ""
    shown = (
        f"{words.lower_first(near.label)}, {reading.headline_text(result, near)}{leaky}{_p(found)}"
    )
    return f" (closest: {shown})"


def _same(result: Result, a: ModelResult, b: ModelResult) -> bool:
    return reading.headline(result, a).value == reading.headline(result, b).value


def _p(found: Comparison | None) -> str:
    if found is None or not math.isfinite(reading.adjusted(found)):
        return ""
    return f", {words.p_value(reading.adjusted(found))} paired"


def _versus(result: Result, linear: ModelResult, found: Comparison | None) -> str:
    name = f"the linear baseline, {words.lower_first(linear.label)}"
    shown = reading.headline_text(result, linear)
    if found is None or not math.isfinite(reading.adjusted(found)):
        return f"It is not known to be better than {name} ({shown}): no paired test could be made."
    if reading.beats(found):
        return f"It is better than {name} ({shown}{_p(found)})."
    if _same(result, result.winner, linear):
        return f"It is not better than {name}, which reaches the same figure."
    difference = "chance alone could make this difference"
    return f"It is not better than {name} ({shown}{_p(found)}): {difference}."


def _meaning(result: Result) -> str:
    """The third sentence: where the figure comes from and what the interval covers."""
    folded = result.plan.kind not in TESTED
    told = "; the interval reflects which cases were drawn" + ", to train and to test" * folded
    drawn = told if _any_interval(result) else ""
    said = f"{_source(result)}{drawn}{_picked(result)}."
    return f"{said} {optimism_told(result)}".rstrip()


def _picked(result: Result) -> str:
    tried = sum(not reading.is_majority(row) and not row.nested for row in result.models)
    if tried < 2 or reading.is_majority(result.winner):
        return ""
    said = f"; the best of {tried} was picked on these same figures"
    return said if chosen_row(result) else f"{said}, so expect slightly less"


def _any_interval(result: Result) -> bool:
    return words.has_interval(reading.headline(result, result.winner))


def _source(result: Result) -> str:
    plan = result.plan
    if plan.kind in TESTED:
        tested = sum(int(s["test"]) for s in plan.splits[:1])
        cases = f" ({words.plural(tested, 'case')})" if tested else ""
        return f"The figure comes from {TESTED[plan.kind]}{cases}, which no fit has seen"
    again = "" if plan.repeats == 1 else f", {_times(plan.repeats)}"
    folds = f"{plan.folds}-fold cross-validation{again}"
    if plan.group:
        return (
            f"The figure comes from {folds}, each '{plan.group}' judged by fits that never saw it"
        )
    return f"The figure comes from {folds}, each case judged by fits that never saw it"


def _times(n: int) -> str:
    return "done twice" if n == 2 else f"done {n} times"


def warnings_told(findings: Sequence[Finding]) -> str:
    """The sentence that names the warnings among findings; empty where there are none."""
    codes = [w.code.replace("-", " ") for w in findings if w.severity == "warning"]
    if not codes:
        return ""
    different = list(dict.fromkeys(codes))
    shown = different if len(different) <= 4 else [*different[:3], f"{len(different) - 3} more"]
    change = "warning changes" if len(codes) == 1 else "warnings change"
    return (
        f"{words.number_word(len(codes))} {change} how you should read this: {words.listed(shown)}."
    )
