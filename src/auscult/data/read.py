"""Any file of cases as a :class:`Dataset`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from auscult.data.dataset import Dataset
from auscult.data.ecg.dataset import BeatOptions, Progress, read_beats
from auscult.data.ecg.like import beats_like
from auscult.data.ecg.records import is_record
from auscult.data.formats import Options, read_raw
from auscult.data.like import signals_like, table_like
from auscult.data.npy import read_npy
from auscult.data.opened import Opened, open_file
from auscult.data.raw import RawSignals, Request
from auscult.data.refusals import naming
from auscult.data.signals import read_signals, signals_from_table
from auscult.data.table import Reading, group_codes, read_table
from auscult.errors import InputError

PathLike = str | os.PathLike[str]


def read(
    path: PathLike,
    *,
    target: str | None = None,
    group: str | None = None,
    id: str | None = None,
    drop: Sequence[str] = (),
    categorical: Sequence[str] = (),
    sheet: str | None = None,
    signals: bool = False,
    encoding: str | None = None,
    header: bool | None = None,
    labelled: bool = True,
    recipe: str | None = None,
    channel: str | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Read a file of cases, or the beats of ECG records.

    Parameters
    ----------
    path
        CSV, TSV or other delimited text, Excel or OpenDocument, Parquet, UCR ``.tsv``/``.txt``,
        ``.ts``, ``.arff`` or ``.npz``; a WFDB record (``.hea``) or a folder of them.
    target, group, id
        Columns that hold the class, the patient (or whatever must not stand on both sides of a
        split) and the name of the case. In a file without a header a number names a column; in
        wide signals ``first`` and ``last`` do.
    drop, categorical
        Columns to leave out; columns of numbers that are codes of categories.
    sheet
        The sheet of a workbook; None takes the first.
    signals
        Whether each row of a table is one signal.
    encoding
        The encoding of a text file; None takes its mark, UTF-8 or, with a warning, a guess.
    header
        Whether the first row holds names; None looks.
    labelled
        Whether every case must have a class; False for files to predict.
    recipe, channel
        How beats are cut from records (``kaggle``, ``window``, ``live`` or ``relative``) and of
        which channel (its name, ``first``, or ``all``); see :mod:`auscult.data.ecg.dataset`.
    progress
        Told after each record: how many are read, of how many.

    Returns
    -------
    Dataset
        Its ``findings`` say what was noticed, dropped or decided.

    Raises
    ------
    InputError
        If the file cannot be read in exactly one way.
    MissingExtraError
        If the file is Parquet and pyarrow is not installed; a record, and wfdb is not.
    """
    path = Path(path)
    request = Request(target, group, id, _names(drop), _names(categorical), labelled)
    beats = BeatOptions(recipe, channel, progress)
    if is_record(path):
        with naming(path):
            return _beats(path, request, beats).dataset
    _refuse_beat_options(beats)
    if path.suffix.lower() == ".npy":
        return _mapped(path)
    options = Options(sheet, encoding, header, signals)
    with naming(path):
        return _reading(open_file(path), request, options).dataset


