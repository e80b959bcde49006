"""The report of a forecast study: one page that needs no network and no script."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from auscult.evaluate.forecast.result import ForecastResult
from auscult.report.forecast import facts, page
from auscult.report.forecast.card import forecast_card
from auscult.report.forecast.verdict import verdict
from auscult.report.html import render_page, write_page
from auscult.report.page import repeat

if TYPE_CHECKING:
    from auscult.evaluate.forecast.ahead import Ahead


def render(result: ForecastResult, *, ahead: Ahead | None = None) -> str:
    """The report of a study as one HTML page.

    Parameters
    ----------
    result
        A finished study.
    ahead
        What follows the data, drawn behind it.
    """
    parts = {
        "result": result,
        "verdict": verdict(result),
        **page.leaderboard(result),
        **page.belief(result),
        **page.behaviour(result, ahead),
        **facts.data(result),
        **repeat(result),
        "card": forecast_card(result),
    }
    return render_page("forecast/report.html", parts)


def write(
    result: ForecastResult, path: str | os.PathLike[str], *, ahead: Ahead | None = None
) -> Path:
    """Write the report to ``path``, whole or not at all.

    Raises
    ------
    InputError
        Where the folder is missing or not to be written to.
    """
    return write_page(render(result, ahead=ahead), path)
