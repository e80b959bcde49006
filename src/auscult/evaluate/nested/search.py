"""A search of settings on the inner folds of each fit, within a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import numpy as np

from auscult.errors import InputError
from auscult.evaluate.fitting import fit_all, make_estimator
from auscult.evaluate.inputs import FitInput, fit_inputs
from auscult.evaluate.metrics import HIGHER_IS_BETTER
from auscult.evaluate.nested.choose import NAME, Option, Task, Tried, judged, label_of
from auscult.evaluate.nested.inner import InnerFit
from auscult.evaluate.nested.space import Space, Span, space_of
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.evaluate.result import Predictions
from auscult.evaluate.sweep import FAILURES, joined, validation_score
from auscult.models.spec import ModelSpec

MOST: Final = 500
"""Trials of one search; more are a slip of the keyboard, or a week's work by accident."""
_STARTUP = 8
"""Trials drawn at random before the estimator of densities (and the pruner) has a say."""
_SEARCH = 6


@dataclass(frozen=True, eq=False)
class BudgetedSearch:
    """Tries a number of settings for each fit of the plan.

    Trials are proposed by the tree-structured Parzen estimator (Bergstra, Bardenet, Bengio &
    Kégl, NeurIPS 2011) of Optuna (Akiba et al., KDD 2019), which knows how the models did as they
    were named. A trial goes from inner fold to inner fold and is given up where its mean so far is
    worse than the median of the earlier trials' at that fold (Golovin et al., KDD 2017).

    Parameters
    ----------
    trials
        For each fit of the plan, over all models.
    spaces
        By name a model and what may be set of it.
    epochs
        As of :func:`~auscult.evaluate.fitting.make_estimator`.
    """

    trials: int
    spaces: Mapping[str, tuple[ModelSpec, Space]]
    epochs: int | None = None

    def __call__(
        self, task: Task, tried: Sequence[Tried], progress: StudyProgress
    ) -> tuple[list[Tried], int, int]:
        """The best setting found for each fit, how many were tried, how many given up."""
        found, stopped = [], 0
        inputs = fit_inputs(task.dataset, [fit.split for fit in task.inner.fits])
        by_fit = dict(zip(map(id, task.inner.fits), inputs, strict=True))
        for outer in range(len(task.inputs)):
            here = _Here(self, task, outer, by_fit)
            best, given_up = here.search(tried, progress)
            stopped += given_up
            found += [best] if best else []
        return found, self.trials * len(task.inputs), stopped


def budgeted_search(
    trials: int, specs: Sequence[ModelSpec], grid: str | None = None, epochs: int | None = None
) -> BudgetedSearch:
    """A search over the models that have something to set.

    Parameters
    ----------
    trials
        From 1 to :data:`MOST`, for each fit of the plan.
    specs
        The models of the study.
    grid
        Values to choose from, in place of the spaces of :mod:`~auscult.evaluate.nested.space`.
    epochs
        The most epochs of the networks.

    Raises
    ------
    InputError
        The number is out of range, no model has anything to set, or Optuna is not installed.
    """
    if not 1 <= trials <= MOST:
        raise InputError(f"needs 1 to {MOST} trials, not {trials}. Try 30.", where="--search")
    spaces = {str(spec): (spec, space) for spec in specs if (space := space_of(spec, grid))}
    if not spaces:
        asked = f"all of '{grid}'" if grid else "anything to search"
        raise InputError(
            f"no model of this study has {asked}. Name one with --models.", where="--search"
        )
    _optuna()
    return BudgetedSearch(trials, spaces, epochs)