def read_like(
    path: PathLike,
    reference: Dataset,
    *,
    target: str | None = None,
    group: str | None = None,
    id: str | None = None,
    drop: Sequence[str] = (),
    sheet: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    labelled: bool = True,
    need_ids: bool = False,
    recipe: str | None = None,
    channel: str | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Read a file with the columns, categories and classes of ``reference``.

    Table columns are matched by name and others are ignored; ``reference`` may have no cases,
    only ``kind``, ``X.shape``, ``columns``, ``classes`` and ``target``. Group codes are the file's
    own: :func:`read_pair` gives two files one set of codes. Where the file is not ``labelled``,
    columns of the class, the group or to drop may be missing, and that of ids unless
    ``need_ids``, which also wants a different id in each row.

    Raises
    ------
    InputError
        As :func:`read`; also where a column is missing, the width differs or a class is new.
    """
    path = Path(path)
    request = Request(target, group, id, _names(drop), (), labelled, need_ids)
    beats = BeatOptions(recipe, channel, progress)
    if is_record(path):
        with naming(path):
            return beats_like(path, reference, request, beats).dataset
    _refuse_beat_options(beats)
    options = Options(sheet, encoding, header, signals=reference.kind == "signals")
    with naming(path):
        return _reading_like(open_file(path), reference, request, options).dataset


def read_pair(
    train: PathLike,
    test: PathLike,
    *,
    target: str | None = None,
    group: str | None = None,
    id: str | None = None,
    drop: Sequence[str] = (),
    categorical: Sequence[str] = (),
    sheet: str | None = None,
    signals: bool = False,
    encoding: str | None = None,
    header: bool | None = None,
    recipe: str | None = None,
    channel: str | None = None,
    progress: Progress | None = None,
) -> tuple[Dataset, Dataset]:
    """A training file and a test file read like it; groups of both share one set of codes.

    Raises
    ------
    InputError
        As :func:`read` and :func:`read_like`.
    """
    train, test = Path(train), Path(test)
    beats = BeatOptions(recipe, channel, progress)
    if is_record(train):
        return _beats_pair(train, test, Request(target, group, id), beats)
    _refuse_beat_options(beats)
    if train.suffix.lower() == ".npy":
        mapped = _mapped(train)
        return mapped, _mapped(test, mapped)
    request = Request(target, group, id, _names(drop), _names(categorical))
    options = Options(sheet, encoding, header, signals)
    with naming(train):
        first = _reading(open_file(train), request, options)
    options = replace(options, signals=first.dataset.kind == "signals")
    with naming(test):
        second = _reading_like(open_file(test), first.dataset, request, options)
    return _shared_groups(first, second)


def _beats(path: Path, request: Request, options: BeatOptions) -> Reading:
    reading = read_beats(path, request, options)
    if request.labelled:
        replace(reading.dataset, name=path.name).require_known_classes()
    return reading


def _beats_pair(
    train: Path, test: Path, request: Request, options: BeatOptions
) -> tuple[Dataset, Dataset]:
    with naming(train):
        first = _beats(train, request, options)
    with naming(test):
        if not is_record(test):
            raise InputError("holds no ECG records (NAME.hea), as the training data does.")
        second = beats_like(test, first.dataset, request, options)
    return _shared_groups(first, second)


def _refuse_beat_options(options: BeatOptions) -> None:
    if options.given:
        flag = "--channel" if options.recipe is None else "--recipe"
        raise InputError("is for ECG records (NAME.hea, or a folder of them).", where=flag)


def _mapped(path: Path, reference: Dataset | None = None) -> Dataset:
    """Signals that stay on the disk; see :mod:`auscult.data.npy`."""
    dataset = read_npy(path, reference.classes if reference else None)
    if reference is None:
        replace(dataset, name=path.name).require_known_classes()
    elif dataset.X.shape[1:] != reference.X.shape[1:]:
        raise InputError(
            f"has signals of shape {dataset.X.shape[1:]}, training {reference.X.shape[1:]}.",
            where=path.name,
        )
    return dataset


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _reading(opened: Opened, request: Request, options: Options) -> Reading:
    raw = read_raw(opened, options)
    name, sha256 = opened.path.stem, opened.sha256
    if isinstance(raw, RawSignals):
        reading = read_signals(raw, request, name=name, sha256=sha256)
    elif options.signals or raw.series:
        reading = signals_from_table(raw, request, name=name, sha256=sha256)
    else:
        reading = read_table(raw, request, name=name, sha256=sha256)
    if request.labelled:
        replace(reading.dataset, name=opened.path.name).require_known_classes()
    return reading


def _reading_like(
    opened: Opened, reference: Dataset, request: Request, options: Options
) -> Reading:
    raw = read_raw(opened, options)
    name, sha256 = opened.path.stem, opened.sha256
    if reference.kind == "signals":
        return signals_like(raw, reference, request, name=name, sha256=sha256)
    if isinstance(raw, RawSignals):
        raise InputError("the file holds signals; the training data is a table.")
    return table_like(raw, reference, request, name=name, sha256=sha256)


def _shared_groups(first: Reading, second: Reading) -> tuple[Dataset, Dataset]:
    if first.groups is None or second.groups is None:
        return first.dataset, second.dataset
    known = sorted({*first.groups, *second.groups})
    train = replace(first.dataset, groups=group_codes(first.groups, known))
    return train, replace(second.dataset, groups=group_codes(second.groups, known))
