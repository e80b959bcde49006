"""How far the public figure of a contest wanders from the private one.

A contest shows the score of a small part of its cases, drawn once, while it runs, and ranks by
the rest when it ends. Where the classes are known that draw can be made again and again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from auscult.errors import InputError
from auscult.evaluate.metrics import Scorer, chunk_size
from auscult.types import Estimate, FloatArray, IntArray

METRICS: Final = ("accuracy", "f1_macro")
DRAWS: Final = 1000
_LEAST = 10


@dataclass(frozen=True)
class PublicFigure:
    """One metric of one model: ``public`` with the 95 % range over draws, and ``private``."""

    public: Estimate
    private: float


@dataclass(frozen=True)
class PublicParts:
    """What a public part of a contest would have shown.

    Parameters
    ----------
    n_public, n_private
        Cases in the two parts.
    draws
        How often a public part was drawn for the ranges.
    figures
        Model to metric to figure.
    leader_changes
        Metric to the share of draws whose public leader is not the private leader; models that
        lead together count by equal parts. Empty with one model.
    seed
        Draws the parts.
    """

    n_public: int
    n_private: int
    draws: int
    figures: Mapping[str, Mapping[str, PublicFigure]]
    leader_changes: Mapping[str, float]
    seed: int = 0


def public_parts(
    true: IntArray,
    probabilities: Mapping[str, FloatArray],
    *,
    share: float = 0.1,
    draws: int = DRAWS,
    seed: int = 0,
) -> PublicParts:
    """Score a random public part beside the rest, and many other such parts.

    Parameters
    ----------
    true
        ``(n_cases,)`` class codes; cases of -1 are left out.
    probabilities
        Model to ``(n_cases, n_classes)``.
    share
        The public share of the cases. They are drawn without regard to class or group.
    draws
        Parts to draw; the first one gives the public and the private figure.
    seed
        Draws the parts, the same ones for every model.

    Raises
    ------
    InputError
        The share is not between 0 and 1, or one of the two parts has fewer than ten cases.
    """
    n_public = public_size(true, share)
    known = np.flatnonzero(true >= 0)
    scorers = {name: Scorer(true[known], p[known]) for name, p in probabilities.items()}
    public, private = _scores(scorers, len(known), n_public, draws, seed)
    figures = {
        name: {m: _figure(public[m][i], private[m][i]) for m in METRICS}
        for i, name in enumerate(scorers)
    }
    changes = {m: _changes(public[m], private[m]) for m in METRICS} if len(scorers) > 1 else {}
    return PublicParts(n_public, len(known) - n_public, draws, figures, changes, seed)


def public_size(true: IntArray, share: float) -> int:
    """Cases of a public part.

    Raises
    ------
    InputError
        As :func:`public_parts`.
    """
    n_known = int((true >= 0).sum())
    if not 0 < share < 1:
        raise InputError(f"is a share between 0 and 1, not {share:g}. Try 0.1.", where="--public")
    if not n_known:
        raise InputError(
            "the file to predict holds no classes, which a public part is scored by. Leave it out.",
            where="--public",
        )
    n_public = round(share * n_known)
    if min(n_public, n_known - n_public) < _LEAST:
        raise InputError(
            f"{share:g} of {n_known} cases with a known class are {n_public}; both parts need "
            f"{_LEAST} cases or more.",
            where="--public",
        )
    return n_public


Scores = dict[str, FloatArray]
"""Metric to ``(n_models, n_draws)``."""


def _scores(
    scorers: Mapping[str, Scorer], n_cases: int, n_public: int, draws: int, seed: int
) -> tuple[Scores, Scores]:
    """Scores of the public parts and of their rests, draw by draw."""
    rng = np.random.default_rng(seed)
    sides: tuple[Scores, Scores] = tuple(  # type: ignore[assignment]
        {m: np.empty((len(scorers), draws)) for m in METRICS} for _ in range(2)
    )
    step = chunk_size(n_cases)
    for start in range(0, draws, step):
        stop = min(start + step, draws)
        weights = np.zeros((n_cases, stop - start))
        for draw in range(stop - start):
            weights[rng.permutation(n_cases)[:n_public], draw] = 1.0
        for side, part in zip(sides, (weights, 1.0 - weights), strict=True):
            for i, scorer in enumerate(scorers.values()):
                for metric, values in scorer.scores(part, METRICS).items():
                    side[metric][i, start:stop] = values
    return sides


def _figure(public: FloatArray, private: FloatArray) -> PublicFigure:
    low, high = np.quantile(public, (0.025, 0.975))
    return PublicFigure(Estimate(float(public[0]), float(low), float(high)), float(private[0]))


def _changes(public: FloatArray, private: FloatArray) -> float:
    """The share of draws in which the public leader is not the private leader."""
    leads, wins = public == public.max(axis=0), private == private.max(axis=0)
    return float(np.mean((leads & ~wins).sum(axis=0) / leads.sum(axis=0)))
