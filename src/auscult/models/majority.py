"""The model that looks at nothing."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.dummy import DummyClassifier

from auscult.models.classical import ClassicalClassifier
from auscult.types import Tags


class Majority(ClassicalClassifier):
    """Always the most frequent class of the training cases, with the classes' shares.

    Whatever does not beat it has learned nothing.
    """

    label: ClassVar[str] = "majority class"
    tags: ClassVar[Tags] = Tags(missing=True, baseline=True)

    def _inner(self) -> Any:
        return DummyClassifier(strategy="prior")

    @property
    def n_parameters_(self) -> int:
        return len(self.classes_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True
        return tags
