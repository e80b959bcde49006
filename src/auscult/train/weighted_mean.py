"""The weighted mean of forecasters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from auscult.errors import InputError
from auscult.models.forecast.base import Forecaster, ForecastTags, Panel, Values
from auscult.models.forecast.checks import seasons_of
from auscult.models.forecast.spec import ForecastSpec, Task
from auscult.train.forecasters import build
from auscult.types import FloatArray, IntArray

SHRINK = 0.1
"""How strongly the weights are drawn to equal ones, as a share of the forecasts' spread."""


class WeightedMean(Forecaster):
    """The mean of forecasters (Bates & Granger 1969), its weights not negative and of sum 1.

    The members are fitted on the earlier part of the training points and forecast the later
    one; the weights that serve there best by squared error, drawn towards equal ones, are kept,
    and the members are fitted again on all training points.

    Parameters
    ----------
    members
        Names of the table.
    season, horizon, every
        As of the members.
    validation
        The share of the training points, the latest, that the weights are fitted on; 0 for
        equal weights.
    random_state
        Seed of the members.
    """

    label: ClassVar[str] = "weighted mean"
    tags: ClassVar[ForecastTags] = ForecastTags(covariates=True, seasons=True)

    def __init__(
        self,
        members: Sequence[str] = ("ridge", "gradient-boosting"),
        season: int | Sequence[int] = 1,
        horizon: int = 1,
        every: int = 1,
        validation: float = 0.2,
        random_state: int | None = None,
    ) -> None:
        self.members = members
        self.season = season
        self.horizon = horizon
        self.every = every
        self.validation = validation
        self.random_state = random_state

    def check_settings(self) -> None:
        if isinstance(self.members, str) or not self.members:
            raise InputError(f"{self.label}: 'members' is a list as ridge+gradient-boosting.")
        if "mean" in self.members:
            raise InputError(f"{self.label}: a mean is no member of itself.")
        if not 0 <= self.validation <= 0.5:
            raise InputError(f"{self.label}: 'validation' is from 0 to 0.5.")
        self._built()

    def _built(self) -> list[Any]:
        seasons = seasons_of(self.season, self.label)
        task = Task(self.horizon, seasons, self.every, self.random_state or 0)
        return [build(ForecastSpec(name), task, self.label) for name in self.members]

    @property
    def lags_needed(self) -> int:
        return max(int(member.lags_needed) for member in getattr(self, "members_", self._built()))

    @property
    def points_needed(self) -> int:
        return max(int(member.points_needed) for member in self._built())

    @property
    def n_parameters_(self) -> int:
        return len(self.members_) + sum(int(member.n_parameters_) for member in self.members_)

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        self.weights_ = self._weights(panel, X)
        self.members_ = [member.fit(list(panel), _listed(X)) for member in self._built()]

    def _weights(self, panel: Panel, X: Panel | None) -> FloatArray:
        equal = np.full(len(self.members), 1 / len(self.members))
        origins = [self._later(len(y)) for y in panel]
        cuts = [int(at[0]) if len(at) else len(y) for y, at in zip(panel, origins, strict=True)]
        needed = self.points_needed
        if not any(len(at) for at in origins) or min(cuts) < needed:
            return equal
        early = [y[:cut] for y, cut in zip(panel, cuts, strict=True)]
        known = None if X is None else [x[:cut] for x, cut in zip(X, cuts, strict=True)]
        members = [member.fit(early, known) for member in self._built()]
        least = max(member.lags_needed for member in members)
        if min(cuts) < least:
            return equal
        return self._fitted_weights(members, panel, origins, X)

    def _later(self, n_points: int) -> IntArray:
        """Origins in the later part, at the position of the next forecast's in the season."""
        back = self.every * -(-self.horizon // self.every)
        earliest = n_points - int(n_points * self.validation)
        return np.arange(n_points - back, earliest - 1, -self.every)[::-1]

    def _fitted_weights(
        self, members: Sequence[Any], panel: Panel, origins: Sequence[IntArray], X: Panel | None
    ) -> FloatArray:
        steps = np.arange(self.horizon)
        truth = [y[at[:, None] + steps] for y, at in zip(panel, origins, strict=True)]
        scales = [float(np.std(y)) or 1.0 for y in panel]
        found = [
            member.forecast(list(panel), list(origins), self.horizon, _listed(X))
            for member in members
        ]
        errors = [
            np.concatenate(
                [(r - t).ravel() / s for r, t, s in zip(rows, truth, scales, strict=True)]
            )
            for rows in found
        ]
        return simplex_weights(np.stack(errors, axis=1))

    def _forecast(
        self, panel: Panel, origins: Sequence[IntArray], horizon: int, X: Panel | None
    ) -> list[Values]:
        total = [np.zeros((len(at), horizon)) for at in origins]
        for weight, member in zip(self.weights_, self.members_, strict=True):
            found = member.forecast(list(panel), list(origins), horizon, _listed(X))
            total = [t + weight * f for t, f in zip(total, found, strict=True)]
        return total


def _listed(X: Panel | None) -> list[Values] | None:
    return None if X is None else list(X)


def simplex_weights(errors: Values) -> FloatArray:
    """Weights from 0, of sum 1, for which the mean of errors is least by its square.

    Parameters
    ----------
    errors
        ``(n_rows, n_members)``.
    """
    from scipy.optimize import nnls  # noqa: PLC0415  (heavy)

    n_members = errors.shape[1]
    product = errors.T @ errors / len(errors)
    size = float(np.trace(product)) / n_members
    if size == 0:
        return np.full(n_members, 1 / n_members)
    product = product / size + SHRINK * np.eye(n_members)
    root = np.linalg.cholesky(product).T
    # With errors e_i the weighted error is that of sum(w e) whatever the truth, as sum(w) = 1;
    # a heavy last row holds the sum there.
    heavy = 1e4
    system = np.concatenate([root, np.full((1, n_members), heavy)])
    weights, _ = nnls(system, np.concatenate([np.zeros(n_members), [heavy]]))
    found: FloatArray = weights / weights.sum()
    return found
