"""Who may send a browser here: names this service answers to, and pages of its own only."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from auscult.serve.refusals import Refused

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_REMEMBERED = 64


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Origins:
    """The names in ``Host`` that are answered, and where a change may come from.

    A page of another site can give its own name the address 127.0.0.1 (DNS rebinding): its
    requests then carry that name. A form of another site carries its ``Origin``.

    Parameters
    ----------
    host
        The address that is listened on.
    allowed
        Further names. On another address than loopback numeric addresses are answered too:
        rebinding needs a name.
    """

    def __init__(self, host: str, allowed: Iterable[str] = ()) -> None:
        self.numeric = not is_loopback(host)
        own = (socket.gethostname().lower(), host.lower()) if self.numeric else ()
        self.names = {*_LOOPBACK, *own, *(name.lower().rstrip(".") for name in allowed)}
        self._seen: set[str] = set()

    def check(self, method: str, headers: Headers, *, handshake: bool = False) -> None:
        """Refuse a request of another site.

        Parameters
        ----------
        method
            Of the request.
        headers
            Of the request.
        handshake
            Whether a WebSocket begins: a GET that another site's page may open.

        Raises
        ------
        Refused
            421 ``Host`` is no name of this service; 403 the request comes from another site.
        """
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._known(hosts[0]):
            raise Refused(
                421,
                "This name is not served here. Start with --allow-host to add one.",
                where="Host",
            )
        if handshake or method not in _SAFE:
            _require_own(headers, hosts[0])

    def _known(self, host: str) -> bool:
        if host in self._seen:
            return True
        name = _name(host)
        if name is None or not (name in self.names or (self.numeric and _is_address(name))):
            return False
        if len(self._seen) < _REMEMBERED:
            self._seen.add(host)
        return True


def _require_own(headers: Headers, host: str) -> None:
    site = headers.get("sec-fetch-site", "none")
    if site not in _OWN:
        raise Refused(403, "Pages of another site may not send this.", where="Sec-Fetch-Site")
    for origin in headers.getlist("origin"):
        theirs = _authority(origin)
        if theirs is None or theirs != _authority(f"{_scheme(origin)}://{host}"):
            raise Refused(403, "Pages of another site may not send this.", where="Origin")


def _scheme(origin: str) -> str:
    """``https`` of ``https://name``; ``null`` and the like have none."""
    scheme, found, _ = origin.partition("://")
    return scheme.lower() if found and scheme.lower() in ("http", "https") else "none"


def _authority(origin: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(origin)
        default = {"http": 80, "https": 443}.get(parts.scheme)
        port = parts.port or default
    except ValueError:
        return None
    if default is None or port is None or not parts.hostname:
        return None
    return (parts.hostname.rstrip("."), port)


def _name(host: str) -> str | None:
    """The name in ``name:port`` or ``[address]:port``; None where it is neither."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    if not host or parts.netloc != host or "@" in host or parts.hostname is None:
        return None
    return parts.hostname.rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
