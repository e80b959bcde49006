"""Fit one model on every split of a plan and let it predict the cases it never saw."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from auscult.data.dataset import Dataset
from auscult.errors import DivergedError, InputError, did_you_mean
from auscult.evaluate.inputs import FitInput
from auscult.evaluate.one_fit import fit_job, fit_now
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.result import Predictions
from auscult.models.spec import ModelSpec
from auscult.train.estimator import NetworkClassifier, estimator_class
from auscult.train.jobs import Job, done
from auscult.train.parts import Part
from auscult.train.store import Entry
from auscult.types import FloatArray, History

Watch = Callable[[FitInput, Any], None]
"""Shown each fitted model and its split, before the next takes its place."""


@dataclass(frozen=True, eq=False)
class Fits:
    """All fits of one model: predictions of their test cases, curves, time and size.

    ``validation`` are predictions of the validation cases by models that were not trained on
    them; None where nobody asked, or where the plan cuts no validation part. ``apart`` are these
    models' predictions of the test cases, where ``predictions`` are other models'.
    """

    predictions: Predictions
    histories: tuple[History, ...]
    fit_seconds: float
    predict_seconds: float
    n_parameters: int | None
    validation: Predictions | None = None
    apart: Predictions | None = None


def make_estimator(spec: ModelSpec, epochs: int | None = None, where: str = "--models") -> Any:
    """An unfitted estimator with the settings of a spec, which came by the flag ``where``.

    Raises
    ------
    InputError
        The model has no such setting, or refuses its value.
    """
    cls = estimator_class(spec.name)
    estimator = cls(**_params(spec, cls().get_params(), epochs, where))
    try:
        estimator.check_settings()  # before any work is done
    except ValueError as error:
        raise InputError(f"{spec}: {error}", where=where) from None
    return estimator


def _params(
    spec: ModelSpec, known: Mapping[str, Any], epochs: int | None, where: str
) -> dict[str, Any]:
    """The settings of a spec as its estimator takes them; a single number may be a list of one."""
    if epochs is not None and epochs < 1:
        raise InputError(f"needs 1 epoch or more, not {epochs}.", where="--epochs")
    params: dict[str, Any] = {"epochs": epochs} if epochs is not None and "epochs" in known else {}
    for name, value in spec.params.items():
        if name not in known:
            raise InputError(
                f"{spec.name} has no setting '{name}'. {did_you_mean(name, sorted(known))}",
                where=where,
            )
        if name == "validation_fraction":
            raise InputError(
                f"{spec}: the plan cuts the validation part, the same for every model. "
                "Leave 'validation_fraction' out; early_stopping=false trains without one.",
                where=where,
            )
        listed = isinstance(known[name], tuple) and not isinstance(value, tuple)
        word = "none" if isinstance(known[name], str) and value is None else value
        params[name] = (word,) if listed else word
    return params


def fit_all(
    spec: ModelSpec,
    estimator: Any,
    dataset: Dataset,
    inputs: Sequence[FitInput],
    seeds: Sequence[int],
    progress: StudyProgress,
    validate: bool = False,
    apart: bool = False,
    watch: Watch | None = None,
) -> Fits:
    """Fit and predict every split; with ``validate`` also its validation part.

    A model without early stopping is trained on the validation cases too. To predict them it is
    fitted once more, without them, and with ``apart`` that model predicts the test cases as well;
    a network is only fitted without them. ``watch`` is shown the model behind each prediction of
    test cases.

    Raises
    ------
    DivergedError
        A network's loss was not finite in some fit.
    """
    if isinstance(estimator, NetworkClassifier):
        settings = (estimator, dataset, inputs, seeds, progress, validate, watch)
        return _fit_networks(str(spec), *settings)
    return _fit_each(str(spec), estimator, dataset, inputs, seeds, progress, validate, apart, watch)


def _fit_networks(
    name: str,
    estimator: NetworkClassifier,
    dataset: Dataset,
    inputs: Sequence[FitInput],
    seeds: Sequence[int],
    progress: StudyProgress,
    validate: bool,
    watch: Watch | None,
) -> Fits:
    started = time.perf_counter()
    views = {id(one.X): one.stacked for one in inputs}  # shared arrays stay shared
    parts = [
        _part(one, views[id(one.X)], dataset, estimator, seed, validate)
        for one, seed in zip(inputs, seeds, strict=True)
    ]
    fitted = estimator.train_parts(
        parts,
        [one.shape for one in inputs],
        lambda done, detail: progress.advanced(name, done, detail),
    )
    failures = [f.failure for f in fitted if f.failure]
    if failures:
        raise DivergedError(f"{len(failures)} of {len(fitted)} fits: {failures[0]}")
    trained = time.perf_counter()
    probabilities, aside = [], []
    for one, fit in zip(inputs, fitted, strict=True):
        estimator.prepare(one.shape, np.arange(len(dataset.classes)), one.X[0].size)
        estimator.take(fit)
        probabilities.append(estimator.predict_proba(one.X[one.split.test]))
        if validate and len(one.split.validation):
            aside.append(estimator.predict_proba(one.X[one.split.validation]))
    predicted = time.perf_counter()
    for number, (one, fit) in enumerate(zip(inputs, fitted, strict=True)):
        if watch is None:
            break
        estimator.prepare(one.shape, np.arange(len(dataset.classes)), one.X[0].size)
        estimator.take(fit)
        progress.advanced(name, number / len(inputs), "explaining")
        watch(one, estimator)
    return Fits(
        _collect(dataset, inputs, probabilities),
        tuple(f.history for f in fitted),
        trained - started,
        predicted - trained,
        estimator.n_parameters_,
        _collect(dataset, inputs, aside, "validation") if aside else None,
    )


def _part(
    one: FitInput,
    X: FloatArray,
    dataset: Dataset,
    estimator: NetworkClassifier,
    seed: int,
    validate: bool,
) -> Part:
    """What a network trains on; without early stopping the validation part too, unless asked."""
    train, validation = one.split.train, one.split.validation
    if not estimator.early_stopping and validate:
        validation = validation[:0]
    elif not estimator.early_stopping:
        train, validation = one.training, one.split.validation[:0]
    if estimator.random_state is not None:
        seed = int(estimator.random_state)
    return Part(X, dataset.y, train, validation, seed, dataset.lengths)


def _fit_each(
    name: str,
    estimator: Any,
    dataset: Dataset,
    inputs: Sequence[FitInput],
    seeds: Sequence[int],
    progress: StudyProgress,
    validate: bool,
    apart: bool,
    watch: Watch | None,
) -> Fits:
    tests, asides = [], []
    for one, seed in zip(inputs, seeds, strict=True):
        split, how = one.split, (estimator, dataset, one, seed)
        tests.append(fit_job(*how, one.training, split.test))
        if validate and len(split.validation):
            cases = np.concatenate([split.validation, split.test if apart else split.test[:0]])
            asides.append(fit_job(*how, split.train, cases))
    shown = []
    if watch:
        shown = [_shown(watch, job, one) for job, one in zip(tests, inputs, strict=True)]
        tests = []

    def told(number: int) -> None:
        total = len(inputs) + len(asides)
        share = (len(shown) + number) / total
        progress.advanced(name, share, f"fit {int(share * len(inputs))} of {len(inputs)}")

    found = [*shown, *done([*tests, *asides], told)]
    tested, kept = found[: len(inputs)], found[len(inputs) :]
    said = [entry.arrays["probability"] for entry in kept]
    ends = [len(one.split.validation) for one in inputs if len(one.split.validation)]
    seconds = np.sum([entry.arrays["seconds"] for entry in found], axis=0)
    collected = [p[:end] for p, end in zip(said, ends, strict=False)]
    again = [p[end:] for p, end in zip(said, ends, strict=False)]
    return Fits(
        _collect(dataset, inputs, [entry.arrays["probability"] for entry in tested]),
        (),
        float(seconds[0]),
        float(seconds[1]),
        tested[-1].meta["n_parameters"],
        _collect(dataset, inputs, collected, "validation") if kept else None,
        _collect(dataset, inputs, again) if apart and kept else None,
    )


def _shown(watch: Watch, job: Job, one: FitInput) -> Entry:
    """Fit in this process, and show the model."""
    estimator, n_classes = job.about
    entry = fit_now(estimator, n_classes, job.arrays)
    watch(one, estimator)
    return entry


def _collect(
    dataset: Dataset,
    inputs: Sequence[FitInput],
    probabilities: Sequence[FloatArray],
    part: Literal["test", "validation"] = "test",
) -> Predictions:
    splits = [one.split for one in inputs]
    cases = [split.test if part == "test" else split.validation for split in splits]
    case = np.concatenate(cases)
    return Predictions(
        case=case,
        repeat=np.repeat([s.repeat for s in splits], [len(c) for c in cases]),
        fold=np.repeat([s.fold for s in splits], [len(c) for c in cases]),
        true=dataset.y[case],
        probability=np.concatenate(probabilities),
    )
