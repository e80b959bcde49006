"""The answer to one case that was typed in: a row of a table, or the numbers of a signal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Document
from auscult.bundle.rows import rows_to_cases
from auscult.serve.pages.answer import Answer, DriverBar, driver_bars
from auscult.serve.pages.files import Picture, pictures
from auscult.serve.pages.form import Entry, number, row_of, typed
from auscult.serve.pages.language import Words
from auscult.types import FloatArray, IntArray

MOST_TEXT: Final = 2_000_000
_BETWEEN: Final = re.compile(r"[\s,;|\[\]]+")


@dataclass(frozen=True)
class TypedSignal:
    """What was typed as a signal, and why it cannot be used."""

    text: str = ""
    fault: str = ""


@dataclass(frozen=True)
class TypedCase:
    """A case as it was typed.

    ``entries`` of a table, ``signal`` of signals. ``X`` and ``lengths`` are as
    :meth:`~auscult.bundle.bundle.Bundle.answer` takes them; None where there is a fault, or
    nothing was typed at all (``empty``).
    """

    entries: Sequence[Entry]
    signal: TypedSignal
    X: FloatArray | None = None
    lengths: IntArray | None = None
    empty: bool = False

    @property
    def n_gaps(self) -> int:
        """Fields that were left empty."""
        return sum(not entry.value for entry in self.entries)

    @property
    def n_faults(self) -> int:
        return sum(bool(entry.fault) for entry in self.entries) + bool(self.signal.fault)


@dataclass(frozen=True)
class Explained:
    """The answer to a typed case, and what drove it: bars of a table, a picture of a signal."""

    answer: Answer
    bars: Sequence[DriverBar] = ()
    picture: Picture | None = None


def has_signal_form(document: Document) -> bool:
    """Whether a signal of this bundle can be typed or pasted: one channel, not cut from another."""
    return document.kind == "signals" and document.n_channels == 1


def blank(document: Document, given: Mapping[str, object], t: Words) -> TypedCase:
    """The form before anything is asked."""
    entries = typed(document, given, t) if document.kind == "table" else []
    return TypedCase(entries, TypedSignal())


def typed_case(document: Document, given: Mapping[str, object], t: Words) -> TypedCase:
    """What was typed, as a case; or as a form that says what is wrong with it."""
    if document.kind == "table":
        entries = typed(document, given, t)
        if any(entry.fault for entry in entries):
            return TypedCase(entries, TypedSignal())
        if not any(entry.value for entry in entries):
            return TypedCase(entries, TypedSignal(), empty=True)
        X, _ = rows_to_cases(document, [row_of(entries)])
        return TypedCase(entries, TypedSignal(), X)
    text = given.get("signal", "")
    return _signal(document, text[:MOST_TEXT] if isinstance(text, str) else "", t)


def _signal(document: Document, text: str, t: Words) -> TypedCase:
    words = [word for word in _BETWEEN.split(text.strip()) if word]
    values = [number(word) for word in words]
    shown = text if len(text) < 20_000 else ""
    wrong = next((w for w, v in zip(words, values, strict=True) if v is None), None)
    if wrong is not None:
        return TypedCase((), TypedSignal(shown, t("fault-signal-number", value=wrong[:20])))
    width, n = document.n_timepoints, len(values)
    if n > width or n < (2 if document.unequal_length else width):
        return TypedCase((), TypedSignal(shown, t("fault-signal-length", n=n, wanted=width)))
    X = np.full((1, 1, width), np.nan, dtype=np.float32)
    X[0, 0, :n] = values
    lengths = np.array([n], dtype=np.int64) if document.unequal_length else None
    return TypedCase((), TypedSignal(shown), X, lengths)


def explained(bundle: Bundle, case: TypedCase, answers: Sequence[Answer]) -> Explained:
    """What drove the answer; ``case`` must be without a fault.

    Raises
    ------
    InputError
        As :meth:`~auscult.bundle.bundle.Bundle.drives`.
    """
    assert case.X is not None
    if bundle.document.kind == "table":
        drivers = bundle.drives(case.X)
        return Explained(answers[0], driver_bars(bundle.document, case.X, drivers))
    return Explained(answers[0], picture=pictures(bundle, case.X, case.lengths, [""], answers)[0])
