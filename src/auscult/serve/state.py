"""The service as its routes see it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.bundle import Bundle
from auscult.serve.access_log import AccessLog
from auscult.serve.batching import Answered, Batcher
from auscult.serve.bundles import Shelf, Source
from auscult.serve.limits import Concurrency, Limits, Rate
from auscult.serve.metrics import Metrics
from auscult.serve.origins import Origins
from auscult.serve.recorder import NoRecorder, Recorder
from auscult.serve.refusals import Refused, busy, report_fault
from auscult.serve.tokens import Token
from auscult.types import FloatArray, IntArray

T = TypeVar("T")
_SMALL = 32 << 10


@dataclass(frozen=True)
class Settings:
    """How a service is started.

    Parameters
    ----------
    host, port
        Where it listens; port 0 takes a free one.
    allowed_hosts
        Further names in ``Host`` that are answered.
    limits
        Of every request.
    token
        What a client must know; None on loopback only.
    tls_certificate, tls_key
        PEM files; both or none.
    access_log
        ``-`` for the error output, a file, or None.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    token: Token | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    access_log: str | Path | None = "-"


class ServeState:
    """Bundles, limits, counters and the history of one service.

    Parameters
    ----------
    sources
        Where the bundles lie.
    settings
        How it is started.
    recorder
        Where predictions are kept.

    Raises
    ------
    InputError
        A bundle cannot be loaded, or the access log cannot be written.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        settings: Settings = Settings(),
        recorder: Recorder | None = None,
    ) -> None:
        self.settings = settings
        self.limits = settings.limits
        self.token = settings.token
        self.recorder = recorder or NoRecorder()
        self.metrics = Metrics()
        self.origins = Origins(settings.host, settings.allowed_hosts)
        self.rate = Rate(settings.limits.rate)
        self.concurrency = Concurrency(settings.limits)
        self.shelf = Shelf(sources, self._reloaded)
        self.log = AccessLog(settings.access_log)
        self.sections: tuple[str, ...] = ()
        self.stopping = False
        self._executor = ThreadPoolExecutor(max(2, os.cpu_count() or 2), "answers")
        self._large = ThreadPoolExecutor(1, "bodies")
        self._batchers: dict[str, tuple[Bundle, Batcher]] = {}
        self._show()

    @property
    def bundles(self) -> Mapping[str, Bundle]:
        """The bundles that are served now, by the name in their address."""
        return self.shelf

    async def answer(
        self, name: str, X: FloatArray, lengths: IntArray | None = None
    ) -> BundleAnswers:
        """Answers of a bundle for cases, away from the event loop; kept where a history is.

        Parameters
        ----------
        name
            Of the bundle, as in :attr:`bundles`.
        X, lengths
            As of :meth:`auscult.bundle.bundle.Bundle.answer`.

        Raises
        ------
        InputError
            The bundle cannot take the cases.
        Refused
            404 no such bundle, 503 it takes too long or cannot be kept.
        """
        return (await self.answered(name, self.shelf.find(name), X, lengths)).answers

    async def answered(
        self, name: str, bundle: Bundle, X: FloatArray, lengths: IntArray | None = None
    ) -> Answered:
        """As :meth:`answer` with the ids of the history, by the bundle the cases were made for.

        A replacement that arrives in between may have other columns.
        """
        try:
            async with asyncio.timeout(self.limits.answer_seconds):
                answered = await self._batcher(name, bundle).answer(X, lengths)
        except TimeoutError:
            busy("The model takes too long. Send fewer cases, or try again in a second.")
        self.metrics.cases.labels(name).inc(len(X))
        self.metrics.unsure.labels(name).inc(int(answered.answers.unsure.sum()))
        return answered

    async def off_loop(self, size: int, function: Callable[[], T]) -> T:
        """Run it here where ``size`` is small, else in the one thread for what is large."""
        if size <= _SMALL:
            return function()
        return await asyncio.get_running_loop().run_in_executor(self._large, function)

    def close(self) -> None:
        """Write what waits and let go of threads and files."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._large.shutdown(wait=False, cancel_futures=True)
        self.recorder.close()
        self.log.close()

    def _batcher(self, name: str, bundle: Bundle) -> Batcher:
        kept = self._batchers.get(name)
        if kept is None or kept[0] is not bundle:
            observe = self.metrics.batch.labels(name).observe
            kept = (bundle, Batcher(_Compute(bundle, self.recorder), self._executor, observe))
            self._batchers[name] = kept
        return kept[1]

    def _reloaded(self, name: str, outcome: str, why: str | None) -> None:
        self.metrics.reloads.labels(name, outcome).inc()
        self.log.event(f"bundle {outcome}", bundle=self.shelf[name].sha256, name=name, why=why)
        self._show()

    def _show(self) -> None:
        self.metrics.bundle.clear()
        for name, bundle in self.shelf.items():
            self.metrics.bundle.labels(name, bundle.sha256, bundle.document.model.name).set(1)


@dataclass(frozen=True, eq=False)
class _Compute:
    bundle: Bundle
    recorder: Recorder

    def __call__(self, X: FloatArray, lengths: IntArray | None) -> Answered:
        answers = self.bundle.answer(X, lengths)
        now = datetime.now(UTC)
        try:
            ids = self.recorder.record(self.bundle.sha256, X, answers, now)
        except Exception as error:
            report_fault(error)
            raise Refused(503, "The history cannot be written, so nothing is answered.") from None
        return Answered(answers, tuple(ids))
