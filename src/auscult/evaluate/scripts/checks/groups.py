"""Rows of one patient on both sides of a split."""

from __future__ import annotations

from collections.abc import Iterator

from auscult.evaluate.scripts.checks.check import Check, Sin, crossings, inputs
from auscult.evaluate.scripts.trace import Event, Trace

_RANDOM = [
    "train_test_split",
    "random_split",
    "KFold",
    "StratifiedKFold",
    "ShuffleSplit",
    "StratifiedShuffleSplit",
    "RepeatedKFold",
    "RepeatedStratifiedKFold",
]


def _deals_rows(event: Event) -> bool:
    return event.name in _RANDOM or event.name in {"cross_val_score", "cross_validate"}


def _find(trace: Trace) -> Iterator[Sin]:
    if any(trace.of("grouped")):
        return
    for split in crossings(trace):
        if not _deals_rows(split):
            continue
        name, certain = _several(trace, split)
        if name:
            has = "has" if certain else "may have"
            yield Sin(
                split.line,
                f"'{name}' {has} several rows each, and rows are split one by one: the same one "
                "then stands in training and test.",
                "warning" if certain else "note",
            )


def _several(trace: Trace, split: Event) -> tuple[str, bool]:
    """The name of whatever has several of the rows that are split, and whether it is certain."""
    value = inputs(split)
    own = next(trace.made(value, "several"), None)
    if own is not None:
        return own.name, True
    if any(trace.made(value, "aggregate", "unique-person")):
        return "", False
    asserted = {event.line for event in trace.of("assert")}
    for event in trace.of("several", "counted"):
        if event.line not in asserted and trace.same_rows(event.value, value):
            return event.name, event.kind == "several"
    return "", False


CHECK = Check(
    "group-ignored",
    "Split by patient: GroupShuffleSplit or StratifiedGroupKFold with groups=.",
    _find,
)
