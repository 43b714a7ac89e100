"""Audio streams of an endpoint, over real sockets."""

from __future__ import annotations

import json
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync import AudioStream, Endpoint, Session, create_endpoint
from tests.peer import Closed, Peer, Refused
from tests.waiting import wait_for

Make = Callable[..., Endpoint]
META = {"sampleRate": 8000, "mixType": "mono", "callSid": "CA-audio", "from": "1", "to": "2"}
FRAME = bytes(range(256)) + bytes(64)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with create_endpoint(host="127.0.0.1", port=0, auth=("u", "p")) as one:
        yield one


def listen(endpoint: Endpoint, path: str = "/audio", protocol: str | None = "audio.drachtio.org", **meta: Any) -> Peer:
    peer = Peer(endpoint.url + path, protocol=protocol, auth=("u", "p"))
    peer.send(json.dumps({**META, **meta}))
    return peer


@pytest.mark.parametrize("protocol", ["audio.drachtio.org", "audio.jambonz.org", None])
def test_frames_are_read_in_a_plain_loop_and_echoed(endpoint: Endpoint, protocol: str | None) -> None:
    @endpoint.audio("/audio").on("connection")
    def connection(stream: AudioStream) -> None:
        for pcm in stream:
            stream.send_audio(pcm)

    with listen(endpoint, protocol=protocol) as peer:
        for _ in range(50):
            peer.send_frame(2, FRAME)
            assert peer.recv_frame() == (2, FRAME)
        peer.close()


def test_frames_come_to_a_callback_while_the_loop_of_nobody_runs(endpoint: Endpoint) -> None:
    closed = threading.Event()

    @endpoint.audio("/audio").on("connection")
    def connection(stream: AudioStream) -> None:
        stream.on("audio", stream.send_audio)
        stream.on("close", lambda code: closed.set() if code == 1000 else None)

    with listen(endpoint) as peer:
        peer.send_frame(2, FRAME)
        assert peer.recv_frame() == (2, FRAME)
        peer.close()
    assert closed.wait(15)


def test_a_stream_knows_its_call_and_its_variables(endpoint: Endpoint) -> None:
    seen: list[Any] = []
    sessions: list[Session] = []
    endpoint.service("/").on("session:new", lambda session: sessions.append(session) or session.say(text="hi").send())
    audio = endpoint.audio("/audio/<name>")
    audio.on("connection", lambda stream: seen.append((stream.session, stream.url_vars, stream.metadata["extra"])))
    with Peer(endpoint.url, call_sid="CA-audio", auth=("u", "p")) as call:
        call.begin()
        with listen(endpoint, "/audio/caller", extra=7) as peer:
            wait_for(lambda: seen)
            peer.close()
    assert seen == [(sessions[0], {"name": "caller"}, 7)]


def test_dtmf_is_told_while_the_loop_reads(endpoint: Endpoint) -> None:
    digits: list[str] = []

    @endpoint.audio("/audio").on("connection")
    def connection(stream: AudioStream) -> None:
        stream.on("dtmf", lambda evt: digits.append(evt["digit"]))
        for _ in stream:
            pass

    with listen(endpoint) as peer:
        peer.send_frame(2, FRAME)
        peer.send({"event": "dtmf", "dtmf": "5", "duration": "1600"})
        wait_for(lambda: digits == ["5"])


def test_a_loop_that_rests_and_events_that_block_lose_no_frame(endpoint: Endpoint, tmp_path: Path) -> None:
    heard = threading.Event()
    rested: list[bool] = []

    @endpoint.audio("/audio").on("connection")
    def connection(stream: AudioStream) -> None:
        stream.on("dtmf", lambda _: rested.append(heard.wait(15)))
        recording = stream.record_to(tmp_path / "call.wav")
        for number, pcm in enumerate(stream):
            if number == 10:  # another thread reads meanwhile
                rested.append(wait_for(lambda: recording.seconds >= 20 * 0.02) is None)
            stream.send_audio(pcm)
            if number == 49:
                heard.set()

    with listen(endpoint) as peer:
        peer.send({"event": "dtmf", "dtmf": "5", "duration": "1600"})
        for _ in range(50):
            peer.send_frame(2, FRAME)
        assert [peer.recv_frame() for _ in range(50)] == [(2, FRAME)] * 50
        wait_for(lambda: rested == [True, True])
        peer.close()


@pytest.mark.parametrize(
    ("opcode", "payload", "code"),
    [(2, b"\0\0", 1003), (1, b"no json", 1007), (1, b"[]", 1007), (1, b'{"callSid":"call\\nforged"}', 1008)],
)
def test_a_first_frame_that_is_no_metadata_closes_the_stream(
    endpoint: Endpoint, opcode: int, payload: bytes, code: int
) -> None:
    endpoint.audio("/audio").on("connection", lambda stream: None)
    with Peer(endpoint.url + "/audio", protocol=None, auth=("u", "p")) as peer:
        peer.send_frame(opcode, payload)
        with pytest.raises(Closed) as caught:
            peer.recv()
        assert caught.value.code == code


