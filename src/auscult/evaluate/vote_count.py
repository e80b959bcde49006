"""What a vote comes to: its members' predictions combined, weights learned on validation parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from auscult.evaluate.fitting import Fits
from auscult.evaluate.result import Predictions
from auscult.evaluate.vote_shares import hard_shares
from auscult.evaluate.votes import Vote
from auscult.types import BoolArray, Finding, FloatArray

_FLOOR = float(np.finfo(np.float64).eps)
_MOST_STEPS = 2000
_STILL = 1e-8


@dataclass(frozen=True, eq=False)
class Counted(Fits):
    """What a vote came to, as of a model; it costs what its members cost.

    ``params`` holds ``members`` and, for a weighted vote, ``weights``, the mean over fits of
    each member's weight. ``unlearned`` of ``n_fits`` fits had no validation part to learn from.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    unlearned: int = 0
    n_fits: int = 0


def count_votes(vote: Vote, fits: Mapping[str, Fits]) -> Counted:
    """Combine the predictions of a vote's members, fit by fit.

    Parameters
    ----------
    vote
        Who votes and how.
    fits
        The models that gave figures: name to fits, all of the same splits. A member without a
        figure has no vote.
    """
    names = tuple(name for name in vote.members if name in fits)
    members = [fits[name] for name in names]
    if vote.kind == "weighted":
        probability, weights = _weighted(members)
        learned = ~np.isnan(weights[:, 0])
        weights = np.where(learned[:, None], weights, 1 / len(members))
        params = {"members": names, "weights": tuple(weights.mean(axis=0).tolist())}
        return _counted(members, probability, params, int((~learned).sum()), len(learned))
    answers = np.stack([one.predictions.probability for one in members])
    probability = answers.mean(axis=0) if vote.kind == "soft" else hard_shares(answers)
    return _counted(members, probability, {"members": names})


def unlearned(votes: Mapping[str, Counted]) -> tuple[Finding, ...]:
    """Says where a weighted vote had nothing to learn its weights from."""
    return tuple(
        Finding(
            "equal-vote-weights",
            f"The members of '{name}' weigh the same in {vote.unlearned} of {vote.n_fits} fits: "
            "there is no validation part to learn weights from.",
            severity="note",
        )
        for name, vote in votes.items()
        if vote.unlearned
    )


def mixture_weights(likelihood: FloatArray) -> FloatArray:
    """Weights of a mixture of given models that make the observed classes most likely.

    Expectation–maximisation (Dempster, Laird & Rubin 1977): each case is shared out to the
    members by their part in its likelihood, and a member's weight becomes its mean share. The
    log-likelihood is concave in the weights and never falls, so the start, equal weights, does
    not matter where the best weights are unique.

    Parameters
    ----------
    likelihood
        ``(n_cases, n_members)`` probability that each member gave to the true class.

    Returns
    -------
    FloatArray
        ``(n_members,)``, at least 0, summing to 1.
    """
    given = np.maximum(likelihood, _FLOOR)
    weights = np.full(given.shape[1], 1 / given.shape[1])
    for _ in range(_MOST_STEPS):
        before = weights
        weights = weights * (1 / (given @ weights) @ given) / len(given)
        if np.abs(weights - before).max() < _STILL:
            break
    return np.asarray(weights / weights.sum())


def _weighted(members: Sequence[Fits]) -> tuple[FloatArray, FloatArray]:
    """The mixed probabilities, and ``(n_fits, n_members)`` weights, NaN where not learned."""
    tested = members[0].predictions
    answers = np.stack([one.predictions.probability for one in members])
    mixed = answers.mean(axis=0)
    pairs = np.unique(np.stack([tested.repeat, tested.fold]), axis=1).T
    weights = np.full((len(pairs), len(members)), np.nan)
    for i, (repeat, fold) in enumerate(pairs):
        likelihood = _likelihood(members, int(repeat), int(fold))
        if len(likelihood):
            rows = _rows(tested, int(repeat), int(fold))
            weights[i] = mixture_weights(likelihood)
            mixed[rows] = np.tensordot(weights[i], answers[:, rows], axes=1)
    return mixed, weights


def _likelihood(members: Sequence[Fits], repeat: int, fold: int) -> FloatArray:
    """``(n_validation, n_members)`` probability of the true class in one fit's validation part."""
    columns = []
    for one in members:
        if one.validation is None:
            return np.empty((0, len(members)))
        rows = _rows(one.validation, repeat, fold)
        true = one.validation.true[rows]
        columns.append(one.validation.probability[rows][np.arange(len(true)), true])
    return np.stack(columns, axis=1)


def _rows(predictions: Predictions, repeat: int, fold: int) -> BoolArray:
    return np.asarray((predictions.repeat == repeat) & (predictions.fold == fold))


def _counted(
    members: Sequence[Fits],
    probability: FloatArray,
    params: Mapping[str, Any],
    unlearned: int = 0,
    n_fits: int = 0,
) -> Counted:
    sizes = [one.n_parameters for one in members if one.n_parameters is not None]
    return Counted(
        replace(members[0].predictions, probability=probability),
        (),
        sum(one.fit_seconds for one in members),
        sum(one.predict_seconds for one in members),
        sum(sizes) if len(sizes) == len(members) else None,
        params=params,
        unlearned=unlearned,
        n_fits=n_fits,
    )
