"""Records made without training anything, and a way to repeat real systems in seconds."""

from __future__ import annotations

import re
from math import nan
from typing import Any, TypeVar, cast

from auscult import __version__
from auscult.replicate.record import Curves, Figure, Found, Line, Matrix, Record, Row, Track
from auscult.replicate.replica import Asked
from auscult.types import Estimate, History

T = TypeVar("T")
CAUSE = "the test cases chose the epoch"


class Tiny(Asked):
    """Hardly trained at all."""

    def choose(self, full: T, quick: T) -> T:
        few: Any = quick
        if isinstance(few, int):
            return cast(T, min(few, 2))
        return cast(T, _short(few) if isinstance(few, str) else tuple(map(_short, few)))


def _short(model: str) -> str:
    return re.sub(r"epochs=\d+", "epochs=1", model)


def row(system: str = "LSTM on made data", metric: str = "accuracy", *, leaks: bool = True) -> Row:
    scale = 100.0 if metric == "mae" else 1.0
    sound = Estimate(0.80 * scale, 0.76 * scale, 0.84 * scale)
    leaky = Estimate(0.95 * scale if metric == "accuracy" else 0.6 * scale, nan, nan)
    return Row(
        system,
        metric,
        Figure("as published", leaky, CAUSE if leaks else None),
        Figure("best epoch", leaky, CAUSE) if leaks else None,
        Figure("LSTM", sound),
        Figure("logistic regression", Estimate(0.82 * scale, 0.78 * scale, 0.86 * scale)),
        Figure("random forest", Estimate(0.90 * scale, 0.87 * scale, 0.93 * scale)),
    )


def record(name: str = "heart", *, quick: bool = False, rows: tuple[Row, ...] = ()) -> Record:
    history = History({"loss": (0.7, 0.5, nan), "val_loss": (0.6, 0.5, 0.7)}, 1)
    found = Found(
        data="40 made-up patients",
        rows=rows or (row(),),
        commands=("auscult compare heart --models lstm --seed 0",),
        curves=(Curves("LSTM, watched", (history,), "test cases", CAUSE),),
        matrices=(Matrix("LSTM", ("a", "b"), ((20.0, 2.0), (3.5, 14.5)), CAUSE),),
        tracks=(
            Track(
                "A day",
                "2014-12-31T00:00",
                15.0,
                (1.0, 2.0, 3.0, 2.5),
                (Line("LSTM", (1.1, 2.2, 2.7, 2.5), CAUSE), Line("ridge", (1.0, 2.1, 3.0, 2.4))),
            ),
        ),
        notes=("The five folds scored 0.7 to 0.9 (leaky).",),
    )
    return Record(
        name=name,
        title="Made-up system",
        published="One fold: 0.95.",
        leaks=(CAUSE,),
        wrong=("The test cases chose.", "Nothing simple stood beside it."),
        found=found,
        seed=0,
        quick=quick,
        version=__version__,
        threads=1,
        seconds=12.5,
        created="2026-11-21T10:00:00+00:00",
        versions={"numpy": "2"},
    )
