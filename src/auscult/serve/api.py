"""The API for programs: predictions, what is served, health, figures."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auscult import __version__
from auscult.bundle.bundle import Bundle
from auscult.serve.answers import NOTICE, answers_json, dumps
from auscult.serve.batching import Answered
from auscult.serve.cases import CSV, JSON, Cases, media_type, parse_cases
from auscult.serve.metrics import CONTENT_TYPE
from auscult.serve.openapi import openapi
from auscult.serve.refusals import Refused, busy
from auscult.serve.state import ServeState

OPEN = frozenset({"/healthz", "/readyz", "/v2/health/live", "/v2/health/ready"})
"""What a probe may ask without a token."""


def routes(state: ServeState) -> list[Route]:
    """Every route of the API but the Open Inference Protocol's."""
    api = _Api(state)
    return [
        Route("/predict", api.predict_only, methods=["POST"]),
        Route("/bundles", api.bundles),
        Route("/bundles/{name}", api.bundle),
        Route("/bundles/{name}/predict", api.predict, methods=["POST"]),
        Route("/healthz", api.live),
        Route("/readyz", api.ready),
        Route("/metrics", api.metrics),
        Route("/openapi.json", api.openapi),
    ]


def json_response(content: Any, status: int = 200) -> Response:
    """JSON that must not hold NaN."""
    return Response(dumps(content), status, media_type=JSON)


def refuse_encoded(request: Request) -> None:
    """A compressed body could be any size: none is taken (415)."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refused(415, "Send the body as it is, not compressed.", where="Content-Encoding")


class _Api:
    def __init__(self, state: ServeState) -> None:
        self.state = state

    async def predict_only(self, request: Request) -> Response:
        return await self._predict(request, self.state.shelf.only)

    async def predict(self, request: Request) -> Response:
        return await self._predict(request, request.path_params["name"])

    async def _predict(self, request: Request, name: str) -> Response:
        state = self.state
        bundle = state.shelf.find(name)
        request.state.bundle = bundle.sha256
        kind = media_type(request.headers.get("content-type"), (JSON, CSV))
        refuse_encoded(request)
        body = await state.concurrency.body(request)
        parse = partial(parse_cases, bundle, kind, body, state.limits)
        cases: Cases = await state.off_loop(len(body), parse)
        answered: Answered = await state.answered(name, bundle, cases.X, cases.lengths)
        if cases.names and answered.ids:
            state.recorder.name(answered.ids, cases.names)
        write = partial(answers_json, name, bundle, cases, answered)
        return Response(await state.off_loop(200 * len(cases.X), write), media_type=JSON)

    async def bundles(self, request: Request) -> Response:
        shelf = self.state.shelf
        return json_response(
            {"auscult": __version__, "bundles": [_short(name, shelf[name]) for name in shelf]}
        )

    async def bundle(self, request: Request) -> Response:
        name = request.path_params["name"]
        bundle = self.state.shelf.find(name)
        request.state.bundle = bundle.sha256
        return json_response(_short(name, bundle) | _described(bundle))

    async def live(self, request: Request) -> Response:
        return json_response({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        if self.state.stopping:
            busy("The service is stopping.")
        refused = self.state.shelf.errors
        return json_response({"status": "ok", "refused_replacements": refused})

    async def metrics(self, request: Request) -> Response:
        return Response(self.state.metrics.page(), headers={"Content-Type": CONTENT_TYPE})

    async def openapi(self, request: Request) -> Response:
        return json_response(openapi(self.state.shelf, self.state.token is not None))


def _short(name: str, bundle: Bundle) -> dict[str, Any]:
    document = bundle.document
    return {
        "name": name,
        "sha256": bundle.sha256,
        "kind": document.kind,
        "target": document.target,
        "classes": list(document.classes),
        "model": document.model.label,
        "created": document.created,
        "notice": NOTICE,
    }


_TOLD = (
    "columns",
    "n_channels",
    "n_timepoints",
    "unequal_length",
    "sampling_rate",
    "recipe",
    "figures",
    "warnings",
    "card",
    "sets",
    "threshold",
    "n_cases",
    "trained_on",
    "data_name",
    "data_sha256",
    "versions",
)


def _described(bundle: Bundle) -> dict[str, Any]:
    content = bundle.document.to_json()
    return {key: content[key] for key in _TOLD}
