"""What a process does that trains together with the one that asked.

Nothing heavy is imported before the process is told what it is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from shutil import rmtree
from threading import Thread
from typing import Any


def follow(pipe: Connection[Any, Any], file: Path, rank: int, size: int, threads: int) -> None:
    """Train what is told by ``pipe``, as long as the process that asked lives.

    Of each stack comes the work, then its checkpoint or None; the answer is None, or why it failed.
    """
    Thread(target=_end_with_parent, args=(file.parent,), daemon=True).start()
    try:
        _follow(pipe, file, rank, size, threads)
    except EOFError:
        return  # all is done
    except Exception as error:
        with suppress(OSError):
            pipe.send(" ".join(str(error).split()) or type(error).__name__)


def _follow(pipe: Connection[Any, Any], file: Path, rank: int, size: int, threads: int) -> None:
    from auscult.train.checkpoint import Follower  # noqa: PLC0415
    from auscult.train.meeting import Meeting  # noqa: PLC0415
    from auscult.train.stack_work import unpacked  # noqa: PLC0415
    from auscult.train.threads import keep_freed_memory, some_threads  # noqa: PLC0415
    from auscult.train.workers.arrays import opened  # noqa: PLC0415

    keep_freed_memory()
    pipe.send(None)
    meeting = Meeting(file, rank, size)
    with some_threads(threads):
        while True:
            bare, paths = pipe.recv()
            work = unpacked(bare, [opened(path) for path in paths])
            here = replace(work, device=meeting.device(work.device))
            here.fit(Follower(pipe.recv), None, meeting.peers(work.device))
            del work, here  # with the arrays
            pipe.send(None)


def _end_with_parent(folder: Path) -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        rmtree(folder, ignore_errors=True)  # it would have taken it away
        os._exit(1)  # whatever it is at: nobody waits for it
