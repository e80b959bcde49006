"""``bundle.json``: everything a bundle knows of itself, typed.

The fields are told one by one in ``docs/bundles.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from auscult.types import Column, DataKind, Estimate, Finding

FORMAT: Final = 1
RECIPES: Final = ("kaggle", "window", "relative", "live")
"""Of :data:`auscult.data.ecg.beats.RECIPES`: whose module a table's bundle need not load."""
DOCUMENT: Final = "bundle.json"


@dataclass(frozen=True)
class Field:
    """A column of a table, or a channel of signals, as the training cases had it.

    ``low``, ``high`` and ``median`` are of a numeric column, ``categories`` and ``commonest`` of a
    categorical one. A channel has no median.
    """

    name: str
    kind: Literal["numeric", "categorical"]
    unit: str | None = None
    categories: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    median: float | None = None
    commonest: str | None = None
    n_missing: int = 0
    """Gaps among the training cases."""
    whole: bool = False
    """Whether a numeric column held whole numbers only."""
    deciles: tuple[float, ...] = ()
    """Least value, nine deciles and greatest value of a numeric column, to see drift against."""
    shares: tuple[float, ...] = ()
    """Of the training cases in each bin of :mod:`auscult.bundle.shares`, gaps last."""

    @property
    def column(self) -> Column:
        """As a dataset has it."""
        low, high = (math.nan if v is None else v for v in (self.low, self.high))
        return Column(self.name, self.kind, self.n_missing, self.categories, low, high)


@dataclass(frozen=True)
class ModelInfo:
    """The model: its name in the table of models, what reports call it, its settings."""

    name: str
    label: str
    params: Mapping[str, Any] = field(default_factory=dict)
    n_parameters: int | None = None


@dataclass(frozen=True)
class CalibrationMap:
    """A map from probabilities to calibrated ones, as numbers.

    ``temperature`` has ``degrees``; ``platt`` one ``(slope, shift)`` of the log-odds a map in
    ``sigmoids``; ``isotonic`` one pair of knots ``(x, y)`` a map in ``steps``. With two classes
    there is one map, of the second class; with more, one a class.
    """

    method: Literal["temperature", "platt", "isotonic"]
    learned_on: str
    n_kept: int
    degrees: float = 1.0
    sigmoids: tuple[tuple[float, float], ...] = ()
    steps: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] = ()


@dataclass(frozen=True)
class Sets:
    """Conformal prediction sets: a class is in one while its score is not above a quantile.

    ``quantiles`` is one number, or with ``by_class`` one a class; None where too few cases were
    kept aside to leave the class out of any set. Scores are of the probabilities before
    calibration.
    """

    coverage: float
    score: Literal["lac", "aps"]
    by_class: bool
    quantiles: tuple[float | None, ...]
    guarantee: str
    learned_on: str
    n_kept: int


@dataclass(frozen=True)
class Threshold:
    """From which probability (before calibration) on a class is called, for a sensitivity."""

    class_name: str
    sensitivity: float
    value: float
    learned_on: str
    n_kept: int


@dataclass(frozen=True)
class Figures:
    """What the study measured of this model on cases that its fits never saw.

    ``model`` and ``baseline`` are metric to value with a 95 % interval (NaN where none can be
    given); ``leaky`` is why they must be read beside that word, or None. ``asked`` are figures of
    the sets and of the chosen sensitivity.
    """

    headline: str
    plan: str
    n_cases: int
    model: Mapping[str, Estimate]
    baseline_name: str | None = None
    baseline: Mapping[str, Estimate] = field(default_factory=dict)
    asked: Mapping[str, Estimate] = field(default_factory=dict)
    per_class: tuple[Mapping[str, Estimate], ...] = ()
    leaky: str | None = None


@dataclass(frozen=True)
class Document:
    """All of ``bundle.json``."""

    name: str
    kind: DataKind
    target: str
    classes: tuple[str, ...]
    class_counts: tuple[int, ...]
    columns: tuple[Field, ...]
    n_channels: int
    n_timepoints: int
    model: ModelInfo
    predictor: Mapping[str, Any]
    figures: Figures
    n_cases: int
    """Training cases of the refit."""
    trained_on: str
    """In words: which cases."""
    unequal_length: bool = False
    sampling_rate: float | None = None
    """Hz."""
    recipe: Mapping[str, Any] | None = None
    """How beats are cut from a recording: ``recipe``, ``channel``."""
    encoder: Mapping[str, Any] | None = None
    """Tables: ``medians``, ``gaps``, ``categories``, as of ``TableEncoder``; null is a gap."""
    factors: tuple[float, ...] | None = None
    """On the classes' probabilities, before calibration."""
    calibration: CalibrationMap | None = None
    sets: Sets | None = None
    threshold: Threshold | None = None
    warnings: tuple[Finding, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)
    """The model card: ``facts`` and ``items``, lists of texts."""
    data_name: str = ""
    data_sha256: str = ""
    terms: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    command: str = ""
    created: str = ""
    """UTC, ISO 8601."""
    format: int = FORMAT
    task: Literal["classification"] = "classification"

    @property
    def n_columns(self) -> int:
        return len(self.columns)

    @property
    def is_recording(self) -> bool:
        """Whether cases are beats, cut from a recording."""
        return self.recipe is not None

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it; NaN as null."""
        return {"format": self.format, **_plain(self, leave=("format",))}


def _plain(value: Any, leave: tuple[str, ...] = ()) -> Any:
    if isinstance(value, Estimate):
        return {k: _plain(v) for k, v in value._asdict().items()}
    if hasattr(value, "__dataclass_fields__"):
        return {k: _plain(getattr(value, k)) for k in value.__dataclass_fields__ if k not in leave}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
