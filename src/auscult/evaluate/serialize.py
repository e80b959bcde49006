"""A result as ``result.json`` and ``predictions.csv``, and back."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from math import isfinite, isnan
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from auscult.errors import InputError
from auscult.evaluate.prediction_rows import read_predictions, write_predictions
from auscult.evaluate.result import (
    SCHEMA,
    Comparison,
    DataSummary,
    ModelResult,
    PlanSummary,
    Predictions,
    Provenance,
    Result,
    SweepRow,
)
from auscult.types import Column, Estimate, Finding, History

RESULT, PREDICTIONS = "result.json", "predictions.csv"

T = TypeVar("T")


def to_dict(result: Result, predictions: bool = True) -> dict[str, Any]:
    """The result as plain dicts, lists, texts and numbers that strict JSON can hold.

    NaN becomes None and an infinite number the text ``Infinity`` or ``-Infinity``;
    :func:`from_dict` turns both back where a number is due. Parameters of a model are kept as
    far as JSON has their kind; any other becomes its text.
    """
    body = _plain(result)
    models = [_plain(row) for row in result.models]
    if predictions:
        for row, model in zip(models, result.models, strict=True):
            row["predictions"] = {
                f.name: getattr(model.predictions, f.name).tolist() for f in fields(Predictions)
            }
            row["predictions"]["probability"] = _plain(row["predictions"]["probability"])
    head = {
        "schema": SCHEMA,
        "auscult": result.provenance.versions.get("auscult", "unknown"),
        "task": result.task,
    }
    return {**head, **body, "models": models}


def from_dict(content: Mapping[str, Any], *, where: str = RESULT) -> Result:
    """The result that :func:`to_dict` took apart.

    Raises
    ------
    InputError
        Where the content is not a result, or of another schema.
    """
    try:
        if content["schema"] != SCHEMA:
            raise InputError(
                f"has schema {content['schema']}, this version reads {SCHEMA}. "
                "Read it with the version of auscult that it names.",
                where=where,
            )
        return _result(content)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"is not a result of auscult ({error!r}).", where=where) from error


def write(result: Result, folder: str | Path, *, ids: Sequence[str] | None = None) -> None:
    """Write ``result.json`` and ``predictions.csv``, each whole or not at all.

    Parameters
    ----------
    result
        What to write.
    folder
        Made where there is none.
    ids
        The names of the dataset's cases for the column ``case``; without them it holds the
        number of the row in the dataset, from 0. Text that a spreadsheet would run as a formula
        gets an apostrophe in front.

    Raises
    ------
    InputError
        Where the folder cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(folder / PREDICTIONS) as file:
            write_predictions(file, result, ids)
        body = to_dict(result, predictions=False)
        body["predictions"] = _reference(result, folder / PREDICTIONS, ids)
        with whole_file(folder / RESULT) as file:
            text = json.dumps(body, indent=1, allow_nan=False, ensure_ascii=False)
            file.write(text.encode("utf-8") + b"\n")
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror}). Name another folder.", where=str(folder)
        ) from error


