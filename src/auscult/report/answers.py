"""Predictions of new cases as files: with probabilities, or as a contest wants them."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from auscult.errors import InputError
from auscult.evaluate.contest import Answers
from auscult.evaluate.prediction_rows import Lines, safe_text
from auscult.report.run_folder import signals_wait

Writer = Callable[[BinaryIO], None]


def predictions_csv(answers: Answers, ids: Sequence[str] | None, id_name: str | None) -> Writer:
    """One row a case: its id (or row number, from 1), the class, the probabilities."""
    head = [safe_text(id_name or "row"), "predicted", *(f"p_{name}" for name in answers.classes)]
    names = ids or [str(row) for row in range(1, len(answers.predicted) + 1)]

    def rows() -> Iterator[list[Any]]:
        yield head
        parts = (names, answers.predicted.tolist(), answers.probability.tolist())
        for name, code, probability in zip(*parts, strict=True):
            yield [safe_text(name), safe_text(answers.classes[code]), *probability]

    return lambda file: _write(file, rows())


def submission_csv(answers: Answers, ids: Sequence[str], id_name: str, target: str) -> Writer:
    """Two columns, named as in the training file: the id and the class, in the file's order.

    Raises
    ------
    InputError
        There are not as many ids as answers, or an id stands twice.
    """
    predicted = answers.predicted.tolist()
    if len(ids) != len(predicted) or len(set(ids)) != len(ids):
        raise InputError(
            f"{len(predicted)} answers need as many different ids; there are {len(set(ids))}.",
            where="--submission",
        )

    def rows() -> Iterator[list[str]]:
        yield [safe_text(id_name), safe_text(target)]
        for name, code in zip(ids, predicted, strict=True):
            yield [safe_text(name), safe_text(answers.classes[code])]

    return lambda file: _write(file, rows())


def _write(file: BinaryIO, rows: Iterator[list[Any]]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    csv.writer(Lines(text), lineterminator="\r\n").writerows(rows)
    text.flush()
    text.detach()


def write_whole(files: Mapping[Path, Writer]) -> None:
    """Write files that take their names together, when all are complete, or not at all.

    Raises
    ------
    InputError
        One of them cannot be written.
    """
    with ExitStack() as stack:
        staged: dict[Path, Path] = {}
        for path, writer in files.items():
            try:
                staged[path] = _stage(path, writer, stack)
            except OSError as error:
                raise _refusal(path, error) from error
        with signals_wait():
            for path, stage in staged.items():
                try:
                    os.replace(stage, path)
                except OSError as error:
                    raise _refusal(path, error) from error


def _stage(path: Path, writer: Writer, stack: ExitStack) -> Path:
    """The file under a hidden name beside its own; removed where it does not take that."""
    stage = path.with_name(f".{path.name}.{os.getpid()}.part")
    stack.callback(stage.unlink, missing_ok=True)
    with stage.open("wb") as file:
        writer(file)
    return stage


def require_writable(path: Path, flag: str, inputs: Sequence[Path]) -> None:
    """Refuse a place that cannot be written, or that holds what is read, before any training.

    Raises
    ------
    InputError
        It is a folder, one of the ``inputs``, or in a folder that is not there or locked.
    """
    if path.is_dir():
        raise InputError(f"is a folder. Name a file with {flag}.", where=str(path))
    if not path.parent.is_dir():
        raise InputError(f"there is no folder '{path.parent}'. Make it first.", where=str(path))
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise InputError(f"cannot be written. Name another place with {flag}.", where=str(path))
    if any(path.exists() and other.exists() and path.samefile(other) for other in inputs):
        raise InputError(f"is the file that is read. Name another with {flag}.", where=str(path))


def _refusal(path: Path, error: OSError) -> InputError:
    return InputError(f"cannot be written ({error.strerror}). Name another file.", where=str(path))
