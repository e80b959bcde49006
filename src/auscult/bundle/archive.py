"""A ``.zip`` read strictly: every field is checked against the file before a byte is inflated.

Only what a bundle needs: one disk, at most a few dozen entries, stored or deflated, no
encryption, no 64-bit form, no comment, nothing before, between or after the entries.
Field names are those of the APPNOTE of the format.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from auscult.bundle.limits import Limits
from auscult.bundle.names import check_names, shown
from auscult.errors import InputError

_END = struct.Struct("<4sHHHHIIH")
_CENTRAL = struct.Struct("<4sBBHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_DESCRIPTORS = (0, 12, 16)  # bytes of a data descriptor after an entry, without and with its mark
_STORED, _DEFLATED = 0, 8
_HAS_DESCRIPTOR, _KNOWN_FLAGS = 0x0008, 0x0806 | 0x0008  # UTF-8 name and deflate level are fine
_ENTRY_BYTES = 1024


@dataclass(frozen=True)
class _Member:
    name: str
    flags: int
    method: int
    packed: int
    size: int
    offset: int


@dataclass(frozen=True)
class Archive:
    """The entries of a ``.zip``; :meth:`read` inflates one."""

    file: BinaryIO
    where: str
    members: Mapping[str, _Member]
    starts: Mapping[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the entries, in the order of the central directory."""
        return tuple(self.members)

    def read(self, name: str, most: int) -> bytes:
        """The content of an entry that declares at most ``most`` bytes and has what it declares."""
        member = self.members[name]
        if member.size > most:
            raise InputError(f"{shown(name)} is larger than the manifest says", where=self.where)
        self.file.seek(self.starts[name])
        packed = self.file.read(member.packed)
        data = packed if member.method == _STORED else _inflate(packed, member.size)
        if data is None or len(data) != member.size:
            raise InputError(f"{shown(name)} is not what the .zip declares", where=self.where)
        return data


def read_archive(file: BinaryIO, where: str, limits: Limits) -> Archive:
    """Read and check the directory of a ``.zip``; no content is inflated yet.

    Raises
    ------
    InputError
        Anything that a bundle's ``.zip`` does not need, or that does not fit the file.
    """
    total = os.fstat(file.fileno()).st_size
    begin, directory = _directory(file, total, where, limits)
    members = _members(directory, where, limits)
    check_names([m.name for m in members], where)
    starts = _starts(file, members, begin, where)
    return Archive(file, where, {m.name: m for m in members}, starts)


def pack_archive(files: Mapping[str, bytes]) -> bytes:
    """The files as a ``.zip``: stored, undated, so that equal files give equal bytes anywhere."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            about.create_system, about.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(about, data)
    return buffer.getvalue()


def _directory(file: BinaryIO, total: int, where: str, limits: Limits) -> tuple[int, bytes]:
    """Offset and bytes of the central directory."""
    if total < _END.size:
        raise _broken(where, "it is cut short")
    file.seek(total - _END.size)
    mark, disk, first, here, count, size, offset, comment = _END.unpack(file.read(_END.size))
    if mark != b"PK\x05\x06" or comment:
        raise _broken(where, "it does not end as a .zip without a comment does")
    if disk or first or here != count or count == 0xFFFF or 0xFFFFFFFF in (size, offset):
        raise _broken(where, "it is split or in the 64-bit form")
    if count > limits.files or size > limits.files * _ENTRY_BYTES:
        raise _broken(where, f"it has more than {limits.files} entries")
    if offset + size + _END.size != total:
        raise _broken(where, "there is something before, between or after its entries")
    file.seek(offset)
    directory = file.read(size)
    if _count(directory) != count:
        raise _broken(where, "its directory does not hold what it declares")
    return offset, directory


def _count(directory: bytes) -> int:
    """Entries that fill the directory exactly, or -1."""
    at = n = 0
    while at + _CENTRAL.size <= len(directory) and directory[at : at + 4] == b"PK\x01\x02":
        at += _CENTRAL.size + sum(struct.unpack_from("<HHH", directory, at + 28))
        n += 1
    return n if at == len(directory) else -1


def _members(directory: bytes, where: str, limits: Limits) -> list[_Member]:
    members, at = [], 0
    while at < len(directory):
        fields = _CENTRAL.unpack_from(directory, at)
        _, _, system, _, flags, method, _, _, _, packed, size, n_name, n_extra, n_comment = fields[
            :14
        ]
        name = directory[at + _CENTRAL.size :][:n_name].decode("utf-8", "backslashreplace")
        kind = stat.S_IFMT(fields[16] >> 16) if system == 3 else 0
        if kind not in (0, stat.S_IFREG):
            raise _broken(where, f"{shown(name)} is a link, a folder or a device")
        if flags & ~_KNOWN_FLAGS or method not in (_STORED, _DEFLATED):
            raise _broken(where, f"{shown(name)} is encrypted or packed in an uncommon way")
        _check_size(name, method, packed, size, where, limits)
        members.append(_Member(name, flags, method, packed, size, fields[17]))
        at += _CENTRAL.size + n_name + n_extra + n_comment
    if sum(m.size for m in members) > limits.total_bytes:
        raise _broken(where, "it is larger than a bundle may be")
    return members


def _check_size(name: str, method: int, packed: int, size: int, where: str, limits: Limits) -> None:
    if max(size, packed) > limits.file_bytes:
        raise _broken(where, f"{shown(name)} is larger than a bundle's file may be")
    if method == _STORED and packed != size:
        raise _broken(where, f"{shown(name)} is stored with two different sizes")
    if size > limits.ratio_from and size > limits.ratio * packed:
        raise _broken(where, f"{shown(name)} would inflate more than {limits.ratio} times")


def _starts(file: BinaryIO, members: list[_Member], end: int, where: str) -> dict[str, int]:
    """Where each content begins; the entries must fill the file up to the directory, in a row."""
    starts, expected = {}, {0}
    for member in sorted(members, key=lambda m: m.offset):
        if member.offset not in expected:
            raise _broken(where, f"{shown(member.name)} overlaps another entry, or leaves a gap")
        start = _local(file, member, where)
        starts[member.name] = start
        tails = _DESCRIPTORS if member.flags & _HAS_DESCRIPTOR else (0,)
        expected = {start + member.packed + tail for tail in tails}
    if end not in expected:
        raise _broken(where, "its entries do not fill it")
    return starts


def _local(file: BinaryIO, member: _Member, where: str) -> int:
    """Offset of the content, once the local header says what the directory says."""
    file.seek(member.offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        raise _broken(where, f"{shown(member.name)} lies outside of it")
    mark, _, flags, method, _, _, _, packed, size, n_name, n_extra = _LOCAL.unpack(header)
    name = file.read(n_name).decode("utf-8", "backslashreplace")
    sizes = {(member.packed, member.size)}
    if flags & _HAS_DESCRIPTOR:
        sizes.add((0, 0))
    same = (name, flags, method) == (member.name, member.flags, member.method)
    if mark != b"PK\x03\x04" or not same or (packed, size) not in sizes:
        raise _broken(where, f"{shown(member.name)} is described in two different ways")
    return member.offset + _LOCAL.size + int(n_name) + int(n_extra)


def _inflate(packed: bytes, size: int) -> bytes | None:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(packed, size + 1)
    except zlib.error:
        return None
    whole = inflater.eof and not inflater.unused_data and not inflater.unconsumed_tail
    return data if whole else None


def _broken(where: str, what: str) -> InputError:
    return InputError(f"not a .zip that a bundle can be in: {what}", where=where)
