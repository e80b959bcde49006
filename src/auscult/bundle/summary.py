"""What was odd about the cases of a file, in a few sentences with counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from auscult.bundle.cases import Cases, Remark
from auscult.bundle.document import Document
from auscult.bundle.output import listed_rows
from auscult.bundle.score import Score
from auscult.types import Finding, Severity

_ROWS: Final = 3
_WORDS: Final = 3
_COLUMNS: Final = 8


@dataclass
class _Tally:
    """Remarks of one kind about one column."""

    n: int = 0
    rows: list[Any] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)

    def add(self, remark: Remark, rows: Any) -> None:
        self.n += len(remark.places)
        room = _ROWS - len(self.rows)
        self.rows += [rows[place] for place in remark.places[:room].tolist()]
        if len(self.texts) < 1000:
            self.texts.update(remark.texts)
        self.causes.update(cause for cause in remark.causes if cause)


class Noticed:
    """Counts remarks; keeps the first of each kind in words."""

    def __init__(self, document: Document) -> None:
        self._fields = {column.name: column for column in document.columns}
        self._tallies: dict[tuple[str, str], _Tally] = {}
        self._names = "row"

    def add(self, cases: Cases) -> None:
        """Count what is odd about some cases."""
        self._names = next(iter(cases.names))
        rows = cases.names.get("sample", cases.names[self._names])
        rows = rows.tolist() if isinstance(rows, np.ndarray) else rows
        for remark in cases.remarks:
            key = (remark.code, remark.column)
            self._tallies.setdefault(key, _Tally()).add(remark, rows)

    def findings(self, n_cases: int) -> list[Finding]:
        """A sentence for each kind and column, those with the most rows first."""
        found = []
        for (code, column), tally in sorted(self._tallies.items(), key=lambda i: -i[1].n):
            if code == "far-outside":
                found.append(self._far(column, tally))
            elif code == "unseen-category":
                found.append(_unseen(column, tally))
            elif code != "missing":
                text = next(iter(tally.texts))
                message = f"{_capital(text)} in {listed_rows(tally.rows, tally.n)}."
                found.append(Finding(code, message))
        return [*found, *self._missing(n_cases)]

    def _far(self, column: str, tally: _Tally) -> Finding:
        known = self._fields[column]
        unit = f" {known.unit}" if known.unit else ""
        message = (
            f"'{column}' is far outside the training cases' {known.low:g} to {known.high:g}{unit} "
            f"in {listed_rows(tally.rows, tally.n)}."
        )
        if tally.causes:
            cause, n = tally.causes.most_common(1)[0]
            of = "it" if tally.n == 1 else "all" if n == tally.n else f"{n:,}"
            message += f" {_capital(cause)} would put {of} into that range."
        return Finding("far-outside", message)

    def _missing(self, n_cases: int) -> list[Finding]:
        missing = {c: t.n for (code, c), t in self._tallies.items() if code == "missing"}
        if not missing:
            return []
        most = sorted(missing.items(), key=lambda item: -item[1])
        told = ", ".join(f"'{c}' in {n:,}" for c, n in most[:_COLUMNS])
        more = f", … ({len(most)} columns)" if len(most) > _COLUMNS else ""
        message = f"Missing and filled as in training: {told}{more} of {n_cases:,} cases."
        severity: Severity = "warning" if n_cases in missing.values() else "note"
        return [Finding("missing-values", message, severity)]


def _unseen(column: str, tally: _Tally) -> Finding:
    names = [
        text.removeprefix(f"{column} ").partition(" was not in training")[0] for text in tally.texts
    ]
    told = ", ".join(names[:_WORDS]) + (", …" if len(names) > _WORDS else "")
    message = (
        f"'{column}' has {told} in {listed_rows(tally.rows, tally.n)}, which no training case had; "
        "read as missing."
    )
    return Finding("unseen-category", message)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def promised(document: Document, score: Score | None, sha256: str) -> list[Finding]:
    """What stands between a file's figure and the one that the bundle came with."""
    if score is None:
        return []
    found = []
    if sha256 and sha256 == document.data_sha256:
        message = (
            "This is the file that the bundle was trained on, so the figure is too good. What the "
            "model is worth is the study's figure."
        )
        found.append(Finding("training-file", message))
    study = document.figures.model.get("accuracy")
    if study is not None and score.accuracy.high < study.low:
        message = (
            "The accuracy on this file lies below all that the study lets expect. Are the cases of "
            "another kind, or the columns in other units?"
        )
        found.append(Finding("below-the-study", message))
    return found
