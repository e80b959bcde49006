"""What a study asks for when models and settings are to be chosen inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from auscult.data.dataset import Dataset
from auscult.evaluate.grid import Divided
from auscult.evaluate.inputs import FitInput
from auscult.evaluate.leaderboard import Leaderboard, cannot_take
from auscult.evaluate.nested.choose import Option, Task, choose_inside, label_of
from auscult.evaluate.nested.inner import inner_folds
from auscult.evaluate.nested.search import BudgetedSearch, budgeted_search
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import StudyProgress
from auscult.models.spec import ModelSpec


@dataclass(frozen=True, eq=False)
class Inside:
    """The models, the settings of a grid, and the search, if any."""

    specs: tuple[ModelSpec, ...]
    settings: tuple[Option, ...] = ()
    search: BudgetedSearch | None = None

    def add_row(
        self,
        board: Leaderboard,
        plan: Plan,
        inputs: Sequence[FitInput],
        seeds: Sequence[int],
        estimators: Sequence[Any],
        headline: str,
        progress: StudyProgress,
    ) -> None:
        """Choose, and put the row on the leaderboard; after the rows of the models."""
        splits = [one.split for one in inputs]
        inner = inner_folds(plan, board.dataset, splits)
        labels = {row.model: row.label for row in board.rows}
        named = [
            Option(spec, labels.get(str(spec), spec.label), estimator)
            for spec, estimator in zip(self.specs, estimators, strict=True)
        ]
        task = Task(board.dataset, inputs, seeds, inner, headline, plan.seed)
        choose = partial(
            choose_inside, task, named, self.settings, board.fitted, progress, self.search
        )
        trials = self.search.trials * len(inputs) if self.search else 0
        n_fits = (len(named) + len(self.settings)) * len(inner.fits) + trials
        board.add_chosen(choose, n_fits, headline)


def parse_inside(
    specs: Sequence[ModelSpec],
    divided: Divided,
    search: int | None,
    grid: str | None,
    epochs: int | None,
    dataset: Dataset,
) -> Inside:
    """The choice that is asked for: among the models, a grid's settings, or what a search finds.

    With a search the grid says what it may set, and is not tried in full.

    Raises
    ------
    InputError
        As of :func:`~auscult.evaluate.nested.search.budgeted_search`.
    """
    if search is not None:
        able = [spec for spec in specs if cannot_take(spec, dataset) is None]
        return Inside(tuple(specs), (), budgeted_search(search, able, grid, epochs))
    settings = tuple(
        Option(spec, label_of(spec), estimator)
        for sweep in divided.sweeps
        if cannot_take(sweep.spec, dataset) is None
        for spec, estimator in zip(sweep.specs, sweep.estimators, strict=True)
    )
    return Inside(tuple(specs), settings)
