"""Answers as a file that a spreadsheet opens without running anything, written whole or not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np

from auscult.bundle.answer_rows import ROWS, Coded, Column, Rows
from auscult.bundle.answers import BundleAnswers
from auscult.bundle.cases import Cases
from auscult.errors import InputError

PREDICTED, SET, UNSURE, NOTES = "predicted", "set", "unsure", "notes"
BETWEEN: Final = "|"
"""Between the classes of a set."""


class AnswerFile:
    """A file of answers, which takes its name when all are in it.

    Leaving the context without :meth:`commit`, by an error or a signal, leaves no file, and one
    of the same name as it was.

    Parameters
    ----------
    path
        ``.csv``, ``.xlsx`` or ``.parquet``.
    inputs
        What is read, and must not be written over.

    Raises
    ------
    InputError
        The ending is another, or the place cannot be written.
    MissingExtraError
        Parquet is asked for and pyarrow is not installed.
    """

    def __init__(self, path: Path, inputs: Iterable[Path] = ()) -> None:
        require_place(path, inputs)
        self.path = path
        self._stage = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._rows: Rows | None = None

    def __enter__(self) -> AnswerFile:
        try:
            self._file = self._stage.open("wb")
        except OSError as error:
            raise self._refusal(error) from None
        try:
            self._rows = ROWS[self.path.suffix.lower()](self._file)
        except BaseException:
            self._discard()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._discard()

    def write(self, cases: Cases, answers: BundleAnswers) -> None:
        """Add the answers for some cases."""
        assert self._rows is not None
        try:
            self._rows.write(answer_columns(cases, answers))
        except OSError as error:
            raise self._refusal(error) from None

    def commit(self) -> None:
        """Give the file its name."""
        assert self._rows is not None
        try:
            self._rows.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            os.replace(self._stage, self.path)
        except OSError as error:
            raise self._refusal(error) from None

    def _discard(self) -> None:
        if self._rows is not None and not self._file.closed:
            with suppress(Exception):  # what is left goes with the file
                self._rows.close()
        with suppress(OSError):
            self._file.close()
        self._stage.unlink(missing_ok=True)

    def _refusal(self, error: OSError) -> InputError:
        return InputError(
            f"cannot be written ({error.strerror}). Name another file.", where=str(self.path)
        )


def require_place(path: Path, inputs: Iterable[Path] = ()) -> None:
    """Refuse a place for answers before anything is read.

    Raises
    ------
    InputError
        The ending is not known; it is a folder, one of the ``inputs``, or in a folder that is not
        there or locked.
    """
    where = str(path)
    if path.suffix.lower() not in ROWS:
        known = ", ".join(ROWS)
        raise InputError(f"answers are written in files that end in {known}.", where=where)
    if os.path.isdir(path):
        raise InputError("is a folder. Name a file with --out.", where=where)
    if not os.path.isdir(path.parent):
        raise InputError(f"there is no folder '{path.parent}'. Make it first.", where=where)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise InputError("cannot be written. Name another place with --out.", where=where)
    if any(_same(path, other) for other in inputs):
        raise InputError("is the file that is read. Name another with --out.", where=where)


def answer_columns(cases: Cases, answers: BundleAnswers) -> list[Column]:
    """The columns of a file of answers: names, and values as arrays or lists of texts."""
    classes = answers.classes
    columns: list[Column] = [(PREDICTED, Coded(answers.predicted, classes))]
    columns += [(f"p_{name}", answers.probability[:, code]) for code, name in enumerate(classes)]
    if answers.sets is not None:
        columns += [(SET, set_texts(answers)), (UNSURE, answers.unsure)]
    columns.append((NOTES, notes(cases)))
    taken = {name for name, _ in columns}
    calling = [(f"{name} (id)" if name in taken else name, v) for name, v in cases.names.items()]
    return [*calling, *columns]


def set_texts(answers: BundleAnswers) -> Coded:
    """``(n_cases,)`` the classes of each prediction set; empty where none is left in it."""
    assert answers.sets is not None
    packed = np.packbits(answers.sets, axis=1)
    if packed.shape[1] == 1:  # eight classes or fewer: nothing to sort
        kinds, codes = np.arange(256, dtype=np.uint8)[:, None], packed[:, 0].astype(np.int64)
    else:
        kinds, codes = np.unique(packed, axis=0, return_inverse=True)
    members = np.unpackbits(kinds, axis=1, count=len(answers.classes))
    texts = [BETWEEN.join(answers.classes[c] for c in np.flatnonzero(row)) for row in members]
    return Coded(codes.reshape(-1), texts)


def notes(cases: Cases) -> Sequence[str]:
    """``(n_cases,)`` what is odd about each case, in one line; mostly empty."""
    if not cases.remarks:
        return Coded(np.zeros(cases.n_cases, dtype=np.int64), ("",))
    found = [""] * cases.n_cases
    for remark in cases.remarks:
        for place, text in zip(remark.places.tolist(), remark.texts, strict=True):
            before = found[place]
            found[place] = f"{before}; {text}" if before else text
    return found


Told = Callable[[float, int], None]
"""Told how far it is: the share of the input that is behind, and the cases answered for."""


def listed_rows(rows: Sequence[Any], n: int) -> str:
    """``row 17`` or ``rows 17, 20, 31, … (12 of them)``."""
    first = ", ".join(str(row) for row in rows)
    if n == 1:
        return f"row {first}"
    return f"rows {first}" if n <= len(rows) else f"rows {first}, … ({n:,} rows)"


def _same(path: Path, other: Path) -> bool:
    with suppress(OSError):
        return path.samefile(other)
    return False
