"""Repeat published systems one after another; what is finished stays finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auscult import __version__
from auscult.api import require_folder
from auscult.errors import AuscultError
from auscult.evaluate.progress import Silent, StudyProgress
from auscult.evaluate.provenance import provenance
from auscult.replicate.page import write_page_of
from auscult.replicate.record import Record
from auscult.replicate.replica import Asked, Replica
from auscult.replicate.store import finished, write_record
from auscult.replicate.table import chosen, replica

PAGE = "replicate.html"
_ALMOST = 0.97


@dataclass(frozen=True)
class Replication:
    """Records in the order of the table; ``failed`` says why one is missing."""

    records: tuple[Record, ...]
    failed: Mapping[str, str] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    """Systems that an earlier run had finished."""


def replicate(
    name: str = "all",
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | Path | None = None,
    progress: StudyProgress | None = None,
) -> Replication:
    """Repeat one published system, or all.

    Parameters
    ----------
    name
        Of :data:`~auscult.replicate.table.REPLICAS`, or ``all``.
    quick
        Fewer epochs, and fewer repeats of cross-validation.
    seed
        Where all chance starts.
    out
        A folder for one JSON file a system and the page of all. A system that lies there already,
        made by the same version with the same seed and quickness, is not repeated.
    progress
        Told what happens.

    Raises
    ------
    InputError
        No system has this name, or the folder cannot be written.
    AuscultError
        The only system asked for cannot be repeated: its data or a package are missing.
    """
    systems = [replica(one) for one in chosen(name)]
    folder = None if out is None else Path(out)
    if folder is not None:
        require_folder(folder)
    asked = Asked(seed, quick, progress or Silent())
    return _Run(systems, asked, folder).go()


@dataclass(eq=False)
class _Run:
    systems: Sequence[Replica]
    asked: Asked
    folder: Path | None
    records: list[Record] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    def go(self) -> Replication:
        waiting = [system for system in self.systems if not self._take(system)]
        meter = Meter(self.asked.progress, waiting, self.asked.quick)
        for system in waiting:
            self._repeat(system, meter)
        meter.finished()
        self._write_page()
        return Replication(tuple(self._sorted()), self.failed, tuple(self.taken))

    def _take(self, system: Replica) -> bool:
        key = (system.name, __version__, self.asked.seed, self.asked.quick)
        record = finished(self.folder, key) if self.folder is not None else None
        if record is not None:
            self.records.append(record)
            self.taken.append(system.name)
        return record is not None

    def _repeat(self, system: Replica, meter: Meter) -> None:
        meter.begin(system)
        try:
            record = repeat(system, Asked(self.asked.seed, self.asked.quick, meter))
        except AuscultError as error:
            if len(self.systems) == 1:
                raise
            self.failed[system.name] = str(error)
            meter.end(system, f"left out: {error}")
            return
        self.records.append(record)
        if self.folder is not None:
            write_record(record, self.folder)
            self._write_page()  # what is finished can be read while the rest runs
        meter.end(system, f"{record.seconds:.0f} s")

    def _write_page(self) -> None:
        if self.folder is not None and self.records:
            write_page_of(self._sorted(), self.folder / PAGE, self.failed)

    def _sorted(self) -> list[Record]:
        order = [system.name for system in self.systems]
        return sorted(self.records, key=lambda record: order.index(record.name))


def repeat(system: Replica, asked: Asked) -> Record:
    """Repeat one system."""
    started = time.perf_counter()
    found = system.repeat(asked)
    about = provenance("", time.perf_counter() - started)
    return Record(
        name=system.name,
        title=system.title,
        published=system.published,
        leaks=system.leaks,
        wrong=system.wrong,
        found=found,
        seed=asked.seed,
        quick=asked.quick,
        version=__version__,
        threads=about.threads,
        seconds=about.seconds,
        created=about.created,
        versions=about.versions,
    )


class Meter:
    """Tells how far all systems are, beside what each of their models tells.

    The share of a system that is running is the time spent of the time that it takes about.
    """

    def __init__(
        self,
        progress: StudyProgress,
        systems: Sequence[Replica],
        quick: bool,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._progress, self._quick, self._clock = progress, quick, clock
        self._count = len(systems)
        self._total = sum(map(self._seconds, systems)) or 1.0
        self._behind, self._number = 0.0, 0
        self._system: Replica | None = None
        self._started = self._began = clock()
        self._name = f"all {len(systems)} systems" if len(systems) > 1 else ""
        if self._name:
            progress.model_started(self._name, len(systems))

    def _seconds(self, system: Replica) -> float:
        return system.seconds[1 if self._quick else 0]

    def begin(self, system: Replica) -> None:
        self._system, self._began = system, self._clock()
        self._number += 1
        self._tell()

    def end(self, system: Replica, text: str) -> None:
        self._behind += self._seconds(system)
        self._system = None
        self._progress.model_started(system.name, 1)
        self._progress.model_finished(system.name, text)
        self._tell()

    def finished(self) -> None:
        if self._name:
            spent = self._clock() - self._started
            self._progress.model_finished(self._name, f"{spent / 60:.1f} min")

    def model_started(self, name: str, n_fits: int) -> None:
        self._progress.model_started(self._told(name), n_fits)

    def advanced(self, name: str, done: float, detail: str) -> None:
        self._progress.advanced(self._told(name), done, detail)
        self._tell()

    def model_finished(self, name: str, text: str) -> None:
        self._progress.model_finished(self._told(name), text)
        self._tell()

    def _told(self, name: str) -> str:
        return name if self._system is None else f"{self._system.name}: {name}"

    def _tell(self) -> None:
        if not self._name:
            return
        running = 0.0
        if self._system is not None:
            expected = self._seconds(self._system)
            running = min(self._clock() - self._began, _ALMOST * expected)
        where = f"{self._number} of {self._count}"
        self._progress.advanced(self._name, (self._behind + running) / self._total, where)
