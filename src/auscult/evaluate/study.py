"""A study: data, a plan and models in; a result out, every figure earned on unseen cases."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from auscult.data.dataset import Dataset
from auscult.errors import InputError
from auscult.evaluate.asked import parse_asked
from auscult.evaluate.audit.duplicates import duplicates
from auscult.evaluate.audit.run import audit
from auscult.evaluate.bands import banded
from auscult.evaluate.calibration.kept import fit_keeping
from auscult.evaluate.comparison import compare_models
from auscult.evaluate.explain.watch import Explainer
from auscult.evaluate.fitting import Fits, fit_all, make_estimator
from auscult.evaluate.grid import divide
from auscult.evaluate.inputs import fit_inputs
from auscult.evaluate.leaderboard import Leaderboard
from auscult.evaluate.metrics import METRICS
from auscult.evaluate.nested.inside import parse_inside
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.evaluate.provenance import provenance
from auscult.evaluate.result import (
    DataSummary,
    ModelResult,
    Result,
    Split,
)
from auscult.evaluate.subgroups import subgroup_findings, subgroups
from auscult.evaluate.sweep import require_validation, run_sweep
from auscult.evaluate.trust import trust_findings
from auscult.evaluate.vote_count import unlearned
from auscult.evaluate.votes import parse_votes
from auscult.models.spec import ModelSpec, labels_of
from auscult.types import Finding, IntArray


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
    calibrate: str | None = None,
    sets: str | None = None,
    sensitivity: str | None = None,
    by: Sequence[str] = (),
    explain: bool = False,
    nested: bool = False,
    search: int | None = None,
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
    calibrate, sets, sensitivity
        What is learned on cases kept aside, as of :func:`~auscult.evaluate.asked.parse_asked`.
    by
        Columns of subgroups, as of :func:`~auscult.evaluate.subgroups.subgroups`.
    explain
        Whether what each model looks at is measured on its test cases
        (:class:`~auscult.evaluate.explain.watch.Explainer`); of sweeps and votes it is not.
    nested
        Whether the choice among the models (and settings of ``grid``) is made once more inside the
        training cases of each fit (:func:`~auscult.evaluate.nested.choose.choose_inside`).
    search
        Settings that a search tries there, for each fit; ``nested`` goes with it.
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
    asked = parse_asked(calibrate, sets, sensitivity, dataset.classes)
    for column in by:
        banded(dataset, column)  # a name that is wrong is told before any work is done
    splits = plan.splits(dataset, test_cases)
    divided = divide(specs, grid, epochs)
    inside = None
    if nested or search is not None:
        inside = parse_inside(specs, divided, search, grid, epochs, dataset)
        divided = replace(divided, plain=tuple(specs), sweeps=())
    estimators = [make_estimator(spec, epochs) for spec in divided.plain]
    labels = labels_of(divided.plain)
    ballots = parse_votes(votes, labels | {str(one): one.label for one in divided.sweeps})
    summary = plan.summary(splits, dataset)
    if divided.sweeps:
        require_validation(splits, summary.validation)
    inputs = fit_inputs(dataset, splits)
    seeds = [plan.fit_seed(split.repeat, split.fold) for split in splits]
    told = progress or Silent()
    board = Leaderboard(dataset, summary, len(splits), told, asked)
    explainer = Explainer(dataset, headline, plan.seed) if explain else None
    for spec, estimator in zip(divided.plain, estimators, strict=True):
        fit: Callable[..., Fits] = fit_all
        if asked.keeps and spec.name != "majority":
            fit = partial(fit_keeping, grouped=plan.keeps_groups)
        if explainer:
            fit = partial(fit, watch=explainer.watch(str(spec)))
        validate = any(vote.validates(str(spec)) for vote in ballots)
        fit = partial(fit, spec, estimator, dataset, inputs, seeds, told, validate)
        board.add_model(spec, labels[str(spec)], estimator.get_params(), fit)
    for sweep in divided.sweeps:
        board.add_sweep(
            sweep, partial(run_sweep, sweep, dataset, inputs, seeds, told, headline, plan.seed)
        )
    for vote in ballots:
        board.add_vote(vote)
    if inside and board.rows:
        inside.add_row(board, plan, inputs, seeds, estimators, headline, told)
    if not board.rows:
        raise InputError(f"no model gave a figure: {'; '.join(board.failed.values())}")
    rows = board.best_first(headline)
    single = [row for row in rows if not row.nested]  # the whole procedure is no model
    parts = subgroups(dataset, by, single[0].predictions, seed=plan.seed)
    studied = (*_findings(dataset, splits, plan), *divided.findings, *unlearned(board.counted))
    return Result(
        data=_data_summary(dataset, terms),
        plan=summary,
        models=tuple(rows),
        comparisons=_comparisons(single, headline, dataset, plan, splits),
        best=single[0].model,
        headline=headline,
        provenance=provenance(command, time.perf_counter() - started),
        warnings=(*studied, *trust_findings(rows), *subgroup_findings(parts)),
        failed=board.failed,
        subgroups=parts,
        explanations=explainer.explanations(rows) if explainer else (),
    )


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
