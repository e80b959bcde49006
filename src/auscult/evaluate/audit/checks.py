"""The shape of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from auscult.evaluate.audit.view import View
from auscult.types import Finding

LEAKAGE: Final = {
    "L1.1": "no test set",
    "L1.2": "preprocessing on training and test set",
    "L1.3": "feature selection on training and test set",
    "L1.4": "duplicates",
    "L2": "features that are not legitimate",
    "L3.1": "temporal leakage",
    "L3.2": "training and test samples that are not independent",
    "L3.3": "sampling bias in the test distribution",
}
"""The types of S. Kapoor, A. Narayanan, "Leakage and the reproducibility crisis in
machine-learning-based science", Patterns 4 (2023), table 1."""


@dataclass(frozen=True)
class Check:
    """One question that is asked of the data.

    Parameters
    ----------
    title
        What is true of the data where nothing is found.
    otherwise
        What is, or may be, where something is.
    run
        Yields what it finds; raises :class:`~auscult.evaluate.audit.view.NotRun` where there is
        nothing to look at.
    leakage
        A key of :data:`LEAKAGE`, or None.
    brief
        Whether every study makes it; the others take seconds and are for ``auscult audit``.
    """

    title: str
    otherwise: str
    run: Callable[[View], Iterable[Finding]]
    leakage: str | None = None
    brief: bool = False
