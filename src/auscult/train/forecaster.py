"""Every network of the table of forecasters as an estimator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, ClassVar, Self

from sklearn.base import clone
from sklearn.utils import check_random_state

from auscult.errors import DivergedError, InputError
from auscult.models.forecast.base import Forecaster, ForecastTags, Panel, Values, Windows
from auscult.models.forecast.checks import require_one_of, require_whole, seasons_of
from auscult.models.network import Architecture, Network
from auscult.models.settings import check_setting
from auscult.train.devices import AUTO, usable_device
from auscult.train.examples import Examples, default_window, training_examples
from auscult.train.logits import network_outputs
from auscult.train.parts import Part
from auscult.train.run import Fitted
from auscult.train.settings import VALUE_LOSSES, Training
from auscult.train.stack import Progress
from auscult.train.stacks import fit_parts
from auscult.train.windows import SCALINGS, WindowMaker
from auscult.types import History, InputShape

TRAINING = (
    "epochs",
    "batch_size",
    "optimizer",
    "learning_rate",
    "weight_decay",
    "schedule",
    "patience",
    "loss",
    "clip_norm",
    "precision",
)
"""Those of the training settings that mean something for values."""

DEFAULTS: dict[str, Any] = {
    "epochs": 30,
    "batch_size": 128,
    "schedule": "cosine",
    "loss": "mse",
    "clip_norm": 1.0,
    "lags": None,
    "season": 1,
    "horizon": 1,
    "every": 1,
    "scaling": "relative",
    "bounds": None,
    "calendar": True,
    "max_windows": 40_000,
    "early_stopping": False,
    "validation_fraction": 0.15,
    "device": AUTO,
    "random_state": None,
}
"""Settings of every network of this table, where its architecture says nothing else."""

SIDE_BY_SIDE = 8
"""Fits whose windows are held at a time."""


class NetworkForecaster(Forecaster):
    """A network behind ``fit(y)`` / ``predict(horizon)``.

    Concrete classes come from :func:`~auscult.train.forecasters.forecaster_class`, one for each
    architecture of the table; their parameters are the architecture's settings, those of
    :class:`~auscult.train.settings.Training` that concern values, and:

    Parameters
    ----------
    lags
        Points that the network sees; None for a choice by season and horizon
        (:func:`~auscult.train.examples.default_window`).
    season
        Points of a season, or of several.
    horizon
        Steps that are forecast, all at once (direct).
    every
        Spacing of the origins to learn from; divided where it leaves few.
    scaling
        ``relative`` to a naive forecast
        (:class:`~auscult.train.windows.WindowMaker`); ``range``: the lowest and highest point
        of the training part become 0 and 1; ``leaky``: trained so, but what is forecast is
        scaled by the lowest and highest point of the tested part, as programs do that fit their
        scaler again on it. A study says so wherever it shows the figure.
    bounds
        Lowest and highest point of the tested part for ``leaky``; a study gives them.
    calendar
        Whether the network sees each point's position in the seasons.
    max_windows
        The most examples to learn from; where there are more, so many are drawn.
    early_stopping
        Whether training stops at the lowest loss on the latest windows, which are then not
        learnt from.
    validation_fraction
        Their share.
    device
        Where to train, e.g. ``cpu`` or ``cuda``; ``auto`` is the GPU where there is one and no
        other processes fit.
    random_state
        Seed of weights, order of windows, dropout and drawing.
    """

    architecture_class: ClassVar[type[Architecture]]
    tags: ClassVar[ForecastTags] = ForecastTags(seasons=True)

    def check_settings(self) -> None:
        for name in ("horizon", "every", "max_windows"):
            require_whole(name, getattr(self, name), 1, self.label)
        if self.lags is not None:
            require_whole("lags", self.lags, 1, self.label)
        require_one_of("scaling", self.scaling, SCALINGS, self.label)
        require_one_of("loss", self.loss, VALUE_LOSSES, self.label)
        seasons_of(self.season, self.label)
        for name in ("calendar", "early_stopping"):
            check_setting(name, getattr(self, name), bool, self.label)
        check_setting("validation_fraction", self.validation_fraction, float, self.label)
        self.architecture()
        self.training()
        check_random_state(self.random_state)
        usable_device(self.device)

    @property
    def lags_needed(self) -> int:
        return int(getattr(self, "lags_", self.lags or 1))

    @property
    def points_needed(self) -> int:
        return int(self.lags or 2) + int(self.horizon) + 3

    @property
    def n_parameters_(self) -> int:
        return int(self.network_.n_parameters)

    def architecture(self) -> Architecture:
        """The architecture with this forecaster's settings."""
        names = [field.name for field in fields(self.architecture_class)]  # type: ignore[arg-type]
        return self.architecture_class(**{name: getattr(self, name) for name in names})

    def training(self) -> Training:
        """The training settings."""
        return Training(**{name: getattr(self, name) for name in TRAINING})

    def fit_many(
        self, pasts: Sequence[tuple[Any, Any]], progress: Progress | None = None
    ) -> list[Self | InputError]:
        """Clones fitted on each past, trained side by side; or why one could not be.

        Parameters
        ----------
        pasts
            Series (or panels) and covariates, as :meth:`fit` takes them.
        progress
            Told the share that is done.

        Raises
        ------
        DivergedError
            A loss was not finite.
        """
        clones = [clone(self) for _ in pasts]
        outcomes: list[Self | InputError] = []
        for start in range(0, len(pasts), SIDE_BY_SIDE):
            group = slice(start, start + SIDE_BY_SIDE)
            share = len(pasts[group]) / len(pasts)
            told = _share_of(progress, start / len(pasts), share)
            outcomes += _fit_group(clones[group], pasts[group], told)
        return outcomes

    def _fit(self, panel: Panel, X: Panel | None) -> None:
        part = self._part(panel)
        self._take(_trained([self], [part], None)[0])

    def _part(self, panel: Panel) -> Part:
        """What one fit is trained on; notes how windows are made."""
        seasons = seasons_of(self.season)
        shortest = min(len(series) for series in panel)
        lags = self.lags or default_window(seasons, self.horizon, shortest)
        maker = WindowMaker(
            lags, self.horizon, seasons, self.calendar, self._bounds(panel), len(panel) > 1
        )
        seed = _seed(self.random_state)
        share = self.validation_fraction if self.early_stopping else 0.0
        examples: Examples = training_examples(
            panel, maker, self.every, self.max_windows, share, seed
        )
        if not len(examples.train):
            raise InputError(
                f"{self.label}: {shortest} points hold no example of {lags} lags and "
                f"{self.horizon} steps. Give more points or fewer lags."
            )
        self.lags_, self.maker_ = lags, examples.maker
        self._shape = InputShape(maker.n_channels, lags, self.horizon)
        return Part(
            examples.X,
            examples.y,
            examples.train,
            examples.validation,
            seed,
            scaled=self.scaling != "relative",
        )

    def _bounds(self, panel: Panel) -> tuple[float, float] | None:
        if self.scaling == "relative":
            return None
        if self.scaling == "leaky" and (self.bounds is None or len(panel) > 1):
            raise InputError(
                f"{self.label}: scaling=leaky is for one series in a study, which knows the tested "
                "points. Use scaling=range."
            )
        return min(float(y.min()) for y in panel), max(float(y.max()) for y in panel)

    def _take(self, fitted: Fitted) -> None:
        """Become the fitted network of one fit."""
        if fitted.failure:
            raise DivergedError(f"{self.label}: {fitted.failure}")
        network = self.architecture().build(1, self._shape)
        network.load_state_dict(fitted.weights)
        # In float64 a forecast does not depend on the origins that stand beside it.
        self.network_: Network = network.double().eval()
        self.history_: History = fitted.history

    def _from_windows(self, windows: Windows, horizon: int) -> Values:
        leaky = self.scaling == "leaky"
        maker = replace(self.maker_, bounds=self.bounds) if leaky else self.maker_
        outputs = network_outputs(self.network_, maker.inputs(windows), None)
        return maker.forecast(outputs.numpy(), windows)[:, :horizon]


