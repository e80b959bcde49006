"""Other sites' pages, and names that are not ours."""

from __future__ import annotations

import httpx
import pytest
from starlette.datastructures import Headers
from tests.serve.running import Server
from tests.serve.test_predict import ROW

from auscult.serve.origins import Origins, is_loopback
from auscult.serve.refusals import Refused


def status(origins: Origins, method: str = "POST", handshake: bool = False, **said: str) -> int:
    headers = Headers({name.replace("_", "-"): value for name, value in said.items()})
    try:
        origins.check(method, headers, handshake=handshake)
    except Refused as refused:
        return refused.status
    return 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("LOCALHOST:1", 200),
        ("localhost.", 200),
        ("127.0.0.1:9000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example:8000", 421),
        ("10.0.0.1", 421),
        ("localhost:80:80", 421),
        ("localhost:x", 421),
        ("localhost:99999", 421),
        ("a@localhost", 421),
        ("localhost/evil", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
def test_only_names_of_this_machine_are_answered(host: str, expected: int) -> None:
    assert status(Origins("127.0.0.1"), "GET", host=host) == expected


def test_no_host_and_two_hosts_are_refused() -> None:
    origins = Origins("127.0.0.1")
    assert status(origins, "GET") == 421
    two = Headers(raw=[(b"host", b"localhost"), (b"host", b"evil.example")])
    with pytest.raises(Refused, match="not served"):
        origins.check("GET", two)


def test_beyond_loopback_addresses_and_named_hosts_are_answered() -> None:
    origins = Origins("0.0.0.0", ["heart.example"])
    assert status(origins, "GET", host="192.168.1.7:8000") == 200
    assert status(origins, "GET", host="Heart.Example") == 200
    assert status(origins, "GET", host="evil.example") == 421


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://localhost:8000", 200),
        ("http://localhost", 403),
        ("http://localhost:9000", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("", 403),
        ("file://", 403),
        ("http://localhost:8000.evil.example", 403),
        ("http://localhost:x", 403),
    ],
)
def test_changes_come_from_our_own_pages(origin: str, expected: int) -> None:
    origins = Origins("127.0.0.1")
    assert status(origins, host="localhost:8000", origin=origin) == expected
    assert status(origins, "DELETE", host="localhost:8000", origin=origin) == expected
    assert status(origins, "GET", host="localhost:8000", origin=origin) == 200
    handshake = status(origins, "GET", handshake=True, host="localhost:8000", origin=origin)
    assert handshake == expected


def test_a_proxy_that_speaks_tls_is_the_same_origin() -> None:
    origins = Origins("127.0.0.1", ["heart.example"])
    assert status(origins, host="heart.example", origin="https://heart.example") == 200
    assert status(origins, host="heart.example", origin="https://heart.example:444") == 403


@pytest.mark.parametrize(
    ("site", "expected"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("x", 403)]
)
def test_the_browser_says_where_it_comes_from(site: str, expected: int) -> None:
    assert status(Origins("127.0.0.1"), host="localhost", sec_fetch_site=site) == expected
    assert status(Origins("127.0.0.1"), host="localhost", sec_fetch_site="same-site") == 403


def test_a_service_refuses_both(heart: Server) -> None:
    url = f"{heart.url}/predict"
    assert httpx.post(url, json=ROW, headers={"host": "evil.example"}).status_code == 421
    assert httpx.post(url, json=ROW, headers={"origin": "http://evil.example"}).status_code == 403
    assert httpx.post(url, json=ROW, headers={"origin": heart.url}).status_code == 200


def test_every_answer_carries_the_headers(heart: Server) -> None:
    for answer in (
        httpx.post(f"{heart.url}/predict", json=ROW),
        httpx.get(f"{heart.url}/nothing"),
        httpx.get(f"{heart.url}/", headers={"host": "evil.example"}),
    ):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers


def test_loopback() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.8.9.1", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.0.1", "example.org", "")))
