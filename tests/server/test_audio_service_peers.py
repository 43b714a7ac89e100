"""Audio streams from the upgrade on; ``tests/audio`` has what a stream does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jambonz_sync import AudioStream, Endpoint, create_endpoint
from tests.peer import Closed, Peer, Refused
from tests.waiting import wait_for


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with create_endpoint(host="127.0.0.1", port=0, max_sessions=1, auth=("user", "pass")) as endpoint:
        yield endpoint


def stream_to(endpoint: Endpoint, path: str = "/audio", **options: Any) -> Peer:
    return Peer(endpoint.url + path, protocol="audio.drachtio.org", **options)


def test_streams_are_no_calls_and_have_credentials_of_their_own(endpoint: Endpoint) -> None:
    endpoint.audio("/audio", auth=("media", "secret")).on("connection", lambda stream: stream.send_audio(b"ab"))
    endpoint.audio("/open", auth=None).on("connection", lambda stream: stream.send_audio(b"cd"))
    with pytest.raises(Refused) as caught:
        stream_to(endpoint, auth=("user", "pass"))
    assert caught.value.status == 401
    for path, auth, heard in (("/audio", ("media", "secret"), b"ab"), ("/open", None, b"cd"), ("/open", None, b"cd")):
        peer = stream_to(endpoint, path, auth=auth)
        peer.send({"sampleRate": 8000, "callSid": "CA1"})
        assert peer.recv_frame() == (2, heard)
        peer.close()
    wait_for(lambda: len(endpoint.registry) == 0, "the places to be free")


def test_a_stream_that_nobody_listens_to_is_closed(endpoint: Endpoint, caplog: pytest.LogCaptureFixture) -> None:
    endpoint.audio("/audio", auth=None)
    with stream_to(endpoint) as peer:
        peer.send({"sampleRate": 8000, "callSid": "CA1"})
        with pytest.raises(Closed) as caught:
            peer.recv()
    assert caught.value.code == 1000
    assert "call CA1: nobody listens to connection at this path" in caplog.text


@pytest.mark.parametrize(
    "metadata",
    [
        {"sampleRate": "8000\nERROR forged\x1b", "callSid": "CA1"},
        {"sampleRate": 8000, "callSid": "CA1\nERROR forged\x1b"},
        {"sampleRate": 8000, "callSid": "x" * 100_000},
    ],
)
def test_nothing_that_a_media_server_sends_forges_or_floods_the_log(
    endpoint: Endpoint, metadata: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    service = endpoint.audio("/audio", auth=None)
    over: list[AudioStream] = []

    @service.on("connection")
    def fails(stream: AudioStream) -> None:
        raise ValueError("a failure, so that the log names the call")

    service.on("close", over.append)
    with stream_to(endpoint) as peer:
        peer.send(metadata)
        with pytest.raises(Closed):
            peer.recv()
    wait_for(lambda: len(endpoint.registry) == 0)
    assert caplog.messages
    assert all(message.isprintable() and len(message) < 1000 for message in caplog.messages)
