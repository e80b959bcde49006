"""The public part of a contest in plain words."""

from __future__ import annotations

import io

from rich.console import Console

from auscult.evaluate.public import PublicFigure, PublicParts
from auscult.report.public import print_public
from auscult.types import Estimate


def test_what_is_printed() -> None:
    figure = PublicFigure(Estimate(0.981, 0.9755, 0.9912), 0.9849)
    figures = {name: {"accuracy": figure, "f1_macro": figure} for name in ("a", "b")}
    parts = PublicParts(2189, 19703, 1000, figures, {"accuracy": 0.31, "f1_macro": 0.4}, 5)
    out = io.StringIO()
    print_public(parts, {"a": "LeNet"}, Console(file=out, width=100))
    said = out.getvalue()
    assert "2\u202f189 cases drawn at random (seed 5); private part: the other 19\u202f703" in said
    assert "LeNet" in said
    assert "0.981   0.985" in said
    assert "an accuracy from 0.976 to 0.991" in said
    assert "is not the private leader in 31\u00a0% of the draws" in said