def _fit_group(
    clones: Sequence[Any], pasts: Sequence[tuple[Any, Any]], progress: Progress | None
) -> list[Any]:
    outcomes: list[Any] = list(clones)
    ready, parts = [], []
    for place, (forecaster, (y, X)) in enumerate(zip(clones, pasts, strict=True)):
        try:
            parts.append(forecaster._part(forecaster._checked(y, X)[0]))
            ready.append(forecaster)
        except InputError as error:
            outcomes[place] = error
    for forecaster, fitted in zip(ready, _trained(ready, parts, progress), strict=True):
        forecaster._take(fitted)
    return outcomes


def _trained(
    forecasters: Sequence[Any], parts: Sequence[Part], progress: Progress | None
) -> list[Fitted]:
    if not parts:
        return []
    first = forecasters[0]
    shapes = [forecaster._shape for forecaster in forecasters]
    return fit_parts(
        first.architecture(),
        shapes,
        parts,
        first.training(),
        device=first.device,
        progress=progress,
    )


def _share_of(progress: Progress | None, before: float, share: float) -> Progress | None:
    if progress is None:
        return None
    return lambda done, detail: progress(before + share * done, detail)


def _seed(random_state: Any) -> int:
    return int(check_random_state(random_state).randint(2**31 - 1))
