"""Figures as words: one way to write a share, an interval, a p-value, a time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from auscult.types import Estimate

_METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "roc_auc": "AUC (ROC)",
    "average_precision": "average precision",
    "f1_macro": "F1 (macro)",
    "log_loss": "log loss",
    "brier": "Brier score",
    "r2": "R²",
    "mae": "MAE",
    "rmse": "RMSE",
    "mape": "MAPE",
    "smape": "sMAPE",
    "mase": "MASE",
    "rmsse": "RMSSE",
}
_ERRORS = frozenset({"mae", "rmse", "mape", "smape", "mase", "rmsse"})
_LOWER_IS_BETTER = frozenset({"log_loss", "brier"}) | _ERRORS
_UNBOUNDED = frozenset({"log_loss", "r2", "skill"}) | _ERRORS
_NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FLAG = re.compile(r"--[a-z][\w-]*(?: (?:'[^']*'|[^\s,;]+))?")
MISSING = "–"


def metric_label(metric: str) -> str:
    """The name of a metric as a reader knows it."""
    return _METRICS.get(metric, metric.replace("_", " "))


def lower_is_better(metric: str) -> bool:
    """Whether a smaller figure of this metric is the better one."""
    return metric in _LOWER_IS_BETTER


def is_share(metric: str) -> bool:
    """Whether the metric stays between 0 and 1."""
    return metric not in _UNBOUNDED


def plain(text: object) -> str:
    """``text`` without control characters that would move a cursor or turn the writing round."""
    return _CONTROL.sub("\ufffd", str(text))


def number(value: float, places: int = 3) -> str:
    """``value`` with fixed decimals, a true minus sign, a dash where it is not finite."""
    return f"{value:.{places}f}".replace("-", "−") if math.isfinite(value) else MISSING


def count(value: float) -> str:
    """A count with thin-space thousands; one decimal where repeats were averaged."""
    if not math.isfinite(value):
        return MISSING
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return text.replace(",", "\u202f")


def has_interval(estimate: Estimate) -> bool:
    """Whether both ends of the interval are known."""
    return math.isfinite(estimate.low) and math.isfinite(estimate.high)


def interval(estimate: Estimate, places: int = 3) -> str:
    """``(0.795–0.881)``; empty where no interval can be given."""
    if not has_interval(estimate):
        return ""
    low, high = number(estimate.low, places), number(estimate.high, places)
    # An en dash beside a minus sign reads as a long dash.
    return f"({low} to {high})" if "−" in low + high else f"({low}–{high})"


def figure(estimate: Estimate, places: int = 3) -> str:
    """``0.842 (0.795–0.881)``, the one way a figure with its interval is written."""
    return f"{number(estimate.value, places)} {interval(estimate, places)}".rstrip()


def percent(value: float, places: int = 0) -> str:
    """``84 %`` with a space that does not break."""
    return f"{number(100 * value, places)}\u00a0%" if math.isfinite(value) else "an unknown share"


def percent_places(estimate: Estimate) -> int:
    """Decimals that a percentage earns: one where the interval is narrow or an end is near."""
    if has_interval(estimate):
        return int(estimate.high - estimate.low < 0.03 or estimate.high > 0.995 > estimate.low)
    return int(estimate.value > 0.99)


def percent_range(estimate: Estimate, places: int) -> str:
    """``95 % interval 80–88 %``, or that none can be given."""
    if not has_interval(estimate):
        return "no interval can be given"
    low, high = number(100 * estimate.low, places), percent(estimate.high, places)
    # An en dash beside a minus sign reads as a long dash.
    return f"95\u00a0% interval {low}{' to ' if '−' in low + high else '–'}{high}"


def p_value(p: float) -> str:
    """``p = 0.21``, ``p < 0.001`` or that it is not known; its spaces do not break."""
    if not math.isfinite(p):
        return "p unknown"
    if p < 0.001:
        said = "p < 0.001"
    elif p > 0.99:
        said = "p > 0.99"
    else:
        said = f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"
    return said.replace(" ", "\u00a0")


def duration(seconds: float) -> str:
    """A time as people say it: ``0.3 s``, ``42 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if not math.isfinite(seconds):
        return MISSING
    if seconds < 0.095:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 59.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def short_count(value: int | None) -> str:
    """``812``, ``12.3k``, ``1.4M``; a dash for None."""
    if value is None:
        return MISSING
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.1f}{letter}"
    return str(value)


def number_word(n: int) -> str:
    """``Two`` for 2, figures above ten."""
    return _NUMBERS[n] if 0 <= n < len(_NUMBERS) else str(n)


def plural(n: int, one: str, many: str | None = None) -> str:
    """``1 case``, ``303 cases``."""
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def lower_first(text: str) -> str:
    """``Logistic regression`` within a sentence; ``LSTM`` and ``k-NN`` stay as they are."""
    head = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if head[1:].islower() or len(head) == 1 else text


def upper_first(text: str) -> str:
    """``Logistic regression`` at the head of a line; ``k-NN`` stays as it is."""
    return text[:1].upper() + text[1:] if text[1:2].islower() else text


def mend_parts(mend: str) -> tuple[str, str]:
    """The flag at the head of what mends a finding, or nothing, and the words behind it.

    >>> mend_parts("--categorical NAME if they are codes")
    ('--categorical NAME', ' if they are codes.')
    >>> mend_parts("Get more cases")
    ('', 'get more cases.')
    """
    flag = _FLAG.match(mend)
    if flag is None:
        return "", f"{bare(lower_first(mend.strip()))}."
    rest = mend[flag.end() :].rstrip(" .")
    return flag[0], f"{rest}." if rest else ""


def bare(sentence: str) -> str:
    """A sentence without its full stop, to stand inside another."""
    return sentence.strip().rstrip(".")
