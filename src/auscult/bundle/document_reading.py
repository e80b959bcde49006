"""``bundle.json`` from a stranger, as a :class:`~auscult.bundle.document.Document`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, Final, cast

from auscult.bundle.decoding import Reading
from auscult.bundle.document import (
    FORMAT,
    RECIPES,
    CalibrationMap,
    Document,
    Field,
    Figures,
    ModelInfo,
    Sets,
    Threshold,
)
from auscult.errors import InputError
from auscult.types import DataKind, Estimate, Finding, Severity

MOST_CLASSES: Final = 10_000


def read_document(content: Any) -> Document:
    """Read what :meth:`~auscult.bundle.document.Document.to_json` wrote.

    Every value is checked for its kind; keys that this release does not know are left alone.

    Raises
    ------
    InputError
        Another format, or a value that is missing or of the wrong kind: named.
    """
    read = Reading(content)
    made = read.whole("format")
    if made != FORMAT:
        newer = " Install a newer auscult." if made > FORMAT else ""
        raise InputError(f"bundle.json is of format {made}; this release reads {FORMAT}.{newer}")
    return _document(read)


def _document(read: Reading) -> Document:
    document = Document(
        name=read.text("name", 1000),
        kind=cast(DataKind, read.word("kind", ("table", "signals"))),
        target=read.text("target"),
        classes=read.texts("classes", MOST_CLASSES),
        class_counts=read.wholes("class_counts", MOST_CLASSES),
        columns=tuple(_field(one) for one in read.parts("columns")),
        n_channels=read.whole("n_channels", 1, 100_000),
        n_timepoints=read.whole("n_timepoints", 1, 100_000_000),
        model=_model(read.part("model")),
        predictor=read.mapping("predictor"),
        figures=_figures(read.part("figures")),
        n_cases=read.whole("n_cases"),
        trained_on=read.text("trained_on"),
        unequal_length=read.truth("unequal_length"),
        sampling_rate=read.maybe("sampling_rate", read.number),
        recipe=read.maybe("recipe", lambda key: _recipe(read.part(key))),
        encoder=read.maybe("encoder", read.mapping),
        factors=read.maybe("factors", read.numbers),
        calibration=read.maybe("calibration", lambda key: _calibration(read.part(key))),
        sets=read.maybe("sets", lambda key: _sets(read.part(key))),
        threshold=read.maybe("threshold", lambda key: _threshold(read.part(key))),
        warnings=tuple(_finding(one) for one in read.parts("warnings")),
        card=read.mapping("card"),
        data_name=read.text("data_name"),
        data_sha256=read.text("data_sha256"),
        terms=read.maybe("terms", read.text),
        versions={key: read.part("versions").text(key) for key in read.mapping("versions")},
        seed=read.whole("seed"),
        command=read.text("command"),
        created=read.text("created", 100),
    )
    read.word("task", ("classification",))
    _require_consistent(document, read)
    return document


def _require_consistent(document: Document, read: Reading) -> None:
    n = len(document.classes)
    if n < 2 or len(set(document.classes)) != n:
        raise read.wrong("classes", "two names or more, no two alike")
    if len(document.class_counts) != n:
        raise read.wrong("class_counts", "a number a class")
    names = [column.name for column in document.columns]
    width = document.n_timepoints if document.kind == "table" else document.n_channels
    if len(names) != width or len(set(names)) != width:
        raise read.wrong("columns", f"{width} of different names")
    if document.factors is not None and (len(document.factors) != n or min(document.factors) <= 0):
        raise read.wrong("factors", "a number above 0 a class")
    sets, threshold = document.sets, document.threshold
    if sets is not None and len(sets.quantiles) != (n if sets.by_class else 1):
        raise read.wrong("sets.quantiles", "one number, or by class one a class")
    if threshold is not None and threshold.class_name not in document.classes:
        raise read.wrong("threshold.class_name", "one of the classes")
    _require_maps(document, read)


def _require_maps(document: Document, read: Reading) -> None:
    found = document.calibration
    if found is None or found.method == "temperature":
        return
    maps = found.sigmoids if found.method == "platt" else found.steps
    n_maps = 1 if len(document.classes) == 2 else len(document.classes)
    if len(maps) != n_maps:
        raise read.wrong("calibration", f"{n_maps} maps")


def _field(read: Reading) -> Field:
    return Field(
        name=read.text("name"),
        kind=cast(Any, read.word("kind", ("numeric", "categorical"))),
        unit=read.maybe("unit", read.text),
        categories=read.texts("categories"),
        low=read.maybe("low", read.number),
        high=read.maybe("high", read.number),
        median=read.maybe("median", read.number),
        commonest=read.maybe("commonest", read.text),
        n_missing=read.whole("n_missing"),
        whole=read.truth("whole"),
        deciles=read.maybe("deciles", read.numbers) or (),
        shares=read.maybe("shares", read.numbers) or (),
    )


def _recipe(read: Reading) -> dict[str, str | None]:
    channel = read.maybe("channel", lambda key: read.text(key, 1000))
    return {"recipe": read.word("recipe", RECIPES), "channel": channel}


def _model(read: Reading) -> ModelInfo:
    n_parameters = read.maybe("n_parameters", read.whole)
    return ModelInfo(
        read.text("name", 1000), read.text("label"), read.mapping("params"), n_parameters
    )


def _estimate(read: Reading) -> Estimate:
    values = (read.maybe(key, read.number) for key in ("value", "low", "high"))
    return Estimate(*(math.nan if value is None else value for value in values))


def _estimates(read: Reading) -> dict[str, Estimate]:
    return {key: _estimate(read.part(key)) for key in read.content}


def _figures(read: Reading) -> Figures:
    return Figures(
        headline=read.text("headline"),
        plan=read.text("plan"),
        n_cases=read.whole("n_cases"),
        model=_estimates(read.part("model")),
        baseline_name=read.maybe("baseline_name", read.text),
        baseline=_estimates(read.part("baseline")),
        asked=_estimates(read.part("asked")),
        per_class=tuple(_estimates(one) for one in read.parts("per_class", MOST_CLASSES)),
        leaky=read.maybe("leaky", read.text),
    )


def _calibration(read: Reading) -> CalibrationMap:
    method = read.word("method", ("temperature", "platt", "isotonic"))
    degrees = read.number("degrees")
    if not degrees > 0:
        raise read.wrong("degrees", "above 0")
    sigmoids, steps = read.get("sigmoids"), read.get("steps")
    if not isinstance(sigmoids, list) or not isinstance(steps, list):
        raise read.wrong("", "of lists of maps")
    pairs = [Reading({"pair": pair}, read.where).numbers("pair", 2) for pair in sigmoids]
    knots = [_knots(read, pair) for pair in steps]
    if any(len(pair) != 2 for pair in pairs):
        raise read.wrong("sigmoids", "pairs of a slope and a shift")
    return CalibrationMap(
        cast(Any, method),
        read.text("learned_on"),
        read.whole("n_kept"),
        degrees,
        tuple((pair[0], pair[1]) for pair in pairs),
        tuple(knots),
    )


def _knots(read: Reading, pair: Any) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise read.wrong("steps", "pairs of knots")
    x, y = (Reading({"knots": one}, read.where).numbers("knots") for one in pair)
    rising = all(a < b for a, b in pairwise(x))
    shares = all(0 < value < 1 for value in y)
    if not x or len(x) != len(y) or not rising or not shares:
        raise read.wrong("steps", "as many x, rising, as y, between 0 and 1")
    return x, y


def _sets(read: Reading) -> Sets:
    coverage = read.number("coverage")
    if not 0 < coverage < 1:
        raise read.wrong("coverage", "a share between 0 and 1")
    return Sets(
        coverage,
        cast(Any, read.word("score", ("lac", "aps"))),
        read.truth("by_class"),
        read.numbers_or_none("quantiles", MOST_CLASSES),
        read.text("guarantee"),
        read.text("learned_on"),
        read.whole("n_kept"),
    )


def _threshold(read: Reading) -> Threshold:
    return Threshold(
        read.text("class_name"),
        read.number("sensitivity"),
        read.number("value"),
        read.text("learned_on"),
        read.whole("n_kept"),
    )


def _finding(read: Reading) -> Finding:
    severity = cast(Severity, read.word("severity", ("note", "warning")))
    return Finding(read.text("code"), read.text("message"), severity, read.maybe("mend", read.text))
