"""Series as a study takes them: long enough, without gaps, covariates of what is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auscult.data.series.dataset import Series, SeriesData
from auscult.errors import InputError
from auscult.evaluate.forecast.fitting import Material
from auscult.evaluate.forecast.plan import ForecastPlan
from auscult.types import Finding

Values = NDArray[np.float64]


def make_material(data: SeriesData, plan: ForecastPlan) -> tuple[Material, tuple[int, ...]]:
    """What is to be forecast, and which series it is of.

    A series too short for a test part of ``plan.test`` points is left out.

    Raises
    ------
    InputError
        There are gaps, every series is constant, or none is long enough.
    """
    for series in data.series:
        require_whole(series, data)
    lengths = [len(series.values) for series in data.series]
    n_test = plan.n_test(lengths)
    kept = tuple(i for i, n in enumerate(lengths) if len(plan.origins(n, n_test)))
    # With none kept the plan says what is wrong with the first.
    chosen = [data.series[i] for i in kept or (int(np.argmax(lengths)),)]
    panel = tuple(np.asarray(series.values, dtype=np.float64) for series in chosen)
    folds = plan.folds([len(y) for y in panel])
    if all(y.min() == y.max() for y in panel):
        raise InputError(
            f"column '{data.target}' is constant: every value is {panel[0][0]:g}. There is nothing "
            "to forecast. Name another column with --value.",
            where=data.name,
        )
    return Material(panel, _covariates(chosen, data, plan), plan, folds), kept


def series_findings(data: SeriesData, kept: Sequence[int]) -> tuple[Finding, ...]:
    """What to know of a panel: series left out, and series that end at different times."""
    found = []
    if len(kept) < len(data.series):
        out = [s.id for i, s in enumerate(data.series) if i not in set(kept)]
        found.append(
            Finding(
                "series-left-out",
                f"{len(out)} of {len(data.series)} series are too short for the test part and were "
                f"left out: {', '.join(out[:5])}{', …' if len(out) > 5 else ''}.",
                mend="--test",
            )
        )
    ends = {s.times[-1] for i in kept if (s := data.series[i]).times is not None}
    if len(ends) > 1:
        found.append(
            Finding(
                "unequal-ends",
                f"Series end at different times ({min(ends)} to {max(ends)}): a model of all "
                "series has learnt from later times of some than those it forecasts of others.",
            )
        )
    return tuple(found)


def require_whole(series: Series, data: SeriesData) -> None:
    missing = ~np.isfinite(series.values)
    if missing.any():
        raise InputError(
            f"series '{series.id}' has {int(missing.sum())} gaps, the first at point "
            f"{int(np.argmax(missing))}. Fill them with --fill.",
            where=data.name,
        )
    if not np.isfinite(series.covariates).all():
        raise InputError(
            f"a covariate of series '{series.id}' has gaps. Fill them or leave it out.",
            where=data.name,
        )


def _covariates(
    series: Sequence[Series], data: SeriesData, plan: ForecastPlan
) -> tuple[Values, ...] | None:
    """Covariates of each series; one whose future is not known comes late by the whole reach.

    Then row ``i`` holds only what is known at every origin that forecasts point ``i``.
    """
    if not data.covariates:
        return None
    known = np.array(data.known_ahead, dtype=bool)
    found = []
    for one in series:
        values = np.array(one.covariates, dtype=np.float64)
        late = np.concatenate([np.repeat(values[:1], plan.reach, axis=0), values])[: len(values)]
        found.append(np.where(known, values, late))
    return tuple(found)
