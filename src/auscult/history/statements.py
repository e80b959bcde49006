"""What a history asks its database, and how rows become entries."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Select, func, select

from auscult.history.entries import Entry
from auscult.history.tables import BUNDLES, COUNTS, OUTCOMES, PREDICTIONS


def bundles() -> Select[Any]:
    """The bundles that have answered, the one that answered last first."""
    last = (
        select(PREDICTIONS.c.bundle_sha256, func.max(PREDICTIONS.c.id).label("last"))
        .group_by(PREDICTIONS.c.bundle_sha256)
        .subquery()
    )
    return (
        select(BUNDLES)
        .join(last, last.c.bundle_sha256 == BUNDLES.c.sha256, isouter=True)
        .order_by(last.c.last.desc().nulls_last(), BUNDLES.c.sha256)
    )


def answers(sha256: str) -> Select[Any]:
    """How often a bundle called each class, sure or not."""
    of = PREDICTIONS.c
    return (
        select(of.predicted, of.unsure, func.count())
        .where(of.bundle_sha256 == sha256)
        .group_by(of.predicted, of.unsure)
    )


def judged(sha256: str) -> Select[Any]:
    """Outcome, called class, whether unsure, how many: each case once, with its last answer."""
    newest = select(func.max(OUTCOMES.c.id)).group_by(OUTCOMES.c.prediction_id)
    of = PREDICTIONS.c
    place = func.row_number().over(partition_by=of.case_id, order_by=of.id.desc())
    each = (
        select(OUTCOMES.c.outcome, of.predicted, of.unsure, place.label("place"))
        .join(OUTCOMES, OUTCOMES.c.prediction_id == of.id)
        .where(of.bundle_sha256 == sha256, OUTCOMES.c.id.in_(newest))
        .subquery()
    )
    return (
        select(each.c.outcome, each.c.predicted, each.c.unsure, func.count())
        .where(each.c.place == 1)
        .group_by(each.c.outcome, each.c.predicted, each.c.unsure)
    )


def counts(sha256: str, since: str) -> Select[Any]:
    """Column, bin, how many, from a month on."""
    of = COUNTS.c
    return (
        select(of.column_name, of.bin, func.sum(of.n))
        .where(of.bundle_sha256 == sha256, of.month >= since)
        .group_by(of.column_name, of.bin)
    )


_KEPT = tuple(field.name for field in fields(Entry) if field.name != "inputs")


def row_of(entry: Entry) -> dict[str, Any]:
    """The columns of a prediction."""
    values = {name: getattr(entry, name) for name in _KEPT}  # asdict would copy all it holds
    if entry.prediction_set is not None:
        values["prediction_set"] = list(entry.prediction_set)
    return values


def entry_of(row: Row[Any]) -> Entry:
    """A prediction out of its row."""
    held = row.prediction_set
    return Entry(
        row.id,
        row.at,
        row.bundle_sha256,
        row.bundle_name,
        row.case_id,
        row.predicted,
        row.probabilities,
        None if held is None else tuple(held),
        row.unsure,
    )
