"""What is learned on cases kept aside, as numbers: a map, quantiles, a threshold."""

from __future__ import annotations

import numpy as np

from auscult.bundle.calibrating import scores
from auscult.bundle.document import CalibrationMap, Sets, Threshold
from auscult.evaluate.asked import SensitivityAsked
from auscult.evaluate.calibration.kept import ON_PARTS, Kept, learned_on
from auscult.evaluate.calibration.scaling import Heat, Method, Sigmoid, Steps, fit_map
from auscult.evaluate.conformal.measure import SetsAsked
from auscult.types import FloatArray

_SLACK = 1e-9


def calibration_map(method: Method, kept: Kept) -> CalibrationMap:
    """A map of :func:`~auscult.evaluate.calibration.scaling.fit_map`, as numbers."""
    found = fit_map(method, kept.probability, kept.true)
    said = {"learned_on": learned_on([kept]), "n_kept": len(kept.true)}
    if isinstance(found, Heat):
        return CalibrationMap(method, **said, degrees=found.degrees)  # type: ignore[arg-type]
    sigmoids = tuple((m.slope, m.shift) for m in found.maps if isinstance(m, Sigmoid))
    steps = tuple(
        (tuple(m.x.tolist()), tuple(m.y.tolist())) for m in found.maps if isinstance(m, Steps)
    )
    return CalibrationMap(method, **said, sigmoids=sigmoids, steps=steps)  # type: ignore[arg-type]


def conformal_sets(asked: SetsAsked, kept: Kept, *, grouped: bool) -> Sets:
    """The quantiles that sets are cut at.

    The model of a bundle is trained on all cases, those kept aside among them, so the scores are
    of models trained on fewer: the coverage is about what was asked, the nearer the more cases
    there are.
    """
    n_classes = kept.probability.shape[1]
    own = scores(kept.probability, asked.score)[np.arange(len(kept.true)), kept.true]
    parts = [own[kept.true == code] for code in range(n_classes)] if asked.by_class else [own]
    return Sets(
        asked.coverage,
        asked.score,
        asked.by_class,
        tuple(_quantile(part, asked.coverage) for part in parts),
        _guarantee(asked, learned_on([kept]), grouped),
        learned_on([kept]),
        len(kept.true),
    )


def _quantile(own: FloatArray, coverage: float) -> float | None:
    """A class is in a set while fewer than ``coverage · (n + 1)`` own scores are below its own."""
    rank = int(np.ceil(coverage * (len(own) + 1) - _SLACK))
    return float(np.sort(own)[rank - 1]) if rank <= len(own) else None


def _guarantee(asked: SetsAsked, learned: str, grouped: bool) -> str:
    wanted = f"{100 * asked.coverage:g} % of {'each class' if asked.by_class else 'cases'}"
    how = "split" if learned == ON_PARTS else "cross"
    said = (
        f"about {wanted}, the better the more cases ({how}-conformal scores; the model itself was "
        "trained on all cases)"
    )
    return said + ("; of single cases, those of one group are not alike" if grouped else "")


def chosen_threshold(asked: SensitivityAsked, kept: Kept) -> Threshold:
    """The probability from which a class is called, so that as many of its cases as asked are.

    0, which calls every case, where too few cases of the class were kept aside.
    """
    own = np.sort(kept.probability[kept.true == asked.code, asked.code])
    below = int(np.floor((1 - asked.share) * (len(own) + 1) + _SLACK))
    value = float(own[below - 1]) if below else 0.0
    return Threshold(asked.name, asked.share, value, learned_on([kept]), len(own))
