"""A history as JSON: for the API and for the command line."""

from __future__ import annotations

import math
from typing import Any

from auscult.history.accuracy import Accuracy
from auscult.history.drift import ColumnDrift
from auscult.history.entries import Kept, KnownBundle
from auscult.types import Estimate


def kept_json(kept: Kept) -> dict[str, Any]:
    """One prediction with the trail of its outcomes."""
    entry = kept.entry
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "bundle": {"name": entry.bundle_name, "sha256": entry.bundle_sha256},
        "case": entry.case_id,
        "label": entry.predicted,
        "probability": dict(entry.probabilities),
        "set": None if entry.prediction_set is None else list(entry.prediction_set),
        "unsure": entry.unsure,
        "outcome": kept.outcome,
        "outcomes": [
            {"at": said.at.isoformat(), "outcome": said.outcome} for said in kept.outcomes
        ],
    }


def drift_json(
    bundle: KnownBundle, columns: list[ColumnDrift], accuracy: Accuracy
) -> dict[str, Any]:
    """Accuracy since and the columns, those that moved most first."""
    return {
        "bundle": {"name": bundle.name, "sha256": bundle.sha256},
        "accuracy": accuracy_json(accuracy),
        "columns": [column_json(column) for column in columns],
    }


def accuracy_json(accuracy: Accuracy) -> dict[str, Any]:
    """Accuracy since, beside what was promised."""
    return {
        "verdict": accuracy.verdict,
        "n_cases": accuracy.n_cases,
        "n_right": accuracy.n_right,
        "accuracy": _estimate(accuracy.share),
        "where_sure": _estimate(accuracy.sure) | {"n_cases": accuracy.n_sure},
        "promised": _estimate(accuracy.promised),
        "sensitivity": {
            name: _estimate(share) | {"n_cases": n}
            for name, (share, n) in accuracy.by_class.items()
        },
    }


def column_json(drift: ColumnDrift) -> dict[str, Any]:
    """One column beside its training."""
    return {
        "column": drift.column.name,
        "verdict": drift.verdict,
        "n_cases": drift.n_cases,
        "psi": _number(drift.psi),
        "psi_by_chance": _number(drift.psi_by_chance),
        "ks": _number(drift.ks),
        "ks_by_chance": _number(drift.ks_by_chance),
        "outside": _number(drift.outside),
        "gaps": _number(drift.gaps),
        "deciles": list(drift.column.deciles),
        "categories": list(drift.column.categories),
        "shares_in_training": list(drift.column.shares),
        "shares_since": list(drift.shares),
    }


def _estimate(figure: Estimate) -> dict[str, Any]:
    return {key: _number(value) for key, value in figure._asdict().items()}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
