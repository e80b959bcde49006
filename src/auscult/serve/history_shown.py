"""A history in the words and pictures of a page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from auscult.history.accuracy import Accuracy
from auscult.history.drift import ColumnDrift
from auscult.history.entries import Kept
from auscult.serve.pages.language import Words
from auscult.types import Estimate

_HEIGHT: Final = 30.0
_BIN: Final = 12.0
_VERDICTS: Final = {
    "lower": "drift-lower",
    "higher": "drift-higher",
    "as promised": "drift-as-promised",
    "few": "drift-few",
    "none": "drift-none",
    "unknown": "drift-unknown",
}


@dataclass(frozen=True)
class ShownPrediction:
    """One row of the list."""

    id: str
    at: str
    moment: str
    bundle: str
    case: str
    is_named: bool
    predicted: str
    share: str
    unsure: bool
    plausible: tuple[str, ...] | None
    outcome: str | None
    earlier: str
    classes: tuple[str, ...]


def shown(kept: Kept, t: Words) -> ShownPrediction:
    """A prediction as a row."""
    entry = kept.entry
    earlier = [said.outcome for said in kept.outcomes[:-1]]
    return ShownPrediction(
        entry.id,
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        entry.at.isoformat(),
        entry.bundle_name or entry.bundle_sha256[:12],
        entry.case_id,
        entry.case_id != entry.id,
        entry.predicted,
        t.percent(entry.probabilities[entry.predicted]),
        entry.unsure,
        entry.prediction_set,
        kept.outcome,
        t("history-before", names=t("comma").join(earlier)) if earlier else "",
        tuple(entry.probabilities),
    )


def judged_words(accuracy: Accuracy, t: Words) -> list[str]:
    """Accuracy since in sentences, the verdict first."""
    said = [t(_VERDICTS[accuracy.verdict])]
    if accuracy.n_cases:
        of = _percents(accuracy.share, t)
        said.append(t("drift-right-of", right=accuracy.n_right, n=accuracy.n_cases, **of))
    if not math.isnan(accuracy.promised.value):
        said.append(t("drift-promised", **_percents(accuracy.promised, t)))
    if 0 < accuracy.n_sure < accuracy.n_cases:
        said.append(t("drift-sure", n=accuracy.n_sure, **_percents(accuracy.sure, t)))
    return said


def _percents(figure: Estimate, t: Words) -> dict[str, str]:
    shares = {"share": figure.value, "low": figure.low, "high": figure.high}
    return {key: "–" if math.isnan(value) else t.percent(value) for key, value in shares.items()}


def _share(share: float, t: Words) -> str:
    if math.isnan(share):
        return "–"
    return t("percent", value=f"{100 * share:.0f}") if share in (0, 1) else t.percent(share)


def column_row(drift: ColumnDrift, t: Words) -> dict[str, Any]:
    """A column as a row of the table, with its two histograms."""
    known = not math.isnan(drift.psi)
    return {
        "name": drift.column.name,
        "unit": drift.column.unit,
        "verdict": drift.verdict,
        "said": t(f"drift-is-{drift.verdict}"),
        "psi": f"{drift.psi:.2f}" if known else "–",
        "by_chance": f"{drift.psi_by_chance:.2f}" if known else "",
        "ks": "–" if math.isnan(drift.ks) else f"{drift.ks:.2f}",
        "outside": _share(drift.outside, t),
        "gaps": _share(drift.gaps, t),
        "bars": _bars(drift),
        "width": _BIN * len(drift.column.shares),
        "height": _HEIGHT,
        "n": drift.n_cases,
    }


def _bars(drift: ColumnDrift) -> list[dict[str, float]]:
    """A pair of bars a bin, gaps last."""
    since = drift.shares or (0.0,) * len(drift.column.shares)
    tallest = max((*drift.column.shares, *since, 1e-9))
    return [
        {
            "x": _BIN * i,
            "trained": round(_HEIGHT * a / tallest, 2),
            "since": round(_HEIGHT * b / tallest, 2),
        }
        for i, (a, b) in enumerate(zip(drift.column.shares, since, strict=True))
    ]
