"""What was chosen inside the training cases, and what that choice is worth."""

from __future__ import annotations

from dataclasses import dataclass

from auscult.types import Estimate


@dataclass(frozen=True)
class Candidate:
    """A model with its settings that could be chosen."""

    model: str
    label: str
    inner: float
    """The headline metric on inner folds, the mean of the fits it was tried in; no test figure."""
    tried: int
    """In how many fits of the plan it was tried."""
    chosen: int
    """In how many it was the best of the inner folds."""
    failed: str | None = None
    """Why it gave no figure, where it gave none."""


@dataclass(frozen=True)
class Nested:
    """How the row *chosen inside* came to be, and how optimistic it is to pick afterwards."""

    candidates: tuple[Candidate, ...]
    """The models as they were named, in their order, then those settings that were chosen."""
    inner: str
    """In words: what the inner folds are."""
    fits: int
    """Of the plan: how often a choice was made."""
    inner_fits: int
    """How many models were trained on inner folds, those of a search aside."""
    settings: int = 0
    """Settings of a grid or a search that were tried, over all fits."""
    stopped: int = 0
    """Of these, how many the search gave up after some inner folds."""
    best_after: str = ""
    """The best of the other rows by their test figures."""
    optimism: Estimate | None = None
    """Its figure less that of the whole procedure, turned so that positive is too good."""
