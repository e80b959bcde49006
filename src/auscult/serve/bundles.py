"""The bundles that are served: named, and replaced while serving when their files are."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from auscult.bundle.bundle import Bundle, load_bundle
from auscult.errors import InputError, did_you_mean
from auscult.serve.refusals import Refused

_WATCH_SECONDS = 1.0
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
Stamp = tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """Where a bundle lies and what its address calls it; ``name`` is None to take its own."""

    path: Path
    name: str | None = None

    @classmethod
    def parse(cls, text: str) -> Source:
        """``PATH`` or ``NAME=PATH``.

        Raises
        ------
        InputError
            The name does not fit an address.
        """
        name, found, path = text.partition("=")
        if not found or os.path.exists(text):
            return cls(Path(text))
        if not _NAME.fullmatch(name):
            raise InputError(
                f"'{name}' is no name for an address. Use letters, digits, '.', '_' and '-'.",
                where=text,
            )
        return cls(Path(path), name)


@dataclass
class _Shelved:
    source: Source
    bundle: Bundle
    stamp: Stamp
    seen: Stamp
    error: str | None = None


@dataclass
class Shelf(Mapping[str, Bundle]):
    """Bundles by the name in their address.

    Parameters
    ----------
    sources
        Where they lie.
    on_reload
        Called with the name, ``replaced`` or ``refused``, and why it was refused.

    Raises
    ------
    InputError
        One cannot be loaded, or two have one name.
    """

    sources: Sequence[Source]
    on_reload: Callable[[str, str, str | None], object] = lambda *_: None
    _shelved: dict[str, _Shelved] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for source in self.sources:
            stamp = _stamp(source.path)
            bundle = _warm(source.path)
            name = source.name or address_name(bundle.name)
            if name in self._shelved:
                raise InputError(
                    f"two bundles are called '{name}'. Give one another name: OTHER={source.path}",
                    where=str(source.path),
                )
            self._shelved[name] = _Shelved(source, bundle, stamp, stamp)

    def __getitem__(self, name: str) -> Bundle:
        return self._shelved[name].bundle

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelved)

    def __len__(self) -> int:
        return len(self._shelved)

    def find(self, name: str) -> Bundle:
        """The bundle of an address; refused where there is none (404)."""
        if name not in self._shelved:
            known = did_you_mean(name[:100], self._shelved)
            raise Refused(404, f"No bundle is called that here. {known}", where="bundle")
        return self._shelved[name].bundle

    @property
    def only(self) -> str:
        """The name of the one bundle there is; refused where there are several (404)."""
        if len(self._shelved) != 1:
            names = ", ".join(self._shelved)
            raise Refused(404, f"Several bundles are served: /bundles/NAME/… of {names}.")
        return next(iter(self._shelved))

    @property
    def errors(self) -> dict[str, str]:
        """Why a replacement was refused, by name; the bundle before it goes on answering."""
        return {name: s.error for name, s in self._shelved.items() if s.error is not None}

    async def watch(self, seconds: float = _WATCH_SECONDS) -> None:
        """Look for replaced files for ever."""
        while True:
            await asyncio.sleep(seconds)
            await self.look()

    async def look(self) -> None:
        """Take over what was replaced and has stood still since the last look."""
        for name, shelved in self._shelved.items():
            stamp = await asyncio.to_thread(_stamp, shelved.source.path)
            if stamp == shelved.seen != shelved.stamp:
                shelved.stamp = stamp
                await self._replace(name, shelved)
            shelved.seen = stamp

    async def _replace(self, name: str, shelved: _Shelved) -> None:
        try:
            bundle = await asyncio.to_thread(_warm, shelved.source.path)
        except Exception as error:
            shelved.error = str(error) if isinstance(error, InputError) else type(error).__name__
            self.on_reload(name, "refused", shelved.error)
            return
        shelved.error = None
        if bundle.sha256 != shelved.bundle.sha256:
            shelved.bundle = bundle
            self.on_reload(name, "replaced", None)


def address_name(name: str) -> str:
    """A bundle's own name as an address takes it.

    >>> address_name("heart (Cleveland)")
    'heart-Cleveland'
    """
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:100].strip("-._")
    return kept or "bundle"


def _warm(path: Path) -> Bundle:
    """A bundle that has answered once: what is compiled or read at first is done."""
    bundle = load_bundle(path)
    document = bundle.document
    if document.kind == "table":
        X = np.array([[np.nan if c.median is None else c.median for c in document.columns]])
    else:
        X = np.zeros((1, document.n_channels, document.n_timepoints), dtype=np.float32)
    with contextlib.suppress(InputError):
        bundle.answer(X)
    return bundle


def _stamp(path: Path) -> Stamp:
    """What changes when a bundle's files do; empty while there is none."""
    stamps: list[int] = []
    try:
        paths = [path] if not path.is_dir() else [path, *sorted(path.iterdir())[:100]]
        for one in paths:
            found = one.stat()
            stamps += [found.st_ino, found.st_size, found.st_mtime_ns]
    except OSError:
        return ()
    return tuple(stamps)
