"""Answers as CSV that no spreadsheet takes for formulas, and as a link that holds the file."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from auscult.bundle.answers import BundleAnswers
from auscult.evaluate.prediction_rows import safe_text

MOST_IN_LINK: Final = 1_400_000
"""Bytes; browsers cut addresses of more than two million characters."""


def answers_csv(answers: BundleAnswers, head: Sequence[str], cells: Iterable[Sequence[Any]]) -> str:
    """One row a case: ``cells`` that name it, the class, the probabilities, the prediction set.

    Parameters
    ----------
    answers
        Of the cases.
    head
        Names of the columns that name a case.
    cells
        What stands in them, a sequence a case.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(
        [*map(safe_text, head), "predicted", *(f"p_{name}" for name in answers.classes),
         "prediction_set", "unsure"]
    )  # fmt: skip
    unsure = answers.unsure.tolist()
    for i, (named, label) in enumerate(zip(cells, answers.labels, strict=True)):
        case = [safe_text(c) if isinstance(c, str) else c for c in named]
        probability = [f"{p:.6g}" for p in answers.probability[i].tolist()]
        rows.writerow([*case, safe_text(label), *probability, _set(answers, i), int(unsure[i])])
    return text.getvalue()


def _set(answers: BundleAnswers, i: int) -> str:
    if answers.sets is None:
        return ""
    inside = [name for name, held in zip(answers.classes, answers.sets[i], strict=True) if held]
    return safe_text(" | ".join(inside))


def link(text: str) -> str | None:
    """An address that holds the file itself; None where it would be too long for a browser."""
    data = text.encode("utf-8-sig")
    if len(data) > MOST_IN_LINK:
        return None
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(data).decode()
