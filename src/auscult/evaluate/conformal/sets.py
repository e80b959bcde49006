"""Conformal prediction sets: the classes that a case cannot be denied, given cases kept aside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from auscult.evaluate.calibration.kept import Kept, Member
from auscult.evaluate.conformal.scores import Score, aps, lac
from auscult.types import BoolArray, FloatArray, IntArray

_SLACK = 1e-9


def prediction_sets(
    kept: Kept,
    coverage: float,
    *,
    score: Score = "lac",
    by_class: bool = False,
    plus: bool = False,
    seed: int = 0,
) -> BoolArray:
    """The set of each test case of one fit.

    A class is in the set unless its score is larger than that of too many of the ``n`` cases
    kept aside: it stays while fewer than ``coverage · (n + 1)`` of them have a smaller one.

    With one model this is split conformal prediction (Vovk, Gammerman & Shafer 2005; Papadopoulos
    et al. 2002): where cases are exchangeable, a set holds the true class with a probability of
    ``coverage`` or more. With the models of several folds, each of which scored the cases that it
    did not see, a test case is scored by one of them, drawn at random: it then stands among the
    cases kept aside as one of their own, but for their models, which a training case more might
    have changed. The coverage is right where it would not, and as cases grow.

    With ``plus`` every model scores the test case and each case kept aside is compared with its
    own model's score (CV+; Barber, Candès, Ramdas & Tibshirani 2021; of classes, Romano, Sesia &
    Candès 2020). The probability is then at least ``1 - 2 (1 - coverage)``, less a term that
    fades with ``n``, whatever the model; where models differ, sets are larger than need be.

    Parameters
    ----------
    kept
        One fit.
    coverage
        Between 0 and 1.
    score
        ``lac`` or ``aps``.
    by_class
        Count the cases of each class by themselves, so that the coverage holds for every class
        (Vovk 2012; Sadinle, Lei & Wasserman 2019).
    plus
        CV+ where there are several models.
    seed
        Of the random part of ``aps``, and of the draw of models.

    Returns
    -------
    BoolArray
        ``(n_test, n_classes)``.
    """
    rng = np.random.default_rng(seed)
    n_test, n_classes = kept.members[0].test.shape
    uniform: FloatArray = rng.random((n_test,))
    scored = [_scores(member, score, uniform, rng) for member in kept.members]
    true = kept.true
    if plus:
        parts = [(*scores, m.true) for scores, m in zip(scored, kept.members, strict=True)]
    else:
        drawn = rng.integers(len(scored), size=n_test)
        tested = np.stack([tested for _, tested in scored])[drawn, np.arange(n_test)]
        parts = [(np.concatenate([own for own, _ in scored]), tested, true)]
    smaller = sum(_smaller(own, tested, of if by_class else None) for own, tested, of in parts)
    count = np.bincount(true, minlength=n_classes) if by_class else np.array([len(true)])
    return np.asarray(smaller < coverage * (count + 1) - _SLACK)


def least_kept(coverage: float) -> int:
    """How many cases must be kept aside for a set to leave out any class."""
    return int(np.ceil(coverage / (1 - coverage) - _SLACK))


def threshold(kept: Kept, code: int, coverage: float) -> float:
    """The probability from which a class is in the ``lac`` set by class, of one model.

    0 where too few cases of the class were kept aside.
    """
    (member,) = kept.members
    own = np.sort(member.probability[member.true == code, code])
    below = int(np.floor((1 - coverage) * (len(own) + 1) + _SLACK))
    return float(own[below - 1]) if below else 0.0


def _scores(
    member: Member, score: Score, uniform: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Scores of the cases kept aside for their true class, and of all classes of test cases."""
    if score == "lac":
        own, tested = lac(member.probability), lac(member.test)
    else:
        own = aps(member.probability, rng.random(len(member.true)))
        tested = aps(member.test, uniform)
    return own[np.arange(len(member.true)), member.true], tested


def _smaller(own: FloatArray, tested: FloatArray, by: IntArray | None) -> IntArray:
    """``(n_test, n_classes)`` how many of the own scores are smaller; by class, of that class."""
    if by is None:
        return np.searchsorted(np.sort(own), tested, "left")
    columns: Sequence[IntArray] = [
        np.searchsorted(np.sort(own[by == code]), tested[:, code], "left")
        for code in range(tested.shape[1])
    ]
    return np.column_stack(columns)
