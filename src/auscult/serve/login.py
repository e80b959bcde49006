"""Signing in with a browser, which cannot send a token by itself."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from auscult.serve.cases import media_type
from auscult.serve.refusals import Refused
from auscult.serve.tokens import COOKIE, SESSION_SECONDS, Token, client_of

_FORM = "application/x-www-form-urlencoded"
_LONGEST = 8192
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>auscult: sign in</title></head>
<body><main><h1>Sign in</h1><p>{said}</p>
<form method="post" action="/login"><p><label for="token">Token</label>
<input id="token" name="token" type="password" required autocomplete="current-password"></p>
<p><button type="submit">Sign in</button></p></form>
<p>Not a medical device: for research and teaching only.</p></main></body></html>
"""


def routes(token: Token, *, secure: bool) -> list[Route]:
    """The page that asks for the token.

    Parameters
    ----------
    token
        Of the service.
    secure
        Whether the session's cookie travels over TLS only.
    """

    async def ask(request: Request) -> Response:
        return _page("Whoever started this service knows its token.")

    async def sign_in(request: Request) -> Response:
        media_type(request.headers.get("content-type"), (_FORM,))
        said = parse_qs((await _body(request)).decode("utf-8", "replace")).get("token", [""])[0]
        try:
            token.require_secret(said, client_of(request))
        except Refused as refused:
            return _page(refused.message, refused.status)
        response = RedirectResponse("/", 303)
        response.set_cookie(
            COOKIE,
            token.session(),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="strict",
            secure=secure,
        )
        return response

    return [Route("/login", ask), Route("/login", sign_in, methods=["POST"])]


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _LONGEST:
                raise Refused(413, "This is no token.")
    except ClientDisconnect:
        raise Refused(400, "The connection ended before the body did.") from None
    return body


def _page(said: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(said=said), status)
