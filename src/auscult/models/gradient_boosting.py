"""Gradient boosting of trees."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.ensemble import HistGradientBoostingClassifier

from auscult.models.classical import ClassicalClassifier
from auscult.types import Tags


class GradientBoosting(ClassicalClassifier):
    """Gradient boosting (Friedman 2001) on histograms of the features, scikit-learn's.

    Parameters
    ----------
    learning_rate, max_iter, max_leaf_nodes, min_samples_leaf
        Shrinkage, number of trees, size of a tree, fewest cases in a leaf.
    random_state
        Seed.
    """

    label: ClassVar[str] = "gradient boosting"
    tags: ClassVar[Tags] = Tags(missing=True)

    def __init__(
        self,
        learning_rate: float = 0.1,
        max_iter: int = 100,
        max_leaf_nodes: int = 31,
        min_samples_leaf: int = 20,
        random_state: int | None = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.random_state = random_state

    def _inner(self) -> Any:
        # No early stopping: its validation part would be cut without regard to groups.
        return HistGradientBoostingClassifier(early_stopping=False, **self.get_params())

    @property
    def n_iter_(self) -> int:
        """Number of trees a class."""
        return int(self.inner_.n_iter_)

    @property
    def n_parameters_(self) -> int:
        """Number of nodes of all trees."""
        trees = self.inner_._predictors
        return sum(len(tree.nodes) for stage in trees for tree in stage)
