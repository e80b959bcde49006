"""The addresses of the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message

from auscult.bundle.bundle import Bundle
from auscult.errors import InputError
from auscult.serve.pages import card, files, recording
from auscult.serve.pages.answer import answers_of
from auscult.serve.pages.dropped import beats_in, cases_in
from auscult.serve.pages.errors import told_on_a_page
from auscult.serve.pages.form import has_form, typical
from auscult.serve.pages.language import Words
from auscult.serve.pages.render import STATIC, page, words_of
from auscult.serve.pages.signal_file import MILLIVOLTS
from auscult.serve.pages.typed import (
    Explained,
    TypedCase,
    blank,
    explained,
    has_signal_form,
    typed_case,
)
from auscult.serve.pages.uploads import MOST_FILES
from auscult.serve.state import ServeState

_MORE_FIELDS: Final = 50
_MOST_PART: Final = 4 << 20


def routes(state: ServeState) -> list[BaseRoute]:
    """Home, a bundle's page with its form, answers to files and recordings, the model card.

    Parameters
    ----------
    state
        The service; its ``sections`` (``history``, ``live``) are in the navigation.
    """
    pages = Pages(state)
    return [
        Route("/", told_on_a_page(pages.home)),
        Route("/bundle/{name}", told_on_a_page(pages.bundle)),
        Route("/bundle/{name}", told_on_a_page(pages.case), methods=["POST"]),
        Route("/bundle/{name}/file", told_on_a_page(pages.file), methods=["GET", "POST"]),
        Route("/bundle/{name}/recording", told_on_a_page(pages.recording), methods=["GET", "POST"]),
        Route("/bundle/{name}/card", told_on_a_page(pages.card)),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]


class Pages:
    """What answers at each address."""

    def __init__(self, state: ServeState) -> None:
        self.state = state

    async def home(self, request: Request) -> Response:
        """The bundles; where there is one, its page."""
        bundles = self.state.bundles
        if len(bundles) == 1:
            return _redirect(request, next(iter(bundles)))
        t = words_of(request)
        shown = [
            (name, address(name), b.document, card.headline(b.document, t))
            for name, b in sorted(bundles.items())
        ]
        return page(request, "home.html", title=t("bundles"), bundles=shown)

    async def bundle(self, request: Request) -> Response:
        """The form of one case, and where files are dropped."""
        name, bundle = self._bundle(request)
        t = words_of(request)
        filled = bool(request.query_params.get("typical")) and has_form(bundle.document)
        given = typical(bundle.document) if filled else {}
        case = blank(bundle.document, given, t)
        return self._page(request, name, bundle, case=case)

    async def case(self, request: Request) -> Response:
        """The answer to a case that was typed."""
        name, bundle = self._bundle(request)
        t = words_of(request)
        given = await self._fields(request, bundle)
        case = typed_case(bundle.document, given, t)
        if case.X is None:
            return self._page(request, name, bundle, case=case, status=422)
        answered = await self.state.answered(name, bundle, case.X, case.lengths)
        shown = answers_of(answered.answers, t)
        found = await run_in_threadpool(explained, bundle, case, shown)
        return self._page(request, name, bundle, case=case, found=found, kept=answered.ids)

    async def file(self, request: Request) -> Response:
        """The answers to a file of cases, as a page or as CSV."""
        name, bundle = self._bundle(request)
        if request.method == "GET":
            return _redirect(request, name)
        async with await self._form(request) as form:
            wants_csv = form.get("as") == "csv"
            try:
                cases = await run_in_threadpool(cases_in, bundle, form)
            except InputError as error:
                return self._refused(request, name, bundle, "file", error)
        answers = (await self.state.answered(name, bundle, cases.X, cases.lengths)).answers
        if wants_csv:
            return _attachment(files.cases_csv(cases, answers), name)
        parts = await run_in_threadpool(files.told, bundle, cases, answers, words_of(request))
        return self._result(request, name, bundle, "answers.html", parts)

    async def recording(self, request: Request) -> Response:
        """The beats of a recording, as a page or as CSV."""
        name, bundle = self._bundle(request)
        if request.method == "GET":
            return _redirect(request, name)
        t = words_of(request)
        async with await self._form(request) as form:
            wants_csv = form.get("as") == "csv"
            try:
                cut = await run_in_threadpool(beats_in, bundle, form, t("fault-rate"))
            except InputError as error:
                return self._refused(request, name, bundle, "recording", error)
        answers = (await self.state.answered(name, bundle, cut.X)).answers
        if wants_csv:
            return _attachment(recording.beats_csv(cut, answers), name)
        parts = await run_in_threadpool(recording.told, bundle, cut, answers, t)
        return self._result(request, name, bundle, "recording.html", parts)

    async def card(self, request: Request) -> Response:
        """The model card."""
        name, bundle = self._bundle(request)
        t = words_of(request)
        document = bundle.document
        return page(
            request,
            "card.html",
            title=f"{document.name}: {t('model-card')}",
            name=document.name,
            address=address(name),
            document=document,
            facts=card.facts(bundle, t),
            figures=card.figures(document, t),
            headline=card.headline(document, t),
            told=card.told(document),
        )

    def _bundle(self, request: Request) -> tuple[str, Bundle]:
        name = request.path_params["name"]
        bundle = self.state.bundles.get(name)
        if bundle is None:
            raise HTTPException(404, words_of(request)("no-bundle"))
        return name, bundle

    async def _form(self, request: Request, more: int = _MORE_FIELDS) -> Any:
        """The form in a body that was read under the service's limits."""
        body = await self.state.concurrency.body(request)

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        again = Request(request.scope, receive)
        return again.form(max_files=MOST_FILES, max_fields=more, max_part_size=_MOST_PART)

    async def _fields(self, request: Request, bundle: Bundle) -> Mapping[str, object]:
        more = bundle.document.n_columns + _MORE_FIELDS
        async with await self._form(request, more) as form:
            return {key: value for key, value in form.items() if isinstance(value, str)}

    def _page(
        self,
        request: Request,
        name: str,
        bundle: Bundle,
        *,
        case: TypedCase,
        found: Explained | None = None,
        kept: Sequence[str] = (),
        refusals: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        d, t = bundle.document, words_of(request)
        return page(
            request,
            "bundle.html",
            status=status,
            title=_title(d.name, case, found, t),
            name=d.name,
            address=address(name),
            document=d,
            headline=card.headline(d, t),
            case=case,
            found=found,
            kept=kept,
            has_form=has_form(d),
            has_signal_form=has_signal_form(d),
            most=self.state.limits.body_bytes,
            has_file=not d.is_recording or d.n_channels == 1,
            units=list(MILLIVOLTS),
            refusals=refusals or {},
        )

    def _refused(
        self, request: Request, name: str, bundle: Bundle, where: str, error: InputError
    ) -> Response:
        case = blank(bundle.document, {}, words_of(request))
        refusals = {where: str(error)}
        return self._page(request, name, bundle, case=case, refusals=refusals, status=422)

    def _result(
        self, request: Request, name: str, bundle: Bundle, template: str, parts: dict[str, Any]
    ) -> Response:
        document, t = bundle.document, words_of(request)
        title = f"{document.name}: {t('answers')}"
        return page(
            request,
            template,
            title=title,
            name=document.name,
            address=address(name),
            document=document,
            file_name=_file_name(name),
            **parts,
        )


def address(name: str) -> str:
    """Where a bundle's page is."""
    return f"/bundle/{quote(name, safe='')}"


def _redirect(request: Request, name: str) -> Response:
    """To a bundle's page, in the language that was asked for."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{address(name)}{query}", 307)


def _title(name: str, case: TypedCase, found: Explained | None, t: Words) -> str:
    if found is not None:
        return f"{found.answer.headline(t)} – {name}"
    return f"{t('faults-title', n=case.n_faults)} – {name}" if case.n_faults else name


def _file_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60] + "-answers.csv"


def _attachment(text: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{_file_name(name)}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(text.encode("utf-8-sig"), media_type="text/csv", headers=headers)
