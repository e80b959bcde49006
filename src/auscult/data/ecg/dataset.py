"""Records as a dataset of beats."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from auscult.data.columns import numeric_column
from auscult.data.dataset import Dataset
from auscult.data.ecg.annotations import CLASSES
from auscult.data.ecg.beats import RECIPES, RR_CHANNELS, Beats, kaggle_beats, window_beats
from auscult.data.ecg.live import CHANNELS as PAST_CHANNELS
from auscult.data.ecg.live import live_beats
from auscult.data.ecg.patients import patient_of
from auscult.data.ecg.records import Recording, channel_names, read_record, record_paths
from auscult.data.ecg.relative import names, relative_beats
from auscult.data.raw import Request, listed
from auscult.data.table import Reading, group_codes
from auscult.errors import InputError, did_you_mean
from auscult.types import Column, Finding, FloatArray, IntArray

Progress = Callable[[int, int], None]
"""Told after each record: how many are read, of how many."""

GROUP: Final = "record"
FIRST, ALL = "first", "all"
_CUT: Final[dict[str, Callable[[Recording], Beats]]] = {
    "kaggle": kaggle_beats,
    "window": window_beats,
    "relative": relative_beats,
    "live": live_beats,
}
_FURTHER: Final = {"window": RR_CHANNELS, "live": PAST_CHANNELS}


@dataclass(frozen=True)
class BeatOptions:
    """How beats are cut.

    Parameters
    ----------
    recipe
        ``kaggle`` or ``window``, see :mod:`auscult.data.ecg.beats`; ``live``, see
        :mod:`auscult.data.ecg.live`; or ``relative``, a table, see
        :mod:`auscult.data.ecg.relative`.
    channel
        A channel's name; ``first``; or ``all`` (not ``kaggle``). Records that lack a channel
        named here are left out, and said to be.
    progress
        Told how far it is.
    """

    recipe: str | None = None
    channel: str | None = None
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.recipe is not None and self.recipe not in RECIPES:
            raise InputError(
                f"no recipe is called '{self.recipe}'. {did_you_mean(self.recipe, RECIPES)}",
                where="--recipe",
            )
        if self.channel == ALL and self.recipe in (None, "kaggle"):
            raise InputError(
                "all channels are for --recipe window, live or relative; kaggle has one.",
                where="--channel",
            )

    @property
    def given(self) -> bool:
        return self.recipe is not None or self.channel is not None


@dataclass(frozen=True, eq=False)
class _Part:
    """One record's beats."""

    record: str
    patient: str
    channels: tuple[str, ...]
    beats: Beats
    sha256: str
    annotated: bool


def read_beats(path: Path, request: Request, options: BeatOptions) -> Reading:
    """The beats of a record, or of every record in a folder.

    Classes are AAMI's, in the order N, S, V, F, Q, those that occur; groups are the patients; a
    beat is called ``record:sample``. One record is held at a time.

    Raises
    ------
    InputError
        As :func:`auscult.data.ecg.records.read_record`; a record has no annotations where classes
        are wanted; the records differ in channels or in sampling rate; nothing is left.
    """
    _refuse_columns(request)
    paths, without = _with_channel(record_paths(path), options.channel)
    parts: list[_Part] = []
    for done, header in enumerate(paths, 1):
        parts.append(_part(header, request, options))
        _refuse_mixture(parts[0], parts[-1])
        if options.progress:
            options.progress(done, len(paths))
    return _joined(path, parts, without, options.recipe or RECIPES[0])


def _refuse_columns(request: Request) -> None:
    asked = {
        "--target": request.target,
        "--id": request.id,
        "--drop": request.drop,
        "--categorical": request.categorical,
        "--group": None if request.group == GROUP else request.group,
    }
    for flag, value in asked.items():
        if value:
            raise InputError(
                f"{flag} names a column; records have none. A beat's class is its annotation, its "
                "group its record."
            )


def _with_channel(paths: list[Path], channel: str | None) -> tuple[list[Path], list[str]]:
    if channel in (None, FIRST, ALL):
        return paths, []
    names = {path: channel_names(path) for path in paths}
    found = [path for path in paths if channel in names[path]]
    if not found:
        known = sorted({name for of_record in names.values() for name in of_record})
        raise InputError(f"has no channel '{channel}'. {did_you_mean(str(channel), known)}")
    return found, [path.stem for path in paths if path not in found]


