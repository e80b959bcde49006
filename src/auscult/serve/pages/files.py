"""A file of cases: read like the training cases, answered, and shown as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Document
from auscult.bundle.rows import range_notes
from auscult.data.apart import read_apart
from auscult.data.dataset import Dataset
from auscult.data.ecg.beats import RR_CHANNELS
from auscult.data.read import read_like
from auscult.errors import InputError
from auscult.serve.pages.answer import Answer, answers_of
from auscult.serve.pages.export import answers_csv, link
from auscult.serve.pages.form import shown_value
from auscult.serve.pages.language import Words
from auscult.serve.pages.pictures import EcgPicture, ecg, moving_channels
from auscult.types import FloatArray, IntArray

MOST_ROWS: Final = 200
"""Cases that a page lists; the CSV has all."""

MOST_CASES: Final = 100_000
MOST_PICTURES: Final = 6
_MOST_NOTES: Final = 10


@dataclass(frozen=True)
class ListedCase:
    """A row of the list of answers."""

    name: str
    answer: Answer


@dataclass(frozen=True)
class ClassCount:
    """How many cases got a class; ``width`` is of its bar, out of 100."""

    name: str
    code: int
    n: int
    share: str
    width: float
    n_unsure: int


@dataclass(frozen=True)
class Picture:
    """A case drawn, with what its moments spoke for."""

    title: str
    answer: Answer
    channels: tuple[EcgPicture, ...]


def read_cases(bundle: Bundle, path: Path) -> Dataset:
    """The cases of a file, matched to the bundle's columns by name.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or has more cases than a page answers.
    """
    cases: Dataset = read_apart(read_like, path, bundle.reference(), labelled=False)
    if not cases.n_cases:
        raise InputError("holds no case.", where=path.name)
    if cases.n_cases > MOST_CASES:
        raise InputError(
            f"has {cases.n_cases:,} cases; at most {MOST_CASES:,} are answered here. Use auscult "
            "predict.",
            where=path.name,
        )
    return cases


def case_names(cases: Dataset) -> Sequence[str]:
    """What each case is called: its id, else its number in the file, from 1."""
    return cases.ids or [str(i + 1) for i in range(cases.n_cases)]


def listed(cases: Dataset, answers: BundleAnswers, t: Words) -> list[ListedCase]:
    """The first cases with their answers."""
    part = BundleAnswers(
        answers.classes,
        answers.probability[:MOST_ROWS],
        answers.predicted[:MOST_ROWS],
        None if answers.sets is None else answers.sets[:MOST_ROWS],
    )
    names = case_names(cases)[:MOST_ROWS]
    return [ListedCase(n, a) for n, a in zip(names, answers_of(part, t), strict=True)]


def counted(answers: BundleAnswers, t: Words) -> list[ClassCount]:
    """How many cases got each class."""
    total = len(answers.predicted)
    unsure = answers.unsure
    found = []
    for code, name in enumerate(answers.classes):
        mine = answers.predicted == code
        n = int(mine.sum())
        share = n / total if total else 0.0
        found.append(
            ClassCount(
                name, code, n, t("percent", value=f"{100 * share:.1f}"), round(100 * share, 2),
                int((mine & unsure).sum()),
            )
        )  # fmt: skip
    return found


def cases_csv(cases: Dataset, answers: BundleAnswers) -> str:
    """The answers to a file as CSV."""
    return answers_csv(answers, ["case"], ([name] for name in case_names(cases)))


def remarks(document: Document, cases: Dataset, t: Words) -> list[str]:
    """What the reader noticed, and which values lie outside the training cases' ranges."""
    found = [finding.message for finding in cases.findings]
    if document.kind != "table":
        return found
    names = case_names(cases)
    notes = range_notes(document, cases.X)
    fields = {field.name: (field, j) for j, field in enumerate(document.columns)}
    for note in notes[:_MOST_NOTES]:
        field, j = fields[note.column]
        key = "note-far-row" if note.code == "far-out-of-range" else "note-outside-row"
        found.append(
            t(
                key,
                case=names[note.row],
                name=field.name,
                value=shown_value(field, float(cases.X[note.row, j])),
                low=shown_value(field, field.low or 0.0),
                high=shown_value(field, field.high or 0.0),
            )
        )
    if len(notes) > _MOST_NOTES:
        found.append(t("notes-more", n=len(notes) - _MOST_NOTES))
    return found


def pictures(
    bundle: Bundle,
    X: FloatArray,
    lengths: IntArray | None,
    titles: Sequence[str],
    answers: Sequence[Answer],
) -> list[Picture]:
    """The first cases of ``X`` drawn on paper, coloured by what their moments spoke for.

    Parameters
    ----------
    bundle
        Explains its answers.
    X
        ``(n_cases, n_channels, n_timepoints)``.
    lengths
        ``(n_cases,)`` or None.
    titles, answers
        Of the cases.
    """
    n = min(len(X), MOST_PICTURES)
    drivers = bundle.drives(X[:n], None if lengths is None else lengths[:n])
    return [
        Picture(titles[i], answers[i], channel_pictures(bundle.document, X[i], drivers.values[i]))
        for i in range(n)
    ]


def channel_pictures(
    document: Document, signal: FloatArray, weight: FloatArray | None
) -> tuple[EcgPicture, ...]:
    """The channels of one case that change in time, drawn."""
    return tuple(
        ecg(
            signal[channel],
            weight,
            name=document.columns[channel].name,
            sampling_rate=document.sampling_rate,
            millivolts=_in_millivolts(document, channel),
        )
        for channel in moving_channels(signal)
    )


def _in_millivolts(document: Document, channel: int) -> bool:
    """Whether a channel is a voltage: it says so, or windows were cut from a recording in mV."""
    field = document.columns[channel]
    cut = (document.recipe or {}).get("recipe") == "window"
    return field.unit == "mV" or (cut and field.name not in RR_CHANNELS)


def told(bundle: Bundle, cases: Dataset, answers: BundleAnswers, t: Words) -> dict[str, Any]:
    """What the page of a file's answers shows."""
    rows = listed(cases, answers, t)
    drawn: list[Picture] = []
    if cases.kind == "signals":
        titles = [t("case-named", name=row.name) for row in rows]
        drawn = pictures(bundle, cases.X, cases.lengths, titles, [row.answer for row in rows])
    return {
        "n_cases": cases.n_cases,
        "n_unsure": int(answers.unsure.sum()),
        "rows": rows,
        "counts_list": counted(answers, t),
        "remarks": remarks(bundle.document, cases, t),
        "pictures_list": drawn,
        "csv": link(cases_csv(cases, answers)),
    }
