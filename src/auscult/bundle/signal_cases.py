"""Signals to predict, and beats cut from recordings, as the bundle's cases were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from auscult.bundle.cases import Cases, Remark
from auscult.bundle.document import Document
from auscult.bundle.table_cases import ROW
from auscult.data.dataset import Dataset
from auscult.data.ecg.dataset import BeatOptions, read_beats
from auscult.data.ecg.records import record_paths
from auscult.data.like import signals_like
from auscult.data.npy import mapped
from auscult.data.raw import RawSignals, RawTable, Request, listed
from auscult.data.roles import names_case
from auscult.errors import InputError, MissingExtraError
from auscult.types import Finding, FloatArray, IntArray

RECORD, TIME, SAMPLE = "record", "time_s", "sample"
_AMPLITUDES: Final = 1000.0
_SAME_RATE: Final = 0.05
_BLOCK_BYTES: Final = 64 * 2**20


class SignalReader:
    """Makes cases of the blocks of one file of signals."""

    def __init__(
        self,
        document: Document,
        reference: Dataset,
        *,
        target: str | None = None,
        case_id: str | None = None,
        drop: Sequence[str] = (),
    ) -> None:
        self.document, self._like = document, _open_ended(document, reference)
        self._request = Request(target, None, case_id, tuple(drop), labelled=False)
        self._settled = False
        self._before = 0
        self.findings: list[Finding] = []

    def cases(self, raw: RawTable | RawSignals, share: float) -> Cases:
        """The cases of some rows, or of a whole file.

        Raises
        ------
        InputError
            The signals have another number of channels or time points, or a class is new.
        """
        if isinstance(raw, RawTable) and not self._settled and raw.header:
            self._settle(raw)
        reading = signals_like(raw, self._like, self._request, name="", sha256="")
        found = reading.dataset
        if not self._settled:
            self.findings += [f for f in found.findings if f.code != "missing-values"]
            self._settled = True
        n = found.n_cases
        rows = (
            raw.rows
            if isinstance(raw, RawTable)
            else np.arange(self._before + 1, self._before + n + 1)
        )
        self._before += n
        names: dict[str, Any] = {ROW: rows}
        if found.ids is not None:
            names[self._request.id or "id"] = list(found.ids)
        X, lengths = fitted(found.X, found.lengths, self.document)
        true = found.y if (found.y >= 0).any() else None
        return Cases(X, names, true, lengths, signal_remarks(self.document, X), share=share)

    def _settle(self, raw: RawTable) -> None:
        """Which columns are no points, by their names: the same in all blocks."""
        asked = self._request
        if asked.id is not None and raw.find(asked.id) is None:
            raise InputError(f"there is no column '{asked.id}' (asked for with --id).")
        known = (asked.target or self.document.target, asked.id, *asked.drop)
        calling = [c.name for c in raw.columns if names_case(c.name) and c.name not in known]
        case_id = asked.id
        if case_id is None and len(calling) == 1:
            case_id = calling.pop()
            message = f"Each answer is called by its '{case_id}'."
            self.findings.append(Finding("id-chosen", message, "note", mend="--id NAME"))
        if calling:
            message = f"Not used: {listed(calling)}, which names the case or the patient."
            self.findings.append(Finding("unused-columns", message, "note", mend="--id NAME"))
        self._request = replace(asked, id=case_id, drop=(*asked.drop, *calling))


def _open_ended(document: Document, reference: Dataset) -> Dataset:
    """The reference, which says of signals of unequal length that they are."""
    if not document.unequal_length:
        return reference
    return replace(reference, lengths=np.empty(0, dtype=np.int64))


def fitted(
    X: FloatArray, lengths: IntArray | None, document: Document
) -> tuple[FloatArray, IntArray | None]:
    """Signals of unequal length, padded to the bundle's longest.

    Raises
    ------
    InputError
        One is longer than any of the training cases.
    """
    if not document.unequal_length:
        return X, None
    extra = document.n_timepoints - X.shape[2]
    if extra < 0:
        raise InputError(
            f"a signal has {X.shape[2]} time points; the longest of the training cases had "
            f"{document.n_timepoints}."
        )
    if lengths is None:
        lengths = np.full(len(X), X.shape[2], dtype=np.int64)
    return np.pad(X, ((0, 0), (0, 0), (0, extra)), constant_values=np.nan), lengths


def signal_remarks(document: Document, X: FloatArray) -> tuple[Remark, ...]:
    """Signals that reach a hundred times further than any training case: another unit?"""
    remarks = []
    for channel, field in enumerate(document.columns):
        if field.low is None or field.high is None or field.high == field.low:
            continue
        most = max(abs(field.low), abs(field.high))
        reach = np.nanmax(
            np.abs(X[:, channel]), axis=1, initial=0.0, where=~np.isnan(X[:, channel])
        )
        places = np.flatnonzero(reach > _AMPLITUDES / 10 * most)
        if len(places):
            texts = [
                f"{field.name} reaches {value:g}, in training {most:g}"
                for value in reach[places].tolist()
            ]
            remarks.append(
                Remark("far-outside", field.name, places, texts, _causes(reach[places], most))
            )
    return tuple(remarks)


def _causes(reach: FloatArray, most: float) -> list[str | None]:
    fits = reach / _AMPLITUDES <= 2 * most
    said = f"÷ {_AMPLITUDES:g} (µV in the place of mV?)"
    return [said if fit else None for fit in fits.tolist()]


def mapped_cases(path: Path, document: Document) -> Iterator[Cases]:
    """Signals of ``X.npy``, mapped and read some at a time; classes beside it are not read.

    Raises
    ------
    InputError
        It is no array of numbers, or its signals are not like the bundle's.
    """
    X = _mapped(path)
    n, *shape = X.shape
    wanted = [document.n_channels, document.n_timepoints]
    if shape not in (wanted, wanted[1:] if wanted[0] == 1 else wanted):
        raise InputError(f"has signals of shape {tuple(shape)}, the bundle {tuple(wanted)}.")
    size = max(1, _BLOCK_BYTES // (8 * wanted[0] * wanted[1]))
    for start in range(0, n, size):
        part = np.asarray(X[start : start + size], dtype=np.float32).reshape(-1, *wanted)
        if np.isinf(part).any():
            case = start + int(np.isinf(part).any(axis=(1, 2)).argmax())
            raise InputError(f"case {case} holds a value that is not finite.")
        rows = np.arange(start + 1, start + len(part) + 1)
        remarks = signal_remarks(document, part)
        yield Cases(part, {ROW: rows}, remarks=remarks, share=(start + len(part)) / n)


def _mapped(path: Path) -> np.ndarray[Any, Any]:
    X = mapped(path)
    if X.dtype.kind not in "fiu" or X.ndim not in (2, 3) or 0 in X.shape:
        raise InputError(
            f"holds {X.dtype} of shape {X.shape}; signals are numbers (cases, channels, time "
            "points)."
        )
    return X


def beat_cases(
    path: Path, document: Document, channel: str | None, findings: list[Finding]
) -> Iterator[Cases]:
    """The beats of a record, or of the records of a folder, one record at a time.

    Cut as the bundle's recipe says, at the marks of ``NAME.atr`` or, without it, at R-peaks that
    are found. Marks with a class that the bundle knows are the true classes.

    Raises
    ------
    InputError
        The bundle is not of beats, a record is damaged, or its beats are not like the bundle's.
    """
    if document.recipe is None:
        raise InputError(
            f"holds an ECG recording; the bundle is of {_kind(document)}, not of beats."
        )
    options = BeatOptions(str(document.recipe["recipe"]), channel or document.recipe.get("channel"))
    paths = record_paths(path)
    empty: list[str] = []
    found: list[str] = []
    for done, header in enumerate(paths, 1):
        try:
            beats = read_beats(header, Request(labelled=False), options).dataset
        except ModuleNotFoundError as error:
            raise MissingExtraError(
                f"Heartbeats need {error.name}: pip install 'auscult[ecg]'."
            ) from None
        except InputError as error:
            if "no beat is in its records" in str(error) and len(paths) > 1:
                empty.append(header.stem)
                continue
            raise
        _require_like(beats, document, header)
        peaks = [f for f in beats.findings if f.code == "peaks-detected"]
        found += [header.stem] if peaks else []
        findings += [f for f in beats.findings if f not in (*peaks, *findings)]
        yield _beats(beats, document, header, done / len(paths))
    if len(empty) == len(paths):
        raise InputError("no beat is in its records.")
    if found:
        message = f"R-peaks were found in {listed(found)}, which nobody has marked."
        findings.append(Finding("peaks-detected", message, "note"))
    if empty:
        findings.append(Finding("no-beats", f"No beat is in {listed(empty)}.", "warning"))


def _kind(document: Document) -> str:
    return "a table" if document.kind == "table" else "signals"


def _require_like(beats: Dataset, document: Document, header: Path) -> None:
    table = document.kind == "table"
    wanted = (document.n_columns,) if table else (document.n_channels, document.n_timepoints)
    if beats.X.shape[1:] != wanted:
        raise InputError(
            f"its beats have the shape {beats.X.shape[1:]}, the bundle's {wanted}. Name the "
            "channel with --channel.",
            where=header.name,
        )


def _beats(beats: Dataset, document: Document, header: Path, share: float) -> Cases:
    assert beats.ids is not None
    samples = np.array([int(name.rpartition(":")[2]) for name in beats.ids], dtype=np.int64)
    rate = _rate(header)
    names: dict[str, Any] = {
        RECORD: [header.stem] * len(samples),
        TIME: np.round(samples / rate, 3),
        SAMPLE: samples,
    }
    index = {name: code for code, name in enumerate(document.classes)}
    codes = np.array([*(index.get(name, -1) for name in beats.classes), -1], dtype=np.int64)
    true = codes[beats.y]
    X = beats.X
    known = true if (true >= 0).any() else None
    remarks = _rate_remark(beats, document) if document.kind == "signals" else ()
    if document.kind == "signals":
        remarks = (*remarks, *signal_remarks(document, X))
    return Cases(X, names, known, None, remarks, unit=header.stem, share=share)


def _rate(header: Path) -> float:
    from auscult.data.ecg.header import read_header  # noqa: PLC0415

    return read_header(header).sampling_rate


def _rate_remark(beats: Dataset, document: Document) -> tuple[Remark, ...]:
    """The Kaggle recipe keeps whatever rate comes nearest to its own."""
    here, there = beats.sampling_rate, document.sampling_rate
    if not here or not there or abs(here / there - 1) <= _SAME_RATE:
        return ()
    text = f"beats of {here:g} Hz, in training {there:g} Hz"
    places = np.arange(beats.n_cases)
    return (Remark("other-rate", "sampling rate", places, [text] * beats.n_cases),)
