"""One answer as a page shows it: the class, how probable, what else is plausible, what drove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.document import Document
from auscult.bundle.drivers import Drivers
from auscult.serve.pages.form import shown_value
from auscult.serve.pages.language import Words
from auscult.types import FloatArray

MOST_CLASSES: Final = 12
MOST_DRIVERS: Final = 8
_LEAST: Final = 0.0005


@dataclass(frozen=True)
class ClassBar:
    """One class with its probability; ``width`` is of the bar, out of 100."""

    name: str
    share: str
    width: float
    predicted: bool
    plausible: bool | None


@dataclass(frozen=True)
class Answer:
    """What is said of one case.

    ``plausible`` are the classes of the prediction set; None where the bundle has no sets.
    ``unsure`` says that it abstains, ``called_early`` that another class is more probable.
    """

    name: str
    share: str
    unsure: bool
    plausible: tuple[str, ...] | None
    bars: tuple[ClassBar, ...]
    n_more: int = 0
    called_early: bool = False

    def headline(self, t: Words) -> str:
        """The answer in two or three words."""
        return t("not-sure") if self.unsure else self.name

    def sentence(self, t: Words) -> str:
        """What the model says, with its probability."""
        key = "answer-likeliest" if self.unsure else "answer-sentence"
        return t(key, name=self.name, share=self.share)


@dataclass(frozen=True)
class DriverBar:
    """What one column did to the probability of the predicted class.

    ``change`` is in percentage points, positive where the entry spoke for the class; ``left`` and
    ``width`` place the bar in a picture 100 wide with its zero in the middle.
    """

    name: str
    value: str
    change: str
    left: float
    width: float
    speaks_for: bool


def answers_of(answers: BundleAnswers, t: Words) -> list[Answer]:
    """Each case's answer."""
    return [_answer(answers, i, t) for i in range(len(answers.predicted))]


def _answer(answers: BundleAnswers, i: int, t: Words) -> Answer:
    row = answers.probability[i]
    code = int(answers.predicted[i])
    inside = None if answers.sets is None else answers.sets[i]
    order = sorted(np.argsort(-row, kind="stable").tolist(), key=lambda j: j != code)
    bars = tuple(
        ClassBar(
            name=answers.classes[j],
            share=t.percent(float(row[j])),
            width=round(100 * float(row[j]), 2),
            predicted=j == code,
            plausible=None if inside is None else bool(inside[j]),
        )
        for j in order[:MOST_CLASSES]
    )
    plausible = None
    if inside is not None:
        plausible = tuple(answers.classes[j] for j in order if inside[j])
    return Answer(
        name=answers.classes[code],
        share=t.percent(float(row[code])),
        unsure=bool(answers.unsure[i]),
        plausible=plausible,
        bars=bars,
        n_more=max(0, len(order) - MOST_CLASSES),
        called_early=bool(row[code] < row.max()),
    )


def driver_bars(document: Document, X: FloatArray, drivers: Drivers) -> list[DriverBar]:
    """The columns that moved the first case's probability most, the strongest first.

    Parameters
    ----------
    document
        Names the columns.
    X
        ``(1, n_columns)``, the case.
    drivers
        Of this case.
    """
    change = drivers.values[0]
    order = np.argsort(-np.abs(change), kind="stable")[:MOST_DRIVERS]
    shown = [j for j in order.tolist() if abs(change[j]) >= _LEAST]
    widest = max((abs(float(change[j])) for j in shown), default=1.0)
    return [_bar(document, X, j, float(change[j]), widest) for j in shown]


def _bar(document: Document, X: FloatArray, j: int, change: float, widest: float) -> DriverBar:
    field = document.columns[j]
    width = round(50 * abs(change) / widest, 2)
    return DriverBar(
        name=field.name,
        value=shown_value(field, float(X[0, j])),
        change=f"{100 * change:+.1f}".replace("-", "−"),
        left=50.0 if change > 0 else 50.0 - width,
        width=width,
        speaks_for=change > 0,
    )
