"""k nearest neighbours by dynamic time warping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auscult.bundle.predictors.checks import refused, require_finite, require_within
from auscult.bundle.predictors.predictor import Parts
from auscult.errors import MissingExtraError
from auscult.types import FloatArray, IntArray

try:
    from auscult.models.dtw.neighbours import nearest
    from auscult.models.dtw.references import References, lay_references
    from auscult.models.dtw.signals import Signals, as_signals
except ModuleNotFoundError as error:  # numba
    raise MissingExtraError(
        f"this bundle needs the package '{error.name}': pip install 'auscult[serve]'"
    ) from error


@dataclass(frozen=True, eq=False)
class KNNPredictor:
    """Training signals, ``codes`` ``(n_references,)`` of their classes, and how they are compared.

    ``window`` is in time points; None is any distance from the diagonal.
    """

    references: References
    codes: IntArray
    n_classes: int
    k: int
    squared: bool
    window: int | None

    def probability(self, X: FloatArray, lengths: IntArray | None = None) -> FloatArray:
        _, cases = nearest(
            as_signals(X), self.references, self.k, squared=self.squared, window=self.window
        )
        votes = self.codes[cases][..., None] == np.arange(self.n_classes)
        return np.asarray(votes.sum(axis=1) / self.k)


def read(parts: Parts) -> KNNPredictor:
    """From the arrays ``references`` (cases, channels, time points), ``lengths``, ``codes``.

    ``k``, ``squared`` and ``window`` stand in the document.
    """
    d, settings = parts.document, parts.settings
    shape = (None, d.n_channels, d.n_timepoints)
    values = parts.array("references", "float32", shape)
    n = len(values)
    if not n:
        raise refused("references", "one or more")
    require_finite(values, "references")
    lengths = parts.array("lengths", "int64", (n,))
    require_within(lengths, 1, d.n_timepoints + 1, "lengths")
    codes = parts.array("codes", "int64", (n,))
    require_within(codes, 0, parts.n_classes, "codes")
    window = settings.maybe("window", settings.whole)
    time_first = np.ascontiguousarray(values.transpose(0, 2, 1), dtype=np.float64)
    signals = Signals(time_first, lengths)
    return KNNPredictor(
        lay_references(signals, one_length=window is not None),
        codes,
        parts.n_classes,
        settings.whole("k", 1, n),
        settings.truth("squared"),
        window,
    )
