"""What a bundle says of cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auscult.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class BundleAnswers:
    """Classes and probabilities of some cases. Not a medical device.

    Parameters
    ----------
    classes
        Names of the classes.
    probability
        ``(n_cases, n_classes)`` float64, after factors and calibration.
    predicted
        ``(n_cases,)`` class codes. The most probable class, unless the bundle holds a threshold for
        a sensitivity: then that class from its threshold on, else the most probable of the others.
    sets
        ``(n_cases, n_classes)`` conformal prediction set; None where the bundle has none.
    """

    classes: tuple[str, ...]
    probability: FloatArray
    predicted: IntArray
    sets: BoolArray | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """``(n_cases,)`` names of the predicted classes."""
        return tuple(self.classes[code] for code in self.predicted)

    @property
    def unsure(self) -> BoolArray:
        """``(n_cases,)`` whether it abstains: the set does not hold exactly one class."""
        if self.sets is None:
            return np.zeros(len(self.predicted), dtype=np.bool_)
        return np.asarray(self.sets.sum(axis=1) != 1)
