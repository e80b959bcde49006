"""The 27 items of TRIPOD+AI, which a report of a prediction model answers.

Collins, Moons, Dhiman, Riley et al., *TRIPOD+AI statement: updated guidance for reporting clinical
prediction models that use regression or machine learning methods*, BMJ 2024;385:e078378. What an
item asks is told here in words of our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

N_ITEMS = 27
ITEMS: Final[tuple[tuple[str, str], ...]] = (
    ("title", "that a prediction model is developed or tested, for whom, of what outcome"),
    ("abstract", "the study in short"),
    ("background", "the use in care, models that exist, known inequalities between groups"),
    ("objectives", "what the study is to find out"),
    ("data", "where the data come from, when they were collected, whom they stand for"),
    ("participants", "setting and centres, who was eligible, treatments"),
    ("data preparation", "cleaning, quality checks and transformations"),
    ("outcome", "what is predicted, how, when and by whom it was assessed, blinded or not"),
    ("predictors", "what predicts, how it was chosen, how and when it was measured"),
    ("sample size", "how the number of cases came about, and whether it is enough"),
    ("missing data", "what is missing and how that was handled"),
    ("analytical methods", "how data were split, models built, chosen and judged"),
    ("class imbalance", "what was done about it"),
    ("fairness", "what was done about differences between groups"),
    ("model output", "what the model says, and how a decision is made of it"),
    ("training versus evaluation", "how the cases judged by differ from those learnt from"),
    ("ethical approval", "by whom it was approved, and consent"),
    ("open science", "funding, conflicts, protocol, registration, sharing of data and code"),
    ("patient and public involvement", "how patients took part in the study"),
    ("participants, results", "their flow and characteristics"),
    ("model development, results", "cases and outcomes in each analysis"),
    ("model specification", "the model in full, so that others can predict with it"),
    ("model performance", "figures with intervals, also in groups and centres"),
    ("model updating", "whether the model was changed after its test"),
    ("interpretation", "what the results mean, fairness included, beside other studies"),
    ("limitations", "what the study cannot tell"),
    ("usability", "poor or missing inputs, who uses it and how, what comes next"),
)


@dataclass(frozen=True)
class Item:
    """One item: its number, what it asks, what the study answers, what a person has to add."""

    number: int
    name: str
    asks: str
    answer: str
    yours: str

    @property
    def state(self) -> str:
        """``answered``, ``in part`` or ``yours``."""
        return "yours" if not self.answer else "in part" if self.yours else "answered"


def items(answers: Mapping[int, str], yours: Mapping[int, str]) -> tuple[Item, ...]:
    """All items, in order; ``answers`` and ``yours`` are by number.

    Raises
    ------
    ValueError
        An item has neither an answer nor anything to add.
    """
    found = tuple(
        Item(number, name, asks, answers.get(number, ""), yours.get(number, ""))
        for number, (name, asks) in enumerate(ITEMS, start=1)
    )
    empty = [item.number for item in found if not item.answer and not item.yours]
    if empty:
        raise ValueError(f"items without an answer and without a task: {empty}")
    return found
