"""Who may use the service beyond this machine: one token, as a header or a session of a browser."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import HTTPConnection

from auscult.errors import InputError
from auscult.serve.limits import Rate
from auscult.serve.refusals import Refused

VARIABLE = "AUSCULT_TOKEN"
COOKIE = "auscult-session"
SESSION_SECONDS = 12 * 3600
_SHORTEST = 16
_LONGEST = 4096
_UNAUTHORIZED = {"WWW-Authenticate": "Bearer"}


class Token:
    """The secret that a client must know.

    Compared as hashes of one length and in constant time: an answer's delay says nothing.
    """

    def __init__(self, secret: str) -> None:
        self._digest = hashlib.sha256(secret.encode()).digest()
        self._failures = Rate(10 / 60, burst=10)

    def is_secret(self, said: str) -> bool:
        """Whether it is the token."""
        digest = hashlib.sha256(said.encode("utf-8", "surrogateescape")).digest()
        return hmac.compare_digest(digest, self._digest)

    def require(self, connection: HTTPConnection) -> None:
        """Refuse a request that knows no token (401), or that has guessed too often (429)."""
        kind, _, said = connection.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and said:
            self.require_secret(said.strip(), client_of(connection))
        elif not self._in_session(connection.cookies.get(COOKIE, "")):
            raise Refused(
                401,
                "A token is needed: send 'Authorization: Bearer TOKEN', or sign in at /login.",
                where="Authorization",
                headers=_UNAUTHORIZED,
            )

    def require_secret(self, said: str, client: str) -> None:
        """Refuse what is not the token (401); ten wrong ones at once, then one in six seconds."""
        if self.is_secret(said):
            return
        self._failures.take(client)
        raise Refused(401, "This is not the token.", where="Authorization", headers=_UNAUTHORIZED)

    def session(self) -> str:
        """The value of a new session's cookie: until when, signed with the token."""
        until = str(int(time.time()) + SESSION_SECONDS)
        return f"{until}.{self._signature(until)}"

    def _in_session(self, cookie: str) -> bool:
        until, _, signature = cookie.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 20 and signature.isascii()):
            return False
        signed = hmac.compare_digest(signature, self._signature(until))
        return signed and time.time() < int(until)

    def _signature(self, until: str) -> str:
        return hmac.new(self._digest, f"session {until}".encode(), "sha256").hexdigest()


def client_of(connection: HTTPConnection) -> str:
    """The address that a request came from."""
    return connection.client.host if connection.client else "unknown"


def find_token(
    file: str | Path | None = None, environment: Mapping[str, str] = os.environ
) -> Token | None:
    """The token of a file, else of ``AUSCULT_TOKEN``; None where neither is given.

    Raises
    ------
    InputError
        The file cannot be read, others may read it, or the token is shorter than 16 characters.
    """
    secret = find_secret(file, environment)
    return None if secret is None else Token(secret)


def find_secret(
    file: str | Path | None = None, environment: Mapping[str, str] = os.environ
) -> str | None:
    """The token itself, for a client; as and where :func:`find_token` finds it."""
    if file is not None:
        return _checked(_secret_in(Path(file)), str(file))
    if VARIABLE in environment:
        return _checked(environment[VARIABLE], VARIABLE)
    return None


def _secret_in(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise InputError(f"others may read it. Run: chmod 600 {path}", where=str(path))
            return file.read(_LONGEST + 1).decode("utf-8").strip()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}).", where=str(path)) from None
    except UnicodeDecodeError:
        raise InputError("is not text.", where=str(path)) from None


def _checked(secret: str, where: str) -> str:
    if not _SHORTEST <= len(secret) <= _LONGEST or not secret.isascii() or not secret.isprintable():
        raise InputError(
            f"a token has {_SHORTEST} or more printable ASCII characters. "
            "Make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
            where=where,
        )
    return secret
