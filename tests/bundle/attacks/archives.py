"""A ``.zip`` whose directory and entries differ, or that unpacks to ruin."""

from __future__ import annotations

import hashlib
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bundle.attacks.corpus import Attack, Files

from auscult.bundle.archive import pack_archive
from auscult.bundle.manifest import MANIFEST, make_manifest

KIND = "logistic"
MIB = 1 << 20


@dataclass(frozen=True)
class Entry:
    """One entry as it is to be written; None is what is true."""

    name: bytes
    data: bytes
    method: int = 0
    flags: int = 0
    packed: bytes | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    local_packed: int | None = None
    local_flags: int | None = None
    local_method: int | None = None
    size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    shift: int = 0
    attributes: int = (stat.S_IFREG | 0o644) << 16
    system: int = 3
    extra: bytes = b""
    local_extra: bytes = b""
    comment: bytes = b""
    before: bytes = b""
    after: bytes = b""
    mark: bytes = b"PK\x03\x04"
    central_mark: bytes = b"PK\x01\x02"
    crc: int | None = None


@dataclass(frozen=True)
class End:
    """The end of the directory as it is to be written; None is what is true."""

    mark: bytes = b"PK\x05\x06"
    disk: int = 0
    first: int = 0
    here: int | None = None
    count: int | None = None
    size: int | None = None
    offset: int | None = None
    comment: bytes = b""
    comment_size: int | None = None
    before: bytes = b""
    after: bytes = b""


def write(entries: list[Entry], end: End | None = None, start: bytes = b"") -> bytes:
    """A ``.zip`` of exactly these fields."""
    end = end or End()
    out, central = bytearray(start), bytearray()
    for e in entries:
        out += e.before
        at = len(out) + e.shift if e.offset is None else e.offset
        packed = e.data if e.packed is None else e.packed
        sizes = _or(e.packed_size, len(packed)), _or(e.size, len(e.data))
        crc = _or(e.crc, zlib.crc32(e.data))
        local = _or(e.local_packed, sizes[0]), _or(e.local_size, sizes[1])
        name = e.name if e.local_name is None else e.local_name
        kind = _or(e.local_flags, e.flags), _or(e.local_method, e.method)
        out += e.mark + struct.pack(
            "<HHHHHIIIHH", 20, *kind, 0, 33, crc, *local, len(name), len(e.local_extra)
        )
        out += name + e.local_extra + packed + e.after
        central += e.central_mark + struct.pack(
            "<BBHHHHHIIIHHHHHII",
            20,
            e.system,
            20,
            e.flags,
            e.method,
            0,
            33,
            crc,
            *sizes,
            len(e.name),
            len(e.extra),
            len(e.comment),
            0,
            0,
            e.attributes,
            at,
        )
        central += e.name + e.extra + e.comment
    begin = len(out)
    out += central + end.before
    out += end.mark + struct.pack(
        "<HHHHIIH",
        end.disk,
        end.first,
        _or(end.here, len(entries)),
        _or(end.count, len(entries)),
        _or(end.size, len(central)),
        _or(end.offset, begin),
        _or(end.comment_size, len(end.comment)),
    )
    return bytes(out) + end.comment + end.after


def _or(value: int | None, true: int) -> int:
    return true if value is None else value


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def attacks(files: Files) -> Iterator[Attack]:
    """All of them; every manifest fits the files it lists."""
    for name, data in {**_ends(files), **_entries(files), **_bombs(files), **_names(files)}.items():
        yield Attack(f"zip: {name}", KIND, _placed(data))


def _placed(data: bytes) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        (folder / "heart.zip").write_bytes(data)
        return folder / "heart.zip"

    return build


def plain(files: Files) -> list[Entry]:
    """The entries of a sound bundle."""
    whole = {MANIFEST: make_manifest(files).data, **files}
    return [Entry(name.encode(), data) for name, data in whole.items()]


