"""The confusion matrix: counts and row shares."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from auscult.report import words
from auscult.report.svg import Svg, shortened, text_width

MOST_CLASSES = 20
_UPRIGHT = 6
_SHARES_FROM = 44.0
Matrix = Sequence[Sequence[float]]


def confusion_matrix(matrix: Matrix, classes: Sequence[str], label: str) -> Markup | None:
    """Draw ``matrix[true][predicted]``.

    Parameters
    ----------
    matrix
        Counts, averaged over repeats.
    classes
        Names in the order of the matrix.
    label
        The model's label.

    Returns
    -------
    Markup or None
        None where there is nothing to draw, or more than twenty classes.
    """
    if not classes or len(matrix) != len(classes) or len(classes) > MOST_CLASSES:
        return None
    return _Grid(matrix, classes, label).draw()


def _counts(matrix: Matrix) -> list[list[str]]:
    """The counts as text, all with one decimal where repeats were averaged."""
    whole = all(float(v).is_integer() for row in matrix for v in row)
    one = "{:,.1f}".format
    return [
        [words.count(v) if whole else one(v).replace(",", "\u202f") for v in row] for row in matrix
    ]


def _description(matrix: Matrix, label: str) -> str:
    right = sum(row[i] for i, row in enumerate(matrix))
    total = sum(map(sum, matrix))
    return f"Confusion matrix of {label}: {words.count(right)} of {words.count(total)} cases right"


class _Grid:
    """The picture while it is drawn."""

    def __init__(self, matrix: Matrix, classes: Sequence[str], label: str) -> None:
        self.matrix, self.classes, self.counts = matrix, classes, _counts(matrix)
        widest = max(text_width(c, 13) for c in classes)
        self.cell = max(min(330.0 / len(classes), 92.0), 30.0)
        self.left = min(max(widest, 32.0) + 12, 110.0)
        self.head = 46.0 if len(classes) <= _UPRIGHT else 34 + min(widest, 90.0)
        side = self.cell * len(classes)
        size = (self.left + side + 4, self.head + side + 6)
        self.svg = Svg(*size, _description(matrix, label), "confusion")

    def draw(self) -> Markup:
        middle = self.left + self.cell * len(self.classes) / 2
        self.svg.text((middle, 13), "predicted", "axis-label", anchor="middle")
        self.svg.text((self.left - 8, self.head - 10), "true", "axis-label", anchor="end")
        for i in range(len(self.classes)):
            self._names(i)
            for j in range(len(self.classes)):
                self._cell(i, j)
        return self.svg.render()

    def _names(self, i: int) -> None:
        name, half = self.classes[i], (i + 0.5) * self.cell
        row = shortened(name, self.left - 10, 13)
        self.svg.text(
            (self.left - 8, self.head + half + 4.5), row, "label", anchor="end", title=name
        )
        at = (self.left + half, self.head - 10)
        if len(self.classes) <= _UPRIGHT:
            shown = shortened(name, self.cell - 4, 13)
            self.svg.text(at, shown, "label", anchor="middle", title=name)
        else:
            shown = shortened(name, 88, 13)
            self.svg.text((at[0] + 4, at[1] + 4), shown, "label", turn=-90, title=name)

    def _cell(self, i: int, j: int) -> None:
        total, count = sum(self.matrix[i]), self.counts[i][j]
        share = self.matrix[i][j] / total if total else math.nan
        x, y = self.left + j * self.cell, self.head + i * self.cell
        self.svg.bar(
            (x + 1, y + 1),
            self.cell - 2,
            self.cell - 2,
            "cell right" if i == j else "cell wrong",
            title=f"{self.classes[i]} taken for {self.classes[j]}: {count}",
            strength=0.06 + 0.42 * (share if total else 0.0),
        )
        middle, height = x + self.cell / 2, y + self.cell / 2
        if self.cell < _SHARES_FROM:
            self.svg.text((middle, height + 4), count, "small", anchor="middle")
            return
        shown = words.percent(share) if total else words.MISSING
        self.svg.text((middle, height - 1), count, "count", anchor="middle")
        self.svg.text((middle, height + 17), shown, "share", anchor="middle")
