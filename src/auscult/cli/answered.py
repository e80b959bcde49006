"""What ``auscult predict BUNDLE DATA`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auscult.data.bar import Bar
from auscult.report.words import count, figure, metric_label, percent, plain, plural
from auscult.types import Estimate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auscult.bundle.document import Document
    from auscult.bundle.score import Score
    from auscult.bundles import BundlePredictions

_CLASSES = 12
NOT_A_DEVICE = "Not a medical device: for research and teaching only."


def bundle_line(document: Document, sha256: str) -> str:
    """Which model answers."""
    made = f", {document.created[:10]}" if document.created else ""
    return (
        f"{plain(document.name)}: {plain(document.model.label)} of "
        f"{plural(document.n_cases, 'case')}{made} (bundle {sha256[:12]})"
    )


def answered_lines(found: BundlePredictions) -> Iterator[str]:
    """What was predicted, and how right it was where that is known."""
    if found.n_cases <= len(next(iter(found.first.values()), ())):
        yield from _each(found.first)
        return
    told = ", ".join(f"{plain(c)}: {n:,}" for c, n in list(found.counts.items())[:_CLASSES])
    yield f"predicted: {told}"
    if found.n_unsure is not None:
        share = percent(found.n_unsure / found.n_cases)
        yield f"not sure: {found.n_unsure:,} ({share}), whose set does not hold exactly one class"
    if found.score is not None:
        yield _scored(found.score)
        yield _promised(found.bundle.document)


def _each(first: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """A line a case: what it is called, its class and probability, its set."""
    names = list(first)
    calling = names[: names.index("predicted")]
    for i, label in enumerate(first["predicted"]):
        called = ", ".join(f"{plain(n)} {plain(first[n][i])}" for n in calling)
        p = first[f"p_{label}"][i]
        line = f"{called}: {plain(label)}, probability {p:.3f}"
        if "set" in first and first["unsure"][i]:
            held = first["set"][i].replace("|", " or ")
            line += f"; not sure: {plain(held) or 'unlike any class'}"
        yield line


def _scored(score: Score) -> str:
    here = {"accuracy": score.accuracy, "roc_auc": score.roc_auc}
    of = f"{count(score.n_cases)} cases of this file"
    if score.n_units:
        of += f" in {plural(score.n_units, 'record')}"
    return f"{_figures(here)}: {of}"


def _promised(document: Document) -> str:
    figures = document.figures
    told = {name: figures.model[name] for name in ("accuracy", "roc_auc") if name in figures.model}
    leaky = " leaky," if figures.leaky else ""
    return (
        f"{_figures(told)}:{leaky} the bundle's study, {plain(figures.plan)}, "
        f"{plural(figures.n_cases, 'case')}"
    )


def _figures(figures: Mapping[str, Estimate]) -> str:
    return ", ".join(f"{metric_label(name)} {figure(value)}" for name, value in figures.items())


class AnswerBar(Bar):
    """A progress bar with the time that is left, where there is more than a block.

    Called with the share of the input that is behind and the cases answered for.
    """

    def __call__(self, share: float, n_cases: int) -> None:
        if self._progress is None:
            if share >= 1 or not self.seen:
                return
            from rich.progress import TextColumn, TimeRemainingColumn  # noqa: PLC0415

            left = TextColumn("{task.percentage:>3.0f} %", markup=False), TimeRemainingColumn()
            cases = TextColumn("{task.fields[cases]}", markup=False)
            self._begin("predicting", 1.0, *left, cases, cases="")
        if self._progress:
            self._progress.update(self._task, completed=share, cases=f"{n_cases:,} cases")
