"""Do the 95 % intervals of cross-validation hold the true score of the procedure?

Small studies are drawn from populations whose truth is known, or from the beats of the MIT-BIH
recordings, patient by patient. The truth is the expected score of models trained on as many cases
as the study has: the mean, over all draws, of the score on cases beyond the study. Counted is how
often an interval holds it. Run as ``python benchmarks/intervals.py [--draws 200] [--beats]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from auscult.data.splits import grouped_kfold, stratified_kfold
from auscult.evaluate.delong import area_interval
from auscult.evaluate.intervals import estimate_all, resample
from auscult.evaluate.metrics import score
from auscult.evaluate.nested.fold_figures import fold_figures
from auscult.evaluate.nested.intervals import corrected_t_interval, nested_cv_interval
from auscult.evaluate.result import Predictions
from auscult.types import Estimate, FloatArray, IntArray
from populations import Population, Study, models, populations
from table import table

SIZES = (100, 300, 1000)
METRICS = ("accuracy", "roc_auc")
FOLDS, REPEATS, RESAMPLES = 5, 2, 300
KINDS = ("folds, plain", "bootstrap", "DeLong", "corrected t", "nested CV", "default")
_Z = 1.959963984540054


@dataclass
class Seen:
    """What the draws of one population, size and model came to, for one metric."""

    true: list[float] = field(default_factory=list)
    found: dict[str, list[Estimate]] = field(default_factory=dict)

    def add(self, kind: str, estimate: Estimate) -> None:
        self.found.setdefault(kind, []).append(estimate)

    def coverage(self, kind: str) -> float:
        truth = float(np.mean(self.true))
        return float(np.mean([e.low <= truth <= e.high for e in self.found[kind]]))

    def width(self, kind: str) -> float:
        """Against that of an interval as wide as the figures spread: 1 is as wide as needed."""
        spread = 2 * _Z * float(np.std([e.value for e in self.found[kind]]))
        return float(np.nanmean([e.high - e.low for e in self.found[kind]])) / spread


def measure(study: Study, model: Any, rng: np.random.Generator, seen: dict[str, Seen]) -> None:
    """One study: its truth, and every kind of interval."""
    X, y = study.X, study.y
    rest, classes = study.rest
    probability = model.fit(X, y).predict_proba(rest)
    outer, inside = cross_validated(study, model, rng)
    every = estimate_all(outer, groups=study.groups, n_resamples=RESAMPLES, metrics=METRICS)
    bare = resample(
        outer,
        lambda scorer, weights: scorer.scores(weights, METRICS),
        groups=study.groups,
        n_resamples=RESAMPLES,
    )
    for metric in METRICS:
        row = seen.setdefault(metric, Seen())
        row.true.append(float(score(metric, classes, probability)[0]))
        values = np.array([figure.value for figure in fold_figures(outer, metric)])
        half = _Z * float(values.std(ddof=1)) / np.sqrt(len(values))
        mean = float(values.mean())
        row.add("folds, plain", Estimate(mean, mean - half, mean + half))
        low, high = np.nanpercentile(bare[metric], [2.5, 97.5])
        row.add("bootstrap", Estimate(every[metric].value, float(low), float(high)))
        row.add("corrected t", corrected_t_interval(outer, metric))
        row.add("nested CV", nested_cv_interval(outer, inside, metric, groups=study.groups))
        row.add("default", every[metric])
    first = outer.repeat == 0
    seen["roc_auc"].add(
        "DeLong", area_interval(outer.true[first] == 1, outer.probability[first, 1])
    )


def cross_validated(
    study: Study, model: Any, rng: np.random.Generator
) -> tuple[Predictions, list[Predictions]]:
    """Predictions of every case in every repeat, and, fit by fit, those of its inner folds."""
    outer, inside = [], []
    for repeat in range(REPEATS):
        fold_of = _folds(study, rng)
        tests = [np.flatnonzero(fold_of == fold) for fold in range(FOLDS)]
        by_fit: list[list[Predictions]] = [[] for _ in range(FOLDS)]
        for fold, test in enumerate(tests):
            outer.append(_predicted(study, model, fold_of != fold, test, repeat, fold))
        for k, j in combinations(range(FOLDS), 2):
            train = (fold_of != k) & (fold_of != j)
            by_fit[k].append(_predicted(study, model, train, tests[j], 0, j))
            by_fit[j].append(_predicted(study, model, train, tests[k], 0, k))
        inside += [_joined(parts) for parts in by_fit]
    return _joined(outer), inside


def _folds(study: Study, rng: np.random.Generator) -> IntArray:
    if study.groups is None:
        return stratified_kfold(study.y, FOLDS, rng)
    return grouped_kfold(study.y, study.groups, FOLDS, rng)


def _predicted(
    study: Study, model: Any, train: FloatArray, test: IntArray, repeat: int, fold: int
) -> Predictions:
    y = study.y[train]
    probability = np.zeros((len(test), 2))
    probability[:, np.unique(y)] = (
        model.fit(study.X[train], y).predict_proba(study.X[test]) if len(np.unique(y)) > 1 else 1.0
    )
    places = np.full(len(test), repeat), np.full(len(test), fold)
    return Predictions(test, *places, study.y[test], probability)


def _joined(parts: list[Predictions]) -> Predictions:
    names = ("case", "repeat", "fold", "true", "probability")
    return Predictions(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def rows_of(name: str, seen: dict[str, Seen]) -> Iterator[list[str]]:
    for metric, row in seen.items():
        figures = [e.value for e in row.found["default"]]
        cells = [
            f"{100 * row.coverage(kind):.1f} ({row.width(kind):.2f})" if kind in row.found else "–"
            for kind in KINDS
        ]
        yield [name, metric, f"{np.mean(row.true):.3f}", f"{np.mean(figures):.3f}", *cells]


def study_of(population: Population, n: int, rng: np.random.Generator) -> Study:
    """One in which every fold has both classes to learn."""
    while True:
        study = population.draw(n, rng)
        if np.bincount(study.y, minlength=2).min() >= 2 * FOLDS:
            return study


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--beats", action="store_true", help="beats by patient, too (mitdb)")
    parser.add_argument("--only", type=int, help="the number of one population, from 0")
    asked = parser.parse_args()
    head = ("study", "metric", "truth", "mean figure", *KINDS)
    totals: dict[tuple[int, str], list[Seen]] = {}
    wanted = list(populations(asked.beats))
    for population in wanted if asked.only is None else [wanted[asked.only]]:
        rows: list[list[str]] = []
        for model_name, model in models().items():
            for n in SIZES:
                seen: dict[str, Seen] = {}
                for draw in range(asked.draws):
                    rng = np.random.default_rng([n, draw])
                    measure(study_of(population, n, rng), model, rng, seen)
                rows += rows_of(f"{n} cases, {model_name}", seen)
                for metric, row in seen.items():
                    totals.setdefault((n, metric), []).append(row)
        print(f"\n{population.name}\n\n{table(head, rows)}", flush=True)
    print("\nAll of them: mean coverage, least and most\n")
    print(table(("cases", "metric", *KINDS), list(_mean_rows(totals))), flush=True)


def _mean_rows(totals: dict[tuple[int, str], list[Seen]]) -> Iterator[list[str]]:
    """Coverage over all populations and models, and its extremes."""
    for (n, metric), rows in totals.items():
        cells = []
        for kind in KINDS:
            held = [100 * row.coverage(kind) for row in rows if kind in row.found]
            cells.append(f"{np.mean(held):.1f} ({min(held):.0f}–{max(held):.0f})" if held else "–")
        yield [str(n), metric, *cells]


if __name__ == "__main__":
    main()
