"""Predicting new cases: models that train on every labelled case and answer for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from auscult.data.dataset import Dataset, join
from auscult.errors import AuscultError, InputError
from auscult.evaluate.fitting import Fits, fit_all, make_estimator
from auscult.evaluate.inputs import FitInput, fit_inputs
from auscult.evaluate.leaderboard import cannot_take
from auscult.evaluate.plan import Plan
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.evaluate.vote_count import count_votes
from auscult.evaluate.votes import Vote, parse_votes
from auscult.models.spec import ModelSpec, labels_of
from auscult.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Answers:
    """What models say of cases whose classes they were not told.

    Parameters
    ----------
    classes
        Names of the classes.
    probabilities
        Model (or vote) to ``(n_cases, n_classes)``.
    labels
        Model (or vote) to what a person calls it.
    chosen
        The one whose answers count: the only model, or the vote.
    """

    classes: tuple[str, ...]
    probabilities: Mapping[str, FloatArray]
    labels: Mapping[str, str]
    chosen: str

    @property
    def probability(self) -> FloatArray:
        """``(n_cases, n_classes)`` of the chosen one."""
        return self.probabilities[self.chosen]

    @property
    def predicted(self) -> IntArray:
        """``(n_cases,)`` codes of the most probable classes."""
        codes: IntArray = np.argmax(self.probability, axis=1)
        return codes


def train_and_answer(
    train: Dataset,
    cases: Dataset,
    specs: Sequence[ModelSpec],
    *,
    vote: str | None = None,
    seed: int = 0,
    epochs: int | None = None,
    progress: StudyProgress | None = None,
) -> Answers:
    """Train every model on all cases of ``train`` and let it answer for ``cases``.

    Early stopping watches a validation part cut from ``train``, whole groups where it has some.
    The classes of ``cases``, where they are known, are hidden.

    Parameters
    ----------
    train, cases
        Datasets of one form, as :func:`auscult.data.read.read_like` reads the second.
    specs
        The models; several of them vote.
    vote
        ``soft``, ``hard`` or ``weighted``, as of a study; None is ``soft`` where there are
        several models.
    seed, epochs
        As of a study.
    progress
        Told what happens.

    Raises
    ------
    InputError
        A model cannot take the data or its settings are wrong, or a vote has too few members.
    DivergedError
        A network's loss was not finite.
    """
    labels = labels_of(specs)
    votes = _votes(vote, labels)
    estimators = [make_estimator(spec, epochs) for spec in specs]
    plan = Plan("kfold" if train.groups is None else "grouped", seed=seed)
    hidden = replace(cases, y=np.full(cases.n_cases, -1, dtype=np.int64))
    joined, asked = join(train, hidden)
    for spec in specs:
        why = cannot_take(spec, joined)
        if why:
            raise InputError(f"{spec} cannot be trained on it: {why}.", where=train.name)
    inputs = fit_inputs(joined, [replace(plan.whole(train), test=asked)])
    fits: dict[str, Fits] = {}
    for spec, estimator in zip(specs, estimators, strict=True):
        validate = any(one.validates(str(spec)) for one in votes)
        fits[str(spec)] = _fits(
            spec, estimator, joined, inputs, plan.fit_seed(0, 0), validate, progress or Silent()
        )
    fits |= {one.name: count_votes(one, fits) for one in votes}
    return Answers(
        train.classes,
        {name: one.predictions.probability for name, one in fits.items()},
        labels | {one.name: one.label for one in votes},
        votes[0].name if votes else next(iter(fits)),
    )


def _votes(vote: str | None, labels: Mapping[str, str]) -> tuple[Vote, ...]:
    if vote is None and len(labels) < 2:
        return ()
    return parse_votes(vote or "soft", labels)


def _fits(
    spec: ModelSpec,
    estimator: object,
    joined: Dataset,
    inputs: Sequence[FitInput],
    seed: int,
    validate: bool,
    progress: StudyProgress,
) -> Fits:
    name = str(spec)
    progress.model_started(name, 1)
    try:
        fits = fit_all(spec, estimator, joined, inputs, [seed], progress, validate)
    except AuscultError:
        raise
    except (ValueError, ArithmeticError) as error:
        raise InputError(f"{name} failed: {error}", where=joined.name) from error
    progress.model_finished(name, f"{fits.fit_seconds + fits.predict_seconds:.1f} s")
    return fits
