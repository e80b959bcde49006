"""The form of one case, made from a bundle's schema."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auscult.bundle.document import Document, Field
from auscult.serve.pages.language import Words

MOST_FIELDS: Final = 300
"""A table with more columns has no form: its cases come as a file."""

MOST_RADIOS: Final = 4
_LONGEST: Final = 60
_LARGEST: Final = 3e38
_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?\Z", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One field of the form, with what was typed and what is said about it.

    ``value`` is the text that was typed; of a category the place of the choice in ``choices``.
    ``fault`` is why it cannot be used, ``note`` what is odd about it.
    """

    id: str
    field: Field
    help: str
    value: str = ""
    fault: str = ""
    note: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        return self.field.categories

    @property
    def radios(self) -> bool:
        """Whether the choices are few and short enough to stand side by side."""
        return len(self.choices) <= MOST_RADIOS and sum(map(len, self.choices)) <= _LONGEST

    @property
    def described_by(self) -> str:
        """The ids of the texts that belong to the field."""
        parts = (("help", self.help), ("fault", self.fault), ("note", self.note))
        return " ".join(f"{self.id}-{part}" for part, text in parts if text)


def has_form(document: Document) -> bool:
    """Whether a case of this bundle can be typed in."""
    return document.kind == "table" and len(document.columns) <= MOST_FIELDS


def typed(document: Document, given: Mapping[str, object], t: Words) -> list[Entry]:
    """The fields with what was typed into them; those that cannot be used say why."""
    entries = []
    for i, field in enumerate(document.columns):
        value = given.get(f"c{i}", "")
        text = value.strip() if isinstance(value, str) else ""
        entries.append(
            Entry(
                id=f"c{i}",
                field=field,
                help=_help(field, t),
                value=text[:_LONGEST],
                fault=_fault(field, text, t),
                note=_note(field, text, t),
            )
        )
    return entries


def typical(document: Document) -> dict[str, str]:
    """What to type for a case with every column at its training median or commonest category."""
    return {f"c{i}": _typical(field) for i, field in enumerate(document.columns)}


def row_of(entries: Sequence[Entry]) -> dict[str, object]:
    """The case that was typed; what was left empty is None.

    Every entry must be without a fault.
    """
    return {entry.field.name: _value(entry.field, entry.value) for entry in entries}


def shown_value(field: Field, value: float) -> str:
    """A value of ``X`` as a person knows it: a number with its unit, or a category's name."""
    if math.isnan(value):
        return "–"
    if field.kind == "categorical":
        return field.categories[int(value)]
    unit = f"\u00a0{field.unit}" if field.unit else ""
    return f"{value:.6g}".replace("-", "−") + unit


def number(text: str) -> float | None:
    """A number as people type it, with a decimal point or comma; None where it is none.

    >>> number("1,5"), number("−2"), number("1e999"), number("12 mm")
    (1.5, -2.0, None, None)
    """
    plain = text.strip().replace("−", "-")
    if len(plain) > _LONGEST or not _NUMBER.match(plain):
        return None
    value = float(plain.replace(",", "."))
    return value if abs(value) <= _LARGEST else None


def _value(field: Field, text: str) -> object:
    if not text:
        return None
    return field.categories[int(text)] if field.kind == "categorical" else number(text)


def _typical(field: Field) -> str:
    if field.kind == "categorical":
        known = field.commonest in field.categories
        return str(field.categories.index(field.commonest)) if known else ""
    return "" if field.median is None or math.isnan(field.median) else f"{field.median:.6g}"


def _range(field: Field) -> tuple[float, float] | None:
    """The least and the largest number of the training cases."""
    low, high = field.low, field.high
    if field.kind != "numeric" or low is None or high is None:
        return None
    return (low, high) if math.isfinite(low) and math.isfinite(high) else None


def _help(field: Field, t: Words) -> str:
    ends = _range(field)
    if ends is None:
        return ""
    low, high = (shown_value(field, end) for end in ends)
    return t("field-range", low=low, high=high)


def _fault(field: Field, text: str, t: Words) -> str:
    if not text:
        return ""
    if field.kind == "categorical":
        known = text.isascii() and text.isdigit() and int(text[:9]) < len(field.categories)
        return "" if known and len(text) < 10 else t("fault-choice")
    return t("fault-number") if number(text) is None else ""


def _note(field: Field, text: str, t: Words) -> str:
    ends, value = _range(field), number(text)
    if ends is None or value is None or ends[0] <= value <= ends[1]:
        return ""
    return t("note-outside")
