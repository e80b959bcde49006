"""Learning curves as small multiples: every fit thin, the median thick, the best epoch marked."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from auscult.report import reading, words
from auscult.report.scale import Scale, finite, padded
from auscult.report.svg import Frame, Svg
from auscult.types import History

WIDTH, HEIGHT = 196.0, 160.0
_DRAWN_FITS = 10
_DRAWN_POINTS = 48
_FEW_RATES = 20
_TITLES = {
    "loss": "loss",
    "accuracy": "accuracy",
    "roc_auc": "AUC (ROC)",
    "mae": "MAE",
    "learning_rate": "learning rate",
}
Curve = tuple[float, ...]


@dataclass(frozen=True)
class LearningCurves:
    """The panels of one model."""

    label: str
    panels: tuple[Markup, ...]
    note: str


def learning_curves(row: reading.Row) -> LearningCurves | None:
    """Draw loss, accuracy, AUC, MAE and learning rate against the epoch.

    Parameters
    ----------
    row
        A model and the histories of its fits.

    Returns
    -------
    LearningCurves or None
        None where no fit kept a curve. Training and validation share their axes; a curve that
        was not kept is left out.
    """
    label, fits = reading.label(row), [h for h in row.histories if h.curves]
    panels = tuple(_panel(label, name, fits) for name in _TITLES if _tells(fits, name))
    if not panels:
        return None
    return LearningCurves(label, panels, _note(fits))


def _tells(fits: Sequence[History], name: str) -> bool:
    """Whether a curve was kept; a learning rate that never changes needs no picture."""
    values = finite(v for h in fits for c in _pair(h, name) for v in c)
    return len(set(values)) > 1 if name == "learning_rate" else bool(values)


def _pair(fit: History, name: str) -> tuple[Curve, Curve]:
    return tuple(fit.curves.get(name, ())), tuple(fit.curves.get(f"val_{name}", ()))


def _note(fits: Sequence[History]) -> str:
    drawn = min(len(fits), _DRAWN_FITS)
    thin = f"{drawn} of {len(fits)} fits drawn" if drawn < len(fits) else ""
    return "; ".join(part for part in (_kept(fits), _constant_rate(fits), thin) if part)


def _kept(fits: Sequence[History]) -> str:
    best = [h.best_epoch + 1 for h in fits if h.best_epoch >= 0]
    if not best:
        return ""
    low, high, middle = min(best), max(best), statistics.median_low(best)
    spread = f"epoch {low}" if low == high else f"epochs {low}–{high}, median {middle}"
    return f"weights kept from {spread}"


def _constant_rate(fits: Sequence[History]) -> str:
    rates = set(finite(v for h in fits for v in h.curves.get("learning_rate", ())))
    return f"learning rate {rates.pop():g}" if len(rates) == 1 else ""


def _panel(label: str, name: str, fits: Sequence[History]) -> Markup:
    svg = Svg(WIDTH, HEIGHT, f"{label}: {_TITLES[name]} by epoch, {len(fits)} fits", "learning")
    frame = Frame(svg, *_scales(name, fits))
    frame.axes("epoch", _TITLES[name], x_ticks=4, y_ticks=2 if name == "learning_rate" else 4)
    _best_epoch(frame, fits)
    for side, kind in enumerate(("training", "validation")):
        curves = [c for h in fits if (c := _pair(h, name)[side])]
        for curve in dict.fromkeys(curves[:_DRAWN_FITS]):
            _draw(frame, name, curve, f"curve thin {kind}")
        if len(curves) > 1:
            _draw(frame, name, median_curve(curves), f"curve thick {kind}")
        elif curves:
            _draw(frame, name, curves[0], f"curve thick {kind}")
    return svg.render()


def _scales(name: str, fits: Sequence[History]) -> tuple[Scale, Scale]:
    curves = [c for h in fits for c in _pair(h, name)]
    values = finite(v for c in curves for v in c)
    log = name == "learning_rate" and _many_steps_down(values)
    within = (0.0, 1.0) if name in {"accuracy", "roc_auc"} else None
    low, high = (min(values), max(values)) if log else padded(values, within=within)
    if name in {"loss", "mae", "learning_rate"} and not log:
        low = max(low, 0.0)
    epochs = max(len(c) for c in curves)
    x = Scale(1, max(epochs, 2), 40, WIDTH - 8)
    return x, Scale(low, high, HEIGHT - 38, 22, log)


def _many_steps_down(rates: Sequence[float]) -> bool:
    """Whether rates are halved often enough that a linear axis would show the first only."""
    return 0 < 20 * min(rates) < max(rates) and len(set(rates)) < _FEW_RATES


def _best_epoch(frame: Frame, fits: Sequence[History]) -> None:
    best = [h.best_epoch + 1 for h in fits if h.best_epoch >= 0]
    if not best:
        return
    foot = frame.y.start
    for epoch in sorted(set(best)):
        frame.svg.line((frame.x(epoch), foot), (frame.x(epoch), foot - 5), "best-tick")
    middle = frame.x(statistics.median_low(best))
    frame.svg.line((middle, foot), (middle, frame.y.end), "best-epoch")


def _draw(frame: Frame, name: str, curve: Sequence[float], kind: str) -> None:
    kept = outline(curve, _DRAWN_POINTS)
    halved = name == "learning_rate" and len(set(curve)) < _FEW_RATES
    line = frame.steps if halved else frame.curve
    line([e + 1 for e in kept], [curve[e] for e in kept], kind)


def outline(curve: Sequence[float], n: int) -> list[int]:
    """Indices of about ``n`` points that keep a curve's ends, peaks and troughs.

    Of each stretch the lowest and the highest point stay, so that a spike of one epoch shows.
    """
    if len(curve) <= n:
        return list(range(len(curve)))
    kept = {0, len(curve) - 1}
    stretches = max(n // 2, 1)
    for i in range(stretches):
        part = range(i * len(curve) // stretches, (i + 1) * len(curve) // stretches)
        known = [e for e in part if math.isfinite(curve[e])] or [part[0]]
        kept |= {min(known, key=curve.__getitem__), max(known, key=curve.__getitem__)}
    return sorted(kept)


def median_curve(curves: Sequence[Curve]) -> list[float]:
    """The median over fits, as far as at least half of them were trained."""
    half = math.ceil(len(curves) / 2)
    medians: list[float] = []
    for epoch in range(max(len(c) for c in curves)):
        values = finite(c[epoch] for c in curves if len(c) > epoch)
        if sum(len(c) > epoch for c in curves) < half:
            break
        medians.append(statistics.median(values) if values else math.nan)
    return medians


def legend() -> str:
    """What the lines mean, for the caption."""
    return (
        "Thin lines are fits, thick lines their median; the upright line is the median epoch "
        f"whose weights were kept. At most {words.number_word(_DRAWN_FITS).lower()} fits are drawn."
    )
