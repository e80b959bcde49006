"""Preprocessing or models fitted on rows that are to judge them."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin, learns, predicts, tests, who
from auscult.evaluate.scripts.trace import Event, Trace


def _find(trace: Trace) -> Iterator[Sin]:
    for event in trace.of("fit"):
        roles = event.value.roles()
        if not roles & {"test", "rest"} and roles != {"validation"}:
            continue
        mixed = "train" in roles
        if learns(event):
            if not _used(event, trace):
                continue
            rows = "on training and test rows together" if mixed else f"on the {_part(event)} part"
            yield Sin(event.line, f"{who(event)} is fitted {rows}, not on the training rows alone.")
        elif (
            event.name != "fit_predict"
            and predicts(event)
            and roles == {"test"}
            and _judged(event, trace)
        ):
            yield Sin(event.line, f"{who(event)} is trained on the test part it is judged by.")
    for event in trace.of("resample"):
        if tests(event.value) and event.name not in {"resample", "sample"}:
            yield Sin(
                event.line,
                f"{event.name} makes up rows of the test part: the figure is not of real cases.",
                mend="Resample the training rows only.",
            )
    yield from _own_statistics(trace)


def _used(fit: Event, trace: Trace) -> bool:
    """Whether what comes of it is predicted from; a picture of the test part is no sin."""
    judged = list(trace.of("predict", "score"))
    into = any(fit.number in e.value.made for e in judged if e.name not in {"difference"})
    return into or not any(tests(e.value) for e in judged)


def _part(event: Event) -> str:
    return "test" if tests(event.value) else "validation"


def _judged(event: Event, trace: Trace) -> bool:
    """Whether the test rows are also predicted; otherwise a final fit is no sin."""
    if event.name == "fit_predict":  # clusters
        return False
    later = (e for e in trace.of("predict", "score") if e.number > event.number)
    return any(tests(e.value) and _shares(e, event) for e in later)


def _shares(use: Event, fit: Event) -> bool:
    things = {t for value in use.others for t in value.things}
    return bool(things & set(fit.things))


def _own_statistics(trace: Trace) -> Iterator[Sin]:
    """Test rows standardised by their own mean."""
    for use in trace.of("predict", "score"):
        if use.name in {"difference", "compare"}:
            continue
        for event in trace.made(use.value, "statistic"):
            if tests(event.value) and use.kind == "predict":
                yield Sin(
                    event.line, f"The test part is changed by its own {event.name}, not training's."
                )


CHECK = Check(
    "fit-on-test",
    "Fit on the training rows, and only transform the test rows.",
    _find,
)
