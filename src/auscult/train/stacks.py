"""Many fits of one architecture, dealt to stacks: one shape a stack, and no wider than pays."""

from __future__ import annotations

from collections.abc import Sequence

from auscult.models.network import Architecture
from auscult.train.parts import Part
from auscult.train.settings import Training
from auscult.train.stack import Fitted, Progress, fit_stack
from auscult.types import InputShape

WIDEST = 64
"""The most fits of a stack."""


def fit_parts(
    architecture: Architecture,
    shapes: Sequence[InputShape],
    parts: Sequence[Part],
    training: Training,
    *,
    device: str = "cpu",
    progress: Progress | None = None,
) -> list[Fitted]:
    """Train one fit a part; ``shapes`` are the shapes of their cases.

    Returns
    -------
    list of Fitted
        In the order of ``parts``.
    """
    fitted: list[Fitted | None] = [None] * len(parts)
    done = 0
    for shape, members in _deal(shapes):
        told = _share(progress, done / len(parts), len(members) / len(parts))
        stack = [parts[i] for i in members]
        results = fit_stack(architecture, shape, stack, training, device=device, progress=told)
        for i, result in zip(members, results, strict=True):
            fitted[i] = result
        done += len(members)
    return [f for f in fitted if f is not None]


def _deal(shapes: Sequence[InputShape]) -> list[tuple[InputShape, list[int]]]:
    """Which parts go into which stack, in order."""
    by_shape: dict[InputShape, list[int]] = {}
    for i, shape in enumerate(shapes):
        by_shape.setdefault(shape, []).append(i)
    return [
        (shape, members[start : start + WIDEST])
        for shape, members in by_shape.items()
        for start in range(0, len(members), WIDEST)
    ]


def _share(progress: Progress | None, before: float, share: float) -> Progress | None:
    """The progress of one stack as a share of all of them."""
    if progress is None:
        return None
    return lambda done, detail: progress(before + share * done, detail)