def load(folder: str | Path) -> Result:
    """The result that :func:`write` left in a folder.

    Raises
    ------
    InputError
        Where a file is missing or broken, or the predictions are not those of the result.
    """
    path = Path(folder) / RESULT
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({error}).", where=str(path)) from error
    result = from_dict(content, where=str(path))
    table = Path(folder) / PREDICTIONS
    try:
        if _sha256(table) != content["predictions"]["sha256"]:
            raise InputError(f"was changed since {RESULT} was written.", where=str(table))
        blocks = read_predictions(table, result, content["predictions"]["cases"])
    except (OSError, KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot be read ({error!r}).", where=str(table)) from error
    return replace(
        result, models=tuple(replace(row, predictions=blocks[row.model]) for row in result.models)
    )


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only when it is complete and on the disk."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Estimate):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if is_dataclass(value):
        kept = (f.name for f in fields(value) if f.name not in ("predictions", "models", "task"))
        return {name: _plain(getattr(value, name)) for name in kept}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> bool | int | float | str | None:
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _estimates(content: Mapping[str, Any]) -> dict[str, Estimate]:
    return {name: _estimate(part) for name, part in content.items()}


def _estimate(content: Mapping[str, Any]) -> Estimate:
    return Estimate(*(_number(content[name]) for name in Estimate._fields))


def _known(kind: type[T], content: Mapping[str, Any], **decoded: Any) -> T:
    """A dataclass from what it knows of the content; parts already decoded come by name."""
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    return kind(**({k: v for k, v in content.items() if k in names} | decoded))


def _result(content: Mapping[str, Any]) -> Result:
    return _known(
        Result,
        content,
        data=_data(content["data"]),
        plan=_known(PlanSummary, content["plan"], splits=tuple(content["plan"]["splits"])),
        models=tuple(_model(row, len(content["data"]["classes"])) for row in content["models"]),
        comparisons=tuple(_comparison(part) for part in content["comparisons"]),
        provenance=_known(
            Provenance, content["provenance"], seconds=_number(content["provenance"]["seconds"])
        ),
        warnings=tuple(_known(Finding, part) for part in content["warnings"]),
    )


def _data(content: Mapping[str, Any]) -> DataSummary:
    columns = tuple(
        _known(
            Column,
            part,
            categories=tuple(part["categories"]),
            low=_number(part["low"]),
            high=_number(part["high"]),
        )
        for part in content["columns"]
    )
    return _known(
        DataSummary,
        content,
        classes=tuple(content["classes"]),
        class_counts=tuple(content["class_counts"]),
        columns=columns,
    )


def _model(content: Mapping[str, Any], n_classes: int) -> ModelResult:
    return _known(
        ModelResult,
        content,
        params=_params(content["params"]),
        metrics=_estimates(content["metrics"]),
        confusion_matrix=tuple(tuple(map(_number, row)) for row in content["confusion_matrix"]),
        per_class=tuple(_estimates(part) for part in content["per_class"]),
        fit_seconds=_number(content["fit_seconds"]),
        predict_seconds=_number(content["predict_seconds"]),
        histories=tuple(_history(part) for part in content["histories"]),
        predictions=_predictions(content.get("predictions"), n_classes),
        sweep=tuple(_sweep_row(part) for part in content.get("sweep", ())),
    )


def _params(content: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in content.items()}


def _sweep_row(content: Mapping[str, Any]) -> SweepRow:
    return _known(
        SweepRow,
        content,
        params=_params(content["params"]),
        validation=_estimate(content["validation"]),
        seconds=_number(content["seconds"]),
    )


def _history(content: Mapping[str, Any]) -> History:
    curves = {name: tuple(map(_number, curve)) for name, curve in content["curves"].items()}
    return History(curves, content["best_epoch"])


def _comparison(content: Mapping[str, Any]) -> Comparison:
    return _known(
        Comparison,
        content,
        difference=_estimate(content["difference"]),
        p_value=_number(content["p_value"]),
        p_adjusted=_number(content["p_adjusted"]),
    )


def _predictions(content: Mapping[str, Any] | None, n_classes: int) -> Predictions:
    rows = content or {}
    case, repeat, fold, true = (
        np.array(rows.get(name, []), dtype=np.int64) for name in ("case", "repeat", "fold", "true")
    )
    # numpy reads None, which stands for NaN, as NaN.
    probability = np.array(rows.get("probability", []), dtype=np.float64).reshape(-1, n_classes)
    return Predictions(case, repeat, fold, true, probability)


def _reference(result: Result, path: Path, ids: Sequence[str] | None) -> dict[str, Any]:
    """What ``result.json`` says of the predictions: their hash, and the cases behind the ids.

    ``cases`` are the dataset's row numbers of one model's rows, or of all rows where models
    differ in them; None where the column ``case`` already holds them.
    """
    reference: dict[str, Any] = {"file": path.name, "sha256": _sha256(path), "cases": None}
    blocks = [row.predictions.case for row in result.models]
    if ids is not None and blocks:
        alike = all(np.array_equal(block, blocks[0]) for block in blocks)
        reference["cases"] = (blocks[0] if alike else np.concatenate(blocks)).tolist()
    return reference


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
