"""How a person names a forecaster and its settings: ``ridge:lags=672:alpha=0.1``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from auscult.errors import InputError, did_you_mean
from auscult.models.forecast.checks import seasons_of
from auscult.models.forecast.table import BASELINES, FORECASTERS, forecast_class
from auscult.models.spec import Spec, values_of


class ForecastSpec(Spec):
    """A forecaster of the table with its settings."""

    @property
    def named_class(self) -> Any:
        return forecast_class(self.name)


@dataclass(frozen=True)
class Task:
    """What every forecaster of a study is asked for.

    Parameters
    ----------
    horizon
        Steps after an origin.
    seasons
        Points of each season, ascending.
    every
        Spacing of the origins to learn from.
    seed
        Of forecasters that draw.
    """

    horizon: int = 1
    seasons: tuple[int, ...] = ()
    every: int = 1
    seed: int = 0

    def settings(self, cls: Any) -> dict[str, Any]:
        """What of it a class of forecasters takes."""
        one = self.seasons[0] if self.seasons else 1
        known = cls().get_params()
        wanted = {
            "season": self.seasons or 1 if cls.tags.seasons else one,
            "horizon": self.horizon,
            "every": self.every,
            "random_state": self.seed % 2**31,
        }
        return {name: value for name, value in wanted.items() if name in known}


def parse_forecasters(
    text: str | Sequence[str] | None, seasons: int | Sequence[int] = ()
) -> tuple[ForecastSpec, ...]:
    """Specs named by a comma-separated text (or a list), the baselines always among them.

    A name is followed by settings: ``name:setting=value:setting=value``. Lists are written
    ``1+2+96``, and ranges as ``1..9`` make one forecaster each. Nothing names the baselines and
    gradient boosting; the seasonal naive forecast is there once a season.

    Raises
    ------
    InputError
        No such forecaster, or a setting without a value.
    """
    if text is None or text in ("", "default"):
        text = "gradient-boosting,mean"
    words = [w.strip() for w in text.split(",")] if isinstance(text, str) else list(text)
    specs = [spec for word in words for spec in _parse(word)]
    wanted = list(_baselines(seasons_of(seasons)))
    named = {spec.name for spec in specs}
    missing = [s for s in wanted if s.name not in named or s.name == "seasonal-naive"]
    return tuple({str(spec): spec for spec in [*missing, *specs]}.values())


def _baselines(seasons: Sequence[int]) -> list[ForecastSpec]:
    found = []
    for name in BASELINES:
        if name != "seasonal-naive":
            found.append(ForecastSpec(name))
        else:
            found += [ForecastSpec(name, {"season": season}) for season in seasons]
    return found


def _parse(word: str) -> list[ForecastSpec]:
    name, *settings = word.split(":")
    if name not in FORECASTERS:
        raise InputError(
            f"no forecaster is called '{name}'. {did_you_mean(name, FORECASTERS)}",
            where="--models",
        )
    choices: dict[str, list[Any]] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key or not value:
            raise InputError(
                f"'{setting}' of '{word}' is not setting=value. Write {name}:setting=value.",
                where="--models",
            )
        choices[key] = values_of(value)
    return [
        ForecastSpec(name, dict(zip(choices, combination, strict=True)))
        for combination in product(*choices.values())
    ]
