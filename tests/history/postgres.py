"""A PostgreSQL of the tests' own: made, started and stopped by them, reached by a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


def binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``; None where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = [*debian, *(Path(p) for p in [shutil.which("initdb")] if p)]
    return found[0].parent if found else None


def owner() -> str | None:
    """Whom it runs as: PostgreSQL refuses root. None where that cannot be done."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    if shutil.which("setpriv") is None:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


@contextmanager
def running() -> Iterator[str]:
    """The URL of a fresh server."""
    bin_folder, user = binaries(), owner()
    assert bin_folder is not None
    assert user is not None
    folder = Path(tempfile.mkdtemp(prefix="auscult-pg-", dir="/tmp"))
    folder.chmod(0o711)
    data, socket = folder / "data", folder / "socket"
    entry = pwd.getpwnam(user)
    for made in (data, socket):
        made.mkdir(mode=0o700)
        os.chown(made, entry.pw_uid, entry.pw_gid)
    become: list[str] = []
    if os.geteuid() == 0:
        become = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    try:
        subprocess.run(
            [*become, bin_folder / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-N"],
            check=True, capture_output=True, cwd="/", timeout=120,
        )  # fmt: skip
        settings = ["listen_addresses=", f"unix_socket_directories={socket}", "fsync=off"]
        flags = [part for one in settings for part in ("-c", one)]
        server = subprocess.Popen(
            [*become, bin_folder / "postgres", "-D", data, *flags],
            cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(socket, server)
            socket.chmod(0o711)
            yield f"postgresql://tester@/postgres?host={quote(str(socket), safe='')}"
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(socket: Path, server: subprocess.Popen[bytes]) -> None:
    import psycopg  # noqa: PLC0415

    for _ in range(300):
        assert server.poll() is None, "PostgreSQL ended at its start"
        try:
            psycopg.connect(host=str(socket), user="tester", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("PostgreSQL did not answer in 30 s")
