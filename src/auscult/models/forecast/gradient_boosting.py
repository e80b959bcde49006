"""Gradient boosting of trees on lags, rolling means and the calendar position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from auscult.errors import InputError
from auscult.models.forecast.base import (
    BLOCK,
    Forecaster,
    ForecastTags,
    Panel,
    Values,
    Windows,
    windows_of,
)
from auscult.models.forecast.checks import require_one_of, require_whole, seasons_of
from auscult.models.forecast.features import FeatureMaker
from auscult.models.forecast.lags import training_origins
from auscult.types import IntArray

STRATEGIES = ("direct", "recursive")
LOSSES = ("absolute_error", "squared_error")


class GradientBoosting(Forecaster):
    """Gradient boosting (Friedman 2001) on histograms, scikit-learn's, of what trees can split.

    The trees correct a naive forecast (the latest value, or that of the seasons before), from
    the features of :class:`~auscult.models.forecast.features.FeatureMaker`.

    Parameters
    ----------
    season
        Points of a season, or of several.
    horizon
        Steps that a direct fit forecasts.
    every
        Spacing of the origins to learn from, counted back from the end.
    strategy
        ``direct``: one model for all steps, the step a feature; ``recursive``: one step ahead,
        fed with its own forecasts.
    loss
        ``absolute_error`` or ``squared_error``; None: squared one step ahead, where errors are
        alike, absolute for many, where the odd day would pull the trees.
    learning_rate, max_iter, max_leaf_nodes, min_samples_leaf
        Shrinkage, number of trees, size of a tree, fewest rows in a leaf.
    max_features
        The share of features, drawn at random, that each split chooses from.
    max_rows
        At most so many pairs of origin and step are learnt from, drawn at random.
    random_state
        Seed.
    """

    label: ClassVar[str] = "gradient boosting"
    tags: ClassVar[ForecastTags] = ForecastTags(covariates=True, seasons=True)

    def __init__(
        self,
        season: int | Sequence[int] = 1,
        horizon: int = 1,
        every: int = 1,
        strategy: Literal["direct", "recursive"] = "direct",
        loss: Literal["absolute_error", "squared_error"] | None = None,
        learning_rate: float = 0.03,
        max_iter: int = 600,
        max_leaf_nodes: int = 31,
        min_samples_leaf: int = 50,
        max_features: float = 0.3,
        max_rows: int = 200_000,
        random_state: int | None = None,
    ) -> None:
        self.season = season
        self.horizon = horizon
        self.every = every
        self.strategy = strategy
        self.loss = loss
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.max_rows = max_rows
        self.random_state = random_state

    def check_settings(self) -> None:
        for name in ("horizon", "every", "max_iter", "min_samples_leaf", "max_rows"):
            require_whole(name, getattr(self, name), 1, self.label)
        require_whole("max_leaf_nodes", self.max_leaf_nodes, 2, self.label)
        require_one_of("strategy", self.strategy, STRATEGIES, self.label)
        require_one_of("loss", self._loss, LOSSES, self.label)
        seasons_of(self.season, self.label)
        if not self.learning_rate > 0:
            raise InputError(f"{self.label}: 'learning_rate' is above 0.")
        if not 0 < self.max_features <= 1:
            raise InputError(f"{self.label}: 'max_features' is a share above 0, up to 1.")

    @property
    def _steps(self) -> int:
        return self.horizon if self.strategy == "direct" else 1

    @property
    def _loss(self) -> str:
        return self.loss or LOSSES[self._steps == 1]

    @property
    def lags_needed(self) -> int:
        maker = getattr(self, "maker_", None)
        return (maker or FeatureMaker.of(seasons_of(self.season), 0)).lags_needed

    @property
    def points_needed(self) -> int:
        fewest = FeatureMaker.of(seasons_of(self.season), 0).lags_needed
        return fewest + self._steps + 2

    @property
    def n_parameters_(self) -> int:
        """Number of nodes of all trees."""
        return sum(len(tree.nodes) for stage in self.inner_._predictors for tree in stage)

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        shortest = min(len(series) for series in panel)
        self.maker_ = FeatureMaker.of(
            seasons_of(self.season), shortest, len(panel) > 1, self._steps == 1
        )
        lengths = [len(series) for series in panel]
        origins, _ = training_origins(lengths, self.lags_needed, self._steps, self.every)
        chosen = self._drawn(origins)
        parts = list(self._examples(panel, origins, X, chosen))
        self.inner_ = HistGradientBoostingRegressor(
            loss=self._loss,
            learning_rate=self.learning_rate,
            max_iter=self.max_iter,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf,
            max_features=self.max_features,
            # Its validation part would be drawn at random, from the same days as the rest.
            early_stopping=False,
            random_state=self.random_state,
        )
        features = np.concatenate([part[0] for part in parts])
        self.inner_.fit(features, np.concatenate([part[1] for part in parts]))

    def _drawn(self, origins: Sequence[IntArray]) -> IntArray:
        """Which pairs of origin and step to learn from, ascending."""
        total = sum(len(at) for at in origins) * self._steps
        if total <= self.max_rows:
            return np.arange(total)
        rng = np.random.default_rng(self.random_state)
        return np.unique(rng.integers(total, size=self.max_rows))

    def _examples(
        self, panel: Panel, origins: Sequence[IntArray], X: Panel | None, chosen: IntArray
    ) -> Iterator[tuple[Values, Values]]:
        steps, before = self._steps, 0
        for block in windows_of(panel, origins, self.lags_needed, steps, X, targets=True):
            assert block.target is not None
            after = before + len(block.at) * steps
            here = chosen[slice(*np.searchsorted(chosen, (before, after)))] - before
            rows, step = here // steps, here % steps
            change = block.target[rows, step] - self.maker_.base(block, rows, step)
            yield self.maker_.rows(block, rows, step), change / self.maker_.scale(block)[rows]
            before = after

    def _from_windows(self, windows: Windows, horizon: int) -> Values:
        if self.strategy == "direct":
            return self._direct(windows, horizon)
        found = np.empty((len(windows.at), horizon))
        past = windows.past
        for step in range(horizon):
            future = None if windows.future is None else windows.future[:, step : step + 1]
            found[:, step] = self._direct(Windows(past, windows.at + step, future), 1)[:, 0]
            past = np.concatenate([past[:, 1:], found[:, step : step + 1]], axis=1)
        return found

    def _direct(self, windows: Windows, horizon: int) -> Values:
        total = len(windows.at) * horizon
        found = np.empty(total)
        for start in range(0, total, BLOCK // 50):
            pair = np.arange(start, min(total, start + BLOCK // 50))
            rows, steps = pair // horizon, pair % horizon
            change = self.inner_.predict(self.maker_.rows(windows, rows, steps))
            base = self.maker_.base(windows, rows, steps)
            found[pair] = base + change * self.maker_.scale(windows)[rows]
        return found.reshape(len(windows.at), horizon)
