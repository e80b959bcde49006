"""Any file to predict as a stream of cases: never more of it in memory than a block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auscult.bundle.bundle import Bundle
from auscult.bundle.cases import Cases
from auscult.bundle.table_cases import TableReader, whole
from auscult.data.blocks import SIZE, TextBlocks
from auscult.data.ecg.records import is_record
from auscult.data.formats import TEXT_ENDINGS, Options, read_raw, refuse_other_content
from auscult.data.opened import Opened, open_file, open_head
from auscult.data.raw import RawSignals, RawTable
from auscult.data.refusals import naming
from auscult.errors import InputError
from auscult.types import Finding

WHOLE_ROWS = 65_536
Block = tuple[RawTable | RawSignals, float]


@dataclass(frozen=True)
class Asked:
    """What a person said of the file to predict; see :func:`auscult.bundles.predict_bundle`."""

    target: str | None = None
    id: str | None = None
    drop: tuple[str, ...] = ()
    sheet: str | None = None
    encoding: str | None = None
    header: bool | None = None
    channel: str | None = None
    block: int = SIZE


@dataclass
class CaseStream:
    """The cases of a file, block after block; iterate once.

    Parameters
    ----------
    path
        A table, signals, a recording or a folder of recordings.
    bundle
        What the cases are for.
    asked
        How the file is read.

    Raises
    ------
    InputError
        While iterating: the file cannot be read in exactly one way, or is not like the bundle's.
    MissingExtraError
        While iterating: the file is Parquet and pyarrow is not installed; a recording, and wfdb.
    """

    path: Path
    bundle: Bundle
    asked: Asked = field(default=Asked())
    findings: list[Finding] = field(default_factory=list)
    """What was noticed of the file as a whole; more may come until the last block."""
    sha256: str = field(default="", init=False)
    """Of the file, when all of it was read and it is one file."""

    def __iter__(self) -> Iterator[Cases]:
        with naming(self.path):
            for cases in self._cases():
                yield from cases.pieces()

    def _cases(self) -> Iterator[Cases]:
        document, asked = self.bundle.document, self.asked
        if is_record(self.path):
            from auscult.bundle.signal_cases import beat_cases  # noqa: PLC0415

            _refuse_columns(asked)
            yield from beat_cases(self.path, document, asked.channel, self.findings)
        elif asked.channel is not None:
            raise InputError("is for ECG records (NAME.hea).", where="--channel")
        elif self.path.suffix.lower() == ".npy" and document.kind == "signals":
            from auscult.bundle.signal_cases import mapped_cases  # noqa: PLC0415

            yield from mapped_cases(self.path, document)
        else:
            yield from self._read()

    def _read(self) -> Iterator[Cases]:
        asked = self.asked
        roles: Any = {"target": asked.target, "case_id": asked.id, "drop": asked.drop}
        told = False
        if self.bundle.document.kind == "table":
            table = TableReader(self.bundle.document, **roles)
            for raw, share in self._blocks(table.wanted):
                if isinstance(raw, RawSignals):
                    raise InputError("the file holds signals; the bundle is of a table.")
                cases = table.cases(raw, share)
                told = told or self._tell(raw, table.findings)
                yield cases
        else:
            from auscult.bundle.signal_cases import SignalReader  # noqa: PLC0415

            signals = SignalReader(self.bundle.document, self.bundle.reference(), **roles)
            for raw, share in self._blocks(lambda names: names):
                cases = signals.cases(raw, share)
                told = told or self._tell(None, signals.findings)
                yield cases

    def _tell(self, raw: RawTable | None, found: Sequence[Finding]) -> bool:
        said = () if raw is None else (f for f in raw.findings if f.code == "encoding-guessed")
        self.findings += [*said, *found]
        return True

    def _blocks(self, wanted: Callable[[Sequence[str]], Sequence[str]]) -> Iterator[Block]:
        """Rows of a table some at a time; signals of their own formats whole."""
        head, asked = open_head(self.path), self.asked
        large = self.path.stat().st_size > asked.block
        if head.suffix == ".parquet":
            from auscult.data.parquet import parquet_blocks  # noqa: PLC0415

            refuse_other_content(head)
            yield from parquet_blocks(self.path, wanted)
        elif head.suffix in TEXT_ENDINGS and large and asked.sheet is None:
            refuse_other_content(head)
            texts = TextBlocks(self.path, asked.encoding, asked.header, head.suffix, asked.block)
            for block in texts:
                yield block.table, block.share
            self.sha256 = texts.sha256
        else:
            opened = open_file(self.path)
            self.sha256 = opened.sha256
            yield from self._whole(opened)

    def _whole(self, opened: Opened) -> Iterator[Block]:
        asked = self.asked
        signals = self.bundle.document.kind == "signals"
        options = Options(asked.sheet, asked.encoding, asked.header, signals)
        raw = read_raw(opened, options)
        if isinstance(raw, RawSignals):
            yield raw, 1.0
        else:
            yield from whole(raw, WHOLE_ROWS)


def _refuse_columns(asked: Asked) -> None:
    given = {"--target": asked.target, "--id": asked.id, "--drop": asked.drop}
    for flag, value in given.items():
        if value:
            raise InputError(f"{flag} names a column; recordings have none.")
