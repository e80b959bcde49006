"""How a person says that a file of series is to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from auscult.errors import InputError, did_you_mean

Layout = Literal["long", "day-per-row"]
Fill = Literal["none", "linear", "previous", "season"]
Duplicates = Literal["refuse", "mean", "first", "last"]

ROW = "row"
"""The step of points that are equally spaced whatever the clock says."""


@dataclass(frozen=True)
class SeriesOptions:
    """See :func:`auscult.data.series.read.read_series`."""

    time: tuple[str, ...] = ()
    value: str | None = None
    series: str | None = None
    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    layout: Layout | None = None
    freq: str | None = None
    zone: str | None = None
    time_format: str | None = None
    fill: Fill = "none"
    season: int | None = None
    duplicates: Duplicates = "refuse"

    def __post_init__(self) -> None:
        _refuse_word("--layout", self.layout, (None, *get_args(Layout)))
        _refuse_word("--fill", self.fill, get_args(Fill))
        _refuse_word("--duplicates", self.duplicates, get_args(Duplicates))
        if self.season is not None and self.season < 2:
            raise InputError("is at least 2 steps.", where="--season")
        twice = sorted({*self.known} & {*self.unknown})
        if twice:
            raise InputError(f"'{twice[0]}' is in --known and in --unknown. Say it once.")

    @property
    def covariates(self) -> tuple[str, ...]:
        return (*self.known, *self.unknown)


def names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """Names, of which one may be given as a text."""
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def _refuse_word(flag: str, word: str | None, known: Sequence[str | None]) -> None:
    if word not in known:
        choices = [k for k in known if k]
        raise InputError(f"'{word}' is not known. {did_you_mean(str(word), choices)}", where=flag)
