"""Who may use a service beyond this machine."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.serve.conftest import StartServer
from tests.serve.running import Server
from tests.serve.test_predict import ROW

from auscult.errors import InputError
from auscult.serve.server import require_safe
from auscult.serve.state import Settings
from auscult.serve.tokens import COOKIE, Token, find_token

SECRET = "correct-horse-battery-staple"


@pytest.fixture(scope="module")
def guarded(server: StartServer, table_bundle: Path) -> Server:
    return server([table_bundle], environment={"AUSCULT_TOKEN": SECRET})


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_the_token_is_required(guarded: Server) -> None:
    url = f"{guarded.url}/predict"
    refused = httpx.post(url, json=ROW)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert httpx.post(url, json=ROW, headers=bearer(SECRET)).status_code == 200
    assert httpx.post(url, json=ROW, headers=bearer(SECRET + "x")).status_code == 401
    assert httpx.post(url, json=ROW, headers={"authorization": SECRET}).status_code == 401
    assert httpx.get(f"{guarded.url}/metrics").status_code == 401
    assert httpx.get(f"{guarded.url}/openapi.json").status_code == 401
    assert httpx.get(f"{guarded.url}/healthz").status_code == 200


def test_a_browser_signs_in(guarded: Server) -> None:
    with httpx.Client(base_url=guarded.url) as browser:
        sent = browser.get("/bundles", headers={"accept": "text/html"})
        assert sent.status_code == 303
        assert sent.headers["location"] == "/login"
        assert 'name="token"' in browser.get("/login").text
        assert browser.post("/login", data={"token": "wrong"}).status_code == 401
        signed = browser.post("/login", data={"token": SECRET})
        assert signed.status_code == 303
        cookie = signed.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert SECRET not in cookie
        assert browser.get("/bundles").status_code == 200
        browser.cookies.set(COOKIE, "9999999999.00", domain="127.0.0.1")
        browser.cookies.delete(COOKIE, domain="127.0.0.1")
        assert browser.get("/bundles").status_code == 401


@pytest.mark.parametrize(
    "cookie", ["", ".", "1", "9999999999.", "9999999999.ab", "x.y", "1.\xe9", "²." + "0" * 64]
)
def test_a_made_up_session_is_none(guarded: Server, cookie: str) -> None:
    headers = {b"cookie": f"{COOKIE}={cookie}".encode("latin-1", "replace")}
    assert httpx.get(f"{guarded.url}/bundles", headers=headers).status_code == 401


def test_guessing_is_slowed(server: StartServer, table_bundle: Path) -> None:
    service = server([table_bundle], environment={"AUSCULT_TOKEN": SECRET})
    with httpx.Client(base_url=service.url) as client:
        codes = [client.get("/bundles", headers=bearer(f"no{i}")).status_code for i in range(15)]
        assert codes[:10] == [401] * 10
        assert codes[-1] == 429
        assert client.get("/bundles", headers=bearer(SECRET)).status_code == 200


def test_an_old_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    token = Token(SECRET)
    session = token.session()
    assert token._in_session(session)
    assert not Token(SECRET + "2")._in_session(session)
    monkeypatch.setattr("time.time", lambda: 1e11)
    assert not token._in_session(session)


def test_the_token_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(SECRET + "\n")
    file.chmod(0o600)
    found = find_token(file, {})
    assert found is not None
    assert found.is_secret(SECRET)
    assert not found.is_secret("")
    assert find_token(None, {}) is None
    file.chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        find_token(file, {})
    with pytest.raises(InputError, match="cannot be read"):
        find_token(tmp_path / "none", {})
    for bad in ("", "short", "with\nline" * 5, "é" * 20):
        with pytest.raises(InputError, match="AUSCULT_TOKEN"):
            find_token(None, {"AUSCULT_TOKEN": bad})


def test_beyond_loopback_a_token_is_required() -> None:
    with pytest.raises(InputError, match="needs a token"):
        require_safe(Settings(host="0.0.0.0"))
    require_safe(Settings(host="0.0.0.0", token=Token(SECRET)))
    require_safe(Settings(host="127.0.0.1"))
    with pytest.raises(InputError, match="both"):
        require_safe(Settings(tls_key=Path("key.pem")))
