"""Values out of JSON, each of the kind it must be, or a refusal that names its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from auscult.errors import InputError

T = TypeVar("T")

_LONGEST = 100_000
"""Characters of a text, save a card's."""


class Reading:
    """One object of ``bundle.json``; keys that it does not know are left alone."""

    def __init__(self, content: Any, where: str = "") -> None:
        self.where = where
        if not isinstance(content, dict):
            raise self.wrong("", "an object")
        self.content: dict[str, Any] = content

    def wrong(self, key: str, must: str) -> InputError:
        """The refusal of a value."""
        place = ".".join(part for part in (self.where, key) if part) or "the whole"
        return InputError(f"bundle.json: '{place}' must be {must}.")

    def get(self, key: str) -> Any:
        if key not in self.content:
            raise self.wrong(key, "there")
        return self.content[key]

    def text(self, key: str, longest: int = _LONGEST) -> str:
        value = self.get(key)
        if not isinstance(value, str) or len(value) > longest:
            raise self.wrong(key, f"a text of at most {longest:,} characters")
        return value

    def word(self, key: str, known: tuple[str, ...]) -> str:
        value = self.get(key)
        if not isinstance(value, str) or value not in known:
            raise self.wrong(key, f"one of {', '.join(known)}")
        return value

    def whole(self, key: str, low: int = 0, high: int = 2**53) -> int:
        value = self.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(key, f"a whole number from {low:,} to {high:,}")
        return value

    def number(self, key: str) -> float:
        return self._number(key, self.get(key))

    def truth(self, key: str) -> bool:
        value = self.get(key)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def maybe(self, key: str, read: Callable[[str], T]) -> T | None:
        """What ``read`` says, or None where the value is null or not there."""
        return None if self.content.get(key) is None else read(key)

    def texts(self, key: str, most: int = 100_000) -> tuple[str, ...]:
        values = self.items(key, most)
        if not all(isinstance(value, str) and len(value) <= _LONGEST for value in values):
            raise self.wrong(key, "a list of texts")
        return tuple(values)

    def numbers(self, key: str, most: int = 1_000_000) -> tuple[float, ...]:
        return tuple(self._number(key, value) for value in self.items(key, most))

    def numbers_or_none(self, key: str, most: int = 1_000_000) -> tuple[float | None, ...]:
        values = self.items(key, most)
        return tuple(None if value is None else self._number(key, value) for value in values)

    def wholes(self, key: str, most: int = 1_000_000) -> tuple[int, ...]:
        values = self.items(key, most)
        if not all(isinstance(v, int) and not isinstance(v, bool) for v in values):
            raise self.wrong(key, "a list of whole numbers")
        return tuple(values)

    def part(self, key: str) -> Reading:
        return Reading(self.get(key), f"{self.where}.{key}".strip("."))

    def parts(self, key: str, most: int = 100_000) -> tuple[Reading, ...]:
        values = self.items(key, most)
        return tuple(
            Reading(v, f"{self.where}.{key}[{i}]".strip(".")) for i, v in enumerate(values)
        )

    def mapping(self, key: str) -> Mapping[str, Any]:
        return self.part(key).content

    def items(self, key: str, most: int) -> list[Any]:
        """A list of anything."""
        values = self.get(key)
        if not isinstance(values, list) or len(values) > most:
            raise self.wrong(key, f"a list of at most {most:,}")
        return values

    def _number(self, key: str, value: Any) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        try:
            found = float(value) if number else math.nan
        except OverflowError:
            found = math.nan
        if not math.isfinite(found):
            raise self.wrong(key, "a finite number")
        return found
