"""The words that every floor shares. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]

DataKind = Literal["table", "signals"]
Severity = Literal["note", "warning"]


class Estimate(NamedTuple):
    """A figure with its 95 % interval. ``low`` and ``high`` are NaN where none can be given."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """Something that changes how a result should be read.

    Parameters
    ----------
    code
        A stable kebab-case name, e.g. ``duplicate-cases``.
    message
        One or two plain sentences with the evidence in figures.
    severity
        ``warning`` changes how a figure should be read; ``note`` is worth knowing.
    mend
        The flag or step that mends it, where there is one.
    """

    code: str
    message: str
    severity: Severity = "warning"
    mend: str | None = None


@dataclass(frozen=True)
class Column:
    """One column of a table, as it was read.

    ``categories`` is empty for a numeric column; a categorical column is stored as codes into
    it. ``low``/``high`` are the smallest and largest finite values of a numeric column.
    """

    name: str
    kind: Literal["numeric", "categorical"]
    n_missing: int = 0
    categories: tuple[str, ...] = ()
    low: float = float("nan")
    high: float = float("nan")
    n_distinct: int = 0


@dataclass(frozen=True)
class Tags:
    """What a model can take. The study leaves out, by name, models that cannot take the data."""

    tables: bool = True
    signals: bool = True
    multichannel: bool = True
    unequal_length: bool = False
    missing: bool = False
    network: bool = False
    baseline: bool = False


@dataclass(frozen=True)
class InputShape:
    """The shape of one case, ``(n_channels, n_timepoints)``; a table is one channel of features.

    ``n_outputs`` is what a network says of it: a number a class, or a step of a forecast.
    """

    n_channels: int
    n_timepoints: int
    n_outputs: int
    kind: DataKind = "signals"


@dataclass(frozen=True)
class History:
    """Learning curves of one fit, one value an epoch.

    ``curves`` maps ``loss``, ``accuracy``, ``roc_auc``, ``learning_rate`` (training part) and
    ``val_loss``, ``val_accuracy``, ``val_roc_auc`` (validation part, absent without one); of a
    forecast ``mae`` and ``val_mae`` instead of accuracy and AUC.
    ``best_epoch`` (0-based) is the epoch whose weights were kept.
    """

    curves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    best_epoch: int = -1
