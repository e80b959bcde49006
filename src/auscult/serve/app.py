"""The application: every route there is, behind the guard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from auscult.serve import api, history_pages, inference_v2, live, login
from auscult.serve.guard import Guard
from auscult.serve.pages import routes as pages
from auscult.serve.state import ServeState


def make_app(state: ServeState) -> Guard:
    """The ASGI application of a service.

    Parameters
    ----------
    state
        Its bundles, limits and history; closed when the application's lifespan ends.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(state.shelf.watch())
        try:
            yield
        finally:
            watching.cancel()
            state.close()

    routes: list[BaseRoute] = [*api.routes(state), *inference_v2.routes(state)]
    if state.token is not None:
        routes += login.routes(state.token, secure=state.settings.tls_certificate is not None)
    for part in (pages, history_pages, live):
        routes += part.routes(state)
    app = Starlette(routes=routes, lifespan=lifespan)
    # A bundle's name ends where an address does: no answer sends anybody elsewhere.
    app.router.redirect_slashes = False
    app.state.sections = state.sections
    return Guard(app, state)
