"""Writes that fail, one after the other, and disks that lose what was not flushed."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from auscult.data.whole import whole_file
from auscult.errors import DiskError
from auscult.train.store import Entry, FitStore

OLD = Entry({"weight": np.arange(4000.0)}, {"epoch": 1})
NEW = Entry({"weight": np.arange(4000.0) * 2}, {"epoch": 2})
CAUSES = [errno.ENOSPC, errno.EIO, errno.EROFS]


class Calls:
    """Counts the calls that reach the disk, notes each, and lets one of them fail.

    Parameters
    ----------
    fail
        Which, from 1; 0 lets all of them pass.
    cause
        What the system says then.
    """

    def __init__(self, fail: int = 0, cause: int = 0) -> None:
        self.fail, self.cause = fail, cause
        self.count = 0
        self.log: list[tuple[Any, ...]] = []
        self.names: dict[int, str] = {}

    def came(self, *what: Any) -> None:
        self.count += 1
        if self.count == self.fail:
            raise OSError(self.cause, os.strerror(self.cause))
        self.log.append(what)


class Noted(io.FileIO):
    """A file whose writes are counted, each of a few bytes, so that there are many."""

    def __init__(self, path: Path, calls: Calls) -> None:
        calls.came("open", path.name)
        super().__init__(path, "wb")
        self.calls, self.known = calls, path.name
        calls.names[self.fileno()] = path.name

    def write(self, data: Any, /) -> int:
        some = bytes(memoryview(data).cast("B")[:8192])
        self.calls.came("write", self.known, some)
        return super().write(some)


@contextmanager
def watched(calls: Calls) -> Iterator[Calls]:
    """Every open, write, fsync and rename inside goes through ``calls`` first."""
    opened, fsync, replace, os_open = Path.open, os.fsync, os.replace, os.open

    def opening(path: Path, mode: str = "r", *given: Any, **named: Any) -> Any:
        if mode != "wb":
            return opened(path, mode, *given, **named)
        return io.BufferedWriter(Noted(path, calls), buffer_size=8192)

    def flushing(number: int) -> None:
        calls.came("fsync", calls.names.get(number, "folder"))
        fsync(number)

    def naming(old: Any, new: Any) -> None:
        calls.came("rename", Path(old).name, Path(new).name)
        replace(old, new)

    def opening_number(path: Any, *given: Any, **named: Any) -> int:
        calls.came("open", Path(path).name)
        number = os_open(path, *given, **named)
        calls.names.pop(number, None)
        return number

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", opening)
        patch.setattr(os, "fsync", flushing)
        patch.setattr(os, "replace", naming)
        patch.setattr(os, "open", opening_number)
        yield calls


def is_(entry: Entry | None, other: Entry) -> bool:
    return (
        entry is not None
        and entry.meta == other.meta
        and all(np.array_equal(entry.arrays[name], other.arrays[name]) for name in other.arrays)
    )


def write_text(path: Path) -> None:
    with whole_file(path) as file:
        for _ in range(3):
            file.write(b"new " * 5000)


def calls_of(action: Callable[[], None]) -> Calls:
    with watched(Calls()) as calls:
        action()
    return calls


@pytest.mark.parametrize("cause", CAUSES, ids=errno.errorcode.get)
def test_whichever_call_fails_a_file_is_old_or_new(cause: int, tmp_path: Path) -> None:
    path = tmp_path / "artefact"
    write_text(path)
    new = path.read_bytes()
    calls = calls_of(lambda: write_text(path))
    named = next(i for i, call in enumerate(calls.log, 1) if call[0] == "rename")
    assert calls.count > 10  # several writes, flush, rename, and the folder's own
    for fail in range(1, calls.count + 1):
        path.write_bytes(b"old")
        with watched(Calls(fail, cause)), pytest.raises(OSError, match=os.strerror(cause)):
            write_text(path)
        assert path.read_bytes() == (b"old" if fail <= named else new)
        assert [file.name for file in tmp_path.iterdir()] == ["artefact"]


@pytest.mark.parametrize("cause", CAUSES, ids=errno.errorcode.get)
@pytest.mark.parametrize("verb", ["checkpoint", "finish"])
def test_whichever_call_fails_the_store_has_the_old_or_the_new(
    verb: str, cause: int, tmp_path: Path
) -> None:
    store = FitStore(tmp_path / "fits")
    write = getattr(store, verb)
    read = {"checkpoint": store.begun, "finish": store.finished}[verb]
    write("a", OLD)
    calls = calls_of(lambda: write("a", NEW))
    named = next(i for i, call in enumerate(calls.log, 1) if call[0] == "rename")
    for fail in range(1, calls.count + 1):
        write("a", OLD)
        with watched(Calls(fail, cause)), pytest.raises(DiskError) as raised:
            write("a", NEW)
        said = str(raised.value)
        assert len(said.splitlines()) == 1
        assert os.strerror(cause) in said
        assert str(store.folder) in said
        assert is_(read("a"), OLD if fail <= named else NEW)
        assert len(list(store.folder.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "fits").write_text("a file")
    with pytest.raises(DiskError, match="cannot be written"):
        FitStore(tmp_path / "fits").finish("a", NEW)


def test_a_checkpoint_that_cannot_be_taken_away_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FitStore(tmp_path)
    store.checkpoint("a", OLD)

    def refused(*_: Any, **__: Any) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(Path, "unlink", refused)
    store.finish("a", NEW)
    assert is_(store.finished("a"), NEW)
    monkeypatch.undo()
    store.clear()  # the next run
    assert [path.name for path in tmp_path.iterdir()] == ["a.fit"]


def test_what_killed_processes_left_goes_with_the_next_run(tmp_path: Path) -> None:
    store = FitStore(tmp_path)
    store.finish("a", NEW)
    store.checkpoint("b", OLD)
    (tmp_path / ".a.fit.4711.part").write_bytes(b"half")
    (tmp_path / ".run.4711.part").mkdir()
    (tmp_path / ".run.4711.part" / "result.json").write_bytes(b"half")
    (tmp_path / "a.going").write_bytes(b"of a fit that is finished")
    store.clear()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.fit", "b.going"]


class Disk:
    """What may be left on a disk behind a power cut.

    Of a file, what was written since its last flush may be there or not, from the front; a name
    given since the folder's last flush may be the old or the new. Both are free of each other, as
    POSIX leaves them.
    """

    def __init__(self, before: dict[str, bytes], log: list[tuple[Any, ...]]) -> None:
        self.names = [{name: f"{name}@0" for name in before}]  # of the folder, oldest first
        self.kept = {name + "@0": [content] for name, content in before.items()}
        for step, call in enumerate(log, 1):
            self._do(step, *call)

    def _do(self, step: int, kind: str, name: str, *rest: Any) -> None:
        latest = self.names[-1]
        if kind == "open" and name.endswith(".part"):
            node = f"{name}@{step}"
            self.kept[node] = [b""]
            self.names.append({**latest, name: node})
        elif kind == "write":
            grown = self.kept[latest[name]]
            grown.append(grown[-1] + rest[0])
        elif kind == "fsync" and name == "folder":
            self.names = [latest]
        elif kind == "fsync":
            self.kept[latest[name]] = self.kept[latest[name]][-1:]
        elif kind == "rename":
            moved = {key: node for key, node in latest.items() if key != name}
            self.names.append({**moved, rest[0]: latest[name]})

    def outcomes(self, name: str) -> Iterator[bytes | None]:
        """All that may be found under a name."""
        for names in self.names:
            if name not in names:
                yield None
                continue
            yield from self.kept[names[name]]


@pytest.mark.parametrize("verb", ["checkpoint", "finish"])
@pytest.mark.parametrize("first", [True, False])
def test_no_power_cut_tears_an_artefact(verb: str, first: bool, tmp_path: Path) -> None:
    store = FitStore(tmp_path / "fits")
    store.folder.mkdir()
    write = getattr(store, verb)
    read = {"checkpoint": store.begun, "finish": store.finished}[verb]
    if not first:
        write("a", OLD)
    before = {path.name: path.read_bytes() for path in store.folder.iterdir()}
    log = calls_of(lambda: write("a", NEW)).log
    (artefact,) = store.folder.iterdir()
    new = artefact.read_bytes()
    assert sum(call[0] == "write" for call in log) > 3
    seen = set()
    for length in range(len(log) + 1):
        for content in Disk(before, log[:length]).outcomes(artefact.name):
            assert content in (before.get(artefact.name), new)
            seen.add(content)
    assert seen == {before.get(artefact.name), new}
    assert set(Disk(before, log).outcomes(artefact.name)) == {new}  # once it says it is kept
    artefact.write_bytes(new)
    assert is_(read("a"), NEW)


def test_the_simulated_disk_finds_what_is_not_flushed() -> None:
    """Without the flush before the rename a torn file is among the outcomes; without it behind,
    the old one."""
    log = [("open", ".a.part"), ("write", ".a.part", b"new"), ("rename", ".a.part", "a")]
    assert b"" in set(Disk({"a": b"old"}, log).outcomes("a"))
    log.insert(2, ("fsync", ".a.part"))
    assert set(Disk({"a": b"old"}, log).outcomes("a")) == {b"old", b"new"}
    log.append(("fsync", "folder"))
    assert set(Disk({"a": b"old"}, log).outcomes("a")) == {b"new"}
