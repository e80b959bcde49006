"""Answers as JSON, from the one form that every route gives them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from auscult.bundle.bundle import Bundle
from auscult.serve.batching import Answered
from auscult.serve.cases import Cases
from auscult.serve.refusals import unprocessable

NOTICE = "Not a medical device: for research and teaching only."


def require_finite(answered: Answered) -> None:
    """Refuse where a model made no probabilities of a case (422)."""
    bad = ~np.isfinite(answered.answers.probability).all(axis=1)
    if bad.any():
        unprocessable("The model has no answer for it.", f"row {int(np.argmax(bad)) + 1}")


def answers_json(name: str, bundle: Bundle, cases: Cases, answered: Answered) -> bytes:
    """The body of an answer to ``/predict``."""
    require_finite(answered)
    content = {
        "bundle": {"name": name, "sha256": bundle.sha256},
        "target": bundle.document.target,
        "answers": _answers(cases, answered),
        "notice": NOTICE,
    }
    return dumps(content)


def dumps(content: Any) -> bytes:
    """Compact JSON in UTF-8; NaN is a fault."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def _answers(cases: Cases, answered: Answered) -> list[dict[str, Any]]:
    answers = answered.answers
    classes = answers.classes
    notes: dict[int, list[dict[str, str]]] = {}
    for note in cases.notes:
        said = {"column": note.column, "code": note.code, "message": note.message}
        notes.setdefault(note.row, []).append(said)
    sets = None if answers.sets is None else answers.sets.tolist()
    return [
        {
            "label": classes[code],
            "probability": dict(zip(classes, probability, strict=True)),
            "set": None if sets is None else _members(classes, sets[i]),
            "unsure": unsure,
            "notes": notes.get(i, []),
            "id": answered.ids[i] if answered.ids else None,
        }
        for i, (code, probability, unsure) in enumerate(
            zip(
                answers.predicted.tolist(),
                answers.probability.tolist(),
                answers.unsure.tolist(),
                strict=True,
            )
        )
    ]


def _members(classes: tuple[str, ...], held: list[bool]) -> list[str]:
    return [name for name, is_in in zip(classes, held, strict=True) if is_in]
