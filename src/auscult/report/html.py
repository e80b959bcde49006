"""The report: one page that holds everything, needs no network and no script."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from auscult.errors import InputError
from auscult.evaluate.result import Result
from auscult.report import page
from auscult.report.calibrated import calibration_parts
from auscult.report.card.model_card import model_card
from auscult.report.chosen import chosen_parts
from auscult.report.decisions import decision_parts
from auscult.report.explained import explained_parts
from auscult.report.verdict import verdict


def render(result: Result, *, ids: Sequence[str] | None = None) -> str:
    """The report of a study as one HTML page.

    Parameters
    ----------
    result
        A finished study.
    ids
        The names of the dataset's cases; without them a case is called by its row number, from 0.

    Returns
    -------
    str
        UTF-8 text of a page without scripts and without anything fetched from elsewhere; names
        of columns and classes stand in it as text, whatever they hold.
    """
    parts: dict[str, Any] = {
        "result": result,
        "verdict": verdict(result),
        **page.leaderboard(result),
        **page.belief(result),
        **chosen_parts(result),
        **calibration_parts(result),
        **page.behaviour(result, ids),
        **decision_parts(result),
        **explained_parts(result, ids),
        **page.data(result),
        **page.repeat(result),
        "card": model_card(result),
    }
    return render_page("report.html", parts)


def render_page(template: str, parts: Mapping[str, Any]) -> str:
    """A page of the templates beside this file, with the style sheet in it."""
    return _environment().get_template(template).render(parts, style=Markup(_style()))


def write(
    result: Result, path: str | os.PathLike[str], *, ids: Sequence[str] | None = None
) -> Path:
    """Write the report to ``path``, whole or not at all.

    Parameters
    ----------
    result
        A finished study.
    path
        The file to write; its folder must be there.
    ids
        As of :func:`render`.

    Returns
    -------
    Path
        Where it stands.

    Raises
    ------
    InputError
        Where the folder is missing or not to be written to.
    """
    return write_page(render(result, ids=ids), path)


def write_page(text: str, path: str | os.PathLike[str]) -> Path:
    """Write a page to ``path``, whole or not at all.

    Raises
    ------
    InputError
        Where the folder is missing or not to be written to.
    """
    target = Path(path)
    try:
        _write_whole(text, target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"the report could not be written ({reason}). Name another folder.", where=str(target)
        ) from error
    return target


def _write_whole(text: str, target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("auscult", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")
