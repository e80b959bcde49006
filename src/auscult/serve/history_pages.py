"""``/history``: what was answered, what came of it, drift; as pages and as JSON."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from auscult.errors import InputError
from auscult.history.accuracy import accuracy
from auscult.history.drift import drift
from auscult.history.entries import Kept, KnownBundle, NotKeptError, UnusableError, require_name
from auscult.history.recorder import HistoryRecorder
from auscult.history.told import drift_json, kept_json
from auscult.serve.api import json_response
from auscult.serve.cases import parse_json
from auscult.serve.history_shown import column_row, judged_words, shown
from auscult.serve.pages.errors import told_on_a_page
from auscult.serve.pages.render import page, words_of
from auscult.serve.refusals import Refused, malformed, unprocessable
from auscult.serve.state import ServeState

SECTION: Final = "history"
_ID: Final = re.compile(r"[0-9a-f]{32}")
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_BODY: Final = 16 << 10
_MOST: Final = 50
_THREADS: Final = 4
_JUST_WRITTEN: Final = 2.0
Handler = Callable[[Request], Awaitable[Response]]
T = TypeVar("T")


def routes(state: ServeState) -> list[BaseRoute]:
    """The routes of the history; none where none is kept.

    Parameters
    ----------
    state
        Its recorder is told where bundles and the log are; its sections gain ``history``.
    """
    recorder = state.recorder
    if not isinstance(recorder, HistoryRecorder):
        return []
    recorder.attach(state.bundles, state.log.event)
    state.sections = (*state.sections, SECTION)
    state.metrics.registry.register(_Figures(recorder))
    pages = HistoryPages(state, recorder)
    return [
        Route("/history", _as_asked(pages.newest)),
        Route("/history/drift", _as_asked(pages.drift)),
        Route("/history/delete", told_on_a_page(pages.delete_form), methods=["POST"]),
        Route("/history/case/{case:path}", _as_asked(pages.delete), methods=["DELETE"]),
        Route("/history/{id}", _as_asked(pages.one)),
        Route("/history/{id}/outcome", _as_asked(pages.outcome), methods=["POST"]),
        Route("/history/{id}/case", _as_asked(pages.name), methods=["POST"]),
    ]


class HistoryPages:
    """What answers at each address."""

    def __init__(self, state: ServeState, recorder: HistoryRecorder) -> None:
        self.state = state
        self.recorder = recorder
        self.history = recorder.history
        # As many as the pool of connections gladly gives: nobody waits for a connection.
        self._executor = ThreadPoolExecutor(_THREADS, "history-pages")

    async def newest(self, request: Request) -> Response:
        """The newest predictions."""
        asked = request.query_params
        case, before = _name(asked.get("case")), asked.get("before")
        if before is not None and not _ID.fullmatch(before):
            unprocessable("is no id of a prediction.", "before")
        bundle = _name(asked.get("bundle"))
        found = await self._do(
            lambda: self.history.predictions(
                case=case, bundle=bundle, before=before, most=_MOST + 1
            )
        )
        more = found[_MOST - 1].entry.id if len(found) > _MOST else None
        found = found[:_MOST]
        if not wants_page(request):
            return json_response({"predictions": [kept_json(one) for one in found], "before": more})
        return self._list_page(request, found, case, bundle, more)

    def _list_page(
        self, request: Request, found: list[Kept], case: str | None, bundle: str | None, more: Any
    ) -> Response:
        t = words_of(request)
        query = {"case": case, "bundle": bundle, "before": more}
        return page(
            request,
            "history.html",
            title=t("section-history"),
            rows=[shown(one, t) for one in found],
            case=case or "",
            older="?" + urlencode({k: v for k, v in query.items() if v}) if more else None,
            recorder=self.recorder,
            deleted=_whole(request.query_params.get("deleted")),
        )

    async def one(self, request: Request) -> Response:
        """One prediction with its trail, and the case where inputs are kept."""
        prediction = _id_of(request)
        kept = await self._do(lambda: self.history.prediction(prediction))
        inputs = await self._do(lambda: self.history.inputs(prediction))
        return json_response(kept_json(kept) | {"inputs": inputs})

    async def outcome(self, request: Request) -> Response:
        """What came of a prediction; as JSON ``{"outcome": CLASS}`` or from the page."""
        prediction, fields = _id_of(request), await self._fields(request)
        outcome = _text(fields, "outcome")
        kept = await self._do(lambda: self.history.add_outcome(prediction, outcome))
        return _changed(request, kept, fields)

    async def name(self, request: Request) -> Response:
        """What the case of a prediction is called; as JSON ``{"case": NAME}`` or from the page."""
        prediction, fields = _id_of(request), await self._fields(request)
        case = require_name(_text(fields, "case"))
        kept = await self._do(lambda: self.history.name_case(prediction, case))
        return _changed(request, kept, fields)

    async def delete(self, request: Request) -> Response:
        """Take away all that is kept of a case."""
        case = require_name(request.path_params["case"])
        gone = await self._do(lambda: self.history.delete_case(case))
        return json_response({"deleted": vars(gone)})

    async def delete_form(self, request: Request) -> Response:
        """The same, from the page."""
        case = require_name(_text(await self._fields(request), "case"))
        try:
            gone = await self._do(lambda: self.history.delete_case(case))
        except NotKeptError:
            raise Refused(404, words_of(request)("history-none-such")) from None
        return RedirectResponse(f"/history?deleted={gone.predictions}", 303)

    async def drift(self, request: Request) -> Response:
        """Accuracy since, and every column beside the training."""
        since = request.query_params.get("since", "")
        if since and not _MONTH.fullmatch(since):
            unprocessable("is a month, as 2026-11.", "since")
        bundles = await self._do(self.history.bundles)
        asked = _name(request.query_params.get("bundle"))
        known = _asked_bundle(bundles, asked)
        if known is None and asked:
            raise Refused(404, "No bundle of that name or hash has answered.", where="bundle")
        if known is None:
            if wants_page(request):
                t = words_of(request)
                return page(request, "drift.html", title=t("drift-title"), bundle=None)
            return json_response({"bundles": []})
        read = await self._do(lambda: self._drift_of(known, since))
        if not wants_page(request):
            return json_response(drift_json(known, *read[:2]) | {"since": since or None})
        return self._drift_page(request, bundles, known, since, read)

    def _drift_of(self, known: KnownBundle, since: str) -> Any:
        history = self.history
        columns = drift(known, history.counts(known.sha256, since))
        right = accuracy(known, history.judged(known.sha256))
        return columns, right, history.answers(known.sha256), history.months(known.sha256)

    def _drift_page(
        self, request: Request, bundles: Any, known: KnownBundle, since: str, read: Any
    ) -> Response:
        columns, right, answers, months = read
        t = words_of(request)
        called = dict.fromkeys(known.classes, 0)
        for (name, _), n in answers.items():
            called[name] = called.get(name, 0) + n
        moved = [c.column.name for c in columns if c.verdict in ("moved", "far")]
        return page(
            request,
            "drift.html",
            title=t("drift-title"),
            bundle=known,
            bundles=bundles,
            months=months,
            since=since,
            right=judged_words(right, t),
            accuracy=right,
            called=called,
            n_called=sum(called.values()),
            columns=[column_row(column, t) for column in columns],
            n_since=max((c.n_cases for c in columns), default=0),
            moved=moved,
            told=any(c.verdict in ("usual", "moved", "far") for c in columns),
        )

    async def _fields(self, request: Request) -> Mapping[str, object]:
        """The fields of a small body, JSON or a form."""
        body = await self.state.concurrency.body(request, _BODY)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            return parse_json(body, self.state.limits)
        if kind != "application/x-www-form-urlencoded":
            raise Refused(415, "Send application/json, in UTF-8.", where="Content-Type")
        try:
            return dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=20))
        except ValueError:
            malformed("is no form.", "body")

    async def _do(self, ask: Callable[[], T]) -> T:
        """Ask the database away from the event loop, with all in it that was answered so far."""

        def asked() -> T:
            self.recorder.flush(_JUST_WRITTEN)
            return ask()

        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, asked)
        except UnusableError as error:
            raise Refused(503, str(error), headers={"Retry-After": "5"}) from None
        except NotKeptError as error:
            raise Refused(404, str(error).partition(": ")[2], where="history") from None


class _Figures(Collector):
    """What the recorder has done, for Prometheus."""

    def __init__(self, recorder: HistoryRecorder) -> None:
        self._recorder = recorder

    def collect(self) -> Any:
        of = self._recorder
        yield CounterMetricFamily("auscult_history_kept", "Predictions written.", of.kept)
        dropped = "Predictions answered and not kept."
        yield CounterMetricFamily("auscult_history_dropped", dropped, of.dropped)
        yield GaugeMetricFamily("auscult_history_waiting", "Predictions to be written.", of.waiting)

    def register(self, registry: CollectorRegistry) -> None:
        """Never needed: the figures are made when they are asked for."""


def wants_page(request: Request) -> bool:
    """Whether a browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "")


