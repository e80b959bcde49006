"""A model's figures by subgroup: by sex, by band of age, by any column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import erfc, sqrt

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.bands import FEW, Banded, banded
from auscult.evaluate.calibration.error import sides
from auscult.evaluate.calibration.result import Subgroup
from auscult.evaluate.intervals import Units, estimate, observed, resample
from auscult.evaluate.metrics import Scorer, divide, of_confusion, per_class
from auscult.evaluate.paired_tests import holm
from auscult.evaluate.result import Predictions
from auscult.types import BoolArray, Estimate, Finding, FloatArray, IntArray

ALPHA = 0.05
_SHARES = ("accuracy", "balanced_accuracy", "roc_auc", "sensitivity", "specificity")
_WORSE = {
    "accuracy": "accuracy",
    "roc_auc": "AUC",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "balanced_accuracy": "balanced accuracy",
}
_LEAST_OF_CLASS = 10


def subgroups(
    dataset: Dataset, by: Sequence[str], predictions: Predictions, *, seed: int = 0
) -> tuple[Subgroup, ...]:
    """Figures of each subgroup, with intervals, and how far they are from all other cases'.

    Intervals are bootstraps over the cases (or groups) of the subgroup, those of a difference of
    it and of all others, drawn independently. Its p-value takes the difference for normal, with
    the resamples' standard deviation, and is corrected over all subgroups and figures (Holm
    1979): with forty of them one in forty stands out by chance.

    Parameters
    ----------
    dataset
        A table.
    by
        Names of columns.
    predictions
        Of test cases.
    seed
        Of the resamples.

    Raises
    ------
    InputError
        The data is no table, or has no such column.
    """
    found = [
        part
        for column in by
        for part in _column(dataset, banded(dataset, column), predictions, seed)
    ]
    raw = [(i, name, p) for i, part in enumerate(found) for name, p in part.p_adjusted.items()]
    adjusted: list[dict[str, float]] = [{} for _ in found]
    for (i, name, _), p in zip(raw, holm([p for _, _, p in raw]), strict=True):
        adjusted[i][name] = p
    return tuple(replace(part, p_adjusted=p) for part, p in zip(found, adjusted, strict=True))


def subgroup_findings(found: Sequence[Subgroup]) -> Iterator[Finding]:
    """Subgroups too small to say anything of, and those for whom a figure is clearly worse."""
    for column in dict.fromkeys(part.column for part in found):
        small = [p for p in found if p.column == column and p.n_cases < FEW]
        if small:
            listed = ", ".join(f"'{p.name}' ({p.n_cases})" for p in small)
            yield Finding(
                "small-subgroup",
                f"Subgroups of '{column}' with fewer than {FEW} tested cases say little: {listed}.",
                severity="note",
            )
    for part in found:
        for name, p in part.p_adjusted.items():
            if p < ALPHA and name in _WORSE and part.difference[name].value < 0:
                yield _worse(part, name, p)


def _worse(part: Subgroup, name: str, p: float) -> Finding:
    here, gap = part.metrics[name], part.difference[name]
    return Finding(
        "worse-subgroup",
        f"Where '{part.column}' is {part.name} ({part.n_cases} cases) the best model's "
        f"{_WORSE[name]} is {here.value:.3f}, {-gap.value:.3f} below that of all other cases (95 % "
        f"interval {-gap.high:.3f} to {-gap.low:.3f}, adjusted p "
        f"{'< 0.001' if p < 0.001 else f'= {p:.3f}'}).",
        mend="more cases of this subgroup; until then say so where the model is used",
    )


def _column(
    dataset: Dataset, bands: Banded, predictions: Predictions, seed: int
) -> Iterator[Subgroup]:
    code = bands.code[predictions.case]
    for k, name in enumerate(bands.names):
        inside = code == k
        if inside.any():
            yield _subgroup(dataset, bands.column, name, predictions, inside, seed)


def _subgroup(
    dataset: Dataset,
    column: str,
    name: str,
    predictions: Predictions,
    inside: BoolArray,
    seed: int,
) -> Subgroup:
    here = _part(_rows(predictions, inside), dataset.groups, seed)
    rest = None if inside.all() else _part(_rows(predictions, ~inside), dataset.groups, seed + 1)
    difference, p_values = _differences(here, rest) if rest else ({}, {})
    cases = np.unique(predictions.case[inside])
    counts = np.bincount(dataset.y[cases], minlength=len(dataset.classes))
    return Subgroup(
        column,
        name,
        len(cases),
        tuple(counts.tolist()),
        {m: estimate(v, here.drawn[m], here.units, here.basis(m)) for m, v in here.values.items()},
        difference,
        p_values,
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """Figures of a part of the cases and of its resamples."""

    values: Mapping[str, float]
    drawn: Mapping[str, FloatArray]
    units: int
    with_class: IntArray

    def basis(self, metric: str) -> int | None:
        """How many cases or groups a share is a share of."""
        if metric not in _SHARES:
            return None
        if metric == "accuracy":
            return self.units
        if metric == "sensitivity":
            return int(self.with_class[1])
        return int(self.with_class[0] if metric == "specificity" else self.with_class.min())

    def says(self, metric: str) -> bool:
        """Whether there are cases enough for a figure that others are measured by."""
        if metric in ("accuracy", "in_the_large"):
            return self.units >= FEW
        return (self.basis(metric) or 0) >= _LEAST_OF_CLASS


def _part(predictions: Predictions, groups: IntArray | None, seed: int) -> _Part:
    units = Units.of(predictions, groups)
    values = observed(predictions, _figures)
    drawn = resample(predictions, _figures, groups=groups, seed=seed)
    held = units.with_class(predictions.true, predictions.probability.shape[1])
    return _Part({m: float(v) for m, v in values.items()}, drawn, units.count, held)


def _differences(here: _Part, rest: _Part) -> tuple[dict[str, Estimate], dict[str, float]]:
    units = min(here.units, rest.units)
    found, p_values = {}, {}
    for metric, value in here.values.items():
        drawn = here.drawn[metric] - rest.drawn[metric]
        found[metric] = estimate(value - rest.values[metric], drawn, units)
        spread = float(np.nanstd(drawn)) if np.isfinite(drawn).any() else 0.0
        if here.says(metric) and rest.says(metric) and spread > 0:
            p_values[metric] = erfc(abs(found[metric].value) / spread / sqrt(2))
    return found, p_values


def _figures(scorer: Scorer, weights: FloatArray) -> Mapping[str, FloatArray]:
    matrix = scorer.confusion(weights)
    p, hit = sides(scorer)
    large = divide((p - hit) @ weights, weights.sum(axis=0))
    found = {"accuracy": of_confusion(matrix)["accuracy"]}
    found |= scorer.scores(weights, ("roc_auc",))
    if scorer.n_classes == 2:
        by_class = per_class(matrix)
        found |= {name: by_class[name][:, 1] for name in ("sensitivity", "specificity")}
    else:
        found["balanced_accuracy"] = of_confusion(matrix)["balanced_accuracy"]
    return {**found, "in_the_large": large}


def _rows(predictions: Predictions, rows: BoolArray) -> Predictions:
    return Predictions(*(getattr(predictions, f.name)[rows] for f in fields(Predictions)))
