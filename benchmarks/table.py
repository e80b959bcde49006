"""The tables of a run, as Markdown: the same in the terminal and on the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from contest import Timing
from outcome import Outcome, Single


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns padded to their widest cell; those behind the first ``left`` stand right."""
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    rule = ["-" * w if k < left else "-" * (w - 1) + ":" for k, w in enumerate(widths)]

    def line(cells: Sequence[str]) -> str:
        padded = [
            c.ljust(w) if k < left else c.rjust(w)
            for k, (c, w) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    return "\n".join([line(head), line(rule), *map(line, rows)])


def seconds(value: float) -> str:
    """Three digits, in the unit that suits."""
    if math.isnan(value):
        return "–"
    for scale, unit in ((1.0, "s"), (1e3, "ms")):
        if value * scale >= 1 or unit == "ms":
            return f"{value * scale:.3g} {unit}"
    raise AssertionError


def spread(timing: Timing | None) -> str:
    """Median, and the least and most of the repeats."""
    if timing is None:
        return "–"
    scale, unit = (1.0, "s") if timing.median >= 1 else (1e3, "ms")
    low, high = min(timing.seconds) * scale, max(timing.seconds) * scale
    many = f" ({low:.3g}–{high:.3g})" if len(timing.seconds) > 1 else ""
    return f"{timing.median * scale:.3g}{many} {unit}"


def threads(timing: Timing | None) -> str:
    """Those of the better trial, and how much longer the other took."""
    if timing is None:
        return "–"
    names = {0: "as it comes", 1: "1 thread"}
    told = names.get(timing.threads, f"{timing.threads} threads")
    if math.isnan(timing.otherwise):
        return told
    return f"{told} ({names[1 - timing.threads]}: {timing.otherwise:.2f}×)"


def times(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3g}×"


def verdict(outcome: Outcome) -> str:
    """The goals, and whether they are met."""
    told = []
    for peer, goal in outcome.workload.goals.items():
        ratio = outcome.times(peer)
        met = "not run" if math.isnan(ratio) else "met" if ratio >= goal else "missed"
        told.append(f"{goal:.3g}× {peer}: {met}")
    return "; ".join(told) or "–"


def fits_table(outcomes: Sequence[Outcome]) -> str:
    head = ["an epoch of", "cases", "auscult", "Keras", "PyTorch", "× Keras", "× PyTorch", "goal"]
    rows = [
        [
            one.workload.name,
            one.shape,
            *(spread(one.timings.get(name)) for name in ("auscult", "Keras", "PyTorch")),
            times(one.times("Keras")),
            times(one.times("PyTorch")),
            verdict(one),
        ]
        for one in outcomes
    ]
    return table(head, rows, left=2)


def floors_table(outcomes: Sequence[Outcome], peak: float) -> str:
    """The floor of each network's products, and how the peers were run."""
    head = ["an epoch of", "products", "floor", "of auscult's time", "Keras had", "PyTorch had"]
    rows = [
        [
            one.workload.name,
            f"{one.operations / 1e9:.3g} GFLOP",
            seconds(one.operations / peak),
            f"{one.operations / peak / one.own:.0%}",
            threads(one.timings.get("Keras")),
            threads(one.timings.get("PyTorch")),
        ]
        for one in outcomes
    ]
    return table(head, rows)


def searches_table(outcomes: Sequence[Outcome]) -> str:
    peers = ("aeon", "dtaidistance", "tslearn")
    head = ["search", "cases", "auscult", *peers, "× the best", "ns a cell", "goal"]
    rows = [
        [
            one.workload.name,
            one.shape,
            *(spread(one.timings.get(name)) for name in ("auscult", *peers)),
            times(one.times("best")),
            f"{one.own / one.cells * 1e9:.3g}",
            verdict(one),
        ]
        for one in outcomes
    ]
    return table(head, rows, left=2)


def singles_table(found: Sequence[Single]) -> str:
    rows = []
    for one in found:
        met = "met" if one.timing.median <= one.goal else "missed"
        goal = f"≤ {one.goal:g} s: {met}" if one.goal else "–"
        rows.append([one.name, spread(one.timing), goal, one.note or "–"])
    return table(["what", "time", "goal", "beside"], rows, left=1)


def bounds(outcomes: Sequence[Outcome]) -> str:
    """What bounds each workload whose goal was missed."""
    missed = [one for one in outcomes if one.missed]
    lines = [f"- {one.workload.name} ({verdict(one)}): {one.workload.bound}" for one in missed]
    return "\n".join(lines) or "No goal with a peer in this run was missed."
