"""A forecast result as ``result.json`` and ``predictions.csv``, and back."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, BinaryIO, get_args, get_origin, get_type_hints

import numpy as np

from auscult.errors import InputError
from auscult.evaluate.forecast.result import ForecastResult, Forecasts, Tested
from auscult.evaluate.result import SCHEMA
from auscult.evaluate.result_files import RESULT, plain, read_files, write_files
from auscult.types import Estimate

HEAD = ("model", "series", "origin", "fold", "step", "true", "forecast", "low", "high")
_LEFT_OUT = ("predictions", "tested")


def to_dict(result: ForecastResult) -> dict[str, Any]:
    """The result as plain dicts, lists, texts and numbers that strict JSON can hold.

    The forecasts themselves are not in it: :func:`write` puts them beside. NaN becomes None and
    an infinite number the text ``Infinity`` or ``-Infinity``.
    """
    version = result.provenance.versions.get("auscult", "unknown")
    body: dict[str, Any] = plain(result, _LEFT_OUT)
    return {"schema": SCHEMA, "auscult": version, **body}


def from_dict(content: Mapping[str, Any], *, where: str = RESULT) -> ForecastResult:
    """The result that :func:`to_dict` took apart, without its forecasts.

    Raises
    ------
    InputError
        The content is no forecast result, or of another schema.
    """
    try:
        if content["schema"] != SCHEMA:
            raise InputError(
                f"has schema {content['schema']}, this version reads {SCHEMA}. "
                "Read it with the version of auscult that it names.",
                where=where,
            )
        if content["task"] != "forecast":
            raise InputError(f"is a result of {content['task']}, not of a forecast.", where=where)
        found: ForecastResult = _rebuilt(ForecastResult, content)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"is not a forecast result of auscult ({error!r}).", where=where
        ) from error
    return found


def write(result: ForecastResult, folder: str | Path) -> None:
    """Write ``result.json`` and ``predictions.csv``, each whole or not at all.

    A row of ``predictions.csv`` is one forecast: its model, the code of the series, the numbers
    of its origin (from 0), fold and step (from 1), the truth, the forecast and its interval.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    write_files(folder, to_dict(result), lambda file: _write_rows(file, result))


def _write_rows(file: BinaryIO, result: ForecastResult) -> None:
    text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    csv.writer(text, lineterminator="\n").writerows(_rows(result))
    text.flush()
    text.detach()


def load(folder: str | Path) -> ForecastResult:
    """The result that :func:`write` left in a folder.

    Raises
    ------
    InputError
        A file is missing or broken, or the forecasts are not those of the result.
    """
    return read_files(
        folder,
        lambda content, where: from_dict(content, where=where),
        lambda result, table, _: _with_forecasts(result, table),
    )


def _rows(result: ForecastResult) -> Iterator[Sequence[Any]]:
    yield HEAD
    tested, horizon = result.tested, result.tested.true.shape[1]
    places = [
        np.repeat(part, horizon).tolist() for part in (tested.series, tested.origin, tested.fold)
    ]
    steps = np.tile(np.arange(1, horizon + 1), len(tested.series)).tolist()
    for row in result.models:
        p = row.predictions
        values = [_column(part, len(steps)) for part in (tested.true, p.forecast, p.low, p.high)]
        yield from zip([row.model] * len(steps), *places, steps, *values, strict=True)


def _column(values: Any, n_rows: int) -> list[Any]:
    return [""] * n_rows if values is None else values.ravel().tolist()


def _with_forecasts(result: ForecastResult, table: Path) -> ForecastResult:
    """The tested points from the first model's rows, the forecasts of each from its own."""
    horizon = result.plan.horizon
    n_rows = result.plan.n_tested // horizon
    shape = (len(result.models), n_rows, horizon)
    with table.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        if tuple(next(lines)) != HEAD:
            raise ValueError("the head is not that of forecasts")
        columns = list(zip(*lines, strict=True))
    series, origin, fold = (
        np.array(c, dtype=np.int64).reshape(shape)[0, :, 0] for c in columns[1:4]
    )
    true, forecast, low, high = (_values(c).reshape(shape) for c in columns[5:])
    models = []
    for i, row in enumerate(result.models):
        ends = (None, None) if row.intervals is None else (low[i], high[i])
        models.append(replace(row, predictions=Forecasts(forecast[i], *ends)))
    return replace(result, models=tuple(models), tested=Tested(series, origin, fold, true[0]))


def _values(column: Sequence[str]) -> Any:
    return np.array([value or "nan" for value in column], dtype=np.float64)


def _nothing(kind: Any) -> Any:
    """Stands in until the forecasts are read from their own file."""
    if kind is Tested:
        return Tested(*(np.empty(0, dtype=np.int64),) * 3, np.empty((0, 0)))
    return Forecasts(np.empty((0, 0)))


def _rebuilt(hint: Any, value: Any) -> Any:
    """A value of the declared type from what JSON holds of it."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        kind = next(part for part in inner if part is not NoneType)
        return None if value is None and NoneType in inner else _rebuilt(kind, value)
    if origin is tuple:
        return tuple(_rebuilt(inner[0], part) for part in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _rebuilt(inner[1], part) for key, part in value.items()}
    return _rebuilt_plain(hint, value)


def _rebuilt_plain(hint: Any, value: Any) -> Any:
    if hint is Estimate:
        return Estimate(*(_rebuilt(float, value[name]) for name in Estimate._fields))
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        given = {
            k: _rebuilt(hints[k], v) for k, v in value.items() if k in hints and k not in _LEFT_OUT
        }
        missing = {k: _nothing(hints[k]) for k in _LEFT_OUT if k in hints}
        return hint(**given, **missing)  # type: ignore[operator]
    if hint is float:
        return float("nan") if value is None else float(value)
    return tuple(value) if isinstance(value, list) else value
