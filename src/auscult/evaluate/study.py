"""A study: data, a plan and models in; a result out, every figure earned on unseen cases."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from auscult import __version__
from auscult.data.dataset import Dataset
from auscult.errors import AuscultError, InputError
from auscult.evaluate.audit import audit, duplicates
from auscult.evaluate.comparison import compare_models
from auscult.evaluate.fitting import Fits, fit_all, make_estimator
from auscult.evaluate.inputs import FitInput, fit_inputs
from auscult.evaluate.intervals import estimate_all, estimate_per_class
from auscult.evaluate.metrics import METRICS, confusion
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.evaluate.result import (
    DataSummary,
    ModelResult,
    PlanSummary,
    Predictions,
    Provenance,
    Result,
    Split,
)
from auscult.models.spec import ModelSpec
from auscult.models.table import fits_data, model_class
from auscult.types import Finding, IntArray

PACKAGES = ("numpy", "pandas", "scikit-learn", "torch", "numba")


def run_study(
    dataset: Dataset,
    plan: Plan,
    specs: Sequence[ModelSpec],
    *,
    test_cases: IntArray | None = None,
    headline: str = "accuracy",
    epochs: int | None = None,
    command: str = "",
    terms: str | None = None,
    progress: StudyProgress | None = None,
) -> Result:
    """Fit every model on every split of the plan and gather what they are worth.

    Parameters
    ----------
    dataset
        The cases.
    plan
        How they are split.
    specs
        The models, baselines among them.
    test_cases
        Indices of the test cases of a ``given`` plan.
    headline
        The metric that the leaderboard is sorted by.
    epochs
        The most epochs of the networks, where it differs from each one's own.
    command
        What repeats this study, for the report.
    terms
        The data's terms of use, where known.
    progress
        Told what happens.

    Raises
    ------
    InputError
        The data, the plan or a model's settings are wrong, or no model gave a figure.
    """
    if headline not in METRICS:
        raise InputError(f"no metric is called '{headline}'. Known: {', '.join(METRICS)}.")
    started = time.perf_counter()
    splits = plan.splits(dataset, test_cases)
    estimators = {spec: make_estimator(spec, epochs) for spec in _hashable(specs)}
    summary = plan.summary(splits, dataset)
    inputs = fit_inputs(dataset, splits)
    seeds = [plan.fit_seed(split.repeat, split.fold) for split in splits]
    rows, failed = [], {}
    for spec, estimator in estimators.items():
        why = _cannot_take(spec, dataset)
        outcome = why or _attempt(spec, estimator, dataset, inputs, seeds, progress or Silent())
        if isinstance(outcome, str):
            failed[str(spec)] = outcome
        else:
            rows.append(_row(spec, estimator, outcome, dataset, summary))
    if not rows:
        raise InputError(f"no model gave a figure: {'; '.join(failed.values())}")
    rows.sort(key=lambda row: _order(row, headline))
    findings = _findings(dataset, splits, plan)
    return Result(
        data=_data_summary(dataset, terms),
        plan=summary,
        models=tuple(rows),
        comparisons=_comparisons(rows, headline, dataset, plan, splits),
        best=rows[0].model,
        headline=headline,
        provenance=_provenance(command, time.perf_counter() - started),
        warnings=findings,
        failed=failed,
    )


def _hashable(specs: Sequence[ModelSpec]) -> list[Any]:
    """Specs by identity: their settings are dictionaries."""
    return [_Keyed(spec.name, spec.params) for spec in specs]


class _Keyed(ModelSpec):
    def __hash__(self) -> int:
        return hash(str(self))


def _attempt(
    spec: ModelSpec,
    estimator: Any,
    dataset: Dataset,
    inputs: Sequence[FitInput],
    seeds: Sequence[int],
    progress: StudyProgress,
) -> Fits | str:
    """All fits of a model, or why there are none; one that fails does not end the study."""
    progress.model_started(str(spec), len(inputs))
    try:
        fits = fit_all(spec, estimator, dataset, inputs, seeds, progress)
    except (AuscultError, ValueError, ArithmeticError) as error:
        progress.model_finished(str(spec), f"failed: {error}")
        return f"failed: {error}"
    right = np.mean(fits.predictions.predicted == fits.predictions.true)
    seconds = fits.fit_seconds + fits.predict_seconds
    progress.model_finished(str(spec), f"{seconds:.1f} s, accuracy {right:.3f}")
    return fits


def _cannot_take(spec: ModelSpec, dataset: Dataset) -> str | None:
    """Why a model cannot take this data, by name."""
    tags = model_class(spec.name).tags
    if not fits_data(tags, dataset.kind):
        return f"left out: does not take {'tables' if dataset.kind == 'table' else 'signals'}"
    if dataset.kind == "table":
        return None  # gaps are filled by the encoder
    if dataset.X.shape[1] > 1 and not tags.multichannel:
        return "left out: takes one channel only"
    if dataset.lengths is not None and not tags.unequal_length:
        return "left out: cannot take signals of unequal length"
    if not tags.missing and dataset.gaps().any():
        return "left out: cannot take signals with missing values"
    return None


def _row(
    spec: ModelSpec, estimator: Any, fits: Fits, dataset: Dataset, plan: PlanSummary
) -> ModelResult:
    predictions, groups = fits.predictions, dataset.groups
    return ModelResult(
        model=str(spec),
        label=spec.label,
        params=dict(estimator.get_params()),
        metrics=estimate_all(predictions, groups=groups, seed=plan.seed),
        confusion_matrix=_confusion(predictions, len(dataset.classes)),
        per_class=estimate_per_class(predictions, groups=groups, seed=plan.seed),
        fit_seconds=fits.fit_seconds,
        predict_seconds=fits.predict_seconds,
        n_parameters=fits.n_parameters,
        baseline=model_class(spec.name).tags.baseline,
        histories=fits.histories,
        predictions=predictions,
        leaky=plan.leaky,
    )


def _confusion(predictions: Predictions, n_classes: int) -> tuple[tuple[float, ...], ...]:
    """Counts averaged over repeats."""
    counts = confusion(predictions.true, predictions.predicted, n_classes)
    mean = counts / len(np.unique(predictions.repeat))
    return tuple(tuple(float(c) for c in row) for row in mean)


def _order(row: ModelResult, headline: str) -> tuple[float, int, int]:
    """Best first; of equals the baseline, then the smaller."""
    value = row.metrics[headline].value
    low_is_good = headline in ("log_loss", "brier")
    signed = value if low_is_good else -value
    worst = float("inf") if np.isnan(signed) else signed
    return worst, not row.baseline, row.n_parameters or 0


def _comparisons(
    rows: Sequence[ModelResult],
    headline: str,
    dataset: Dataset,
    plan: Plan,
    splits: Sequence[Split],
) -> Any:
    return compare_models(
        rows, headline, "logistic", splits=splits, groups=dataset.groups, seed=plan.seed
    )


def _findings(dataset: Dataset, splits: Sequence[Split], plan: Plan) -> tuple[Finding, ...]:
    found = (*dataset.findings, *audit(dataset, splits))
    words = plan.validation_words(splits, dataset)
    if words.startswith("none"):
        found = (
            *found,
            Finding(
                "no-validation-part",
                f"No validation part was cut ({words.removeprefix('none: ')}): networks train for "
                "a number of epochs fixed beforehand and keep their last weights.",
                severity="note",
            ),
        )
    return tuple(dict.fromkeys(found))


def _data_summary(dataset: Dataset, terms: str | None) -> DataSummary:
    table = dataset.kind == "table"
    return DataSummary(
        name=dataset.name,
        kind=dataset.kind,
        n_cases=dataset.n_cases,
        n_features=int(np.prod(dataset.X.shape[1:])),
        n_channels=1 if table else dataset.X.shape[1],
        n_timepoints=1 if table else dataset.X.shape[2],
        target=dataset.target,
        classes=dataset.classes,
        class_counts=tuple(int(c) for c in dataset.class_counts),
        columns=dataset.columns,
        n_missing=int(dataset.gaps().sum()),
        n_duplicates=duplicates(dataset),
        sha256=dataset.sha256,
        sampling_rate=dataset.sampling_rate,
        terms=terms,
    )


def _provenance(command: str, seconds: float) -> Provenance:
    import torch  # noqa: PLC0415

    return Provenance(
        command=command,
        versions=_versions(),
        threads=torch.get_num_threads(),
        seconds=seconds,
        device=f"{platform.machine()}, {os.cpu_count()} cores",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _versions() -> Mapping[str, str]:
    found = {"auscult": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
