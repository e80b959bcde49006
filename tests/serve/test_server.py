"""Starting, listening on loopback only, ending by a signal after the last answer."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from tests.serve.conftest import StartServer
from tests.serve.running import ROOT, Server
from tests.serve.test_predict import ROW, rows


def listening(pid: int) -> set[str]:
    """The addresses that a process listens on."""
    if shutil.which("ss"):
        lines = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True, check=True)
        mine = [line.split() for line in lines.stdout.splitlines() if f"pid={pid}," in line]
        return {parts[3] for parts in mine}
    tables = Path("/proc/net/tcp"), Path("/proc/net/tcp6")
    found = [line.split() for table in tables for line in table.read_text().splitlines()[1:]]
    sockets = {os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()}
    return {parts[1] for parts in found if parts[3] == "0A" and f"socket:[{parts[9]}]" in sockets}


def running(service: Server) -> int:
    """Requests that are being answered, the one that asks among them."""
    page = httpx.get(f"{service.url}/metrics").text
    return int(float(page.partition("\nauscult_requests_running ")[2].partition("\n")[0]))


def refused(*arguments: str | Path) -> str:
    """What a service that does not start says; its exit code is 2."""
    ended = subprocess.run(
        [sys.executable, "-m", "auscult", "serve", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert ended.returncode == 2, ended
    assert len(ended.stderr.strip().splitlines()) == 1
    return ended.stderr


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's list of sockets")
def test_only_loopback_is_listened_on(heart: Server) -> None:
    found = listening(heart.process.pid)
    assert found in ({f"127.0.0.1:{heart.port}"}, {f"0100007F:{heart.port:04X}"})


@pytest.mark.parametrize(("by", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_after_the_last_answer(
    server: StartServer, table_bundle: Path, by: int, code: int
) -> None:
    service = server([table_bundle])
    codes: list[int] = []

    def ask() -> None:
        body = {"rows": rows() * 200}
        codes.append(httpx.post(f"{service.url}/predict", json=body, timeout=30).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    while asking.is_alive() and running(service) < 2:
        time.sleep(0.01)
    with socket.create_connection(("127.0.0.1", service.port)):
        assert service.stop(by) == code
    asking.join()
    assert codes == [200]
    assert "Traceback" not in service.log.read_text()


def test_a_taken_port_is_said(heart: Server, table_bundle: Path) -> None:
    assert "--port 0" in refused(table_bundle, "--port", str(heart.port))


def test_what_cannot_be_served_is_said(table_bundle: Path, tmp_path: Path) -> None:
    assert "AUSCULT_TOKEN" in refused(table_bundle, "--host", "0.0.0.0")
    assert "nothing" in refused(tmp_path / "nothing")
    assert "two bundles" in refused(table_bundle, table_bundle, "--port", "0")
    assert "name for an address" in refused(f"a/b={table_bundle}")
    assert "cannot be written" in refused(table_bundle, "--access-log", tmp_path)


def test_tls(server: StartServer, table_bundle: Path, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, which makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
            "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 "
            f"-keyout {key} -out {certificate}"
        ).split(),
        capture_output=True,
        check=True,
    )
    service = server([table_bundle], tls_cert=certificate, tls_key=key)
    assert service.url.startswith("https://")
    trusted = ssl.create_default_context(cafile=str(certificate))
    assert httpx.post(f"{service.url}/predict", json=ROW, verify=trusted).status_code == 200
    with socket.create_connection(("127.0.0.1", service.port)) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        plain.settimeout(5)
        assert b"200" not in plain.recv(1000)
    assert "--tls-cert" in refused(table_bundle, "--tls-cert", key, "--tls-key", key)


def test_the_access_log_names_no_patient(server: StartServer, table_bundle: Path) -> None:
    service = server([table_bundle])
    secret = {"content-type": "application/json"}
    with httpx.Client(base_url=service.url, headers=secret) as client:
        client.post("/predict?name=Mrs-Miller", json=ROW | {"age": 77.125})
        client.post("/predict", content=b'{"Mrs-Miller": NaN}')
        client.get("/bundles/Mrs-Miller")
        client.get("/Mrs-Miller")
        client.get("/", headers={"host": "Mrs-Miller"})
    time.sleep(0.5)
    text = service.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/predict", 200),
        ("/predict", 400),
        ("/bundles/{name}", 404),
        ("unmatched", 404),
        ("unmatched", 421),
    ]
    assert set(lines[0]) == {"time", "method", "route", "status", "ms", "bundle"}
    assert len(lines[0]["bundle"]) == 64
    assert "Miller" not in text
    assert "77.125" not in text


def test_figures_for_prometheus(server: StartServer, table_bundle: Path) -> None:
    service = server([f"heart={table_bundle}"])
    with httpx.Client(base_url=service.url) as client:
        client.post("/predict", json={"rows": rows(7)})
        client.post("/predict", content=b"{", headers={"content-type": "application/json"})
        client.get("/a-path-that-is-nowhere")
        page = client.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain")
    text = page.text
    answered = 'auscult_requests_total{method="POST",route="/predict",status="200"} 1.0'
    assert answered in text
    assert 'route="/predict",status="400"} 1.0' in text
    assert 'auscult_cases_total{bundle="heart"} 7.0' in text
    assert 'auscult_bundle_info{bundle="heart",model="gradient-boosting' in text
    assert "auscult_request_seconds_bucket" in text
    assert "nowhere" not in text