def test_a_recording_is_valid_even_if_the_call_is_cut_off(endpoint: Endpoint, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    done = threading.Event()

    @endpoint.audio("/audio").on("connection")
    def connection(stream: AudioStream) -> None:
        stream.record_to(path)
        for heard, _ in enumerate(stream, 1):
            if heard == 10:
                done.set()

    with listen(endpoint, mixType="stereo") as peer:
        for _ in range(10):
            peer.send_frame(2, FRAME)
        assert done.wait(15)
        peer.vanish()

    def frames() -> int:
        with wave.open(str(path)) as file:
            assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
            return file.getnframes()

    wait_for(lambda: frames() == 10 * len(FRAME) // 4)


def test_a_failing_callback_closes_its_stream_and_tells(endpoint: Endpoint) -> None:
    told: list[Any] = []
    audio = endpoint.audio("/audio")
    audio.on("connection", lambda stream: 1 / 0)
    audio.on("error", lambda stream, exc: told.append((stream.call_sid, type(exc))))
    with listen(endpoint) as peer, pytest.raises(Closed) as caught:
        peer.recv()
    assert caught.value.code == 1011
    wait_for(lambda: told == [("CA-audio", ZeroDivisionError)])


@pytest.mark.parametrize("how", ["closed", "failed", "nobody listens", "no metadata"])
def test_a_media_server_that_answers_no_close_does_not_keep_the_stream(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("jambonz_sync.runtime.websocket.connection.CLOSE_TIMEOUT", 0.2)
    streams: list[AudioStream] = []
    audio = endpoint.audio("/audio")

    def connection(stream: AudioStream) -> None:
        streams.append(stream)
        if how == "failed":
            raise LookupError
        stream.close()
        assert list(stream) == []

    if how != "nobody listens":
        audio.on("connection", connection)
    with Peer(endpoint.url + "/audio", protocol="audio.drachtio.org", auth=("u", "p")) as peer:
        wait_for(lambda: len(endpoint.registry) == 1)
        peer.send("nothing" if how == "no metadata" else json.dumps(META))
        wait_for(lambda: len(endpoint.registry) == 0)
    assert all(stream.closed for stream in streams)


def test_the_credentials_of_a_stream_may_be_its_own_or_none(endpoint: Endpoint) -> None:
    for path, auth in {"/own": ("a", "b"), "/none": None}.items():
        endpoint.audio(path, auth=auth).on("connection", lambda stream: None)
    with pytest.raises(Refused):
        Peer(endpoint.url + "/own", protocol=None, auth=("u", "p"))
    Peer(endpoint.url + "/own", protocol=None, auth=("a", "b")).vanish()
    Peer(endpoint.url + "/none", protocol=None).vanish()


def test_the_control_protocol_is_refused_where_audio_is_served(endpoint: Endpoint) -> None:
    endpoint.audio("/audio")
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url + "/audio", auth=("u", "p"))
    assert caught.value.status == 400


def stream_closed_by_the_app(stream: AudioStream, _: Session) -> None:
    stream.close()  # the media server has not answered yet
    stream.send_audio(FRAME)


def call_is_over(stream: AudioStream, session: Session) -> None:
    session.close()
    session.say("too late").send()


@pytest.mark.parametrize("callback", [stream_closed_by_the_app, call_is_over])
@pytest.mark.parametrize("event", ["connection", "audio"])
def test_a_callback_that_comes_too_late_for_its_stream_or_call_is_no_failure(
    endpoint: Endpoint,
    caplog: pytest.LogCaptureFixture,
    event: str,
    callback: Callable[[AudioStream, Session], None],
) -> None:
    sessions: list[Session] = []
    endpoint.service("/").on("session:new", lambda session: sessions.append(session) or session.say(text="hi").send())

    @endpoint.audio("/audio").on("connection")
    def connection(stream: AudioStream) -> None:
        if event == "connection":
            callback(stream, sessions[0])
        else:
            stream.on("audio", lambda _: callback(stream, sessions[0]))

    caplog.set_level("INFO")
    with Peer(endpoint.url, call_sid="CA-audio", auth=("u", "p")) as call:
        call.begin()
        with listen(endpoint) as peer:
            peer.send_frame(2, FRAME)
            wait_for(lambda: "stopped" in caplog.text)
            peer.close()
    lines = [record for record in caplog.records if "stopped" in record.getMessage()]
    assert [(line.levelname, line.exc_info, "CA-audio" in line.getMessage()) for line in lines] == [
        ("INFO", None, True)
    ]
    assert "failed" not in caplog.text


@pytest.mark.parametrize("event", ["connection", "audio"])
def test_that_another_call_is_over_is_a_failure_of_the_callback(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture, event: str
) -> None:
    sessions: list[Session] = []
    endpoint.service("/").on("session:new", lambda session: sessions.append(session) or session.say(text="hi").send())

    def tell_agent(*_: Any) -> None:
        sessions[0].say("a caller waits").send()

    @endpoint.audio("/audio").on("connection")
    def connection(stream: AudioStream) -> None:
        if event == "connection":
            tell_agent()
        stream.on("audio", tell_agent)

    with Peer(endpoint.url, call_sid="CA-agent", auth=("u", "p")) as call:
        call.begin()
        call.close()
        wait_for(lambda: sessions and sessions[0].closed)
    with listen(endpoint) as peer:
        peer.send_frame(2, FRAME)
        wait_for(lambda: [record for record in caplog.records if record.exc_info])