def _ends(files: Files) -> dict[str, bytes]:
    p = plain(files)
    n, sound = len(p), write(p)
    tail = b"PK\x06\x07" + bytes(16)
    return {
        "comment": write(p, End(comment=b"hello")),
        "comment that is a directory": write(p, End(comment=sound[-22:])),
        "comment of another length": write(p, End(comment_size=7)),
        "something before": write(p, start=b"MZ" + bytes(100)),
        "something before, offsets from there": b"MZ" + bytes(100) + sound,
        "something behind": write(p, End(after=b"x")),
        "zeros behind": write(p, End(after=bytes(1000))),
        "twice": sound + sound,
        "two ends": write(p, End(after=sound[-22:])),
        "no end": sound[:-22],
        "end only": sound[-22:],
        "empty": write([]),
        "something before the end": write(p, End(before=b"x" * 10)),
        "64-bit locator": write(p, End(before=tail)),
        "64-bit count": write(p, End(here=0xFFFF, count=0xFFFF)),
        "64-bit size": write(p, End(size=0xFFFFFFFF)),
        "64-bit offset": write(p, End(offset=0xFFFFFFFF)),
        "two disks": write(p, End(disk=1, first=1)),
        "entries elsewhere": write(p, End(here=n - 1)),
        "count less one": write(p, End(here=n - 1, count=n - 1)),
        "count and one": write(p, End(here=n + 1, count=n + 1)),
        "count 0": write(p, End(here=0, count=0)),
        "size 0": write(p, End(size=0)),
        "size less one": write(p, End(size=1)),
        "size of 2 GiB": write(p, End(size=2 << 30)),
        "offset 0": write(p, End(offset=0)),
        "offset past the end": write(p, End(offset=2 << 30)),
        "offset that wraps": write(p, End(offset=0xFFFFFFF0, size=0x20)),
        "65,534 entries": write(p * 10, End(here=65534, count=65534)),
        "1,000 entries": write(p + [Entry(b"f%03d" % i, b"") for i in range(1000)]),
    }


