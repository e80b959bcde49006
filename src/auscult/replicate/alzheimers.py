"""Alzheimer's disease in 2149 patients, a recurrent network that reads a row as one step."""

from __future__ import annotations

import numpy as np

from auscult import api
from auscult.data.splits import stratified_kfold
from auscult.evaluate.result import Split
from auscult.replicate.fits import curves_of, fit_network
from auscult.replicate.record import Figure, Found
from auscult.replicate.replica import Asked, Replica
from auscult.replicate.studies import compare, curves, matrix, model_of, plain_estimate, row_of
from auscult.report.words import upper_first
from auscult.types import FloatArray

TENTHS = 10
SCALED = "the scaler was fitted on all rows, and the test part served as the validation part"
NETWORK = "rnn:units=200:feed=row:batch_size=32"


def repeat(asked: Asked) -> Found:
    """One tenth that watches and judges, and cross-validation beside other models."""
    dataset = api.read("alzheimers")
    fold_of = stratified_kfold(dataset.y, TENTHS, np.random.default_rng(asked.seed))
    train, test = np.flatnonzero(fold_of != 0), np.flatnonzero(fold_of == 0)
    epochs = asked.choose(100, 30)
    (fit,) = fit_network(
        asked,
        "RNN, watched on the test part",
        NETWORK,
        dataset,
        [Split(0, 0, train, test, test)],
        epochs=epochs,
        X=_scaled_on_all(dataset.X),
    )
    study = compare(
        asked,
        "alzheimers",
        models=f"{NETWORK},gradient-boosting,random-forest",
        repeats=asked.choose(2, 1),
        epochs=epochs,
    )
    honest = model_of(study, "rnn")
    own = curves(honest, "RNN, honest")
    rebuilt = Figure("one tenth", plain_estimate(fit.accuracy), SCALED)
    return Found(
        data=(
            f"{dataset.n_cases:,} patients, {dataset.X.shape[1]} columns; by their look they are "
            "made up"
        ),
        rows=(
            row_of(
                "RNN on Alzheimer's disease",
                "accuracy",
                Figure("one tenth", leaky=SCALED, text="picture lost"),
                rebuilt,
                (study, honest),
                [study],
                label="RNN",
            ),
        ),
        commands=(study.provenance.command,),
        curves=(
            curves_of("RNN, as published", [fit], "test cases", SCALED),
            *([own] if own else []),
        ),
        matrices=(
            fit.matrix("RNN, one tenth", dataset.classes, SCALED),
            matrix(study, honest, "RNN, honest"),
            matrix(study, study.winner, f"{upper_first(study.winner.label)}, honest"),
        ),
        notes=(
            f"The tenth that watched and judged has {len(test)} patients: chance in who they are "
            f"alone moves a figure of 0.84 by up to {_chance(len(test)):.2f} either way.",
        ),
    )


def _scaled_on_all(X: FloatArray) -> FloatArray:
    """Mean 0 and scale 1 over all rows, the tested ones among them: the leak."""
    scale = X.std(axis=0)
    return np.asarray((X - X.mean(axis=0)) / np.where(scale > 0, scale, 1.0), dtype=np.float32)


def _chance(n: int) -> float:
    """Half the 95 % interval of a share of 0.84 among ``n``."""
    return 1.96 * float(np.sqrt(0.84 * 0.16 / n))


ALZHEIMERS = Replica(
    name="alzheimers",
    title="Alzheimer's disease, RNN",
    published="A picture of learning curves, which is lost. No table, no interval, no baseline.",
    leaks=(SCALED,),
    wrong=(
        "The scaler had seen the rows it was tested on, and the test part told when to stop.",
        "Nothing simple stood beside the network, so that nobody saw that trees find far more.",
    ),
    repeat=repeat,
    seconds=(150.0, 40.0),
)
