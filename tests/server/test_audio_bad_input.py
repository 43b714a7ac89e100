"""What a media server should not send, and consumers that do not keep up, over real sockets."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jambonz_sync import AudioStream, Endpoint, create_endpoint
from jambonz_sync.errors import HookTimeout, ProtocolError
from jambonz_sync.protocol.audio import TooManyMarks
from tests.peer import Peer
from tests.waiting import wait_for

META = {"sampleRate": 8000, "mixType": "mono", "callSid": "CA-bad", "from": "1", "to": "2"}
FRAME = bytes(range(256)) + bytes(64)

Connect = Callable[..., Peer]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with create_endpoint(host="127.0.0.1", port=0) as one:
        yield one


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Something for a callback to wait for. It opens at the end of the test, whatever happens."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def connect(endpoint: Endpoint) -> Iterator[Connect]:
    """Serve a stream with a callback, and connect as the media server does."""
    peers: list[Peer] = []

    def start(callback: Callable[[AudioStream], object], **meta: Any) -> Peer:
        endpoint.audio("/audio").on("connection", callback)
        peer = Peer(endpoint.url + "/audio", protocol="audio.drachtio.org")
        peer.send({**META, **meta})
        peers.append(peer)
        return peer

    yield start
    for peer in peers:
        peer.vanish()


def echo(stream: AudioStream) -> None:
    for pcm in stream:
        stream.send_audio(pcm)


def test_odd_bytes_are_put_together_again(connect: Connect) -> None:
    peer = connect(echo)
    for piece in (FRAME[:7], FRAME[7:8], b"", FRAME[8:101], FRAME[101:]):
        peer.send_frame(2, piece)
    came = b""
    while len(came) < len(FRAME):
        opcode, payload = peer.recv_frame()
        assert opcode == 2
        assert len(payload) % 2 == 0
        came += payload
    assert came == FRAME


def test_half_of_a_stereo_pair_waits_for_the_other(connect: Connect) -> None:
    frames: list[bytes] = []
    peer = connect(lambda stream: stream.on("audio", frames.append), mixType="stereo")
    for piece in (b"\1", b"\2\3", b"\4\5\6\7"):
        peer.send_frame(2, piece)
    wait_for(lambda: frames == [b"\1\2\3\4"])


def test_a_megabyte_in_one_frame_is_echoed_whole(connect: Connect) -> None:
    peer = connect(echo)
    much = FRAME * 3000
    peer.send_frame(2, much)
    came = b""
    while len(came) < len(much):
        came += peer.recv_frame()[1]
    assert came == much


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"type": 5}', "\ufffd" * 100])
def test_garbage_in_the_middle_of_a_stream_is_told_and_costs_no_audio(connect: Connect, text: str) -> None:
    told: list[Exception] = []

    def callback(stream: AudioStream) -> None:
        stream.on("error", told.append)
        echo(stream)

    peer = connect(callback)
    peer.send_frame(2, FRAME)
    assert peer.recv_frame() == (2, FRAME)
    peer.send_frame(1, text.encode())
    peer.send_frame(2, FRAME)
    assert peer.recv_frame() == (2, FRAME)
    wait_for(lambda: [type(exc) for exc in told] == [ProtocolError])


def test_a_consumer_that_stops_reading_loses_the_oldest_and_not_the_memory(
    connect: Connect, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    streams: list[AudioStream] = []
    frames: list[bytes] = []

    def callback(stream: AudioStream) -> None:
        streams.append(stream)
        gate.wait(40)
        frames.extend(stream)

    peer = connect(callback)
    for number in range(2000):  # 40 seconds, of which 30 are kept
        peer.send_frame(2, number.to_bytes(2, "little") * 160)
    wait_for(lambda: streams and streams[0].dropped_frames == 500, "500 dropped frames")
    gate.set()
    peer.close()
    wait_for(lambda: len(frames) == 1500, "the frames that were kept")
    assert [int.from_bytes(frame[:2], "little") for frame in frames] == list(range(500, 2000))
    dropping = [record for record in caplog.records if "frames are dropped" in record.getMessage()]
    assert len(dropping) == 1
    assert dropping[0].levelno == logging.WARNING


def test_a_mark_that_is_never_played_is_waited_for_no_longer_than_said(connect: Connect) -> None:
    outcomes: list[object] = []

    def callback(stream: AudioStream) -> None:
        for number in range(30):
            stream.send_mark(f"m{number}")
        for act in (
            lambda: stream.send_mark("one more", wait=False),
            lambda: stream.send_mark("one more", timeout=0.05),
            lambda: stream.wait_mark("m0", timeout=0.05),
        ):
            try:
                act()
            except (TooManyMarks, HookTimeout) as exc:
                outcomes.append(type(exc))
        outcomes.append(stream.wait_mark("m1", timeout=20))
        stream.send_mark("one more")

    peer = connect(callback)
    names = [peer.recv()["data"]["name"] for _ in range(30)]
    assert names == [f"m{number}" for number in range(30)]
    wait_for(lambda: len(outcomes) == 3)
    assert outcomes == [TooManyMarks, HookTimeout, HookTimeout]
    peer.send({"type": "mark", "data": {"name": "m1", "event": "playout"}})
    assert peer.recv()["data"]["name"] == "one more"
    assert outcomes[3] == "playout"
