"""Beats of a stream from a running service: in time, and one line where a message is wrong."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from socket import create_connection
from typing import Any

import httpx
import numpy as np
import pytest
from tests.kept import make_beat_bundle
from tests.serve.conftest import StartServer
from tests.serve.running import Server
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from auscult.bundle.bundle import Bundle
from auscult.bundles import load_bundle
from auscult.data.ecg.live import live_windows
from auscult.data.ecg.records import Recording, read_record
from auscult.serve.replaying import Replay, play

HELLO = {"sampling_rate": 360, "unit": "mV", "lead": "MLII"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_beat_bundle(tmp_path_factory.mktemp("live"), "logistic", recipe="live")


@pytest.fixture(scope="module")
def recording(kept: Path) -> Recording:
    return read_record(kept.parent / "records" / "made0.hea")


@pytest.fixture(scope="module")
def served(
    server: StartServer, kept: Path, table_bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Server:
    file = tmp_path_factory.mktemp("history") / "history.sqlite"
    return server([f"beats={kept}", f"heart={table_bundle}"], history=file)


@pytest.fixture
def socket(served: Server) -> Iterator[ClientConnection]:
    with opened(served) as one:
        yield one


def opened(served: Server, **more: Any) -> Any:
    return connect(served.url.replace("http", "ws") + "/live", compression=None, **more)


def greeted(socket: ClientConnection, **more: Any) -> dict[str, Any]:
    socket.send(json.dumps({**HELLO, **more}))
    return received(socket)


def received(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(10))
    return message


def closed(socket: ClientConnection) -> tuple[int, str]:
    """The code and the reason of a close that comes now; an error says the same before."""
    said = received(socket)
    while said["type"] != "error":
        said = received(socket)
    with pytest.raises(ConnectionClosed) as end:
        socket.recv(10)
    frame = end.value.rcvd
    assert frame is not None
    assert said["error"].startswith(frame.reason)
    return frame.code, frame.reason


def all_beats(socket: ClientConnection) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    beats: list[dict[str, Any]] = []
    while True:
        message = received(socket)
        if message["type"] == "end":
            return beats, message
        assert message["type"] == "beat"
        beats.append(message)


def test_every_beat_is_labelled_as_the_bundle_labels_it(
    socket: ClientConnection, recording: Recording, kept: Path
) -> None:
    ready = greeted(socket)
    assert ready["bundle"]["name"] == "beats"
    assert ready["needs"] == "0.24 s after the R-peak"
    assert "Not a medical device" in ready["notice"]
    signal = recording.signals[:, 0].astype("<f4")
    for start in range(0, len(signal), 500):
        socket.send(signal[start : start + 500].tobytes())
    socket.send('{"end": true}')
    beats, end = all_beats(socket)
    assert end["beats"] == len(beats) > 40
    assert end["samples"] == len(signal)
    samples = np.array([beat["sample"] for beat in beats])
    bundle: Bundle = load_bundle(kept)
    answers = bundle.answer(live_windows(recording, samples))
    assert [beat["label"] for beat in beats] == [answers.classes[c] for c in answers.predicted]
    shares = np.array([list(beat["probability"].values()) for beat in beats])
    assert np.abs(shares - answers.probability).max() < 1e-4
    assert sum(end["counts"].values()) == len(beats)


def test_labels_come_within_300_ms_of_the_beat(served: Server, recording: Recording) -> None:
    beats: list[dict[str, Any]] = []
    part = recording.signals[: 12 * 360, 0]
    ended = play(Replay(part, 360.0, "MLII"), served.url, beat=beats.append)
    in_time = [beat for beat in beats if not beat["late"]]
    assert len(in_time) > 8
    assert all(beat["after_peak_ms"] <= 286 for beat in in_time)
    assert np.median([beat["delay_ms"] for beat in in_time]) <= 300
    assert ended["usual_ms"] <= 300
    # All but the wait for the samples themselves.
    assert np.median([beat["computed_ms"] for beat in in_time]) < 30


def test_json_samples_units_and_gaps(served: Server, recording: Recording) -> None:
    signal = recording.signals[: 20 * 360, 0]
    with opened(served) as socket:
        greeted(socket, unit="uV", lead="V5")
        values = [None if 3000 < i < 3010 else round(1000 * float(v)) for i, v in enumerate(signal)]
        for start in range(0, len(values), 720):
            socket.send(json.dumps({"samples": values[start : start + 720]}))
        socket.send('{"end": true}')
        beats, _ = all_beats(socket)
    assert len(beats) > 15
    gaps = [beat["sample"] for beat in beats if beat["label"] is None]
    assert all(2850 < sample < 3120 for sample in gaps)


def test_another_lead_is_noted(socket: ClientConnection) -> None:
    assert "learned on lead MLII" in greeted(socket, lead="V5")["notes"][0]


@pytest.mark.parametrize(
    ("first", "code", "said"),
    [
        (b"\x00\x00", 1007, "first message is JSON"),
        ("{", 1007, "message"),
        ("[" * 5000, 1007, "message"),
        ("[1, 2]", 1007, "message"),
        ('{"sampling_rate": NaN}', 1007, "message"),
        ('{"sampling_rate": 1e999}', 1007, "message"),
        ('{"sampling_rate": "360"}', 1007, "number of Hz"),
        ('{"sampling_rate": true}', 1007, "number of Hz"),
        ('{"sampling_rate": 20}', 1008, "from 60"),
        ('{"sampling_rate": 1e300}', 1008, "from 60"),
        ("{}", 1007, "number of Hz"),
        ('{"sampling_rate": 360, "unit": "K"}', 1007, "'unit' is one of"),
        ('{"sampling_rate": 360, "lead": 5}', 1007, "'lead'"),
        ('{"sampling_rate": 360, "speed": 5}', 1007, "'speed' is not known"),
        ('{"sampling_rate": 360, "bundle": "heart"}', 1008, "no bundle of that name"),
        ('{"sampling_rate": 360, "bundle": ["beats"]}', 1008, "no bundle of that name"),
        ('{"sampling_rate": 360, "lead": "\\ud800"}', 1007, "message"),
        (" " * 70_000, 1009, "65,536 bytes"),
    ],
)
def test_a_wrong_hello_is_closed_with_a_code_and_a_line(
    socket: ClientConnection, first: str | bytes, code: int, said: str
) -> None:
    socket.send(first)
    assert_refused(socket, code, said)


@pytest.mark.parametrize(
    ("message", "code", "said"),
    [
        (b"\x00\x00\x00", 1007, "4 bytes each"),
        (np.array([np.inf], "<f4").tobytes(), 1007, "larger than any voltage"),
        (b"\x00" * 80_000, 1009, "65,536 bytes"),
        ('{"samples": "1"}', 1007, "send float32"),
        ('{"samples": [1, "2"]}', 1007, "numbers"),
        ('{"samples": [[1]]}', 1007, "numbers"),
        ('{"samples": [true]}', 1007, "numbers"),
        ('{"samples": [1e999]}', 1007, "message"),
        ('{"samples": [1], "more": 1}', 1007, "send float32"),
        ('{"end": false}', 1007, "send float32"),
        ("null", 1007, "message"),
        ("\x00", 1007, "message"),
    ],
)
def test_a_wrong_message_is_closed_with_a_code_and_a_line(
    socket: ClientConnection, message: str | bytes, code: int, said: str
) -> None:
    assert greeted(socket)["type"] == "ready"
    socket.send(message)
    assert_refused(socket, code, said)


def assert_refused(socket: ClientConnection, code: int, said: str) -> None:
    found, reason = closed(socket)
    assert (found, said in reason) == (code, True), reason
    assert "\n" not in reason


def test_empty_messages_and_nothing_but_an_end(socket: ClientConnection) -> None:
    greeted(socket)
    socket.send(b"")
    socket.send('{"samples": []}')
    socket.send('{"end": true}')
    assert all_beats(socket) == ([], {"type": "end", "samples": 0, "beats": 0, "counts": {}})


def test_a_flood_is_closed(socket: ClientConnection) -> None:
    greeted(socket)
    try:
        for _ in range(100):
            socket.send(np.zeros(16_000, "<f4").tobytes())
    except ConnectionClosed:
        pass
    assert closed(socket)[1].startswith("samples come faster")


def test_who_leaves_leaves_nothing_behind(served: Server, recording: Recording) -> None:
    for _ in range(20):
        with opened(served) as one:
            greeted(one)
            one.send(recording.signals[:3600, 0].astype("<f4").tobytes())
            one.socket.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if "auscult_live_streams 0.0" in httpx.get(f"{served.url}/metrics").text:
            return
        time.sleep(0.1)
    raise AssertionError("streams stay open")


def test_too_many_streams_are_told_to_come_later(served: Server) -> None:
    with ExitStack() as stack:
        for _ in range(16):
            greeted(stack.enter_context(opened(served)))
        with opened(served) as late:
            assert closed(late)[0] == 1013


def test_pages_of_other_sites_and_strangers_are_refused(
    server: StartServer, kept: Path, served: Server
) -> None:
    with (
        pytest.raises(InvalidStatus),
        opened(served, additional_headers={"Origin": "https://evil.example"}),
    ):
        pass
    rebound = create_connection(("127.0.0.1", served.port))
    with pytest.raises(InvalidStatus), connect("ws://evil.example/live", sock=rebound):
        pass
    rebound.close()
    guarded = server([kept], environment={"AUSCULT_TOKEN": "t" * 20}, history="none")
    with pytest.raises(InvalidStatus), opened(guarded):
        pass
    with opened(guarded, additional_headers={"Authorization": f"Bearer {'t' * 20}"}) as socket:
        assert greeted(socket)["type"] == "ready"


def test_many_streams_at_once_stay_in_time(served: Server, recording: Recording) -> None:
    part = recording.signals[: 8 * 360, 0]
    ends: list[dict[str, Any]] = []
    threads = [
        threading.Thread(target=lambda: ends.append(play(Replay(part, 360.0, "MLII"), served.url)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 6
    assert np.median([end["usual_ms"] for end in ends]) < 320


def test_beats_are_in_the_history(served: Server) -> None:
    kept = httpx.get(f"{served.url}/history").json()["predictions"]
    assert kept[0]["bundle"]["name"] == "beats"


def test_the_page(served: Server) -> None:
    for tag, title in {
        "en": "Live ECG",
        "zh-Hant": "即時心電圖",
        "zh-Hans": "实时心电图",
        "ko": "실시간",
    }.items():
        headers = {"Accept": "text/html", "Accept-Language": tag}
        page = httpx.get(f"{served.url}/live", headers=headers)
        assert page.status_code == 200
        assert title in page.text
        assert "/static/live.js" in page.text
    for name in ("live.js", "live.css"):
        assert httpx.get(f"{served.url}/static/{name}").status_code == 200


def test_a_service_without_beats_says_so(server: StartServer, table_bundle: Path) -> None:
    one = server([table_bundle], history="none")
    with opened(one) as socket:
        socket.send(json.dumps(HELLO))
        assert closed(socket) == (
            1008, "no bundle here labels beats of a stream; train one on --recipe live",
        )  # fmt: skip
    page = httpx.get(f"{one.url}/live", headers={"Accept": "text/html"})
    assert "--recipe live" in page.text
