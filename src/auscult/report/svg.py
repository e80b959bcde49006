"""Small SVG pictures: text stays text, colours come from the page's style sheet."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape as _escape

from markupsafe import Markup

from auscult.report.scale import Scale, tick_labels

Point = tuple[float, float]

# XML 1.0 allows no other control characters, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: object) -> str:
    """``text`` as XML character data that is safe in an attribute too."""
    return _escape(_FORBIDDEN.sub("\ufffd", str(text)), quote=True)


def text_width(text: str, size: float = 13.0) -> float:
    """About how wide ``text`` is drawn, in the picture's units, for a sans-serif font.

    East Asian wide characters count one em, others a bit over half of one.
    """
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return size * (wide * 1.0 + (len(text) - wide) * 0.56)


def shortened(text: str, width: float, size: float = 13.0) -> str:
    """``text``, cut with an ellipsis where it would be wider than ``width``."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def short_label(text: str, width: float, size: float = 13.0) -> str:
    """``text``, cut where it is wider; what tells it from its like, in brackets, stays.

    >>> short_label("Seasonal naive (season 96)", 150, 13)
    'Season… (season 96)'
    """
    head, bracket, tail = text.rpartition(" (")
    room = width - text_width(bracket + tail, size)
    if text_width(text, size) <= width or not text.endswith(")") or room < 4 * size:
        return shortened(text, width, size)
    return f"{shortened(head, room, size)}{bracket}{tail}"


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def path_data(points: Iterable[Point]) -> str:
    """The ``d`` of a path through ``points``; one that is not finite breaks the line.

    Coordinates are relative and rounded to a tenth, without the error adding up.
    """
    parts: list[str] = []
    pen: tuple[int, int] | None = None
    for x, y in points:
        if not (math.isfinite(x) and math.isfinite(y)):
            pen = None
            continue
        at = (round(x * 10), round(y * 10))
        if pen is None:
            parts.append(f"M{_number(at[0] / 10)} {_number(at[1] / 10)}")
        else:
            parts.append(f"l{_number((at[0] - pen[0]) / 10)} {_number((at[1] - pen[1]) / 10)}")
        pen = at
    return "".join(parts)


def stairs(points: Sequence[Point]) -> list[Point]:
    """The corners of a step line: level first, then up or down at the next point."""
    corners: list[Point] = []
    for x, y in points:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


class Svg:
    """A picture of ``width`` × ``height`` units that scales with the page.

    Parameters
    ----------
    width, height
        The view box; the page's style gives the picture its size.
    label
        What the picture shows, in a sentence, for those who hear the page read.
    kind
        CSS classes of the picture.
    """

    def __init__(self, width: float, height: float, label: str, kind: str = "") -> None:
        self.width, self.height, self.label, self.kind = width, height, label, kind
        self._parts: list[str] = []

    def _add(self, tag: str, attributes: dict[str, object], inner: str = "") -> None:
        shown = "".join(
            f' {name.rstrip("_").replace("_", "-")}="'
            f'{_number(v) if isinstance(v, int | float) else escape(v)}"'
            for name, v in attributes.items()
            if v not in (None, "")
        )
        self._parts.append(f"<{tag}{shown}>{inner}</{tag}>" if inner else f"<{tag}{shown}/>")

    @staticmethod
    def _note(title: str) -> str:
        return f"<title>{escape(title)}</title>" if title else ""

    def line(self, start: Point, end: Point, kind: str) -> None:
        """A straight line; nothing where an end is not finite."""
        if all(map(math.isfinite, (*start, *end))):
            ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
            self._add("line", {**ends, "class": kind})

    def path(self, points: Iterable[Point], kind: str, *, title: str = "") -> None:
        """A line through points, broken where one is not finite."""
        data = path_data(points)
        if data:
            self._add("path", {"d": data, "class": kind}, self._note(title))

    def dot(self, at: Point, radius: float, kind: str, *, title: str = "") -> None:
        """A disc around ``at``."""
        if all(map(math.isfinite, at)):
            place = {"cx": at[0], "cy": at[1], "r": radius}
            self._add("circle", {**place, "class": kind}, self._note(title))

    def diamond(self, at: Point, radius: float, kind: str, *, title: str = "") -> None:
        """A square on its corner around ``at``: the mark of a baseline."""
        x, y = at
        if math.isfinite(x) and math.isfinite(y):
            data = f"M{_number(x - radius)} {_number(y)}l{_number(radius)} {_number(-radius)}"
            data += f" {_number(radius)} {_number(radius)} {_number(-radius)} {_number(radius)}z"
            self._add("path", {"d": data, "class": kind}, self._note(title))

    def bar(
        self,
        corner: Point,
        width: float,
        height: float,
        kind: str,
        *,
        title: str = "",
        strength: float | None = None,
    ) -> None:
        """A rectangle from its upper left ``corner``; ``strength`` is the fill's opacity."""
        if all(map(math.isfinite, (*corner, width, height))):
            opacity = None if strength is None else f"{strength:.2f}"
            box = {"x": corner[0], "y": corner[1], "width": max(width, 0.0), "height": height}
            kinds = {"class": kind, "fill-opacity": opacity}
            self._add("rect", {**box, **kinds}, self._note(title))

    def text(
        self,
        at: Point,
        text: str,
        kind: str = "",
        *,
        anchor: str = "start",
        title: str = "",
        turn: float | None = None,
        aside: tuple[str, str] = ("", ""),
    ) -> None:
        """A line of text; ``anchor`` is ``start``, ``middle`` or ``end``, ``turn`` in degrees.

        ``aside`` is a word that follows it, and the word's CSS classes.
        """
        place: dict[str, object] = {"x": at[0], "y": at[1], "class": kind}
        place["text_anchor"] = None if anchor == "start" else anchor
        if turn is not None:
            place["transform"] = f"rotate({_number(turn)} {_number(at[0])} {_number(at[1])})"
        word, manner = aside
        after = f' <tspan class="{escape(manner)}" dx="3">{escape(word)}</tspan>' if word else ""
        self._add("text", place, self._note(title) + escape(text) + after)

    def render(self) -> Markup:
        """The picture as one SVG element, safe to stand in a page as it is."""
        kinds = f"chart {self.kind}".strip()
        head = (
            f'<svg class="{escape(kinds)}" viewBox="0 0 {_number(self.width)} '
            f'{_number(self.height)}" width="{_number(self.width)}" '
            f'height="{_number(self.height)}" role="img" aria-label="{escape(self.label)}">'
        )
        return Markup(
            head + f"<title>{escape(self.label)}</title>" + "".join(self._parts) + "</svg>"
        )


