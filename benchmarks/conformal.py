"""Do conformal prediction sets hold the true class as often as they say?

Small studies are drawn from a distribution whose truth is known, or from the beats of the MIT-BIH
recordings, patient by patient. Each is evaluated as ``auscult compare --sets`` does; the coverage
of its test cases is averaged over studies. Run as
``python benchmarks/conformal.py [--draws 200]``, and again with ``--beats``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

import auscult
from auscult.data.dataset import Dataset
from auscult.evaluate.calibration.kept import ENOUGH, ON_PARTS, fit_keeping, learned_on
from auscult.evaluate.conformal.measure import SetsAsked
from auscult.evaluate.conformal.sets import prediction_sets
from auscult.evaluate.fitting import make_estimator
from auscult.evaluate.inputs import fit_inputs
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent
from auscult.models.spec import parse_models
from auscult.types import Column
from table import table

SIZES = (100, 300, 1000)
DRAWN = ((2, "logistic"), (2, "gradient-boosting"), (4, "logistic"))
"""How many classes, and the model."""
KINDS = (
    SetsAsked(0.9),
    SetsAsked(0.9, by_class=True),
    SetsAsked(0.9, "aps"),
    SetsAsked(0.9, "aps", by_class=True),
    SetsAsked(0.9, plus=True),
)
N_FEATURES = 8
PARTS = 100
"""Validation parts of this size, smaller than a study asks for, so that they are measured too."""


@dataclass
class Seen:
    """One row of the table: what each drawn study came to."""

    learned: str = ""
    coverage: list[float] = field(default_factory=list)
    worst_class: list[float] = field(default_factory=list)
    abstained: list[float] = field(default_factory=list)


def drawn_table(n: int, rng: np.random.Generator, classes: int = 2) -> Dataset:
    """Cases whose class is drawn from logits with an interaction and a square in them."""
    X = rng.standard_normal((n, N_FEATURES))
    logits = np.zeros((n, classes))
    for code in range(1, classes):
        a, b, c = X[:, code - 1], X[:, code], X[:, code + 1]
        logits[:, code] = 1.2 * a - 0.8 * b + 0.7 * a * b + 0.4 * (c**2 - 1) - 0.3 * code
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (rng.random((n, 1)) > np.cumsum(chance, axis=1)).sum(axis=1)
    columns = tuple(Column(f"x{j}", "numeric") for j in range(N_FEATURES))
    return Dataset("drawn", "table", X, y, tuple(map(str, range(classes))), columns)


def drawn_beats(beats: Dataset, rng: np.random.Generator) -> Dataset:
    """Forty beats of each of twenty-five patients: ventricular ones (V) and normal ones (N)."""
    groups = beats.groups
    assert groups is not None
    codes = [beats.classes.index(name) for name in ("N", "V")]
    kept = np.flatnonzero(np.isin(beats.y, codes))
    patients = rng.choice(np.unique(groups), 25, replace=False)
    cases = [rng.permutation(kept[groups[kept] == p])[:40] for p in patients]
    study = beats.take(np.concatenate(cases))
    return replace(study, y=(study.y == codes[1]).astype(np.int64), classes=("N", "V"))


def measure(
    dataset: Dataset, model: str, kind: str, seed: int, seen: dict[SetsAsked, Seen], enough: int
) -> None:
    """One study; its figures go into ``seen``."""
    plan = Plan(kind, folds=5, repeats=1, seed=seed)  # type: ignore[arg-type]
    splits = plan.splits(dataset)
    (spec,) = [one for one in parse_models(model, dataset.kind) if one.name == model]
    inputs = fit_inputs(dataset, splits)
    seeds = [plan.fit_seed(split.repeat, split.fold) for split in splits]
    fits = fit_keeping(
        spec,
        make_estimator(spec),
        dataset,
        inputs,
        seeds,
        Silent(),
        grouped=plan.keeps_groups,
        enough=enough,
    )
    true = fits.predictions.true
    for asked, row in seen.items():
        sets = np.zeros(fits.predictions.probability.shape, dtype=bool)
        for place, one in enumerate(fits.kept):
            sets[one.rows] = prediction_sets(
                one,
                asked.coverage,
                score=asked.score,
                by_class=asked.by_class,
                plus=asked.plus,
                seed=1000 * seed + place,
            )
        held = sets[np.arange(len(true)), true]
        row.learned = learned_on(fits.kept)
        row.coverage.append(float(held.mean()))
        row.worst_class.append(min(float(held[true == c].mean()) for c in np.unique(true)))
        row.abstained.append(float((sets.sum(axis=1) != 1).mean()))


def rows_of(name: str, seen: dict[SetsAsked, Seen]) -> Iterator[Sequence[str]]:
    for asked, row in seen.items():
        mean = float(np.mean(row.coverage))
        error = float(np.std(row.coverage) / np.sqrt(len(row.coverage)))
        yield (
            name,
            asked.score + (" by class" if asked.by_class else ""),
            "split" if row.learned == ON_PARTS else "CV+" if asked.plus else "cross",
            f"{100 * mean:.1f} ± {100 * error:.1f}",
            f"{100 * float(np.std(row.coverage)):.1f}",
            f"{100 * float(np.mean(row.worst_class)):.1f}",
            f"{100 * float(np.mean(row.abstained)):.0f}",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--beats", action="store_true", help="beats of mitdb instead")
    asked = parser.parse_args()
    head = ("study", "sets", "by", "coverage, %", "sd", "worst class", "abstained, %")
    for classes, model in DRAWN if not asked.beats else ():
        for n in SIZES:
            seen = {kind: Seen() for kind in KINDS}
            for draw in range(asked.draws):
                rng = np.random.default_rng([n, classes, draw])
                measure(drawn_table(n, rng, classes), model, "kfold", draw, seen, PARTS)
            name = f"{n} cases, {classes} classes, {model}"
            print(table(head, list(rows_of(name, seen))), flush=True)
    if asked.beats:
        beats = auscult.read("mitdb")
        for plan, enough in (("grouped", ENOUGH), ("grouped", 1), ("kfold", ENOUGH)):
            seen = {kind: Seen() for kind in KINDS}
            for draw in range(asked.draws):
                study = drawn_beats(beats, np.random.default_rng(draw))
                measure(study, "logistic", plan, draw, seen, enough)
            print(table(head, list(rows_of(f"1000 beats, {plan}", seen))), flush=True)


if __name__ == "__main__":
    main()
