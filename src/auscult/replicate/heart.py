"""Heart disease of 303 patients, an LSTM that reads thirteen columns as a sequence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from auscult import api
from auscult.data.splits import stratified_kfold
from auscult.evaluate.result import Split
from auscult.replicate.fits import Fit, curves_of, fit_network, watched_on_test
from auscult.replicate.record import Figure, Found, Matrix
from auscult.replicate.replica import Asked, Replica
from auscult.replicate.studies import compare, curves, matrix, model_of, plain_estimate, row_of
from auscult.types import IntArray

FOLDS = 5
NETWORK = "lstm:units=128:feed=features"
BEST_FOLD = "the fold that chose the weights scores them, and the best of five folds is told"
INVERTED = "the file's labels are inverted: 1 is a healthy patient"
AS_USED, ORIGINAL = ("0: sick", "1: well"), ("0: well", "1: sick")
"""What the classes of the two files mean."""
PUBLISHED = ((22.0, 6.0), (6.0, 27.0))


def repeat(asked: Asked) -> Found:
    """Five folds that each choose and score, and the original file in cross-validation."""
    dataset = api.read("heart")
    splits = watched_on_test(_folds(dataset.y, asked.seed))
    fits = fit_network(
        asked, "LSTM, best fold", NETWORK, dataset, splits, epochs=asked.choose(100, 30)
    )
    study = compare(
        asked,
        "heart-uci",
        models=f"{NETWORK},logistic,random-forest,gradient-boosting",
        repeats=asked.choose(2, 1),
        epochs=asked.choose(100, 30),
    )
    best, honest = max(fits, key=lambda fit: fit.accuracy), model_of(study, "lstm")
    rebuilt = Figure("best of five folds", plain_estimate(best.accuracy), BEST_FOLD)
    published = Figure("one fold", plain_estimate(49 / 61), f"{BEST_FOLD}; {INVERTED}")
    own = curves(honest, "LSTM, honest")
    return Found(
        data=f"{dataset.n_cases} patients, {dataset.X.shape[1]} columns",
        rows=(
            row_of(
                "LSTM on heart disease",
                "accuracy",
                published,
                rebuilt,
                (study, honest),
                [study],
                label="LSTM",
            ),
        ),
        commands=(study.provenance.command,),
        curves=(
            curves_of("LSTM, five folds", fits, "fold that is scored", BEST_FOLD),
            *([own] if own else []),
        ),
        matrices=(
            Matrix("As published", AS_USED, PUBLISHED, published.leaky),
            best.matrix("Best of five folds", AS_USED, f"{BEST_FOLD}; {INVERTED}"),
            replace(matrix(study, honest, "Honest, the original's labels"), classes=ORIGINAL),
        ),
        notes=(_spread(fits),),
    )


def _folds(y: IntArray, seed: int) -> list[Split]:
    fold_of = stratified_kfold(y, FOLDS, np.random.default_rng(seed))
    cases, none = np.arange(len(y)), np.empty(0, dtype=np.int64)
    return [Split(0, k, cases[fold_of != k], none, cases[fold_of == k]) for k in range(FOLDS)]


def _spread(fits: list[Fit]) -> str:
    shown = ", ".join(f"{fit.accuracy:.3f}" for fit in sorted(fits, key=lambda fit: fit.accuracy))
    return f"The five folds that chose their own weights scored {shown} (leaky)."


HEART = Replica(
    name="heart",
    title="Heart disease, LSTM",
    published=(
        "One fold of 61 patients with the confusion matrix 22, 6, 6, 27: accuracy 0.803. "
        "No interval, no baseline, no other fold."
    ),
    leaks=(BEST_FOLD, INVERTED),
    wrong=(
        "The fold that told when to stop also gave the figure, and only one fold of 61 patients "
        "was told.",
        "In the file that was used, target = 1 means no disease: what passed for finding the sick "
        "was finding the healthy.",
    ),
    repeat=repeat,
    seconds=(150.0, 25.0),
)
