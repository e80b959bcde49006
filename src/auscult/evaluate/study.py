"""A study: data, a plan and models in; a result out, every figure earned on unseen cases."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

import numpy as np

from auscult import __version__
from auscult.data.dataset import Dataset
from auscult.errors import InputError
from auscult.evaluate.audit import audit, duplicates
from auscult.evaluate.comparison import compare_models
from auscult.evaluate.fitting import Fits, fit_all, make_estimator
from auscult.evaluate.grid import Sweep, divide
from auscult.evaluate.inputs import fit_inputs
from auscult.evaluate.metrics import METRICS
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.evaluate.result import (
    DataSummary,
    ModelResult,
    PlanSummary,
    Provenance,
    Result,
    Split,
)
from auscult.evaluate.rows import model_row
from auscult.evaluate.sweep import FAILURES, Swept, require_validation, run_sweep
from auscult.evaluate.vote_count import Counted, count_votes, unlearned
from auscult.evaluate.votes import parse_votes
from auscult.models.spec import ModelSpec, labels_of
from auscult.models.table import fits_data, model_class
from auscult.types import Finding, IntArray

PACKAGES = ("numpy", "pandas", "scikit-learn", "torch", "numba")

F = TypeVar("F", bound=Fits)


def run_study(
    dataset: Dataset,
    plan: Plan,
    specs: Sequence[ModelSpec],
    *,
    test_cases: IntArray | None = None,
    headline: str = "accuracy",
    epochs: int | None = None,
    grid: str | None = None,
    votes: str | Sequence[str] = (),
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
    grid
        Settings to try, as of :func:`~auscult.evaluate.grid.divide`; each model that has them is
        swept (:func:`~auscult.evaluate.sweep.run_sweep`).
    votes
        Votes to count over the models, as of :func:`~auscult.evaluate.votes.parse_votes`.
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
    divided = divide(specs, grid, epochs)
    estimators = {spec: make_estimator(spec, epochs) for spec in _hashable(divided.plain)}
    labels = labels_of(divided.plain)
    labels |= {str(sweep): sweep.label for sweep in divided.sweeps}
    ballots = parse_votes(votes, labels)
    summary = plan.summary(splits, dataset)
    if divided.sweeps:
        require_validation(splits, summary.validation)
    inputs = fit_inputs(dataset, splits)
    seeds = [plan.fit_seed(split.repeat, split.fold) for split in splits]
    rows, failed, told = [], {}, progress or Silent()
    fitted: dict[str, Fits] = {}
    counted: dict[str, Counted] = {}
    for spec, estimator in estimators.items():
        validate = any(vote.validates(str(spec)) for vote in ballots)
        fit = partial(fit_all, spec, estimator, dataset, inputs, seeds, told, validate)
        why = cannot_take(spec, dataset)
        outcome = why or _attempt(str(spec), len(inputs), fit, told)
        if isinstance(outcome, str):
            failed[str(spec)] = outcome
        else:
            fitted[str(spec)] = outcome
            rows.append(_row(spec, labels, estimator, outcome, dataset, summary))
    for sweep in divided.sweeps:
        search = partial(run_sweep, sweep, dataset, inputs, seeds, told, headline, plan.seed)
        why = cannot_take(sweep.spec, dataset)
        swept = why or _attempt(str(sweep), len(sweep.settings) * len(inputs), search, told)
        if isinstance(swept, str):
            failed[str(sweep)] = swept
        else:
            fitted[str(sweep)] = swept
            rows.append(_swept_row(sweep, swept, dataset, summary))
    for vote in ballots:
        why, count = vote.cannot(fitted), partial(count_votes, vote, fitted)
        outcome = why or _attempt(vote.name, len(inputs), count, told)
        if isinstance(outcome, str):
            failed[vote.name] = outcome
        else:
            counted[vote.name] = outcome
            row = (vote.name, vote.label, outcome.params, False, outcome, dataset, summary)
            rows.append(model_row(*row))
    if not rows:
        raise InputError(f"no model gave a figure: {'; '.join(failed.values())}")
    rows.sort(key=lambda row: _order(row, headline))
    findings = (*_findings(dataset, splits, plan), *divided.findings, *unlearned(counted))
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


def _attempt(name: str, n_fits: int, fit: Callable[[], F], progress: StudyProgress) -> F | str:
    """All fits of a model, or why there are none; one that fails does not end the study."""
    progress.model_started(name, n_fits)
    try:
        fits = fit()
    except FAILURES as error:
        progress.model_finished(name, f"failed: {error}")
        return f"failed: {error}"
    right = np.mean(fits.predictions.predicted == fits.predictions.true)
    seconds = fits.fit_seconds + fits.predict_seconds
    progress.model_finished(name, f"{seconds:.1f} s, accuracy {right:.3f}")
    return fits


def cannot_take(spec: ModelSpec, dataset: Dataset) -> str | None:
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
    spec: ModelSpec,
    labels: Mapping[str, str],
    estimator: Any,
    fits: Fits,
    dataset: Dataset,
    plan: PlanSummary,
) -> ModelResult:
    baseline = model_class(spec.name).tags.baseline
    params, label = dict(estimator.get_params()), labels[str(spec)]
    return model_row(str(spec), label, params, baseline, fits, dataset, plan)


def _swept_row(sweep: Sweep, swept: Swept, dataset: Dataset, plan: PlanSummary) -> ModelResult:
    """One row for all settings. The baseline is a model as it stands, not the best of a grid."""
    estimator = sweep.estimators[0]
    return replace(
        _row(sweep.spec, {str(sweep.spec): sweep.label}, estimator, swept, dataset, plan),
        model=str(sweep),
        params=swept.params(sweep, estimator.get_params()),
        baseline=False,
        sweep=swept.rows,
    )


def _order(row: ModelResult, headline: str) -> tuple[float, int, int, int]:
    """Best first; of equals the baseline, then single models before votes, then the smaller."""
    value = row.metrics[headline].value
    low_is_good = headline in ("log_loss", "brier")
    signed = value if low_is_good else -value
    worst = float("inf") if np.isnan(signed) else signed
    return worst, not row.baseline, "members" in row.params, row.n_parameters or 0


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
                "a number of epochs fixed beforehand, keep their last weights and move no "
                "thresholds.",
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