def _as_asked(handler: Handler) -> Handler:
    """Refusals as pages for browsers, as JSON for programs."""
    on_a_page = told_on_a_page(handler)

    async def answer(request: Request) -> Response:
        return await (on_a_page if wants_page(request) else handler)(request)

    return answer


def _changed(request: Request, kept: Kept, fields: Mapping[str, object]) -> Response:
    if not wants_page(request):
        return json_response(kept_json(kept))
    back = str(fields.get("back", ""))
    query = f"?case={quote(back, safe='')}" if back else ""
    return RedirectResponse(f"/history{query}#{kept.entry.id}", 303)


def _id_of(request: Request) -> str:
    prediction: str = request.path_params["id"]
    if not _ID.fullmatch(prediction):
        raise Refused(404, "no prediction of this id is kept.", where="history")
    return prediction


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise InputError(f"send '{name}', a text.", where=name)
    return value


def _name(asked: str | None) -> str | None:
    return require_name(asked) if asked and asked.strip() else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _asked_bundle(bundles: list[KnownBundle], asked: str | None) -> KnownBundle | None:
    """By its name or the beginning of its hash; else the one that answered last."""
    if not asked:
        return bundles[0] if bundles else None
    return next((b for b in bundles if asked in (b.name, b.sha256)), None)
