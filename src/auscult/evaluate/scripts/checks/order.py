"""Splits that do not fit the order of the rows: sorted classes, time."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin, crossings, inputs
from auscult.evaluate.scripts.trace import Event, Trace
from auscult.evaluate.scripts.value import Columns


def _shuffles(event: Event) -> bool:
    value = event.settings.get("shuffle")
    return value is not None and value.constant is True


def _stratifies(event: Event) -> bool:
    splitter = event.settings.get("splitter")
    things = () if splitter is None else splitter.things
    return any("Stratified" in thing.name or "Group" in thing.name for thing in things)


def _takes_blocks(event: Event) -> bool:
    """Whether a split takes rows as they stand."""
    if _shuffles(event) or _stratifies(event) or event.name in {"named", "search", "drop"}:
        return False
    if event.name.startswith(("cross_", "learning_", "validation_curve", "permutation_")):
        return "splitter" in event.settings
    return event.name != "index"


def _sorted(trace: Trace) -> Iterator[Sin]:
    targets = {_name(e.others[0].columns) for e in trace.of("fit") if e.others} - {""}
    for split in trace.of("cross"):
        if not _takes_blocks(split) or (split.name == "slice" and not _is_judged(split, trace)):
            continue
        why = next(trace.made(inputs(split), "ordered"), None)
        by = next(trace.made(inputs(split), "sorted"), None)
        if why is None and (by is None or not set(by.name.split()) & targets):
            continue
        ordered = why or by
        assert ordered is not None
        yield Sin(
            split.line,
            "Rows stand sorted by class ({there}) and are split without shuffling: the parts hold "
            "different classes.",
            other=ordered.line,
        )


def _is_judged(split: Event, trace: Trace) -> bool:
    """Whether the rows that a slice sets aside are predicted or scored."""
    used = trace.of("predict", "score")
    return any(part.split == split.number for event in used for part in event.parts())


def _name(columns: Columns | None) -> str:
    return "" if columns is None or not isinstance(columns.single, str) else columns.single


def _series(trace: Trace, *kinds: str) -> Iterator[tuple[Event, Event]]:
    for split in crossings(trace):
        if _shuffles(split):
            event = next(trace.made(inputs(split), *kinds), None)
            if event is not None:
                yield split, event


def _shuffled(trace: Trace) -> Iterator[Sin]:
    for split, event in _series(trace, "series", "lag"):
        if next(trace.made(inputs(split), "window"), None) is None:
            yield Sin(
                split.line,
                "A series ({there}) is split at random: the model is trained on what comes after "
                "the rows it is tested on.",
                other=event.line,
            )


def _windows(trace: Trace) -> Iterator[Sin]:
    for split, event in _series(trace, "window"):
        yield Sin(
            split.line,
            "Windows that overlap ({there}) are dealt at random to training and test: most of a "
            "test window is trained on.",
            other=event.line,
        )


ORDERED = Check(
    "unshuffled-split",
    "Shuffle and stratify: train_test_split(…, stratify=y), StratifiedKFold(shuffle=True).",
    _sorted,
)
SERIES = Check(
    "shuffled-series",
    "Test on the rows that come last: shuffle=False, or TimeSeriesSplit.",
    _shuffled,
)
WINDOWS = Check(
    "windows-before-split",
    "Split the series (or the recordings) first, then cut windows within each part.",
    _windows,
)
