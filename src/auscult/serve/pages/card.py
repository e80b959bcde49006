"""The model card: what a bundle is for, what its figures are worth, and where it came from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Document
from auscult.serve.pages.language import Words
from auscult.types import Estimate

_ORDER: Final = (
    "balanced_accuracy", "accuracy", "roc_auc", "average_precision", "f1_macro", "log_loss",
    "brier",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A metric of the model, with its 95 % interval, beside that of the baseline."""

    metric: str
    model: str
    baseline: str


@dataclass(frozen=True)
class CardItem:
    """An item of TRIPOD+AI: what the study answers, and what it leaves to a person."""

    number: int
    name: str
    state: str
    answer: str
    yours: str


@dataclass(frozen=True)
class Told:
    """What the study wrote onto the card, in English."""

    facts: tuple[tuple[str, str], ...]
    items: tuple[CardItem, ...]
    summary: str


def told(document: Document) -> Told:
    """The card that the bundle holds; parts of another form than ours are left out."""
    card = document.card
    pairs = [pair for pair in _list(card.get("facts")) if isinstance(pair, list | tuple)]
    items = [item for item in _list(card.get("items")) if isinstance(item, Mapping)]
    return Told(
        tuple((str(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2),
        tuple(_item(item, place) for place, item in enumerate(items, 1)),
        str(card.get("summary") or ""),
    )


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _item(item: Mapping[str, Any], place: int) -> CardItem:
    number = item.get("number")
    texts = (str(item.get(key) or "") for key in ("name", "state", "answer", "yours"))
    return CardItem(number if isinstance(number, int) else place, *texts)


def figure(estimate: Estimate | None) -> str:
    """``0.842 (0.795–0.881)``."""
    if estimate is None or not math.isfinite(estimate.value):
        return "–"
    value, low, high = (f"{v:.3f}".replace("-", "−") for v in estimate)
    return f"{value} ({low}–{high})" if math.isfinite(estimate.low) else value


def metric_name(metric: str, t: Words) -> str:
    """A metric as a reader knows it."""
    key = f"metric-{metric}"
    return t(key) if key in t.messages else metric.replace("_", " ")


def figures(document: Document, t: Words) -> list[Figure]:
    """The study's figures of this model, those that people know first."""
    found = document.figures
    names = [m for m in _ORDER if m in found.model]
    names += [m for m in found.model if m not in names]
    return [
        Figure(metric_name(m, t), figure(found.model[m]), figure(found.baseline.get(m)))
        for m in names
    ]


def headline(document: Document, t: Words) -> str:
    """The headline figure in a sentence; empty where there is none."""
    found = document.figures
    estimate = found.model.get(found.headline)
    if estimate is None or not math.isfinite(estimate.value):
        return ""
    name = metric_name(found.headline, t)
    said = t("headline-figure", metric=name, figure=figure(estimate), n=found.n_cases)
    return said[:1].upper() + said[1:]


def facts(bundle: Bundle, t: Words) -> list[tuple[str, str]]:
    """What the bundle says of itself, name and text."""
    d = bundle.document
    rows = [
        (t("fact-model"), d.model.label),
        (t("fact-classes"), _classes(d)),
        (t("fact-cases"), f"{t('n-cases', n=d.n_cases)} · {d.data_name}"),
        (t("fact-input"), _input(d, t)),
        (t("fact-plan"), d.figures.plan),
        (t("fact-calibration"), _calibration(d, t)),
        (t("fact-sets"), _sets(d, t)),
        (t("fact-threshold"), _threshold(d, t)),
        (t("fact-terms"), d.terms or ""),
        (t("fact-made"), d.created),
        (t("fact-seed"), str(d.seed)),
        (t("fact-versions"), _versions(d.versions)),
        (t("fact-command"), d.command),
        (t("fact-data-hash"), d.data_sha256.split("\n", maxsplit=1)[0]),
        (t("fact-hash"), bundle.sha256),
    ]
    return [(name, text) for name, text in rows if text]


def _classes(d: Document) -> str:
    pairs = zip(d.classes, d.class_counts, strict=True)
    return ", ".join(f"{name} ({n:,})" for name, n in pairs)


def _input(d: Document, t: Words) -> str:
    if d.kind == "table":
        return t("n-columns", n=d.n_columns)
    rate = f", {d.sampling_rate:g} Hz" if d.sampling_rate else ""
    return t("signal-size", channels=d.n_channels, points=d.n_timepoints) + rate


def _calibration(d: Document, t: Words) -> str:
    if d.calibration is None:
        return t("not-calibrated")
    return t("calibrated-by", method=d.calibration.method, n=d.calibration.n_kept)


def _sets(d: Document, t: Words) -> str:
    return (
        "" if d.sets is None else t("sets-of", coverage=t.percent(d.sets.coverage), n=d.sets.n_kept)
    )


def _threshold(d: Document, t: Words) -> str:
    if d.threshold is None:
        return ""
    return t("threshold-of", name=d.threshold.class_name, share=t.percent(d.threshold.sensitivity))


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
