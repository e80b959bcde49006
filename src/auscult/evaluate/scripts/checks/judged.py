"""Figures on rows that the model was trained on, and scripts without test rows."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin, predicts
from auscult.evaluate.scripts.known import METRICS
from auscult.evaluate.scripts.trace import Event, Trace
from auscult.evaluate.scripts.value import Thing, join


def _judges(trace: Trace) -> list[Event]:
    """Metrics that say how good a model is."""
    return [e for e in trace.of("score") if e.name in METRICS or e.name in {"score", "evaluate"}]


def _elsewhere(trace: Trace) -> bool:
    """Whether anything is scored or predicted on rows set aside, or cross-validated."""
    kinds = ("score", "predict", "stop", "best-score")
    for event in trace.of(*kinds):
        if event.kind == "best-score" or event.name == "oob_score_":
            return True
        if any(part.role != "train" for part in event.parts()):
            return True
    return any(event.name in {"search", "validation_split"} for event in trace.of("cross"))


def _on_training(trace: Trace) -> Iterator[Sin]:
    yield from _trained_on_all(trace)
    if _elsewhere(trace) or not any(trace.of("cross")):
        return
    for event in _judges(trace):
        if event.parts() and {part.role for part in event.parts()} == {"train"}:
            yield Sin(
                event.line, "The figure is of rows the model was trained on; no other is given."
            )


def _trained_on_all(trace: Trace) -> Iterator[Sin]:
    """``model.fit(X)`` on all rows, then judged by ``X_test``, which is among them."""
    for event in trace.of("predict", "score"):
        if not any(part.role == "test" and not part.fold for part in event.value.parts):
            continue
        for thing in {t for value in event.others for t in value.things}:
            fit = _last_fit(thing, event, trace)
            if (
                fit is not None
                and fit.whole
                and trace.known(fit.value)
                and trace.same_rows(fit.value, event.value)
            ):
                yield Sin(
                    fit.line,
                    "The model is trained on all rows, and judged in {there} by some of them.",
                    other=event.line,
                )


def _last_fit(thing: Thing, before: Event, trace: Trace) -> Event | None:
    fits = [trace.events[n] for n in thing.fits if n < before.number]
    return fits[-1] if fits and predicts(fits[-1]) else None


def _no_test(trace: Trace) -> Iterator[Sin]:
    if _elsewhere(trace) or any(trace.of("cross", "folds")):
        return
    fitted = [e for e in trace.of("fit") if predicts(e) and e.whole and e.others]
    for event in _judges(trace):
        judged = join((event.value, *event.others))
        if event.parts() or not trace.known(judged):
            continue
        if any(f.number < event.number and trace.same_rows(f.value, judged) for f in fitted):
            yield Sin(
                event.line, "The figure is of the rows the model was trained on; none are kept."
            )


TRAINING = Check(
    "scored-on-training",
    "Give the figure on rows that training never saw.",
    _on_training,
)
NO_TEST = Check(
    "no-test",
    "Keep a test part, or cross-validate.",
    _no_test,
)
