"""Who is who in a result: the baselines, the comparison that counts, the models to draw."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from auscult.evaluate.result import Comparison, ModelResult, Result
from auscult.report import words
from auscult.types import Estimate, History


class Row(Protocol):
    """What rows of every leaderboard have, of classification and of forecasts."""

    @property
    def model(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def metrics(self) -> Mapping[str, Estimate]: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def fit_seconds(self) -> float: ...
    @property
    def predict_seconds(self) -> float: ...
    @property
    def n_parameters(self) -> int | None: ...
    @property
    def baseline(self) -> bool: ...
    @property
    def histories(self) -> tuple[History, ...]: ...


class Rows(Protocol):
    """A study's rows, best first by its headline."""

    @property
    def models(self) -> Sequence[Row]: ...
    @property
    def headline(self) -> str: ...
    @property
    def comparisons(self) -> Sequence[Comparison]: ...


UNKNOWN = Estimate(math.nan, math.nan, math.nan)
ALPHA = 0.05


def headline(result: Rows, row: Row) -> Estimate:
    """The row's figure in the study's headline metric; NaN where it has none."""
    return row.metrics.get(result.headline, UNKNOWN)


def headline_text(result: Result, row: ModelResult) -> str:
    """``84 %`` for a share of cases, ``AUC 0.910`` and the like for others."""
    value = headline(result, row).value
    if result.headline in {"accuracy", "balanced_accuracy"} and math.isfinite(value):
        return words.percent(value, 1 if value > 0.985 else 0)
    return f"{words.metric_label(result.headline)} {words.number(value)}"


def label(row: Row) -> str:
    """What the row is called where its name stands alone."""
    return words.upper_first(row.label)


def is_majority(row: ModelResult) -> bool:
    """Whether the row is the baseline that always answers the largest class."""
    return row.baseline and row.model.startswith("majority")


def majority(result: Result) -> ModelResult | None:
    """The majority baseline, if the study has it."""
    return next((row for row in result.models if is_majority(row)), None)


def linear_baseline(result: Result) -> ModelResult | None:
    """The linear baseline, if the study has it; the best one where there are several."""
    return next((r for r in result.models if r.baseline and not is_majority(r)), None)


def leak(result: Result, row: ModelResult) -> str | None:
    """Why the row's figure leaks, from the model or from the plan; None if it does not."""
    return row.leaky or result.plan.leaky


def comparison(result: Rows, a: str, b: str, metric: str | None = None) -> Comparison | None:
    """The comparison of ``a`` with ``b`` turned so that ``a`` comes first.

    It is of the headline where no other ``metric`` is named.
    """
    for found in result.comparisons:
        if found.metric != (metric or result.headline):
            continue
        if (found.a, found.b) == (a, b):
            return found
        if (found.a, found.b) == (b, a):
            d = found.difference
            turned = Estimate(-d.value, -d.high, -d.low)
            return Comparison(a, b, found.metric, turned, found.p_value, found.p_adjusted)
    return None


def adjusted(found: Comparison) -> float:
    """The p-value to judge by: Holm's where it is known."""
    return found.p_adjusted if math.isfinite(found.p_adjusted) else found.p_value


def gain(found: Comparison) -> float:
    """By how much ``a`` is better than ``b``; negative where it is worse."""
    value = found.difference.value
    return -value if words.lower_is_better(found.metric) else value


def beats(found: Comparison | None) -> bool:
    """Whether ``a`` is better than ``b`` in a paired test at 5 %."""
    return found is not None and gain(found) > 0 and adjusted(found) < ALPHA


def metric_names(result: Rows) -> list[str]:
    """All metrics of the study, the headline first, then as the models list them."""
    names = [result.headline]
    for row in result.models:
        names += [m for m in row.metrics if m not in names]
    return names


def metric_places(values: Sequence[float], metric: str) -> int:
    """Decimals for a column of this metric: three for shares, about four digits otherwise."""
    known = [abs(v) for v in values if math.isfinite(v)]
    if words.is_share(metric) or not known or max(known) < 10:
        return 3
    return 1 if max(known) < 1000 else 0


def trained(result: Result) -> list[ModelResult]:
    """The rows with learning curves, best first."""
    return [r for r in result.models if any(h.curves for h in r.histories)]


def distinct_labels(result: Rows) -> dict[str, str]:
    """A label for each model; models that share one get their name beside it."""
    labels = [label(row) for row in result.models]
    return {
        row.model: name if labels.count(name) == 1 else f"{name} ({row.model})"
        for row, name in zip(result.models, labels, strict=True)
    }
