"""Predictions of a made-up bundle."""

from __future__ import annotations

from datetime import UTC, datetime

from auscult.history.entries import Entry, KnownBundle, KnownColumn, new_id
from auscult.types import Estimate

SHA = "ab" * 32
CLASSES = ("healthy", "ill")
KNOWN = KnownBundle(
    SHA,
    "heart",
    "table",
    "disease",
    CLASSES,
    (160, 140),
    300,
    Estimate(0.842, 0.795, 0.881),
    (KnownColumn("age", "years", (), (29.0, *range(40, 58, 2), 77.0), (0.1,) * 10 + (0.0,)),),
)


def entry(
    case: str | None = None,
    predicted: str = "ill",
    *,
    unsure: bool = False,
    inputs: object = None,
    sha256: str = SHA,
) -> Entry:
    one = new_id()
    share = {"healthy": 0.25, "ill": 0.75} if predicted == "ill" else {"healthy": 0.75, "ill": 0.25}
    held = CLASSES if unsure else (predicted,)
    now = datetime.now(UTC)
    return Entry(one, now, sha256, "heart", case or one, predicted, share, held, unsure, inputs)
