"""What an attack is, and how a bundle is forged around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from auscult.bundle.archive import pack_archive
from auscult.bundle.manifest import MANIFEST, make_manifest

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Attack:
    """One bundle that a stranger hands over.

    Parameters
    ----------
    name
        ``group: what``; no two alike.
    kind
        The predictor whose cases a bundle that loads is asked.
    build
        Writes it into an empty folder and says what is to be opened.
    must
        ``refused``, or ``any``: refused, or answered with finite probabilities.
    """

    name: str
    kind: str
    build: Callable[[Path], Path]
    must: Literal["refused", "any"] = "refused"

    @property
    def group(self) -> str:
        return self.name.partition(":")[0]


def forge_folder(folder: Path, files: Files, manifest: bytes | None = None) -> Path:
    """A folder of files that may be anything, under a manifest that fits unless one is given."""
    path = folder / "heart"
    path.mkdir()
    for name, data in {MANIFEST: manifest or make_manifest(files).data, **files}.items():
        (path / name).write_bytes(data)
    return path


def forge_zip(folder: Path, files: Files, manifest: bytes | None = None) -> Path:
    """The same as one ``.zip``."""
    whole = {MANIFEST: manifest or make_manifest(files).data, **files}
    (folder / "heart.zip").write_bytes(pack_archive(whole))
    return folder / "heart.zip"


def forged(
    name: str, kind: str, make: Callable[[], Files], must: Literal["refused", "any"] = "refused"
) -> Attack:
    """An attack by content alone: its manifest fits, so that it reaches the deeper checks."""
    return Attack(name, kind, lambda folder: forge_zip(folder, make()), must)


def one_file(
    name: str,
    kind: str,
    files: Files,
    file: str,
    make: Callable[[], bytes] | bytes,
    must: Literal["refused", "any"] = "refused",
) -> Attack:
    """The same with one file changed, or more."""

    def made() -> Files:
        return {**files, file: make if isinstance(make, bytes) else make()}

    return forged(name, kind, made, must)


def distinct(attacks: Iterable[Attack]) -> Iterator[Attack]:
    """The same; an error where two have one name."""
    seen = set()
    for attack in attacks:
        assert attack.name not in seen, f"two attacks are called {attack.name}"
        seen.add(attack.name)
        yield attack
