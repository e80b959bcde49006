"""The tables of a history, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


METADATA = MetaData()

BUNDLES = Table(
    "bundles",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("document", JSON, nullable=False),
)
"""Bundles that have answered: classes, promised figures and how the training cases lay."""

PREDICTIONS = Table(
    "predictions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("bundle_sha256", String(64), nullable=False),
    Column("bundle_name", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("predicted", Text, nullable=False),
    Column("probabilities", JSON, nullable=False),
    Column("prediction_set", JSON),
    Column("unsure", Boolean, nullable=False),
    Index("predictions_by_case", "case_id"),
    Index("predictions_by_bundle", "bundle_sha256", "id"),
)
"""``case_id`` is the prediction's own id where nobody named the case."""

INPUTS = Table(
    "inputs",
    METADATA,
    Column(
        "prediction_id",
        String(32),
        ForeignKey("predictions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("content", JSON, nullable=False),
)
"""Empty unless inputs are kept."""

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column(
        "prediction_id",
        String(32),
        ForeignKey("predictions.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("at", UtcTime, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("outcomes_by_prediction", "prediction_id", "id"),
)
"""The newest row of a prediction counts; the others are its trail."""

COUNTS = Table(
    "counts",
    METADATA,
    Column("bundle_sha256", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("column_name", Text, primary_key=True),
    Column("bin", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
)
"""How many cases of a month fell into each bin of a column: drift without inputs."""
