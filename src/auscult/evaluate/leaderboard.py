"""The rows of a study as they come: each model, sweep and vote is tried, and what fails is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np

from auscult.data.dataset import Dataset
from auscult.evaluate.asked import Asked
from auscult.evaluate.fitting import Fits
from auscult.evaluate.grid import Sweep
from auscult.evaluate.nested.choose import LABEL, NAME, NestedFits
from auscult.evaluate.nested.nested_cv import with_nested_cv
from auscult.evaluate.nested.optimism import with_optimism
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.result import ModelResult, PlanSummary
from auscult.evaluate.rows import model_row
from auscult.evaluate.sweep import FAILURES, Swept
from auscult.evaluate.trust import trust
from auscult.evaluate.vote_count import Counted, count_votes
from auscult.evaluate.votes import Vote
from auscult.models.spec import ModelSpec
from auscult.models.table import fits_data, model_class

F = TypeVar("F", bound=Fits)


@dataclass(eq=False)
class Leaderboard:
    """Gathers rows; ``failed`` says of the others why they are missing."""

    dataset: Dataset
    plan: PlanSummary
    n_splits: int
    progress: StudyProgress
    asked: Asked = field(default_factory=Asked)
    """What is learned on cases kept aside."""
    rows: list[ModelResult] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    fitted: dict[str, Fits] = field(default_factory=dict)
    """What votes count: all fits of the models and sweeps that gave figures."""
    counted: dict[str, Counted] = field(default_factory=dict)

    def add_model(
        self, spec: ModelSpec, label: str, params: Mapping[str, Any], fit: Callable[[], Fits]
    ) -> None:
        name, why = str(spec), cannot_take(spec, self.dataset)
        fits = self._attempt(name, self.n_splits, why, fit)
        if fits:
            self.fitted[name] = fits
            baseline = model_class(spec.name).tags.baseline
            stopped = bool(params.get("early_stopping"))
            self.rows.append(self._row(name, label, params, baseline, fits, stopped))

    def add_sweep(self, sweep: Sweep, search: Callable[[], Swept]) -> None:
        """One row for all settings. A baseline is a model as it stands, not the best of a grid."""
        name, why = str(sweep), cannot_take(sweep.spec, self.dataset)
        swept = self._attempt(name, len(sweep.settings) * self.n_splits, why, search)
        if swept:
            self.fitted[name] = swept
            params = swept.params(sweep, sweep.estimators[0].get_params())
            row = self._row(name, sweep.label, params, False, swept, stopped=True)
            self.rows.append(replace(row, sweep=swept.rows))

    def add_vote(self, vote: Vote) -> None:
        count = partial(count_votes, vote, self.fitted)
        counted = self._attempt(vote.name, self.n_splits, vote.cannot(self.fitted), count)
        if counted:
            self.counted[vote.name] = counted
            self.rows.append(self._row(vote.name, vote.label, counted.params, False, counted))

    def add_chosen(self, choose: Callable[[], NestedFits], n_fits: int, headline: str) -> None:
        """One row for choosing among the models, inside the training cases of each fit."""
        rows = [row for row in self.rows if str(row.model) in self.fitted]
        fits = self._attempt(NAME, n_fits, None, choose)
        if not fits or fits.nested is None:
            return
        row, groups = self._row(NAME, LABEL, {}, False, fits), self.dataset.groups
        told = with_optimism(
            fits.nested, row.predictions, rows, headline, groups=groups, seed=self.plan.seed
        )
        if not self.asked.keeps:
            self.rows = [with_nested_cv(one, fits, groups) for one in self.rows]
        self.rows.append(replace(row, nested=told))

    def _row(
        self,
        name: str,
        label: str,
        params: Mapping[str, Any],
        baseline: bool,
        fits: Fits,
        stopped: bool = False,
    ) -> ModelResult:
        trusted = trust(self.asked, fits, self.dataset, self.plan, stopped)
        return model_row(
            name, label, dict(params), baseline, fits, self.dataset, self.plan, trusted
        )

    def _attempt(self, name: str, n_fits: int, why: str | None, fit: Callable[[], F]) -> F | None:
        """All fits of a model, unless it cannot have any; one that fails does not end the study."""
        if why:
            self.failed[name] = why
            return None
        self.progress.model_started(name, n_fits)
        try:
            fits = fit()
        except FAILURES as error:
            self.failed[name] = f"failed: {error}"
            self.progress.model_finished(name, self.failed[name])
            return None
        right = np.mean(fits.predictions.predicted == fits.predictions.true)
        seconds = fits.fit_seconds + fits.predict_seconds
        self.progress.model_finished(name, f"{seconds:.1f} s, accuracy {right:.3f}")
        return fits

    def best_first(self, headline: str) -> list[ModelResult]:
        return sorted(self.rows, key=lambda row: _order(row, headline))


def _order(row: ModelResult, headline: str) -> tuple[float, int, int, int]:
    """Best first; of equals the baseline, then single models before votes, then the smaller."""
    value = row.metrics[headline].value
    low_is_good = headline in ("log_loss", "brier")
    signed = value if low_is_good else -value
    worst = float("inf") if np.isnan(signed) else signed
    return worst, not row.baseline, "members" in row.params, row.n_parameters or 0


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
