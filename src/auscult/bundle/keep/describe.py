"""What a bundle says of itself, from the study and the data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from auscult.bundle.document import Document, Field, Figures, ModelInfo
from auscult.bundle.encoder import encoder_to_json
from auscult.bundle.keep.learned import calibration_map, chosen_threshold, conformal_sets
from auscult.bundle.keep.refit import Refit, row_asked
from auscult.bundle.shares import magnitudes, with_shares
from auscult.data.dataset import Dataset
from auscult.data.transforms import TableEncoder
from auscult.evaluate.provenance import provenance
from auscult.evaluate.result import ModelResult, Result
from auscult.types import Column, Estimate, FloatArray


@dataclass(frozen=True)
class About:
    """What neither the study nor the data say.

    Parameters
    ----------
    units
        Column to unit, where known.
    recipe
        How beats are cut from a recording: ``recipe`` and ``channel``.
    card
        The model card, ``facts`` and ``items``.
    plan
        The study's plan in words.
    command
        What repeats the study.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    recipe: Mapping[str, Any] | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    plan: str = ""


def describe(
    result: Result, row: ModelResult, dataset: Dataset, fit: Refit, about: About
) -> Document:
    """The document of a bundle."""
    asked = row_asked(row, dataset.classes)
    known = fit.training.training
    kept = fit.kept
    info = ModelInfo(fit.name, row.label, _params(fit.params), fit.exported.n_parameters)
    table = dataset.kind == "table"
    encoder = TableEncoder.fit(dataset.X[known], dataset.columns) if table else None
    return Document(
        name=bundle_name(f"{dataset.name}-{fit.name}"),
        kind=dataset.kind,
        target=dataset.target,
        classes=dataset.classes,
        class_counts=tuple(int(n) for n in dataset.class_counts),
        columns=_fields(dataset, known, about.units),
        n_channels=1 if table else dataset.X.shape[1],
        n_timepoints=dataset.X.shape[1] if table else dataset.X.shape[2],
        model=info,
        predictor=fit.exported.predictor,
        figures=_figures(result, row, about.plan),
        n_cases=len(known),
        trained_on=_trained_on(fit, dataset),
        unequal_length=dataset.lengths is not None,
        sampling_rate=dataset.sampling_rate,
        recipe=about.recipe,
        encoder=None if encoder is None else encoder_to_json(encoder),
        factors=fit.exported.factors,
        calibration=calibration_map(asked.calibrate, kept) if asked.calibrate and kept else None,
        sets=(
            conformal_sets(asked.sets, kept, grouped=dataset.groups is not None)
            if asked.sets and kept
            else None
        ),
        threshold=(
            chosen_threshold(asked.sensitivity, kept) if asked.sensitivity and kept else None
        ),
        warnings=result.warnings,
        card=about.card,
        data_name=dataset.name,
        data_sha256=dataset.sha256,
        terms=result.data.terms,
        versions=provenance("", 0.0).versions,
        seed=result.plan.seed,
        command=result.provenance.command,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def bundle_name(text: str) -> str:
    """A name that can stand in a path or an address: ``heart-gradient-boosting``."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:100] or "bundle"


def _params(params: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(v) if isinstance(v, tuple) else v for key, v in params.items()}


def _trained_on(fit: Refit, dataset: Dataset) -> str:
    split = fit.training.split
    said = f"all {len(fit.training.training):,} cases of '{dataset.name}'"
    if not (len(split.validation) and fit.params.get("early_stopping")):
        return said
    return f"{len(split.train):,} of {said}; training ended by the other {len(split.validation):,}"


def _fields(dataset: Dataset, known: Any, units: Mapping[str, str]) -> tuple[Field, ...]:
    if dataset.kind == "table":
        return tuple(
            with_shares(_field(column, values, units.get(column.name)), values)
            for column, values in zip(dataset.columns, dataset.X[known].T, strict=True)
        )
    low, high = _ranges(dataset)
    fields = (
        Field(c.name, "numeric", units.get(c.name), low=low[k], high=high[k], n_missing=c.n_missing)
        for k, c in enumerate(dataset.columns)
    )
    levels = magnitudes(dataset.X[known])
    return tuple(with_shares(field, level) for field, level in zip(fields, levels.T, strict=True))


def _field(column: Column, values: FloatArray, unit: str | None) -> Field:
    seen = values[~np.isnan(values)]
    n_missing = len(values) - len(seen)
    if column.kind == "categorical":
        counts = np.bincount(seen.astype(np.int64), minlength=len(column.categories))
        commonest = column.categories[int(counts.argmax())] if len(seen) else None
        return Field(
            column.name,
            "categorical",
            unit,
            column.categories,
            commonest=commonest,
            n_missing=n_missing,
        )
    if not len(seen):
        return Field(column.name, "numeric", unit, n_missing=n_missing)
    whole = bool((seen == np.floor(seen)).all())
    low, high, median = float(seen.min()), float(seen.max()), float(np.median(seen))
    return Field(
        column.name,
        "numeric",
        unit,
        low=low,
        high=high,
        median=median,
        n_missing=n_missing,
        whole=whole,
    )


def _ranges(dataset: Dataset) -> tuple[list[float | None], list[float | None]]:
    """The least and the greatest value of each channel."""
    low = np.full(dataset.X.shape[1], np.inf)
    high = -low
    for block in dataset.blocks:
        known = np.isfinite(block)
        low = np.minimum(low, block.min(axis=(0, 2), where=known, initial=np.inf))
        high = np.maximum(high, block.max(axis=(0, 2), where=known, initial=-np.inf))
    return [_finite(v) for v in low], [_finite(v) for v in high]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _figures(result: Result, row: ModelResult, plan: str) -> Figures:
    others = (one for one in result.models if one.baseline and one.model != row.model)
    baseline = next(others, None)
    asked: dict[str, Estimate] = {}
    if row.sets:
        asked |= {"coverage": row.sets.coverage, "set_size": row.sets.size}
        asked |= {"abstained": row.sets.abstained, "accuracy_where_sure": row.sets.accuracy}
    if row.chosen_sensitivity:
        chosen = row.chosen_sensitivity
        asked |= {"sensitivity": chosen.sensitivity, "specificity": chosen.specificity}
        asked |= {"precision": chosen.precision}
    return Figures(
        headline=result.headline,
        plan=plan or result.plan.kind,
        n_cases=len(np.unique(row.predictions.case)),
        model=row.metrics,
        baseline_name=baseline.label if baseline else None,
        baseline=baseline.metrics if baseline else {},
        asked=asked,
        per_class=row.per_class,
        leaky=row.leaky or result.plan.leaky,
    )
