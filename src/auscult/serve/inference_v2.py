"""The Open Inference Protocol, version 2, over HTTP with tensors as JSON.

https://github.com/open-inference/open-inference-protocol
"""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auscult import __version__
from auscult.bundle.bundle import Bundle
from auscult.serve.answers import dumps, require_finite
from auscult.serve.api import json_response, refuse_encoded
from auscult.serve.batching import Answered
from auscult.serve.cases import JSON, Cases, media_type, parse_json
from auscult.serve.refusals import Refused, busy, unprocessable
from auscult.serve.state import ServeState
from auscult.serve.tensors import answer_tensors, cases_of, inputs_of, outputs_of


def routes(state: ServeState) -> list[Route]:
    """Every route under ``/v2``."""
    v2 = _Inference(state)
    return [
        Route("/v2", v2.server),
        Route("/v2/health/live", v2.live),
        Route("/v2/health/ready", v2.ready),
        Route("/v2/models/{name}", v2.model),
        Route("/v2/models/{name}/ready", v2.model_ready),
        Route("/v2/models/{name}/infer", v2.infer, methods=["POST"]),
    ]


class _Asked:
    """A request: what it is called, which outputs it wants, its cases."""

    def __init__(self, content: dict[str, Any], bundle: Bundle, cases: Cases) -> None:
        self.cases = cases
        self.id = content.get("id", "")
        if not isinstance(self.id, str):
            unprocessable("is a text.", "id")
        if not isinstance(content.get("parameters", {}), dict):
            unprocessable("is an object.", "parameters")
        self.outputs = _wanted(content.get("outputs", []), bundle)

    def answer(self, name: str, bundle: Bundle, answered: Answered) -> bytes:
        """The body of the answer."""
        require_finite(answered)
        outputs = answer_tensors(bundle.document, answered)
        content: dict[str, Any] = {"model_name": name, "model_version": bundle.sha256}
        if self.id:
            content["id"] = self.id
        content["outputs"] = [one for one in outputs if one["name"] in self.outputs]
        if answered.ids:
            content["parameters"] = {"history_ids": ",".join(answered.ids)}
        return dumps(content)


class _Inference:
    def __init__(self, state: ServeState) -> None:
        self.state = state

    async def server(self, request: Request) -> Response:
        return json_response({"name": "auscult", "version": __version__, "extensions": []})

    async def live(self, request: Request) -> Response:
        return json_response({"live": True})

    async def ready(self, request: Request) -> Response:
        if self.state.stopping:
            busy("The service is stopping.")
        return json_response({"ready": True})

    async def model(self, request: Request) -> Response:
        name, bundle = self._found(request)
        return json_response(
            {
                "name": name,
                "versions": [bundle.sha256],
                "platform": "auscult_bundle",
                "inputs": inputs_of(bundle.document),
                "outputs": outputs_of(bundle.document),
            }
        )

    async def model_ready(self, request: Request) -> Response:
        name, _ = self._found(request)
        return json_response({"name": name, "ready": True})

    async def infer(self, request: Request) -> Response:
        state = self.state
        name, bundle = self._found(request)
        media_type(request.headers.get("content-type"), (JSON,))
        refuse_encoded(request)
        if "inference-header-content-length" in request.headers:
            raise Refused(415, "Send tensors as JSON.", where="Inference-Header-Content-Length")
        body = await state.concurrency.body(request)
        asked = await state.off_loop(len(body), partial(self._asked, bundle, body))
        answered = await state.answered(name, bundle, asked.cases.X, asked.cases.lengths)
        write = partial(asked.answer, name, bundle, answered)
        return Response(await state.off_loop(200 * len(asked.cases.X), write), media_type=JSON)

    def _found(self, request: Request) -> tuple[str, Bundle]:
        name = request.path_params["name"]
        bundle = self.state.shelf.find(name)
        request.state.bundle = bundle.sha256
        return name, bundle

    def _asked(self, bundle: Bundle, body: bytes) -> _Asked:
        limits = self.state.limits
        content = parse_json(body, limits)
        return _Asked(content, bundle, cases_of(bundle.document, content, limits.rows))


def _wanted(outputs: Any, bundle: Bundle) -> set[str]:
    known = {output["name"] for output in outputs_of(bundle.document)}
    if not isinstance(outputs, list) or not all(isinstance(one, dict) for one in outputs):
        unprocessable("is a list of objects with a 'name'.", "outputs")
    names = [one.get("name") for one in outputs]
    for name in names:
        if not isinstance(name, str) or name not in known:
            unprocessable(f"A name is one of {', '.join(sorted(known))}.", "outputs")
    return set(names) or known
