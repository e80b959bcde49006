"""A file's bytes in pieces of whole rows, as UTF-8, for files that are larger than memory."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

import numpy as np

from auscult.data.lines import guess_told, guessed_encoding
from auscult.errors import InputError
from auscult.types import Finding

_LONGEST: Final = 8
"""A row is looked for in so many blocks."""
_QUOTE: Final = 34
_LINE: Final = b"\n"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self.n_bytes = file, hashlib.sha256(), 0

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        self.n_bytes += len(data)
        return data

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


Read = Callable[[int], bytes]


def utf8(file: Hashed, encoding: str | None, size: int) -> tuple[Read, tuple[Finding, ...]]:
    """Reads the text as UTF-8 without a mark, whatever it is stored in."""
    first = file.read(size)
    findings: tuple[Finding, ...] = ()
    if encoding is None:
        marked = next((name for mark, name in _MARKS if first.startswith(mark)), None)
        encoding = marked or "utf-8"
        if marked is None and not _isutf8(first):
            encoding = guessed_encoding(first)
            findings = (guess_told(encoding, first.decode(encoding, "replace")),)
    held = [first]

    def read(n: int) -> bytes:
        return held.pop() if held else file.read(n)

    if codecs_name(encoding) not in ("utf-8", "utf-8-sig", "ascii"):
        return _transcoded(read, encoding), findings
    held[0] = first.removeprefix(codecs.BOM_UTF8)
    return read, findings


def codecs_name(encoding: str) -> str:
    """What Python calls an encoding.

    Raises
    ------
    InputError
        There is none of this name.
    """
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InputError(f"there is no encoding '{encoding}' (--encoding).") from None


def _isutf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _transcoded(read: Read, encoding: str) -> Read:
    decoder = codecs.getincrementaldecoder(encoding)()

    def as_utf8(n: int) -> bytes:
        while True:
            data = read(n)
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError:
                raise InputError(
                    f"the file is not {encoding}. Name the right encoding with --encoding."
                ) from None
            if text or not data:
                return text.lstrip("\ufeff").encode("utf-8", "replace")

    return as_utf8


def require_text(piece: bytes, behind: int) -> None:
    """Refuse a piece that is no text in UTF-8, by its line; ``behind`` lines came before it."""
    at, why = piece.find(b"\0"), "holds a NUL byte: this is not a text file"
    if at < 0 and not piece.isascii():
        try:
            piece.decode("utf-8")
        except UnicodeDecodeError as error:
            at, why = error.start, "is not UTF-8. Name the right encoding with --encoding"
    if at >= 0:
        raise InputError(f"line {behind + piece.count(_LINE, 0, at) + 1} {why}.")


def pieces_of_rows(read: Read, size: int) -> Iterator[bytes]:
    """The bytes in pieces of whole rows. Rows of nothing but delimiters go with what follows."""
    held = b""
    ending = b""
    while data := read(size):
        held += data
        ending = ending or (b"\n" if b"\n" in data else b"\r" if b"\r" in data else b"")
        end = _rows_end(held, ending, len(held) >= _LONGEST * size)
        end = _empty_rows_start(held, end)
        if end:
            yield held[:end]
            held = held[end:]
        elif len(held) > 4 * _LONGEST * size:
            raise InputError("a row is longer than any row can be: is a quote open?")
    if held.strip(b"\r\n\t ,;|"):
        yield held


def _rows_end(data: bytes, ending: bytes, anywhere: bool) -> int:
    """Behind the last row that ends outside of quotes; 0 where none does."""
    if not ending:
        return 0
    last = data.rfind(ending) + 1
    if not last or b'"' not in data or anywhere:
        return last
    characters = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(characters == ending[0])
    quotes = np.flatnonzero(characters == _QUOTE)
    closed = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return int(closed[-1]) + 1 if len(closed) else 0


def _empty_rows_start(data: bytes, end: int) -> int:
    """Where the rows of nothing but delimiters begin that end at ``end``."""
    kept = len(data[max(0, end - 65536) : end].rstrip(b"\r\n\t ,;|")) + max(0, end - 65536)
    if not kept or end - kept <= 2:
        return end if kept else 0
    start = data.find(b"\n", kept, end) + 1
    return start or end
