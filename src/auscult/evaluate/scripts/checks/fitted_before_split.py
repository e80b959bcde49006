"""Scalers, imputers, encoders and the like that are fitted before rows are set aside."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import (
    Check,
    Sin,
    crossings,
    flat,
    inputs,
    learns,
    predicts,
    selects,
    who,
)
from auscult.evaluate.scripts.known import MILD, STATELESS
from auscult.evaluate.scripts.trace import Event, Trace
from auscult.types import Severity


def _find(trace: Trace) -> Iterator[Sin]:
    for split in crossings(trace):
        for event in trace.made(inputs(split), "fit"):
            if event.whole and learns(event) and not selects(event):
                yield _fitted(event, split.line)
        yield from _statistics(trace, split)
    yield from _applied_later(trace, select=False)


def _fitted(event: Event, line: int) -> Sin:
    things = [part.name for thing in event.things for part in flat(thing)]
    severity: Severity = "warning"
    if things and all(name in MILD or name in STATELESS for name in things):
        severity = "note"
    return Sin(
        event.line,
        f"{who(event)} is fitted on all rows; test rows are set aside only in {{there}}. "
        "What it learned knows them.",
        severity,
        other=line,
    )


def _statistics(trace: Trace, split: Event) -> Iterator[Sin]:
    """Means and medians of all rows that go into the features."""
    for event in trace.made(inputs(split), "statistic"):
        if event.whole:
            yield Sin(
                event.line,
                f"The {event.name} of all rows goes into the features; test rows are set aside "
                "only in {there}.",
                "note" if event.name == "mode" else "warning",
                other=split.line,
            )


def _applied_later(trace: Trace, *, select: bool) -> Iterator[Sin]:
    """``scaler.fit(X)``, then a split, then ``scaler.transform(X_train)``."""
    for use in trace.of("transform"):
        if not use.value.parts:
            continue
        for thing in use.things:
            fits = [trace.events[n] for n in thing.fits if n < use.number]
            last = fits[-1] if fits else None
            if last is None or not last.whole or selects(last) is not select:
                continue
            if predicts(last) or not learns(last) or not trace.same_rows(last.value, use.value):
                continue
            yield _fitted(last, use.line)


def _select(trace: Trace) -> Iterator[Sin]:
    for split in crossings(trace):
        for event in trace.made(inputs(split), "select"):
            if event.whole:
                yield _selected(event, split.line)
        for event in trace.made(inputs(split), "fit"):
            if event.whole and (selects(event) or predicts(event)):
                yield _selected(event, split.line)
    yield from _applied_later(trace, select=True)


def _selected(event: Event, line: int) -> Sin:
    name = event.name if event.kind == "select" else who(event)
    return Sin(
        event.line,
        f"Features are selected by {name} on all rows, the classes of test rows included; "
        "they are set aside only in {there}.",
        other=line,
    )


FIT = Check(
    "fit-before-split",
    "Split first, then fit on the training rows only; or put it into a Pipeline.",
    _find,
)
SELECT = Check(
    "selection-before-split",
    "Select features inside a Pipeline, so that each fit selects on its own training rows.",
    _select,
)
