"""The model card as a bundle carries it: texts, nothing to run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from auscult.evaluate.result import Result
from auscult.report import reading
from auscult.report.card.model_card import model_card

_SPECIFIED = "This bundle holds the model in full, trained on all cases, with its settings."


def card_of(result: Result, model: str | None = None) -> dict[str, Any]:
    """The card of one model of a study, the best where none is named.

    Returns
    -------
    dict
        ``facts``: pairs of a name and a text; ``items``: TRIPOD+AI's, each with ``number``,
        ``name``, ``state``, ``answer`` and ``yours``; ``summary``. Empty where there is no such
        model.
    """
    wanted = result.best if model in (None, "best") else model
    row = next((row for row in result.models if row.model == wanted), None)
    if row is None:
        return {}
    card = model_card(result if row.model == result.best else replace(result, best=row.model))
    if card is None:
        return {}
    facts = [[name, text] for name, text in card.facts]
    if row.model != result.best:
        place = 1 + [one.model for one in result.models].index(row.model)
        facts[0][1] = (
            f"{reading.label(row)}, number {place} of {len(result.models)} by these figures"
        )
    return {
        "facts": facts,
        "summary": card.summary,
        "items": [
            {
                "number": item.number,
                "name": item.name,
                "state": item.state,
                "answer": _SPECIFIED if item.number == 22 else item.answer,
                "yours": item.yours,
            }
            for item in card.items
        ],
    }
