"""A synthetic result with everything a report can show, made without training anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auscult.evaluate.result import (
    Comparison,
    DataSummary,
    ModelResult,
    PlanSummary,
    Predictions,
    Provenance,
    Result,
)
from auscult.types import Column, Estimate, Finding, History

Floats = NDArray[np.float64]
MODELS = (
    ("logistic", "Logistic regression", 1.9),
    ("random-forest", "Random forest", 1.85),
    ("lstm", "LSTM", 1.55),
    ("gru", "GRU", 1.6),
    ("mlp", "Multilayer perceptron", 1.75),
    ("knn", "k-nearest neighbours", 1.3),
    ("majority", "Majority class", 0.0),
)
NETWORKS = ("lstm", "gru", "mlp", "fcn", "resnet", "lstm-fcn")
NAN = math.nan


def result(
    *,
    n_cases: int = 303,
    classes: Sequence[str] = ("0", "1"),
    models: Sequence[tuple[str, str, float]] = MODELS,
    folds: int = 10,
    repeats: int = 2,
    kind: str = "kfold",
    epochs: int = 60,
    headline: str = "accuracy",
    name: str = "heart.csv",
    seed: int = 0,
) -> Result:
    """A study of made-up predictions whose figures follow from them."""
    rng = np.random.default_rng(seed)
    true = rng.choice(len(classes), size=n_cases, p=_shares(len(classes)))
    rows = [
        _model(m, rng, true, k=len(classes), folds=folds, repeats=repeats, epochs=epochs)
        for m in models
    ]
    rows.sort(key=lambda r: -r.metrics[headline].value)
    return Result(
        data=_data(name, true, classes),
        plan=_plan(kind, n_cases, folds, repeats),
        models=tuple(rows),
        comparisons=tuple(_comparisons(rows, headline)),
        best=rows[0].model,
        headline=headline,
        provenance=_provenance(name),
        warnings=_FINDINGS,
        failed={"lstm-fcn": "takes signals, not tables.", "rocket": "takes signals, not tables."},
    )


_FINDINGS = (
    Finding(
        "duplicate-cases",
        "1 case stands twice in the file (rows 165 and 166). Copies of one case can fall on both "
        "sides of a split.",
        "warning",
        "--drop-duplicates",
    ),
    Finding("reader-decision", "'?' was read as missing in columns 'ca' and 'thal'.", "note"),
    Finding(
        "possible-group",
        "'PatientID' has 280 distinct values in 303 rows. If it names patients, the same patient "
        "can stand on both sides of a split.",
        "warning",
        "--group PatientID",
    ),
)


def _shares(k: int) -> Floats:
    weights = np.linspace(1.2, 1.0, k) if k == 2 else 1.0 / np.arange(1, k + 1)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _data(name: str, true: NDArray[np.int64], classes: Sequence[str]) -> DataSummary:
    columns = (
        Column("age", "numeric", 0, (), 29.0, 77.0, 41),
        Column("sex", "categorical", 0, ("female", "male"), n_distinct=2),
        Column("chol", "numeric", 3, (), 126.0, 564.0, 152),
        Column("血压", "numeric", 12, (), 94.0, 200.0, 49),
        Column("oldpeak", "numeric", 0, (), -0.5, 6.2, 40),
    )
    counts = tuple(int(c) for c in np.bincount(true, minlength=len(classes)))
    return DataSummary(
        name=name,
        kind="table",
        n_cases=len(true),
        n_features=5,
        n_channels=1,
        n_timepoints=5,
        target="target",
        classes=tuple(classes),
        class_counts=counts,
        columns=columns,
        n_missing=15,
        n_duplicates=1,
        sha256="9c3c2f1a" * 8,
        terms="UCI, CC BY 4.0",
    )


def _plan(kind: str, n: int, folds: int, repeats: int) -> PlanSummary:
    test = n // folds
    validation = (n - test) // 5
    splits = tuple(
        {
            "repeat": r,
            "fold": f,
            "train": n - test - validation,
            "validation": validation,
            "test": test,
        }
        for r in range(repeats)
        for f in range(folds)
    )
    grouped = kind == "grouped"
    return PlanSummary(
        kind=kind,
        folds=folds,
        repeats=repeats,
        seed=42,
        group="PatientID" if grouped else None,
        n_groups=n // 3 if grouped else None,
        validation="a fifth of the training cases of each fit.",
        splits=splits[:1] if kind == "given" else splits,
    )


def _model(
    model: tuple[str, str, float],
    rng: np.random.Generator,
    true: NDArray[np.int64],
    *,
    k: int,
    folds: int,
    repeats: int,
    epochs: int,
) -> ModelResult:
    name, label, skill = model
    predictions = _predictions(rng, true, k=k, folds=folds, repeats=repeats, skill=skill)
    network = name in NETWORKS
    matrix = np.zeros((k, k))
    np.add.at(matrix, (predictions.true, predictions.predicted), 1 / repeats)
    return ModelResult(
        model=name,
        label=label,
        params={"units": 128, "dropout": 0.2} if network else {},
        metrics=_metrics(predictions, len(true)),
        confusion_matrix=tuple(tuple(float(v) for v in row) for row in matrix),
        per_class=tuple(_per_class(matrix, c) for c in range(k)),
        fit_seconds=38.2 if network else 0.41,
        predict_seconds=0.012,
        n_parameters=66_817 if network else None if name in {"knn", "majority"} else 14,
        baseline=name in {"logistic", "majority"},
        histories=_histories(rng, folds * repeats, epochs) if network else (),
        predictions=predictions,
    )


def _predictions(
    rng: np.random.Generator,
    true: NDArray[np.int64],
    *,
    k: int,
    folds: int,
    repeats: int,
    skill: float,
) -> Predictions:
    n = len(true)
    logits = rng.normal(0, 1 if skill else 0, (repeats * n, k))
    truth = np.tile(true, repeats)
    logits[np.arange(repeats * n), truth] += skill
    if not skill:
        logits[:, np.bincount(true).argmax()] += 0.3
    weights = np.exp(logits)
    return Predictions(
        case=np.tile(np.arange(n), repeats),
        repeat=np.repeat(np.arange(repeats), n),
        fold=np.tile(np.arange(n) % folds, repeats),
        true=truth,
        probability=weights / weights.sum(axis=1, keepdims=True),
    )


def _metrics(p: Predictions, n: int) -> dict[str, Estimate]:
    probability = np.asarray(p.probability, dtype=np.float64)
    k = probability.shape[1]
    given = np.clip(probability[np.arange(len(p.true)), p.true], 1e-9, 1)
    right = p.predicted == p.true
    recalls = [float(right[p.true == c].mean()) for c in range(k) if (p.true == c).any()]
    shares = {
        "accuracy": float(right.mean()),
        "balanced_accuracy": float(np.mean(recalls)),
        "roc_auc": float(np.mean([_auc(p.true == c, probability[:, c]) for c in range(k)])),
        "average_precision": float(given.mean()),
        "f1_macro": float(np.mean(recalls)) - 0.004,
    }
    found = {m: _share(v, n) for m, v in shares.items()}
    loss = float(-np.log(given).mean())
    found["log_loss"] = Estimate(loss, loss - 0.05, loss + 0.06)
    brier = float(((1 - given) ** 2).mean())
    found["brier"] = Estimate(brier, brier - 0.02, brier + 0.02)
    return found


def _share(value: float, n: int) -> Estimate:
    half = 1.96 * math.sqrt(max(value * (1 - value), 1e-4) / n)
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0))


def _auc(positive: NDArray[np.bool_], score: Floats) -> float:
    a, b = score[positive], np.sort(score[~positive])
    if not len(a) or not len(b):
        return NAN
    below = np.searchsorted(b, a, "left") + np.searchsorted(b, a, "right")
    return float(below.mean() / 2 / len(b))


def _per_class(matrix: Floats, c: int) -> dict[str, Estimate]:
    hit, of = matrix[c, c], matrix[c].sum()
    taken, n = matrix[:, c].sum(), matrix.sum()
    sensitivity = float(hit / of) if of else NAN
    precision = float(hit / taken) if taken else NAN
    specificity = float((n - of - taken + hit) / (n - of)) if n > of else NAN
    f1 = 2 * hit / (of + taken) if of + taken else NAN
    figures = {
        "sensitivity": (sensitivity, of),
        "specificity": (specificity, n - of),
        "precision": (precision, taken),
        "f1": (float(f1), n),
    }
    return {
        name: _share(v, max(int(m), 1)) if math.isfinite(v) else Estimate(NAN, NAN, NAN)
        for name, (v, m) in figures.items()
    }


def _histories(rng: np.random.Generator, fits: int, epochs: int) -> tuple[History, ...]:
    return tuple(_history(rng, epochs - int(rng.integers(0, epochs // 3 + 1))) for _ in range(fits))


def _history(rng: np.random.Generator, n: int) -> History:
    e = np.arange(n)
    fall = np.exp(-e / 12)
    wobble = rng.normal(0, 0.012, (6, n)) + rng.normal(0, 0.03, (6, 1))
    loss = 0.28 + 0.42 * fall + wobble[0]
    val_loss = 0.40 + 0.30 * fall + 0.0025 * e + wobble[1]
    curves = {
        "loss": loss,
        "val_loss": val_loss,
        "accuracy": 0.90 - 0.38 * fall + wobble[2],
        "val_accuracy": 0.83 - 0.31 * fall + wobble[3],
        "roc_auc": np.minimum(0.96 - 0.44 * fall + wobble[4], 1),
        "val_roc_auc": 0.89 - 0.38 * fall + wobble[5],
        "learning_rate": 1e-3 * 0.5 ** (e // 15),
    }
    named = {name: tuple(float(v) for v in values) for name, values in curves.items()}
    return History(named, int(np.argmin(val_loss)))


def _comparisons(rows: Sequence[ModelResult], metric: str) -> list[Comparison]:
    best, found = rows[0], []
    for row in rows[1:]:
        gap = best.metrics[metric].value - row.metrics[metric].value
        p = math.exp(-abs(gap) * 80)
        difference = Estimate(gap, gap - 0.025, gap + 0.025)
        adjusted = min(1.0, p * (len(rows) - 1))
        found.append(Comparison(best.model, row.model, metric, difference, p, adjusted))
    return found


def _provenance(name: str) -> Provenance:
    return Provenance(
        command=f"auscult compare {name} --target target --folds 10 --repeats 2 --seed 42",
        versions={"auscult": "0.1.0", "python": "3.11.9", "numpy": "2.3.1", "torch": "2.13.0"},
        threads=2,
        seconds=187.4,
        device="cpu",
        created="2026-11-14T09:30:00Z",
    )


def with_headline(r: Result, figures: dict[str, tuple[float, float, float]]) -> Result:
    """The same study with these headline figures, sorted again; comparisons left out."""
    rows = [
        replace(row, metrics={**row.metrics, r.headline: Estimate(*figures[row.model])})
        for row in r.models
        if row.model in figures
    ]
    rows.sort(key=lambda row: -row.metrics[r.headline].value)
    return replace(r, models=tuple(rows), best=rows[0].model, comparisons=())