def _part(path: Path, request: Request, options: BeatOptions) -> _Part:
    names = channel_names(path)
    chosen = {None: names[:1], FIRST: names[:1], ALL: names}.get(
        options.channel, (str(options.channel),)
    )
    recording = read_record(path, chosen)
    if recording.annotations is None and request.labelled:
        raise InputError(
            f"{path.stem}.atr is not there, so its beats have no classes. Put it beside it.",
            where=path.name,
        )
    try:
        beats = _CUT[options.recipe or RECIPES[0]](recording)
    except InputError as error:
        raise InputError(str(error), where=path.name) from None
    patient = patient_of(path.stem, hashlib.sha256(path.read_bytes()).hexdigest())
    annotated = recording.annotations is not None
    return _Part(path.stem, patient, chosen, _finite(beats), recording.sha256, annotated)


def _finite(beats: Beats) -> Beats:
    """Without beats that lie in a gap of the recording."""
    whole = np.isfinite(beats.X).reshape(len(beats.X), -1).all(axis=1)
    if whole.all():
        return beats
    return Beats(beats.X[whole], beats.y[whole], beats.samples[whole], beats.sampling_rate)


def _refuse_mixture(first: _Part, part: _Part) -> None:
    if part.beats.sampling_rate != first.beats.sampling_rate:
        raise InputError(
            f"its beats would have {part.beats.sampling_rate:g} Hz, those of {first.record} "
            f"{first.beats.sampling_rate:g} Hz. Read them apart, or use --recipe window.",
            where=f"{part.record}.hea",
        )
    if len(part.channels) != len(first.channels):
        raise InputError(
            f"has {len(part.channels)} channels, {first.record} {len(first.channels)}. Name one "
            "with --channel.",
            where=f"{part.record}.hea",
        )


def _joined(path: Path, parts: Sequence[_Part], without: Sequence[str], recipe: str) -> Reading:
    sizes = [len(part.beats.y) for part in parts]
    if not sum(sizes):
        raise InputError("no beat is in its records.")
    X = np.concatenate([part.beats.X for part in parts])
    table = X.ndim == 2
    codes = np.concatenate([part.beats.y for part in parts])
    y, classes = _present(codes)
    texts = [part.patient for part, n in zip(parts, sizes, strict=True) for _ in range(n)]
    ids = tuple(f"{part.record}:{s}" for part in parts for s in part.beats.samples.tolist())
    dataset = Dataset(
        name=path.stem,
        kind="table" if table else "signals",
        X=X.astype(np.float64) if table else X,
        y=y,
        classes=classes,
        columns=_columns(parts, X, recipe),
        target="beat",
        ids=ids,
        groups=group_codes(texts, sorted(set(texts))),
        group_name=GROUP,
        sampling_rate=parts[0].beats.sampling_rate,
        sha256=_sha256(parts),
        findings=tuple(_findings(parts, without)),
    )
    return Reading(dataset, texts)


def _present(codes: IntArray) -> tuple[IntArray, tuple[str, ...]]:
    """Codes into the classes that occur."""
    present = np.unique(codes[codes >= 0])
    position = np.full(len(CLASSES) + 1, -1, dtype=np.int64)
    position[present] = np.arange(len(present))
    return position[codes], tuple(CLASSES[code] for code in present)


def _columns(parts: Sequence[_Part], X: FloatArray, recipe: str) -> tuple[Column, ...]:
    leads = []
    for channel in range(len(parts[0].channels)):
        called = {part.channels[channel] for part in parts}
        leads.append(called.pop() if len(called) == 1 else f"lead {channel + 1}")
    if recipe == "relative":
        columns = zip(names(leads), X.T, strict=True)
        return tuple(numeric_column(name, x, len(np.unique(x))) for name, x in columns)
    further = _FURTHER.get(recipe, ())
    return tuple(Column(name, "numeric") for name in (*leads, *further))


def _sha256(parts: Sequence[_Part]) -> str:
    if len(parts) == 1:
        return parts[0].sha256
    return hashlib.sha256("\n".join(part.sha256 for part in parts).encode()).hexdigest()


def _findings(parts: Sequence[_Part], without: Sequence[str]) -> list[Finding]:
    found = []
    if without:
        found.append(
            Finding(
                "records-left-out",
                f"{len(without)} records have no such channel and were left out: "
                f"{listed(without)}.",
                mend="--channel first",
            )
        )
    leads = Counter(part.channels[0] for part in parts)
    if len(leads) > 1:
        counts = ", ".join(f"{name} in {n}" for name, n in leads.most_common())
        found.append(
            Finding(
                "leads-differ", f"The first lead is not the same in all records: {counts}.", "note"
            )
        )
    same = [part.record for part in parts if part.record != part.patient]
    if same:
        found.append(
            Finding("one-person", "Records 201 and 202 are of one person: one group.", "note")
        )
    guessed = [part.record for part in parts if not part.annotated]
    if guessed:
        found.append(
            Finding("peaks-detected", f"R-peaks were detected in {listed(guessed)}.", "note")
        )
    return found
