"""A result as ``result.json`` and ``predictions.csv``, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from auscult.errors import InputError
from auscult.evaluate.calibration.serialize import (
    decode_calibration,
    decode_sensitivity,
    decode_sets,
    decode_subgroup,
)
from auscult.evaluate.decoding import estimate, estimates, known, number
from auscult.evaluate.explain.serialize import decode_explanation
from auscult.evaluate.nested.result import Candidate, Nested
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
from auscult.evaluate.result_files import RESULT, plain, read_files, write_files
from auscult.types import Column, Finding, History


def to_dict(result: Result, predictions: bool = True) -> dict[str, Any]:
    """The result as plain dicts, lists, texts and numbers that strict JSON can hold.

    NaN becomes None and an infinite number the text ``Infinity`` or ``-Infinity``;
    :func:`from_dict` turns both back where a number is due. Parameters of a model are kept as
    far as JSON has their kind; any other becomes its text.
    """
    # What a study hangs on a result beside its fields, the cases above all, is no figure.
    kept = [f.name for f in fields(Result) if f.name not in _APART]
    body = {name: _plain(getattr(result, name)) for name in kept}
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
    write_files(
        folder,
        to_dict(result, predictions=False),
        lambda file: write_predictions(file, result, ids),
        {"cases": _cases(result, ids)},
    )


def load(folder: str | Path) -> Result:
    """The result that :func:`write` left in a folder.

    Raises
    ------
    InputError
        Where a file is missing or broken, or the predictions are not those of the result.
    """
    return read_files(folder, lambda content, where: from_dict(content, where=where), _filled)


def _filled(result: Result, table: Path, about: Mapping[str, Any]) -> Result:
    blocks = read_predictions(table, result, about["cases"])
    return replace(
        result, models=tuple(replace(row, predictions=blocks[row.model]) for row in result.models)
    )


_APART = ("predictions", "models", "task")


def _plain(value: Any) -> Any:
    return plain(value, _APART)


def _result(content: Mapping[str, Any]) -> Result:
    return known(
        Result,
        content,
        data=_data(content["data"]),
        plan=known(PlanSummary, content["plan"], splits=tuple(content["plan"]["splits"])),
        models=tuple(_model(row, len(content["data"]["classes"])) for row in content["models"]),
        comparisons=tuple(_comparison(part) for part in content["comparisons"]),
        provenance=known(
            Provenance, content["provenance"], seconds=number(content["provenance"]["seconds"])
        ),
        warnings=tuple(known(Finding, part) for part in content["warnings"]),
        subgroups=tuple(decode_subgroup(part) for part in content.get("subgroups", ())),
        explanations=tuple(decode_explanation(part) for part in content.get("explanations", ())),
    )


def _data(content: Mapping[str, Any]) -> DataSummary:
    columns = tuple(
        known(
            Column,
            part,
            categories=tuple(part["categories"]),
            low=number(part["low"]),
            high=number(part["high"]),
        )
        for part in content["columns"]
    )
    return known(
        DataSummary,
        content,
        classes=tuple(content["classes"]),
        class_counts=tuple(content["class_counts"]),
        columns=columns,
    )


def _model(content: Mapping[str, Any], n_classes: int) -> ModelResult:
    return known(
        ModelResult,
        content,
        params=_params(content["params"]),
        metrics=estimates(content["metrics"]),
        confusion_matrix=tuple(tuple(map(number, row)) for row in content["confusion_matrix"]),
        per_class=tuple(estimates(part) for part in content["per_class"]),
        fit_seconds=number(content["fit_seconds"]),
        predict_seconds=number(content["predict_seconds"]),
        histories=tuple(_history(part) for part in content["histories"]),
        predictions=_predictions(content.get("predictions"), n_classes),
        sweep=tuple(_sweep_row(part) for part in content.get("sweep", ())),
        calibration=decode_calibration(content.get("calibration")),
        sets=decode_sets(content.get("sets")),
        chosen_sensitivity=decode_sensitivity(content.get("chosen_sensitivity")),
        intervals={k: estimates(v) for k, v in content.get("intervals", {}).items()},
        nested=_nested(content.get("nested")),
    )


def _nested(content: Mapping[str, Any] | None) -> Nested | None:
    if content is None:
        return None
    candidates = tuple(
        known(Candidate, part, inner=number(part["inner"])) for part in content["candidates"]
    )
    told = content.get("optimism")
    optimism = None if told is None else estimate(told)
    return known(Nested, content, candidates=candidates, optimism=optimism)


def _params(content: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in content.items()}


def _sweep_row(content: Mapping[str, Any]) -> SweepRow:
    return known(
        SweepRow,
        content,
        params=_params(content["params"]),
        validation=estimate(content["validation"]),
        seconds=number(content["seconds"]),
    )


def _history(content: Mapping[str, Any]) -> History:
    curves = {name: tuple(map(number, curve)) for name, curve in content["curves"].items()}
    return History(curves, content["best_epoch"])


def _comparison(content: Mapping[str, Any]) -> Comparison:
    return known(
        Comparison,
        content,
        difference=estimate(content["difference"]),
        p_value=number(content["p_value"]),
        p_adjusted=number(content["p_adjusted"]),
    )


def _predictions(content: Mapping[str, Any] | None, n_classes: int) -> Predictions:
    rows = content or {}
    case, repeat, fold, true = (
        np.array(rows.get(name, []), dtype=np.int64) for name in ("case", "repeat", "fold", "true")
    )
    # numpy reads None, which stands for NaN, as NaN.
    probability = np.array(rows.get("probability", []), dtype=np.float64).reshape(-1, n_classes)
    return Predictions(case, repeat, fold, true, probability)


def _cases(result: Result, ids: Sequence[str] | None) -> list[int] | None:
    """The dataset's row numbers behind the ids of ``predictions.csv``.

    Of one model's rows, or of all rows where models differ in them; None where the column
    ``case`` already holds them.
    """
    blocks = [row.predictions.case for row in result.models]
    if ids is None or not blocks:
        return None
    alike = all(np.array_equal(block, blocks[0]) for block in blocks)
    return (blocks[0] if alike else np.concatenate(blocks)).tolist()  # type: ignore[no-any-return]