class _Here:
    """The search for one fit of the plan."""

    def __init__(
        self, search: BudgetedSearch, task: Task, outer: int, inputs: Mapping[int, FitInput]
    ) -> None:
        self._search, self._task, self._outer = search, task, outer
        self._fits = task.inner.of(outer)
        self._inputs = [inputs[id(fit)] for fit in self._fits]
        self._optuna = _optuna()
        self._study = self._new_study()

    def _new_study(self) -> Any:
        entropy = np.random.SeedSequence(self._task.seed, spawn_key=(_SEARCH, self._outer))
        seed = int(entropy.generate_state(1)[0])
        startup = min(_STARTUP, max(1, self._search.trials // 2))
        sampler = self._optuna.samplers.TPESampler(seed=seed, n_startup_trials=startup)
        pruner = self._optuna.pruners.MedianPruner(n_startup_trials=startup, n_warmup_steps=1)
        way = "maximize" if HIGHER_IS_BETTER[self._task.headline] else "minimize"
        return self._optuna.create_study(direction=way, sampler=sampler, pruner=pruner)

    def search(self, tried: Sequence[Tried], progress: StudyProgress) -> tuple[Tried | None, int]:
        self._tell_named(tried)
        best: Tried | None = None
        stopped = 0
        for number in range(self._search.trials):
            done = (self._outer + number / self._search.trials) / len(self._task.inputs)
            words = f"fit {self._outer + 1}, trial {number + 1} of {self._search.trials}"
            progress.advanced(NAME, 0.4 + 0.5 * done, words)
            trial = self._study.ask()
            option = self._option(trial)
            predictions = self._try(option, trial)
            stopped += predictions is None
            if predictions is not None:
                one = Tried(option, {self._outer: predictions}, named=False)
                best = one if best is None else self._better(best, one)
        return best, stopped

    def _better(self, best: Tried, one: Tried) -> Tried:
        headline = self._task.headline
        a, b = (found.scores(headline)[self._outer] for found in (best, one))
        return one if b < a else best

    def _tell_named(self, tried: Sequence[Tried]) -> None:
        """How the models did as they were named, where that lies in their space."""
        for one in tried:
            spec = one.option.spec
            if not one.named or self._outer not in one.predictions:
                continue
            _, space = self._search.spaces.get(str(spec), (spec, {}))
            params = one.option.estimator.get_params()
            if not space or not all(_holds(space[name], params[name]) for name in space):
                continue
            told = self._optuna.trial.create_trial(
                params={"model": str(spec)}
                | {_key(spec, name): _stored(space[name], params[name]) for name in space},
                distributions={"model": self._models()}
                | {_key(spec, name): _distribution(values) for name, values in space.items()},
                value=self._figure([one.predictions[self._outer]]),
            )
            self._study.add_trial(told)

    def _models(self) -> Any:
        return self._optuna.distributions.CategoricalDistribution(list(self._search.spaces))

    def _option(self, trial: Any) -> Option:
        spaces = self._search.spaces
        spec, space = spaces[trial.suggest_categorical("model", list(spaces))]
        settings = {name: _suggested(trial, _key(spec, name), space[name]) for name in space}
        whole = ModelSpec(spec.name, {**spec.params, **settings})
        estimator = make_estimator(whole, self._search.epochs, "--search")
        return Option(whole, label_of(whole), estimator)

    def _try(self, option: Option, trial: Any) -> Predictions | None:
        """Predictions of all inner folds; None where the trial failed or was given up."""
        parts: list[Predictions] = []
        state = self._optuna.trial.TrialState
        for number, (fit, one) in enumerate(zip(self._fits, self._inputs, strict=True)):
            try:
                parts.append(self._fit(option, fit, one))
            except FAILURES:
                self._study.tell(trial, state=state.FAIL)
                return None
            trial.report(self._figure(parts), number)
            if number + 1 < len(self._fits) and trial.should_prune():
                self._study.tell(trial, state=state.PRUNED)
                return None
        self._study.tell(trial, self._figure(parts))
        return joined(parts)

    def _fit(self, option: Option, fit: InnerFit, one: FitInput) -> Predictions:
        fits = fit_all(
            option.spec, option.estimator, self._task.dataset, [one], [fit.seed], Silent()
        )
        return judged(fits.predictions, fit.serves[self._outer])

    def _figure(self, parts: Sequence[Predictions]) -> float:
        """The headline metric of all predictions so far; the worst where it is not defined."""
        headline = self._task.headline
        signed = validation_score(joined(parts), headline)[0]
        value = -signed if HIGHER_IS_BETTER[headline] else signed
        worst = -1e9 if HIGHER_IS_BETTER[headline] else 1e9
        return value if np.isfinite(value) else worst


def _key(spec: ModelSpec, name: str) -> str:
    return f"{spec} {name}"


def _holds(values: Span | tuple[Any, ...], value: Any) -> bool:
    if isinstance(values, Span):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and values.low <= value <= values.high
    return value in values


def _stored(values: Span | tuple[Any, ...], value: Any) -> Any:
    """As the search knows a value: of given ones their place."""
    return value if isinstance(values, Span) else values.index(value)


def _suggested(trial: Any, key: str, values: Span | tuple[Any, ...]) -> Any:
    if not isinstance(values, Span):
        return values[trial.suggest_categorical(key, list(range(len(values))))]
    if values.whole:
        return trial.suggest_int(key, int(values.low), int(values.high), log=values.log)
    return float(f"{trial.suggest_float(key, values.low, values.high, log=values.log):.3g}")


def _distribution(values: Span | tuple[Any, ...]) -> Any:
    kinds = _optuna().distributions
    if not isinstance(values, Span):
        return kinds.CategoricalDistribution(list(range(len(values))))
    if values.whole:
        return kinds.IntDistribution(int(values.low), int(values.high), log=values.log)
    return kinds.FloatDistribution(values.low, values.high, log=values.log)


def _optuna() -> Any:
    try:
        optuna = import_module("optuna")
    except ImportError:
        raise InputError(
            "a search needs Optuna. Install it with: pip install 'auscult[search]'",
            where="--search",
        ) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
