"""Is one model better than another? Paired on the same cases, corrected for asking often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from auscult.evaluate.delong import delong_test
from auscult.evaluate.intervals import N_RESAMPLES, Units, by_repeat, estimate
from auscult.evaluate.metrics import COUNTED, HIGHER_IS_BETTER, mean_defined, score
from auscult.evaluate.paired_tests import corrected_t_test, holm, sign_flip_test
from auscult.evaluate.result import Comparison, ModelResult, Predictions, Split
from auscult.evaluate.widening import widening
from auscult.types import FloatArray, IntArray


def compare_models(
    rows: Sequence[ModelResult],
    headline: str,
    baseline: str = "logistic",
    *,
    splits: Sequence[Split],
    groups: IntArray | None = None,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> tuple[Comparison, ...]:
    """The best model against each other one, and each against the linear baseline.

    The interval of a difference is a bootstrap over cases (or groups), both models scored on
    the same draws, widened as every other (:mod:`~auscult.evaluate.widening`). The p-value is
    two-sided:

    - for cross-validation, the corrected resampled t-test (Nadeau & Bengio 2003) over the
      differences a fold: folds share training cases, so their plain variance is too small and
      ``1/J`` is replaced by ``1/J + n_test/n_train``;
    - for a given test set, and where fewer than two folds give a figure, a test of random
      sign-flips: were the models alike, swapping their answers on any case (or group) would
      change nothing. It is exact for the accuracy over single cases (McNemar's binomial) and
      where there are few enough groups to try all flips. ``roc_auc`` and ``average_precision``
      swap ranks, not probabilities (Bandos, Rockette & Gur 2005);
    - for the ``roc_auc`` of two classes on a given test set without groups, DeLong's (1988).

    The best model is the one of these rows with the best figure, a leaky one only where there
    is no other. Rows that were not tested on the same cases are left out.

    Parameters
    ----------
    rows
        One a model.
    headline
        The metric to compare by.
    baseline
        Name of the linear baseline; its comparisons are left out where there is no such row.
    splits
        The fits of the plan: more than one is cross-validation.
    groups
        ``(n_cases_of_dataset,)`` codes, or None.
    seed
        Of resamples and flips.

    Returns
    -------
    tuple of Comparison
        With Holm's (1979) correction over all of them.
    """
    best = best_model(rows, headline)
    alike = {r.model: _sorted(r.predictions) for r in rows if _same_cases(r, best)}
    pairs = _pairs(best.model, list(alike), baseline)
    if not pairs:
        return ()
    drawn = {
        name: by_repeat(
            predictions,
            lambda scorer, weights: scorer.scores(weights, (headline,)),
            groups=groups,
            n_resamples=n_resamples,
            seed=seed,
        )[headline]
        for name, predictions in alike.items()
    }
    values = {r.model: r.metrics[headline].value for r in rows}
    count = Units.of(alike[best.model], groups).count
    share = _test_share(splits) if len(splits) > 1 else None
    p_values = [
        _p_value(alike[a], alike[b], headline, share, groups=groups, seed=seed) for a, b in pairs
    ]
    hard = headline in COUNTED
    differences = {
        (a, b): estimate(
            values[a] - values[b],
            mean_defined(drawn[a] - drawn[b], axis=0),
            count,
            widen=widening(drawn[a] - drawn[b], alike[a], hard=hard),
            signed=True,
        )
        for a, b in pairs
    }
    return tuple(
        Comparison(a, b, headline, differences[a, b], p, q)
        for (a, b), p, q in zip(pairs, p_values, holm(p_values), strict=True)
    )


def best_model(rows: Sequence[ModelResult], headline: str) -> ModelResult:
    """The row with the best figure; a leaky one only where there is no other."""
    honest = [row for row in rows if row.leaky is None] or list(rows)
    sign = 1.0 if HIGHER_IS_BETTER[headline] else -1.0
    return max(
        honest, key=lambda row: np.nan_to_num(sign * row.metrics[headline].value, nan=-np.inf)
    )


def _pairs(best: str, names: Sequence[str], baseline: str) -> list[tuple[str, str]]:
    pairs = [(best, name) for name in names if name != best]
    if baseline in names and baseline != best:
        pairs += [(name, baseline) for name in names if name not in (best, baseline)]
    return pairs


def _p_value(
    a: Predictions,
    b: Predictions,
    metric: str,
    test_share: float | None,
    *,
    groups: IntArray | None,
    seed: int,
) -> float:
    if test_share is not None:
        differences = _fold_differences(a, b, metric)
        if len(differences) >= 2:
            return corrected_t_test(differences, test_share)
    once = len(a.case) == len(np.unique(a.case))
    if metric == "roc_auc" and groups is None and a.probability.shape[1] == 2 and once:
        return delong_test(a, b)
    return sign_flip_test(a, b, metric, groups=groups, seed=seed)


def _fold_differences(a: Predictions, b: Predictions, metric: str) -> FloatArray:
    """One difference a fold and repeat; folds in which the metric is undefined are left out."""
    fits = np.unique(np.stack([a.repeat, a.fold]), axis=1).T
    found = []
    for repeat, fold in fits:
        rows = (a.repeat == repeat) & (a.fold == fold)
        in_a, in_b = (score(metric, p.true[rows], p.probability[rows])[0] for p in (a, b))
        found.append(in_a - in_b)
    differences: FloatArray = np.array(found)
    return differences[~np.isnan(differences)]


def _test_share(splits: Sequence[Split]) -> float:
    """Test cases over training cases, the validation part among them."""
    tested = sum(len(split.test) for split in splits)
    return tested / sum(len(split.train) + len(split.validation) for split in splits)


def _sorted(predictions: Predictions) -> Predictions:
    order = np.lexsort((predictions.case, predictions.repeat))
    return Predictions(
        predictions.case[order],
        predictions.repeat[order],
        predictions.fold[order],
        predictions.true[order],
        predictions.probability[order],
    )


def _same_cases(row: ModelResult, other: ModelResult) -> bool:
    a, b = _sorted(row.predictions), _sorted(other.predictions)
    return all(
        np.array_equal(x, y)
        for x, y in ((a.case, b.case), (a.repeat, b.repeat), (a.fold, b.fold), (a.true, b.true))
    )
