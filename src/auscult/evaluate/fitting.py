"""Fit one model on every split of a plan and let it predict the cases it never saw."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from auscult.data.dataset import Dataset
from auscult.errors import DivergedError, InputError, did_you_mean
from auscult.evaluate.inputs import FitInput
from auscult.evaluate.progress import StudyProgress
from auscult.evaluate.result import Predictions
from auscult.models.spec import ModelSpec
from auscult.train.estimator import NetworkClassifier, estimator_class
from auscult.train.parts import Part
from auscult.train.threads import threads_for
from auscult.types import FloatArray, History, IntArray

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
    for number, (one, fit) in enumerate(zip(inputs, fitted, strict=True) if watch else ()):
        estimator.prepare(one.shape, np.arange(len(dataset.classes)), one.X[0].size)
        estimator.take(fit)
        _show(watch, one, estimator, name, number / len(inputs), progress)
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
    probabilities, aside, again, seconds, n_parameters = [], [], [], np.zeros(2), None
    for number, (one, seed) in enumerate(zip(inputs, seeds, strict=True)):
        split = one.split
        p, spent, fitted = _fit_one(estimator, dataset, one, seed, one.training, split.test)
        probabilities.append(p)
        seconds += spent
        _show(watch, one, fitted, name, number / len(inputs), progress)
        if validate and len(split.validation):
            cases = np.concatenate([split.validation, split.test if apart else split.test[:0]])
            p, spent, _ = _fit_one(estimator, dataset, one, seed, split.train, cases)
            aside.append(p[: len(split.validation)])
            again.append(p[len(split.validation) :])
            seconds += spent
        n_parameters = getattr(fitted, "n_parameters_", None)
        progress.advanced(name, (number + 1) / len(inputs), f"fit {number + 1} of {len(inputs)}")
    return Fits(
        _collect(dataset, inputs, probabilities),
        (),
        float(seconds[0]),
        float(seconds[1]),
        n_parameters,
        _collect(dataset, inputs, aside, "validation") if aside else None,
        _collect(dataset, inputs, again) if apart and again else None,
    )


def _show(
    watch: Watch | None,
    one: FitInput,
    fitted: Any,
    name: str,
    done: float,
    progress: StudyProgress,
) -> None:
    if watch:
        progress.advanced(name, done, "explaining")
        watch(one, fitted)


def _fit_one(
    estimator: Any,
    dataset: Dataset,
    one: FitInput,
    seed: int,
    train: IntArray,
    predict: IntArray,
) -> tuple[FloatArray, FloatArray, Any]:
    """Probabilities of the cases to predict, seconds to fit and to predict, the fitted model."""
    fitted = _seeded(estimator, seed)
    started = time.perf_counter()
    with threads_for(one.X):
        fitted.fit(one.X[train], dataset.y[train])
        trained = time.perf_counter()
        probability = np.zeros((len(predict), len(dataset.classes)))
        probability[:, fitted.classes_] = fitted.predict_proba(one.X[predict])
    seconds = np.array([trained - started, time.perf_counter() - trained])
    return probability, seconds, fitted


def _seeded(estimator: Any, seed: int) -> Any:
    """A fresh clone with the fit's seed and all cores, where it takes them."""
    from sklearn.base import clone  # noqa: PLC0415

    fresh = clone(estimator)
    params = fresh.get_params()
    if "random_state" in params and params["random_state"] is None:
        fresh.set_params(random_state=seed % 2**31)
    if "n_jobs" in params and params["n_jobs"] is None:
        fresh.set_params(n_jobs=os.cpu_count())
    return fresh


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
