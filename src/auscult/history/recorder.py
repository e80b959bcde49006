"""Predictions on their way into the history: nobody who waits for an answer waits for the disk."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy.exc import InterfaceError, OperationalError

from auscult.bundle.answers import BundleAnswers
from auscult.bundle.bundle import Bundle
from auscult.bundle.document import Document
from auscult.errors import InputError
from auscult.history.answered import Answered, cells, entries_of
from auscult.history.entries import Entry, KnownBundle, new_id
from auscult.history.store import Cell, History
from auscult.types import FloatArray

Log = Callable[[str], object]

MOST_CASES: Final = 20_000
MOST_BYTES: Final = 64 << 20
_TOGETHER: Final = 500
_GATHER_SECONDS: Final = 0.25
_SAY_SECONDS: Final = 10.0
_LONGEST_PAUSE: Final = 5.0
_CLOSE_SECONDS: Final = 5.0


@dataclass(frozen=True, eq=False)
class _Named:
    ids: tuple[str, ...]
    cases: tuple[str, ...]


class HistoryRecorder:
    """Keeps predictions from a thread of its own.

    What waits is bounded; beyond the bound predictions are answered and not kept, which the log
    and :attr:`dropped` say. A database that does not answer is asked again.

    Parameters
    ----------
    history
        Where to; its connections are let go of when the recorder closes.
    keep_inputs
        Whether the cases themselves are kept too.
    """

    def __init__(self, history: History, *, keep_inputs: bool = False) -> None:
        self.history = history
        self.keep_inputs = keep_inputs
        self.kept = 0
        self.dropped = 0
        self.trouble: str | None = None
        self._bundles: Mapping[str, Bundle] = {}
        self._log: Log = lambda _: None
        self._said = -_SAY_SECONDS
        self._known: dict[str, KnownBundle | None] = {}
        self._documents: dict[str, tuple[str, Document]] = {}
        self._waiting: deque[Answered | _Named] = deque()
        self._n_waiting = 0
        self._bytes = 0
        self._changed = threading.Condition()
        self._n_came = 0
        self._n_gone = 0
        self._asked_for = 0
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)
        self._thread.start()

    def attach(self, bundles: Mapping[str, Bundle], log: Log) -> None:
        """Say where bundles are found by their name, and where trouble is told."""
        self._bundles, self._log = bundles, log

    @property
    def waiting(self) -> int:
        """Cases that are not written yet."""
        return self._n_waiting

    def record(
        self, bundle_sha256: str, rows: FloatArray, answers: BundleAnswers, at: datetime
    ) -> Sequence[str]:
        """Keep predictions; returns their ids at once, or nothing where too many wait.

        Parameters are as of :meth:`auscult.serve.recorder.Recorder.record`.
        """
        n, size = len(rows), int(rows.nbytes) + 64 * len(rows)
        with self._changed:
            over = self._n_waiting + n > MOST_CASES or self._bytes + size > MOST_BYTES
            if not over and not self._closing:
                ids = tuple(new_id() for _ in range(n))
                # Ids that are made in order are in order; the array may be the model's own.
                wakes = not self._waiting or self._n_waiting + n >= _TOGETHER
                self._waiting.append(Answered(bundle_sha256, rows.copy(), answers, at, ids))
                self._n_came += 1
                self._n_waiting += n
                self._bytes += size
                if wakes:
                    self._changed.notify_all()
                return ids
        self._drop(n, self.trouble or "predictions come faster than they can be written")
        return ()

    def name(self, ids: Sequence[str], cases: Sequence[str]) -> None:
        """Say what the cases of predictions are called; written after the predictions."""
        with self._changed:
            if ids and self._n_waiting <= MOST_CASES:
                self._waiting.append(_Named(tuple(ids), tuple(cases)))
                self._n_came += 1
                self._changed.notify_all()

    def flush(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """Wait until what came so far is written, or given up; whether it is."""
        with self._changed:
            self._asked_for += 1
            self._changed.notify_all()
            came = self._n_came
            try:
                return self._changed.wait_for(lambda: self._n_gone >= came, timeout=seconds)
            finally:
                self._asked_for -= 1

    def close(self) -> None:
        """Write what waits, for a few seconds at most, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(_CLOSE_SECONDS)
        if self._n_waiting:
            self._drop(self._n_waiting, self.trouble or "the service ended")
        self.history.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                # One transaction for what comes in a moment costs a fraction of one each.
                self._changed.wait_for(self._is_due, timeout=_GATHER_SECONDS)
                batch = self._next()
            self._write(batch)
            with self._changed:
                self._n_gone += len(batch)
                self._changed.notify_all()

    def _is_due(self) -> bool:
        return self._closing or self._asked_for > 0 or self._n_waiting >= _TOGETHER

    def _next(self) -> list[Answered | _Named]:
        batch: list[Answered | _Named] = []
        n = 0
        while self._waiting and n < _TOGETHER:
            item = self._waiting.popleft()
            batch.append(item)
            if isinstance(item, _Named):
                break
            n += len(item.ids)
        return batch

    def _write(self, batch: Sequence[Answered | _Named]) -> None:
        answered = [item for item in batch if isinstance(item, Answered)]
        n = sum(len(item.ids) for item in answered)
        written = self._tried(lambda: self._store(answered, batch))
        with self._changed:
            self._n_waiting -= n
            self._bytes -= sum(int(item.X.nbytes) + 64 * len(item.ids) for item in answered)
        if written:
            self.kept += n
        else:
            self._drop(n, self.trouble or "they cannot be written")

    def _tried(self, store: Callable[[], None]) -> bool:
        """Whether it could be stored; asked again while the database does not answer."""
        pause, until = 0.1, None
        while True:
            try:
                store()
            except Exception as error:
                self._tell(error)
                if not isinstance(error.__cause__, OperationalError | InterfaceError):
                    return False
            else:
                self.trouble = None
                return True
            if self._closing:
                until = until or time.monotonic() + _CLOSE_SECONDS / 2
                if time.monotonic() > until:
                    return False
            with self._changed:
                self._changed.wait_for(lambda: self._closing, timeout=pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _store(self, answered: Sequence[Answered], batch: Sequence[Answered | _Named]) -> None:
        if answered:
            entries = [entry for item in answered for entry in self._entries(item)]
            counts = self._counted(answered)
            fresh = {item.sha256: self._known[item.sha256] for item in answered}
            self.history.add(entries, counts, [one for one in fresh.values() if one is not None])
        for item in batch:
            if isinstance(item, _Named):
                self.history.name_cases(item.ids, item.cases)

    def _entries(self, item: Answered) -> list[Entry]:
        name, document = self._document(item.sha256)
        return entries_of(item, name, document if self.keep_inputs else None)

    def _counted(self, answered: Sequence[Answered]) -> Counter[Cell]:
        """Counted together: cases that came one by one would cost a hundred times as much."""
        alike: dict[tuple[str, int, int, tuple[int, ...]], list[Answered]] = {}
        for item in answered:
            key = (item.sha256, item.at.year, item.at.month, item.X.shape[1:])
            alike.setdefault(key, []).append(item)
        counts: Counter[Cell] = Counter()
        for items in alike.values():
            _, document = self._document(items[0].sha256)
            if document is not None:
                X = np.concatenate([item.X for item in items])
                counts.update(cells(items[0].sha256, document, X, items[0].at))
        return counts

    def _document(self, sha256: str) -> tuple[str, Document | None]:
        if sha256 not in self._known:
            self._known[sha256] = None
            for name, bundle in list(self._bundles.items()):
                if bundle.sha256 == sha256:
                    self._documents[sha256] = name, bundle.document
                    self._known[sha256] = KnownBundle.of(sha256, name, bundle.document)
        return self._documents.get(sha256, ("", None))

    def _drop(self, n: int, why: str) -> None:
        self.dropped += n
        now = time.monotonic()
        if n and now - self._said >= _SAY_SECONDS:
            self._said = now
            self._log(f"history: {self.dropped:,} predictions were answered and not kept: {why}")

    def _tell(self, error: Exception) -> None:
        # The text of an error that is not the person's may hold a patient's values.
        said = str(error) if isinstance(error, InputError) else type(error).__name__
        if self.trouble is None:
            self._log(f"history: {said}")
        self.trouble = said
