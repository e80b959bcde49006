"""Folders that are not what they seem: links, pipes, names, and manifests that lie."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bundle.attacks.corpus import Attack, Files, forge_folder

from auscult.bundle.manifest import MANIFEST, make_manifest

Change = Callable[[Path], object]
KIND = "logistic"


def attacks(files: Files) -> Iterator[Attack]:
    """All of them; the folder is sound before each change."""
    changes = {**_things(files), **_listings()}
    for name, change in changes.items():
        yield Attack(f"folder: {name}", KIND, _changed(files, change))
    for name, manifest in _manifests(files).items():
        yield Attack(f"manifest: {name}", KIND, _listed(files, manifest))
    for name, entry in _names().items():
        lines = make_manifest({**files, "x": b"x"}).data.decode()
        manifest = lines.replace("  1  x\n", f"  1  {entry}\n").encode("utf-8", "surrogateescape")
        yield Attack(f"name: {name}", KIND, _listed(files, manifest))


def _changed(files: Files, change: Change) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = forge_folder(folder, files)
        change(path)
        return path

    return build


def _listed(files: Files, manifest: bytes) -> Callable[[Path], Path]:
    return lambda folder: forge_folder(folder, files, manifest)


def _things(files: Files) -> dict[str, Change]:
    """Each file of the bundle as something that is no plain file."""
    found: dict[str, Change] = {}
    for name in (*files, MANIFEST):
        made: dict[str, Callable[[Path], object]] = {
            "a link to itself": lambda p: p.symlink_to(p),
            "a link to a file that is the same": _link_outside,
            "a link to /etc/passwd": lambda p: p.symlink_to("/etc/passwd"),
            "a link to /dev/zero": lambda p: p.symlink_to("/dev/zero"),
            "a link to nothing": lambda p: p.symlink_to("nothing"),
            "a hard link to another file": lambda p: os.link(p.with_name("other"), p),
            "a named pipe": os.mkfifo,
            "a socket": _socket,
            "a folder": lambda p: p.mkdir(),
            "missing": lambda p: None,
            "emptied": lambda p: p.write_bytes(b""),
            "of 5 GB": lambda p: os.truncate(_touched(p), 5 << 30),
        }
        for what, make in made.items():
            found[f"{name} is {what}"] = _instead(name, make)
    return found


def _instead(name: str, make: Callable[[Path], object]) -> Change:
    def change(folder: Path) -> None:
        path, other = folder / name, folder / "other"
        other.write_bytes(b"other")
        content = path.read_bytes()
        path.unlink()
        (folder.parent / "outside").write_bytes(content)
        make(path)
        other.unlink(missing_ok=True)

    return change


def _link_outside(path: Path) -> None:
    path.symlink_to(path.parent.parent / "outside")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def _touched(path: Path) -> Path:
    path.touch()
    return path


def _listings() -> dict[str, Change]:
    """More in the folder than a bundle has."""
    return {
        "a file more": lambda p: (p / "card.html").write_text("x"),
        "a hidden file more": lambda p: (p / ".bundle.json").write_text("{}"),
        "a folder more": lambda p: (p / "sub").mkdir(),
        "a bundle in a bundle": lambda p: shutil.copytree(p, p / "heart"),
        "a link more": lambda p: (p / "more").symlink_to("/"),
        "a name that differs in case": lambda p: (p / "Bundle.json").write_text("{}"),
        "a name of two scripts": lambda p: (p / "bundl\u0435.json").write_text("{}"),
        "a name that reads backwards": lambda p: (p / "bundle\u202enosj.x").write_text("{}"),
        "a name that is not UTF-8": lambda p: _raw(p, b"bundle\xff.json"),
        "a name of a line end": lambda p: (p / "bundle.json\n").write_text("{}"),
        "a name of a terminal's escape": lambda p: (p / "\x1b[2J").write_text("{}"),
        "65 files": lambda p: [(p / f"f{i}").write_bytes(b"") for i in range(65)],
        "5,000 files": lambda p: [(p / f"f{i}").write_bytes(b"") for i in range(5000)],
        "emptied": _emptied,
        "not to be read": lambda p: p.chmod(0) if os.getuid() else _emptied(p),
    }


def _emptied(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _raw(folder: Path, name: bytes) -> None:
    with open(os.fsencode(folder) + b"/" + name, "wb") as file:
        file.write(b"{}")


def _names() -> dict[str, str]:
    """Names that a manifest may not list."""
    return {
        "up": "../x",
        "up twice": "../../x",
        "up in the middle": "a/../../x",
        "in a folder": "a/x",
        "absolute": "/etc/passwd",
        "home": "~/.bashrc",
        "drive": "C:\\x",
        "drive only": "C:x",
        "backslash": "..\\x",
        "share": "\\\\host\\share",
        "here": "./x",
        "dot": ".",
        "dots": "..",
        "NUL": "x\0y",
        "hidden": ".x",
        "ends in a dot": "x.",
        "ends in a space": "x ",
        "device": "CON",
        "device with an ending": "nul.json",
        "printer": "LPT1",
        "stream": "x:y",
        "full-width up": "．．/x",
        "division slash": "..∕x",
        "two scripts": "bundl\u0435.json",
        "backwards": "x\u202ey",
        "no width": "x\u200by",
        "combined": "é",
        "line separator": "x\u2028y",
        "escape": "x\x1b[2J",
        "tab": "x\ty",
        "percent": "%2e%2e",
        "star": "*",
        "pipe": "x|y",
        "long": "x" * 300,
        "longest and one": "x" * 101,
        "option": "-rf",
        "not UTF-8": "x\udcff",
        "carriage return": "x\ry",
        "newline": "x\ny",
        "empty": "",
        "dollar": "$HOME",
        "quote": "x'y",
    }


def _manifests(files: Files) -> dict[str, bytes]:
    """Manifests that are not what the files are, or not in their form."""
    sound = make_manifest(files).data
    lines = sound.decode().splitlines(keepends=True)
    name = next(iter(sorted(files)))
    digest, size = hashlib.sha256(files[name]).hexdigest(), len(files[name])
    line = f"{digest}  {size}  {name}\n"

    def swapped(new: str) -> bytes:
        return sound.replace(line.encode(), new.encode())

    return {
        "empty line only": b"\n",
        "no last line end": sound[:-1],
        "line end more": sound + b"\n",
        "CRLF": sound.replace(b"\n", b"\r\n"),
        "byte-order mark": b"\xef\xbb\xbf" + sound,
        "UTF-16": sound.decode().encode("utf-16"),
        "comment": b"# heart\n" + sound,
        "NUL at the end": sound + b"\0",
        "unsorted": "".join(reversed(lines)).encode(),
        "a line twice": (lines[0] + sound.decode()).encode(),
        "a line less": "".join(lines[1:]).encode(),
        "a line more": sound + f"{'0' * 64}  0  zzz\n".encode(),
        "itself": (f"{'0' * 64}  0  {MANIFEST}\n" + sound.decode()).encode(),
        "one space": swapped(line.replace("  ", " ")),
        "tabs": swapped(line.replace("  ", "\t")),
        "capitals": swapped(line.replace(digest, digest.upper())),
        "short hash": swapped(line.replace(digest, digest[:-1])),
        "long hash": swapped(line.replace(digest, digest + "0")),
        "no hash": swapped(line.replace(digest, "")),
        "MD5": swapped(line.replace(digest, digest[:32])),
        "another hash": swapped(line.replace(digest, "0" * 64)),
        "hashes exchanged": _exchanged(sound),
        "size 0": swapped(f"{digest}  0  {name}\n"),
        "size less one": swapped(f"{digest}  {size - 1}  {name}\n"),
        "size and one": swapped(f"{digest}  {size + 1}  {name}\n"),
        "size below 0": swapped(f"{digest}  -{size}  {name}\n"),
        "size of 2^63": swapped(f"{digest}  {2**63}  {name}\n"),
        "size of 2 GiB": swapped(f"{digest}  {2 << 30}  {name}\n"),
        "size with zeros before": swapped(f"{digest}  0{size}  {name}\n"),
        "size in full-width digits": swapped(f"{digest}  １２  {name}\n"),
        "size as 1e3": swapped(f"{digest}  1e3  {name}\n"),
        "size in hexadecimal": swapped(f"{digest}  0x10  {name}\n"),
        "100 lines": "".join(f"{digest}  1  f{i:03}\n" for i in range(100)).encode(),
        "100,000 lines": b"".join(b"%064d  1  f%06d\n" % (0, i) for i in range(100_000)),
        "1 GB of lines, promised": swapped(f"{digest}  {10**12}  {name}\n"),
    }


def _exchanged(sound: bytes) -> bytes:
    lines = [line.split("  ") for line in sound.decode().splitlines()]
    hashes = [line[0] for line in lines]
    turned = zip([*hashes[1:], hashes[0]], lines, strict=True)
    return "".join(f"{h}  {size}  {name}\n" for h, (_, size, name) in turned).encode()
