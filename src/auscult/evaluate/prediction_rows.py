"""``predictions.csv``: one row a case, fold and model."""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from auscult.evaluate.result import ModelResult, Predictions, Result

_COLUMNS = ("case", "model", "repeat", "fold", "true", "predicted")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")


def write_predictions(file: BinaryIO, result: Result, ids: Sequence[str] | None) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    rows = csv.writer(Lines(text), lineterminator="\r\n")
    classes = [safe_text(name) for name in result.data.classes]
    rows.writerow([*_COLUMNS, *(f"p_{name}" for name in result.data.classes)])
    for model in result.models:
        rows.writerows(_rows(model, classes, ids))
    text.flush()
    text.detach()


def read_predictions(
    path: Path, result: Result, cases: Sequence[int] | None
) -> dict[str, Predictions]:
    models = {safe_text(row.model): row.model for row in result.models}
    codes = {safe_text(name): code for code, name in enumerate(result.data.classes)}
    blocks = {row.model: _Block() for row in result.models}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for number, (case, model, repeat, fold, true, _, *probability) in enumerate(rows):
            block = blocks[models[model]]
            index = int(case) if cases is None else cases[number % len(cases)]
            block.codes.extend((index, int(repeat), int(fold), codes[true]))
            block.probability.extend(map(float, probability))
    return {name: block.predictions(len(codes)) for name, block in blocks.items()}


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay as they are, minus sign or not.

    Text that already has apostrophes in front of a formula gets one more, so that no two texts
    become the same.
    """
    harmless = not _FORMULA.match(text) or _NUMBER.fullmatch(text)
    return text if harmless else f"'{text}"


def read_names(path: Path, cases: Sequence[int]) -> dict[int, str]:
    """What the column ``case`` calls each of ``cases``, the dataset's rows of the first lines."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {case: _as_it_was(row[0]) for case, row in zip(cases, rows, strict=False)}


def _as_it_was(text: str) -> str:
    """The text that :func:`safe_text` made safe."""
    bare = text.removeprefix("'")
    return bare if bare != text and safe_text(bare) == text else text


class Lines:
    """Ends rows with a plain newline.

    The csv module of Python 3.11 quotes a carriage return inside of text only where it is part
    of the line end; unquoted it would start a new row.
    """

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text

    def write(self, row: str) -> int:
        return self._text.write(row.removesuffix("\r\n") + "\n")


def _rows(
    model: ModelResult, classes: Sequence[str], ids: Sequence[str] | None
) -> Iterator[list[Any]]:
    p = model.predictions
    name = safe_text(model.model)
    parts = (p.case, p.repeat, p.fold, p.true, p.predicted, p.probability)
    columns = zip(*(part.tolist() for part in parts), strict=True)
    for case, repeat, fold, true, predicted, probability in columns:
        shown = case if ids is None else safe_text(ids[case])
        yield [shown, name, repeat, fold, classes[true], classes[predicted], *probability]


@dataclass
class _Block:
    """The rows of one model as they are read."""

    codes: array[int] = field(default_factory=lambda: array("q"))
    probability: array[float] = field(default_factory=lambda: array("d"))

    def predictions(self, n_classes: int) -> Predictions:
        case, repeat, fold, true = np.array(self.codes, dtype=np.int64).reshape(-1, 4).T
        table = np.array(self.probability, dtype=np.float64).reshape(-1, n_classes)
        return Predictions(case, repeat, fold, true, table)
