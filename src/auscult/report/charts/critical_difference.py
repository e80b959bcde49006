"""The critical-difference diagram of Demšar (2006)."""

from __future__ import annotations

import math

from markupsafe import Markup

from auscult.evaluate.several.ranks import Ranks
from auscult.report.scale import Scale
from auscult.report.svg import Svg, shortened

_WIDE, _NARROW = 832.0, 350.0
_ROW = 24.0


def critical_difference_diagram(ranks: Ranks, *, wide: bool = True) -> Markup:
    """Draw mean ranks on a line, the best at the left; a bar joins models that do not differ.

    Parameters
    ----------
    ranks
        Of at least two models.
    wide
        For a page's full width, or for a phone.
    """
    return _Diagram(ranks, wide).draw()


class _Diagram:
    def __init__(self, ranks: Ranks, wide: bool) -> None:
        self.ranks = ranks
        self.width = _WIDE if wide else _NARROW
        side = 280.0 if wide else 118.0
        self.x = Scale(1.0, float(len(ranks.models)), side, self.width - side)
        self.axis = 62.0
        self.names = self.axis + 22 + 11 * len(ranks.cliques)
        rows = math.ceil(len(ranks.models) / 2)
        told = ", ".join(f"{m} {ranks.mean_rank[m]:.2f}" for m in ranks.models)
        label = f"Mean ranks over {ranks.n_data} sets of data, 1 is best: {told}"
        self.svg = Svg(self.width, self.names + _ROW * rows + 8, label, "ranks")

    def draw(self) -> Markup:
        self._line()
        self._ruler()
        for i, clique in enumerate(self.ranks.cliques):
            first, last = (self.x(self.ranks.mean_rank[m]) for m in (clique[0], clique[-1]))
            y = self.axis + 14 + 11 * i
            title = f"no difference borne out: {', '.join(clique)}"
            self.svg.bar((first - 5, y - 2.5), last - first + 10, 5, "bar best", title=title)
        for i, model in enumerate(self.ranks.models):
            self._model(i, model)
        return self.svg.render()

    def _line(self) -> None:
        self.svg.line((self.x.start, self.axis), (self.x.end, self.axis), "axis")
        for tick in range(1, len(self.ranks.models) + 1):
            at = self.x(tick)
            self.svg.line((at, self.axis - 5), (at, self.axis), "axis")
            self.svg.text((at, self.axis - 9), str(tick), "tick", anchor="middle")

    def _ruler(self) -> None:
        """Nemenyi's critical difference, as long as it is on the line."""
        long = self.ranks.critical_difference
        end = self.x(1 + long)
        said = f"critical difference {long:.2f}"
        if end <= self.width - 8:
            for at in (self.x.start, end):
                self.svg.line((at, 22), (at, 30), "axis")
            self.svg.line((self.x.start, 26), (end, 26), "axis")
        else:
            said += ", longer than the line"
        self.svg.text((self.x.start, 14), said, "tick")

    def _model(self, i: int, model: str) -> None:
        half = math.ceil(len(self.ranks.models) / 2)
        left = i < half
        row = i if left else len(self.ranks.models) - 1 - i
        y = self.names + _ROW * row + 10
        at, edge = self.x(self.ranks.mean_rank[model]), self.x.start if left else self.x.end
        out = -14.0 if left else 14.0
        self.svg.path([(at, self.axis), (at, y), (edge + out, y)], "stem")
        self.svg.dot((at, self.axis), 3.5, "mark")
        room = (self.width - self.x.end) - 24
        value = f"{self.ranks.mean_rank[model]:.2f}"
        name = shortened(model, room - 26, 13)
        shown = f"{value} {name}" if not left else f"{name} {value}"
        self.svg.text(
            (edge + out * 1.4, y + 4),
            shown,
            "figure",
            anchor="end" if left else "start",
            title=model,
        )