def _entries(files: Files) -> dict[str, bytes]:
    """One entry that lies, the others sound."""
    p = plain(files)
    e = p[-1]
    n, packed = len(e.data), deflated(e.data)
    link, pipe, folder = (t | 0o777 for t in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR))
    body = 30 + len(e.name)
    changes = {
        "encrypted": replace(e, flags=1),
        "strongly encrypted": replace(e, flags=0x41),
        "patched": replace(e, flags=0x20),
        "masked": replace(e, flags=0x2000),
        "a link": replace(e, attributes=link << 16, data=b"/etc/passwd"),
        "a pipe": replace(e, attributes=pipe << 16),
        "a folder by its attributes": replace(e, attributes=folder << 16),
        "size less one": replace(e, size=n - 1),
        "size and one": replace(e, size=n + 1),
        "size 0": replace(e, size=0),
        "size of 4 GiB less one": replace(e, size=0xFFFFFFFF),
        "packed size less one": replace(e, packed_size=n - 1),
        "packed size and one": replace(e, packed_size=n + 1),
        "packed size 0": replace(e, packed_size=0, size=0),
        "packed size past the end": replace(e, packed_size=1 << 30, size=1 << 30),
        "64-bit sizes": replace(e, size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=bytes(20)),
        "local size differs": replace(e, local_size=n + 1),
        "local packed size differs": replace(e, local_packed=n + 1),
        "local sizes 0 without a descriptor": replace(e, local_size=0, local_packed=0),
        "local name differs": replace(e, local_name=b"x" * len(e.name)),
        "local name is longer": replace(e, local_name=e.name + b"x"),
        "local name empty": replace(e, local_name=b""),
        "local flags differ": replace(e, local_flags=1),
        "local method differs": replace(e, local_method=8),
        "local extra past the end": replace(e, local_extra=b""),
        "local mark": replace(e, mark=b"PK\x03\x05"),
        "central mark": replace(e, central_mark=b"PK\x01\x03"),
        "offset of another": replace(e, offset=0),
        "offset less one": replace(e, shift=-1),
        "offset and one": replace(e, shift=1),
        "offset past the end": replace(e, offset=1 << 30),
        "offset of 4 GiB less one": replace(e, offset=0xFFFFFFFF),
        "offset in its own content": replace(e, shift=body),
        "gap before": replace(e, before=b"gap"),
        "gap after": replace(e, after=b"gap"),
        "hidden entry before": replace(e, before=write([Entry(b"x", b"x")])[:32]),
        "descriptor missing a byte": replace(e, flags=8, after=bytes(11)),
        "descriptor too long": replace(e, flags=8, after=bytes(24)),
        "deflated, cut": replace(e, method=8, packed=packed[:-1]),
        "deflated, cut in half": replace(e, method=8, packed=packed[: len(packed) // 2]),
        "deflated, more behind": replace(e, method=8, packed=packed + b"x"),
        "deflated twice over": replace(e, method=8, packed=packed + packed),
        "deflated with a zlib header": replace(e, method=8, packed=zlib.compress(e.data)),
        "deflated, a block of a wrong kind": replace(e, method=8, packed=b"\x07" + packed),
        "deflated, no last block": replace(e, method=8, packed=b"\0\0\0\xff\xff" * 10),
        "deflated, shorter than said": replace(e, method=8, packed=deflated(e.data[:-1])),
        "deflated, longer than said": replace(e, method=8, packed=deflated(e.data + b"x")),
        "deflated noise": replace(e, method=8, packed=e.data),
        "deflated nothing": replace(e, method=8, packed=b""),
        "twice": e,
        "twice, another content": replace(e, data=b"x" * n),
    }
    found = {f"entry {k}": write([*p[:-1], v]) for k, v in changes.items() if v != e}
    for k in ("twice", "twice, another content"):
        found[f"entry {k}"] = write([*p, changes[k]])
    for method in (1, 2, 6, 9, 12, 14, 20, 93, 95, 97, 98, 99, 0xFFFF):
        found[f"entry packed by method {method}"] = write([*p[:-1], replace(e, method=method)])
    return found


def _bombs(files: Files) -> dict[str, bytes]:
    """What unpacks to far more than it holds, or to itself."""
    zeros, one = bytes(100 * MIB), bytes(40 * MIB)
    bomb = Entry(b"weights.safetensors", zeros, 8, packed=deflated(zeros), crc=0)
    rest = {k: v for k, v in files.items() if k != "weights.safetensors"}
    listed = [*plain({**rest, "weights.safetensors": zeros})[:-1], bomb]
    lied = replace(bomb, size=1000)
    ghost = Entry(b"", one, 8, packed=b"", offset=0, crc=0)
    overlap = [*plain(files), *(replace(ghost, name=b"f%d" % i) for i in range(30))]
    nested = pack_archive({"heart.zip": write(plain(files))})
    for _ in range(10):
        nested = pack_archive({"heart.zip": nested})
    inner = write([bomb])
    return {
        "bomb of 100 MiB": write(listed),
        "bomb that says 1,000 bytes": write([*plain(files)[:-1], lied]),
        "bomb as the manifest": write([replace(bomb, name=MANIFEST.encode())]),
        "bomb as the manifest, 10 KB said": write(
            [replace(bomb, name=MANIFEST.encode(), size=10_000)]
        ),
        "bomb that overlaps thirty times": write(overlap),
        "sixty files of 40 MiB": write(_many(one)),
        "nested ten deep": nested,
        "a bomb in a .zip as weights": write(plain({**rest, "weights.safetensors": inner})),
        "a bundle in a .zip as weights": write(
            plain({**rest, "weights.safetensors": write(plain(files))})
        ),
    }


def _many(one: bytes) -> list[Entry]:
    """Sixty files, each within the limits and with a fitting hash."""
    digest, packed = hashlib.sha256(one).hexdigest(), deflated(one)
    names = [f"f{i:02}" for i in range(60)]
    manifest = "".join(f"{digest}  {len(one)}  {name}\n" for name in names).encode()
    entries = [Entry(name.encode(), one, 8, packed=packed, crc=0) for name in names]
    return [Entry(MANIFEST.encode(), manifest), *entries]


def _names(files: Files) -> dict[str, bytes]:
    """An entry whose name leads elsewhere, listed in the manifest where its form can be."""
    names = {
        "up": b"../../x",
        "absolute": b"/etc/cron.d/x",
        "home": b"~/.bashrc",
        "drive": b"C:\\x",
        "backslash": b"..\\..\\x",
        "share": b"\\\\host\\x",
        "in the middle": b"a/../../x",
        "folder": b"a/",
        "in a folder": b"heart/bundle.json",
        "dot": b".",
        "dots": b"..",
        "NUL": b"bundle.json\0.txt",
        "empty": b"",
        "spaces": b"   ",
        "hidden": b".x",
        "full-width dots": "．．/x".encode(),
        "not UTF-8": b"x\xff\xfe",
        "overlong": b"\xc0\xae\xc0\xae/x",
        "code page 437": b"\x81x",
        "two scripts": "bundl\u0435.json".encode(),
        "backwards": "x\u202ey".encode(),
        "device": b"CON",
        "device with an ending": b"aux.json",
        "stream": b"x:$DATA",
        "long": b"x" * 60000,
        "Mac's": b"__MACOSX/._bundle.json",
        "Mac's store": b".DS_Store",
        "newline": b"x\ny",
        "escape": b"\x1b[31mx",
        "case": b"BUNDLE.JSON",
        "manifest's case": b"manifest.sha256",
        "option": b"--help",
        "percent": b"%2e%2e%2fx",
        "quote": b"x'; DROP TABLE",
        "markup": b"<b>x",
    }
    return {f"name: {k}": write([*plain(files), Entry(v, b"x")]) for k, v in names.items()}