class Frame:
    """The plotting area of a picture: two scales, and axes that say what they measure.

    Parameters
    ----------
    svg
        The picture it is drawn into.
    x, y
        Scales whose ``start``/``end`` are the area's edges (``y.start`` is its foot).
    """

    def __init__(self, svg: Svg, x: Scale, y: Scale) -> None:
        self.svg, self.x, self.y = svg, x, y

    def at(self, x: float, y: float) -> Point:
        """The position of a point of the data."""
        return self.x(x), self.y(y)

    def axes(self, x_label: str, y_label: str, *, x_ticks: int = 5, y_ticks: int = 5) -> None:
        """Faint grid lines, tick labels and the names of both axes."""
        self.y_axis(y_label, y_ticks)
        ticks = self.x.ticks(x_ticks)
        self.x_axis(x_label, list(zip(ticks, tick_labels(ticks), strict=True)))

    def y_axis(self, label: str, count: int = 5) -> None:
        """Faint grid lines, their figures and the axis's name above them."""
        ticks = self.y.ticks(count)
        for tick, shown in zip(ticks, tick_labels(ticks), strict=True):
            height = self.y(tick)
            self.svg.line((self.x.start, height), (self.x.end, height), "grid")
            self.svg.text((self.x.start - 6, height + 3.8), shown, "tick", anchor="end")
        if label:
            self.svg.text((self.x.start, self.y.end - 9), label, "axis-label")

    def x_axis(self, label: str, ticks: Sequence[tuple[float, str]]) -> None:
        """The foot line with these ticks, each with what stands below it, and the axis's name."""
        foot = self.y.start
        self.svg.line((self.x.start, foot), (self.x.end, foot), "axis")
        for tick, shown in ticks:
            place = self.x(tick)
            self.svg.line((place, foot), (place, foot + 4), "axis")
            self.svg.text((place, foot + 16), shown, "tick", anchor="middle")
        if label:
            middle = (self.x.start + self.x.end) / 2
            self.svg.text((middle, foot + 33), label, "axis-label", anchor="middle")

    def curve(self, x: Iterable[float], y: Iterable[float], kind: str, *, title: str = "") -> None:
        """A line through the data's points."""
        self.svg.path([self.at(a, b) for a, b in zip(x, y, strict=True)], kind, title=title)

    def steps(self, x: Iterable[float], y: Iterable[float], kind: str, *, title: str = "") -> None:
        """A step line through the data's points."""
        points = [self.at(a, b) for a, b in zip(x, y, strict=True)]
        self.svg.path(stairs(points), kind, title=title)
