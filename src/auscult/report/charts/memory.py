"""How far back recurrent networks look: one panel a network, on the same axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from auscult.evaluate.explain.result import Memory
from auscult.report import words
from auscult.report.charts.learning import outline
from auscult.report.scale import Scale, finite
from auscult.report.svg import Frame, Svg

WIDTH, HEIGHT = 272.0, 232.0
_FLOOR = 1e-6
_POINTS = 120
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def memory_panels(found: Sequence[tuple[str, Memory]], steps: str) -> list[Markup]:
    """Draw reach, what the state carries and what the gates alone carry, by steps back.

    Parameters
    ----------
    found
        Labels of models, and their memories.
    steps
        What a step is: a time point, or a column of a table.
    """
    longest = max(len(memory.reach) for _, memory in found)
    low, high = _ends([memory for _, memory in found])
    return [_panel(label, memory, longest, (low, high), steps) for label, memory in found]


def relative(reach: Sequence[float]) -> list[float]:
    """The reach as a share of the step that matters most."""
    most = max(finite(reach), default=0.0)
    return [v / most if most else math.nan for v in reach]


def _curves(memory: Memory) -> dict[str, list[float]]:
    curves = {
        "reach": relative(memory.reach),
        "carried": list(memory.carried),
        "gates": [] if memory.cell == "rnn" else list(memory.gates),
    }
    return {
        name: [max(v, _FLOOR / 10) if math.isfinite(v) else v for v in curve]
        for name, curve in curves.items()
    }


def _ends(memories: Sequence[Memory]) -> tuple[float, float]:
    values = finite(v for m in memories for curve in _curves(m).values() for v in curve)
    low = 10.0 ** math.floor(math.log10(max(min(values), _FLOOR)))
    return low, max(10.0 ** math.ceil(math.log10(max(values))), 1.0) * 1.2


def _panel(
    label: str, memory: Memory, longest: int, ends: tuple[float, float], steps: str
) -> Markup:
    svg = Svg(WIDTH, HEIGHT, _described(label, memory, steps), "memory")
    x = Scale(0, max(longest - 1, 1), 46, WIDTH - 8)
    frame = Frame(svg, x, Scale(*ends, HEIGHT - 40, 30, log=True))
    _powers(frame)
    svg.text((x.start, 12), label, "label strong")
    svg.text((WIDTH - 8, 12), f"{memory.units} units", "note", anchor="end")
    frame.x_axis(f"{steps} before the last", [(t, f"{t:g}") for t in x.ticks(5)])
    svg.line(frame.at(0, 1), frame.at(x.high, 1), "chance")
    for name, curve in _curves(memory).items():
        inside = [v if v >= ends[0] else math.nan for v in curve]
        kept = outline(inside, _POINTS) if inside else []
        frame.curve(kept, [inside[k] for k in kept], f"curve {name}")
    return svg.render()


def _powers(frame: Frame) -> None:
    """Grid lines at powers of ten, every second where they are many."""
    first = round(math.log10(frame.y.low))
    last = math.floor(math.log10(frame.y.high))
    for power in range(first, last + 1, 1 if last - first < 5 else 2):
        height = frame.y(10.0**power)
        frame.svg.line((frame.x.start, height), (frame.x.end, height), "grid")
        shown = f"{10.0**power:g}" if abs(power) < 3 else f"10{str(power).translate(_RAISED)}"
        frame.svg.text((frame.x.start - 6, height + 3.8), shown, "tick", anchor="end")


def _described(label: str, memory: Memory, steps: str) -> str:
    back = len(memory.carried) - 1
    return (
        f"{label}: a change of the state {back} {steps} before the last reaches the end "
        f"{gain(memory.carried[-1])}; the input moves the answer most {peak(memory)} {steps} "
        "before the last"
    )


def peak(memory: Memory) -> int:
    """How many steps before the last the input moves the answer most."""
    known = [v if math.isfinite(v) else -1.0 for v in memory.reach]
    return known.index(max(known))


def gain(value: float) -> str:
    """A gain as words: ``0.56 times as large``."""
    if not math.isfinite(value):
        return "to an unknown share"
    text = words.number(value, 2) if value >= 0.095 else f"{value:.1g}".replace("-", "−")
    return f"{text} times as large"
