"""A page of the templates: in the request's language, with headers that allow it nothing more."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from auscult.serve.pages.language import COOKIE, LANGUAGES, Words, chosen, words

STATIC: Final = Path(__file__).parents[1] / "static"
_TEMPLATES: Final = Path(__file__).parents[1] / "templates"
_YEAR: Final = 365 * 24 * 3600

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Without a referrer a browser calls the origin of its own forms "null".
    "Referrer-Policy": "same-origin",
    # What is on a page may be about a person: no cache keeps it.
    "Cache-Control": "no-store",
}


def words_of(request: Request) -> Words:
    """The messages of the request's language."""
    return words(chosen(request))


def page(request: Request, template: str, *, status: int = 200, **parts: Any) -> HTMLResponse:
    """A page as a response.

    Parameters
    ----------
    request
        Says the language (``?lang=`` is kept in a cookie) and which sections there are.
    template
        A file of ``serve/templates``; it extends ``base.html``.
    status
        The HTTP status.
    **parts
        What the template shows. Text is escaped, whatever it holds.
    """
    said = words_of(request)
    parts.setdefault("sections", getattr(request.app.state, "sections", ()))
    text = (
        _environment()
        .get_template(template)
        .render(parts, t=said, lang=said.tag, languages=LANGUAGES, path=request.url.path)
    )
    response = HTMLResponse(text, status, HEADERS)
    if request.query_params.get("lang") == said.tag:
        response.set_cookie(COOKIE, said.tag, max_age=_YEAR, samesite="lax", httponly=True)
    return response


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
