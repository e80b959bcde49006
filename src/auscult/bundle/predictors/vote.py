"""Several models that answer as one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from auscult.bundle.decoding import Reading
from auscult.bundle.document import ModelInfo
from auscult.bundle.predictors.predictor import Parts, Predictor, read_predictor
from auscult.evaluate.vote_shares import hard_shares
from auscult.types import FloatArray, IntArray

MOST_MEMBERS: Final = 64
KINDS: Final = ("soft", "hard", "weighted")
NETWORK: Final = "network.onnx"


@dataclass(frozen=True, eq=False)
class Member:
    """A model that votes; ``factors`` ``(n_classes,)`` move its probabilities."""

    predictor: Predictor
    factors: FloatArray | None = None

    def probability(self, X: FloatArray, lengths: IntArray | None) -> FloatArray:
        said = self.predictor.probability(X, lengths)
        if self.factors is None:
            return said
        moved = said * self.factors
        return np.asarray(moved / moved.sum(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class VotePredictor:
    """Members' probabilities, combined as :mod:`auscult.evaluate.votes` says.

    ``weights`` ``(n_members,)`` are of a weighted vote that learned some.
    """

    members: tuple[Member, ...]
    how: str
    weights: FloatArray | None = None

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        answers = np.stack([one.probability(X, lengths) for one in self.members])
        if self.how == "hard":
            return hard_shares(answers)
        if self.weights is None:
            return np.asarray(answers.mean(axis=0))
        return np.asarray(np.tensordot(self.weights, answers, axes=1))


def read(parts: Parts) -> VotePredictor:
    """From the members' own arrays, ``0/coef``, and networks, ``network-0.onnx``."""
    settings = parts.settings
    how = settings.word("how", KINDS)
    told = settings.parts("members", MOST_MEMBERS)
    if len(told) < 2:
        raise settings.wrong("members", "two or more")
    members = tuple(_member(parts, place, one) for place, one in enumerate(told))
    weights = settings.maybe("weights", settings.numbers)
    if weights is not None and (len(weights) != len(told) or min(weights) < 0):
        raise settings.wrong("weights", "a number a member, none below 0")
    if weights is not None and abs(sum(weights) - 1) > 1e-6:
        raise settings.wrong("weights", "shares that sum to 1")
    return VotePredictor(members, how, None if weights is None else np.array(weights))


def _member(parts: Parts, place: int, told: Reading) -> Member:
    about = told.part("predictor")
    about.word("kind", ("majority", "logistic", "forest", "boosting", "knn", "network"))
    factors = told.maybe("factors", told.numbers)
    n_classes = len(parts.document.classes)
    if factors is not None and (len(factors) != n_classes or min(factors) <= 0):
        raise told.wrong("factors", "a number above 0 a class")
    model = ModelInfo(told.text("model", 1000), told.text("label"))
    own: dict[str, Any] = {
        "document": replace(parts.document, predictor=about.content, model=model),
        "arrays": {
            name.removeprefix(f"{place}/"): array
            for name, array in parts.arrays.items()
            if name.startswith(f"{place}/")
        },
    }
    if network_file(place) in parts.files:
        own["files"] = {NETWORK: parts.files[network_file(place)]}
    found = read_predictor(replace(parts, **own))
    return Member(found, None if factors is None else np.array(factors))


def network_file(place: int) -> str:
    """The file of a member that is a network."""
    return f"network-{place}.onnx"
