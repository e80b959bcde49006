"""Training stopped, or its best epoch kept, by the rows that give the figure."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin, tests
from auscult.evaluate.scripts.trace import Event, Trace


def _selects(event: Event) -> bool:
    value = event.settings.get("selects")
    return value is not None and value.constant is True


def _trains(event: Event) -> bool:
    """Whether the innermost loop walks epochs."""
    return bool(event.loops) and event.loops[-1].trains


def _find(trace: Trace) -> Iterator[Sin]:
    for event in trace.of("stop"):
        if tests(event.value) and _selects(event):
            yield Sin(
                event.line, "The test part decides when training stops or which epoch is kept."
            )
    for event in trace.of("keep"):
        if _trains(event) and (tests(event.value) or event.name == "test"):
            yield Sin(event.line, "The epoch that is kept is the best on the test part.")
    for event in trace.of("choose"):
        epochs = bool(event.value.marks & {"history", "epochs"}) or _trains(event)
        if epochs and tests(event.value):
            yield Sin(event.line, "The best epoch's figure on the test part is taken.")


def _watched(trace: Trace) -> Iterator[Sin]:
    for event in trace.of("stop"):
        if tests(event.value) and not _selects(event):
            yield Sin(
                event.line,
                "The test part is given as validation part. Nothing stops by it here, but every "
                "setting changed after a look at its curve is chosen by it.",
                "note",
            )


def used_as_result(trace: Trace) -> bool:
    """Whether a test part is judged or predicted anywhere."""
    used = trace.of("score", "predict")
    return any(role in {"test", "rest"} for event in used for role in _roles(event))


def _roles(event: Event) -> set[str]:
    return {part.role for part in event.parts()}


def _none_left(trace: Trace) -> Iterator[Sin]:
    """A validation part that stops training, and no part beside it to give the figure."""
    if used_as_result(trace):
        return
    scored = any("validation" in _roles(event) for event in trace.of("score"))
    for event in trace.of("stop"):
        if scored and _selects(event) and "validation" in event.value.roles():
            yield Sin(event.line, _NONE_LEFT)
    for event in trace.of("keep"):
        if scored and _trains(event) and "validation" in event.value.roles():
            yield Sin(event.line, _NONE_LEFT)


_NONE_LEFT = (
    "Training is stopped by the validation part, and no other part is kept to give the figure."
)


STOPPED = Check(
    "stopped-on-test",
    "Cut a validation part from the training rows, stop by it, and judge once by the test part.",
    _find,
)
WATCHED = Check(
    "test-as-validation",
    "Cut a validation part from the training rows and give that instead.",
    _watched,
)
NONE_LEFT = Check(
    "validation-as-test",
    "Keep a third part that neither trains nor stops, and give the figure on it.",
    _none_left,
)
