"""The run folder: its files appear together, or none of them does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from auscult.errors import InputError
from auscult.evaluate.prediction_rows import read_names
from auscult.evaluate.result import Result
from auscult.evaluate.result_files import PREDICTIONS, RESULT
from auscult.evaluate.serialize import write as write_result
from auscult.report.html import write as write_report

REPORT = "report.html"
FILES = (PREDICTIONS, RESULT, REPORT)
_HELD = (signal.SIGINT, signal.SIGTERM)


def write_run(result: Result, folder: str | Path, *, ids: Sequence[str] | None = None) -> Path:
    """Write ``result.json``, ``predictions.csv`` and ``report.html`` into a run folder.

    All of them are written beside it first and take their names at the end, while signals wait.
    A study that fails or is stopped leaves an older run as it was, or nothing.

    Parameters
    ----------
    result
        A finished study.
    folder
        Made where there is none; other files in it stay.
    ids
        The names of the dataset's cases, where they are known.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        Where the folder cannot be written.
    """

    def fill(stage: Path) -> None:
        write_result(result, stage, ids=ids)
        write_report(result, stage / REPORT, ids=ids)

    return whole_run(folder, FILES, fill)


def whole_run(
    folder: str | Path,
    files: Sequence[str],
    fill: Callable[[Path], None],
    *,
    outdated: Sequence[str] = (),
) -> Path:
    """Let ``fill`` write ``files`` beside a run folder, and give them their names at the end.

    ``outdated`` are files of an older run that this one does not write: they go.

    Raises
    ------
    InputError
        Where the folder cannot be written.
    """
    folder = Path(folder)
    try:
        _refuse_folders(folder, (*files, *outdated))
        missing = _first_missing(folder)
        stage = _stage(missing or folder)
        try:
            inner = stage if missing is None else stage / folder.relative_to(missing)
            inner.mkdir(parents=True)
            fill(inner)
            with signals_wait():
                _give_names(stage, folder, missing, files)
                for name in outdated:
                    (folder / name).unlink(missing_ok=True)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except (OSError, InputError) as error:
        raise InputError(_reason(error), where=str(folder)) from error
    return folder


def case_names(folder: str | Path, result: Result) -> tuple[str, ...] | None:
    """The names of the cases of a run folder that was loaded; None where they have none.

    A case that no fit tested is called by its row number, from 0.
    """
    folder = Path(folder)
    content = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    cases = content["predictions"]["cases"]
    if cases is None:
        return None
    names = read_names(folder / PREDICTIONS, cases)
    return tuple(names.get(case, str(case)) for case in range(result.data.n_cases))


def _refuse_folders(folder: Path, files: Sequence[str]) -> None:
    """What cannot be replaced is found before the first file is."""
    for name in files:
        if (folder / name).is_dir():
            raise InputError(f"'{name}' in it is a folder. Name another with --out.")


def _first_missing(folder: Path) -> Path | None:
    """The outermost folder of the path that is still to be made."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    return missing[-1] if missing else None


def _stage(place: Path) -> Path:
    """A hidden folder on the same disk as ``place``: inside of it, or beside where it will be."""
    parent = place if place.is_dir() else place.parent
    return parent / f".{place.name}.{os.getpid()}.part"


def _give_names(stage: Path, folder: Path, missing: Path | None, files: Sequence[str]) -> None:
    if missing is not None:
        stage.rename(missing)
        return
    for name in files:
        os.replace(stage / name, folder / name)


def _reason(error: OSError | InputError) -> str:
    cause = error if isinstance(error, OSError) else error.__cause__
    if isinstance(cause, OSError):
        return f"cannot be written ({cause.strerror}). Name another folder."
    return str(error)


@contextmanager
def signals_wait() -> Iterator[None]:
    """SIGINT and SIGTERM that come inside are delivered behind it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted by them
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda n, _: came.append(n)) for number in _HELD}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[0])
