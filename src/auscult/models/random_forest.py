"""Random forest."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from numpy.typing import ArrayLike
from sklearn.ensemble import RandomForestClassifier

from auscult.models.classical import ClassicalClassifier
from auscult.types import Tags


class RandomForest(ClassicalClassifier):
    """Random forest (Breiman 2001), scikit-learn's.

    Parameters
    ----------
    n_estimators
        Number of trees.
    min_samples_leaf
        Fewest cases in a leaf.
    random_state
        Seed.
    n_jobs
        Threads of training.
    """

    label: ClassVar[str] = "random forest"
    tags: ClassVar[Tags] = Tags(missing=True)

    def __init__(
        self,
        n_estimators: int = 200,
        min_samples_leaf: int = 1,
        random_state: int | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.min_samples_leaf = min_samples_leaf
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """As :meth:`ClassicalClassifier.fit`, on ``n_jobs`` threads."""
        super().fit(X, y)
        self.inner_.n_jobs = 1  # threads would add up the trees' answers in changing order
        return self

    def _inner(self) -> Any:
        return RandomForestClassifier(**self.get_params())

    @property
    def n_parameters_(self) -> int:
        """Number of nodes of all trees."""
        return sum(tree.tree_.node_count for tree in self.inner_.estimators_)
