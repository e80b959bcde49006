"""Models, settings and thresholds chosen by the rows that give the figure."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin, tests
from auscult.evaluate.scripts.checks.stopped_on_test import used_as_result
from auscult.evaluate.scripts.trace import Event, Trace


def _choices(trace: Trace) -> Iterator[Event]:
    """Where the best by the test part is taken, epochs aside."""
    averaged = {part.split for event in trace.of("mean") for part in event.value.parts}
    for event in trace.of("choose", "keep"):
        if not (tests(event.value) or event.name == "test"):
            continue
        trains = bool(event.loops) and event.loops[-1].trains
        if trains or event.value.marks & {"history", "epochs"}:
            continue
        splits = {part.split for part in event.value.parts}
        if event.name in {"max", "min"} and not event.loops and splits <= averaged:
            continue  # beside their mean the extremes say how far figures spread
        folds = {part.split for part in event.value.parts if part.fold}
        if folds and (folds <= averaged or not _shown(event)):
            continue
        yield event


def _shown(event: Event) -> bool:
    """Whether a choice among folds is of the scores of one plan, not between plans."""
    return event.kind == "keep" or not event.loops


def _find(trace: Trace) -> Iterator[Sin]:
    for event in _choices(trace):
        if "thresholded" in event.value.marks:
            continue
        folds = any(part.fold for part in event.value.parts)
        if folds:
            yield Sin(
                event.line,
                "The best fold's figure is taken: it is the luckiest, not the typical one.",
                mend="Report the mean over all folds, with an interval.",
            )
        else:
            yield Sin(
                event.line,
                "The best of several by the test part is taken, and the same part judges it.",
            )
    yield from _search_as_result(trace)


def _search_as_result(trace: Trace) -> Iterator[Sin]:
    """``best_score_`` where no test part is ever judged."""
    if used_as_result(trace):
        return
    for event in trace.of("best-score"):
        fits = [trace.events[n] for thing in event.things for n in thing.fits]
        if not any(trace.known(fit.value) for fit in fits):
            continue
        yield Sin(
            event.line,
            "best_score_ is the score that the settings were chosen by, the highest of many; "
            "no other rows give a figure.",
            mend="Put the search into cross_val_score (nested), or judge it once by a test part.",
        )


def _threshold(trace: Trace) -> Iterator[Sin]:
    message = "The threshold is chosen on the test part, and the same part gives the figure."
    for event in trace.of("threshold"):
        if tests(event.value):
            yield Sin(event.line, message)
    for event in _choices(trace):
        if "thresholded" in event.value.marks:
            yield Sin(event.line, message)


CHOSEN = Check(
    "chosen-on-test",
    "Choose by cross-validation of the training rows, and judge the chosen one once.",
    _find,
)
THRESHOLD = Check(
    "threshold-on-test",
    "Choose the threshold on validation rows, and judge it once by the test part.",
    _threshold,
)
