"""What ends a request to a page, told on a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from auscult.errors import InputError, MissingExtraError
from auscult.serve.pages.render import page, words_of
from auscult.serve.refusals import Refused

Handler = Callable[[Request], Awaitable[Response]]


def error_page(request: Request, status: int, message: str) -> Response:
    """A page that says in one line what happened."""
    key = {404: "error-404", 401: "error-401", 413: "error-413"}.get(status, "error-refused")
    return page(request, "error.html", status=status, title=words_of(request)(key), message=message)


def told_on_a_page(handler: Handler) -> Handler:
    """``handler``, with every refusal as a page with its status."""

    @wraps(handler)
    async def told(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            response = error_page(request, refused.status, refused.message)
            response.headers.update(refused.headers)
            return response
        except (InputError, MissingExtraError) as error:
            return error_page(request, 422, str(error))
        except HTTPException as error:
            return error_page(request, error.status_code, error.detail)

    return told
