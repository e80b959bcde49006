"""Every error that a request can end in, and the one line it is answered with."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import NoReturn

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from auscult.errors import InputError

_LONGEST = 600
_PLACE = re.compile(r"(row \d+(?:, '[^']*')?): ")


class Refused(Exception):
    """A request is not answered.

    Parameters
    ----------
    status
        The HTTP status, 4xx or 503.
    message
        One line: what happened and how to mend it.
    where
        The row, column, field or header it happened in.
    headers
        Further headers of the answer, as ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        where: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.where = where
        self.headers = dict(headers or {})


def unprocessable(message: str, where: str | None = None) -> NoReturn:
    """Refuse content that is well formed and still no case of this bundle (422)."""
    raise Refused(422, message, where=where)


def malformed(message: str, where: str | None = None) -> NoReturn:
    """Refuse what cannot be parsed (400)."""
    raise Refused(400, message, where=where)


def busy(message: str) -> NoReturn:
    """Refuse for now (503)."""
    raise Refused(503, message, headers={"Retry-After": "1"})


def refusal(error: Exception) -> Response:
    """The answer for an error that ended a request; the one place where errors become statuses."""
    if isinstance(error, Refused):
        return error_response(error.status, error.message, error.where, error.headers)
    if isinstance(error, InputError):
        return error_response(422, *_placed(str(error)))
    if isinstance(error, HTTPException):
        return error_response(error.status_code, _said(error), headers=error.headers)
    report_fault(error)
    return error_response(500, "A fault of the service. It is written to its error output.")


def error_response(
    status: int,
    message: str,
    where: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """``{"error": …, "where": …}`` on one line; ``where`` is null where nothing can be named."""
    line = " ".join(message.split())[:_LONGEST]
    # Half a surrogate pair in a person's text must not break the answer about it.
    content = {"error": _encodable(line), "where": None if where is None else _encodable(where)}
    return JSONResponse(content, status, headers=headers)


def _placed(message: str) -> tuple[str, str | None]:
    """The message of an :class:`InputError` and the row and column that it begins with."""
    found = _PLACE.match(message)
    return (message[found.end() :], found[1]) if found else (message, None)


def _encodable(text: str) -> str:
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")


def _said(error: HTTPException) -> str:
    phrase = HTTPStatus(error.status_code).phrase
    if error.status_code == 404:
        return "There is nothing at this address. /openapi.json lists what there is."
    if error.status_code == 405:
        return f"This address does not take that method, only {(error.headers or {})['Allow']}."
    return error.detail or phrase


def report_fault(error: Exception) -> None:
    """Where it happened, without the message: it may hold a patient's values."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    print(f"fault: {type(error).__name__}\n{frames}", end="", file=sys.stderr, flush=True)
