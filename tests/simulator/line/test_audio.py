"""Audio streams over real sockets: where they go, how fast, and what is left of them whatever the app does."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync.simulator import Call, CallLimits, LiveCaller, Played, Pressed, Transcript

from ...waiting import wait_for
from ..peer import App, AudioWire, Wire, placed, wait_for_no_threads
from .raw_app import RawApp, raw_app, shakes_hands

HANGUP = {"verb": "hangup"}
AFTER = [{"verb": "say", "text": "After."}, HANGUP]
LISTEN = {"verb": "listen", "url": "/audio"}
BOTH_WAYS: dict[str, Any] = {"bidirectionalAudio": {"enabled": True, "streaming": True, "sampleRate": 8000}}
TONE = b"\x10\x20" * 160


def listens(**options: Any) -> Callable[[Wire], None]:
    return lambda wire: wire.ack(wire.read("session:new"), [{**LISTEN, **options}, *AFTER])


def ends(stream: AudioWire) -> None:
    stream.begin()
    stream.command("disconnect")


# -- where it goes


def test_a_relative_url_is_on_the_host_of_the_app_and_has_its_credentials(app: App) -> None:
    app.calls.append(listens(url="/audio?x=1", wsAuth={"username": "not", "password": "these"}))
    app.streams.append(ends)
    assert placed(f"{app.ws}/call", auth=("u", "p")).run().heard("After.")
    control, audio = app.handshakes
    assert (audio["PATH_INFO"], audio["QUERY_STRING"]) == ("/audio", "x=1")
    assert audio["HTTP_SEC_WEBSOCKET_PROTOCOL"] == "audio.drachtio.org"
    assert audio["HTTP_AUTHORIZATION"] == control["HTTP_AUTHORIZATION"]


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_an_absolute_url_is_taken_as_it_is_with_the_credentials_of_the_verb(app: App, scheme: str) -> None:
    url = f"{app.ws if scheme == 'ws' else app.http}/elsewhere"
    app.calls.append(listens(url=url, wsAuth={"username": "a", "password": "b:c"}))
    app.streams.append(ends)
    assert placed(app.ws, auth=("u", "p")).run().ok
    assert app.handshakes[1]["PATH_INFO"] == "/elsewhere"
    assert app.handshakes[1]["HTTP_AUTHORIZATION"] == "Basic " + base64.b64encode(b"a:b:c").decode()


def test_a_webhook_app_has_its_stream_on_its_own_host(app: App) -> None:
    app.verbs("/incoming", [{**LISTEN, "actionHook": "/done"}, *AFTER])
    app.verbs("/done", [])
    app.streams.append(ends)
    transcript = placed(f"{app.http}/incoming", "hello").run()
    assert transcript.lines("app") == ["After."]
    assert app.requests[-1].get_json()["dial_call_duration"] == 0


# -- what goes over it


def test_audio_is_paced_in_real_time(app: App) -> None:
    begun = time.monotonic()

    def hears(stream: AudioWire) -> None:
        assert stream.begin()["callSid"] == app.wires[0].seen[0]["call_sid"]
        frames = [stream.frame() for _ in range(25)]
        assert {len(frame) for frame in frames} == {320}
        assert time.monotonic() - begun >= 0.5
        stream.command("disconnect")

    app.calls.append(listens())
    app.streams.append(hears)
    transcript = placed(app.ws).run()
    assert transcript.heard("After.")
    assert transcript.entries[-1].at >= 0.5


def test_what_the_caller_plays_and_presses_arrives_in_order(app: App) -> None:
    def hears(stream: AudioWire) -> None:
        stream.begin()
        heard = b""
        while not stream.seen:
            heard += stream.frame()
        assert heard.strip(b"\0") == TONE * 10
        assert stream.seen == [{"event": "dtmf", "dtmf": "#", "duration": "1600"}]
        stream.command("disconnect")

    caller = LiveCaller()
    caller.queue_turn(Played(TONE * 10))
    caller.queue_turn(Pressed("#"))
    app.calls.append(listens(passDtmf=True))
    app.streams.append(hears)
    assert Call(app.ws, caller=caller, limits=CallLimits(handshake=20)).run().ok


def test_audio_and_marks_of_the_app_come_back_in_order(app: App) -> None:
    def plays(stream: AudioWire) -> None:
        stream.begin()
        stream.send(TONE * 10)
        stream.command("mark", {"name": "half"})
        stream.send(TONE * 10)
        stream.command("mark", {"name": "all"})
        assert stream.event() == {"type": "mark", "data": {"name": "half", "event": "playout"}}
        stream.command("killAudio")
        assert stream.event() == {"type": "mark", "data": {"name": "all", "event": "cleared"}}
        stream.command("disconnect")

    played: list[bytes] = []
    app.calls.append(listens(**BOTH_WAYS))
    app.streams.append(plays)
    transcript = placed(app.ws, on_audio=played.append).run()
    assert transcript.ok
    assert transcript.audio == b"".join(played)
    assert (TONE * 20).startswith(transcript.audio)
    assert len(transcript.audio) >= len(TONE) * 10
    assert transcript.lines("app")[0].startswith("[audio: 0.")


def test_audio_as_a_whole_is_played_and_told_of(app: App) -> None:
    def plays(stream: AudioWire) -> None:
        stream.begin()
        content = base64.b64encode(TONE * 10).decode()
        stream.command("playAudio", {"audioContent": content, "audioContentType": "raw", "sampleRate": 8000, "id": 7})
        assert stream.event()["data"] == {
            "id": "7",
            "playbackSeconds": "0",
            "playbackMilliseconds": "200",
            "playbackLastOffsetPos": "1600",
        }
        stream.command("disconnect")

    app.calls.append(listens())
    app.streams.append(plays)
    transcript = placed(app.ws).run()
    assert transcript.audio == TONE * 10
    assert transcript.lines("app") == ["[audio: 0.2 s]", "After."]


def test_a_scripted_caller_lets_the_app_finish(app: App) -> None:
    def plays(stream: AudioWire) -> None:
        stream.begin()
        stream.send(TONE * 30)
        while not any(stream.frame()):
            pass
        stream.command("disconnect")

    app.calls.append(listens(**BOTH_WAYS))
    app.streams.append(plays)
    transcript = placed(app.ws, "hello", limits=CallLimits(think=0.5)).run()
    assert transcript.lines("app", "caller")[:2] == ["[audio: 0.6 s]", "hello"]
    assert transcript.audio == TONE * 30


def test_a_scripted_caller_who_has_nothing_more_to_say_hears_the_app_out_and_hangs_up(app: App) -> None:
    def plays(stream: AudioWire) -> None:
        stream.begin()
        stream.send(TONE * 40)
        assert stream.until_closed() == 1000

    app.calls.append(listens(**BOTH_WAYS))
    app.streams.append(plays)
    limits = CallLimits(handshake=20, patience=0.1)
    transcript = Call(app.ws, limits=limits).run()
    assert transcript.audio == TONE * 40
    assert transcript.ended_by == "caller"


def test_a_caller_who_is_silent_lets_it_time_out_at_once(app: App) -> None:
    begun = time.monotonic()
    app.calls.append(listens(maxLength=600))
    app.streams.append(lambda stream: None)
    transcript = placed(app.ws, timeout=700).run()
    assert transcript.heard("After.")
    assert transcript.entries[-1].at >= 600
    assert time.monotonic() - begun < 60


# -- what goes wrong


def test_a_stream_that_is_refused_ends_the_verb(app: App) -> None:
    app.refuse_audio = 403
    app.calls.append(listens())
    transcript = placed(app.ws, "hello").run()
    assert transcript.errors == ["the audio stream: it cannot be opened: the handshake was answered with 403"]
    assert transcript.lines("app") == ["After."]


def test_a_stream_without_the_subprotocol_is_none(app: App) -> None:
    app.audio_subprotocol = None
    app.calls.append(listens())
    app.streams.append(lambda stream: None)
    (error,) = placed(app.ws).run().errors
    assert "the subprotocol must be audio.drachtio.org" in error


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1/", "ws://:99999/", "ws://"])
def test_nobody_there_ends_the_verb_and_the_call_goes_on(app: App, url: str) -> None:
    app.calls.append(listens(url=url))
    transcript = placed(app.ws).run()
    assert transcript.errors[0].startswith("the audio stream: it cannot be opened: ")
    assert transcript.lines("app") == ["After."]
    wait_for_no_threads()


def test_an_app_that_breaks_the_stream_off_is_wrong_and_the_call_goes_on(app: App) -> None:
    def breaks(stream: AudioWire) -> None:
        stream.begin()
        stream.vanish()

    app.calls.append(listens())
    app.streams.append(breaks)
    transcript = placed(app.ws).run()
    assert transcript.errors == ["the audio stream: the app has closed it with 1006"]
    assert transcript.heard("After.")


def test_a_caller_who_hangs_up_closes_the_stream(app: App) -> None:
    codes: list[int] = []

    def hears(stream: AudioWire) -> None:
        stream.begin()
        stream.frame()
        call.hang_up()
        codes.append(stream.until_closed())

    app.calls.append(listens())
    app.streams.append(hears)
    call = Call(app.ws, caller=LiveCaller(), limits=CallLimits(handshake=20))
    transcript = call.run()
    assert transcript.ended_by == "caller"
    wait_for_no_threads()
    wait_for(lambda: codes == [1000], "the end of the stream")


def test_a_receiver_of_audio_that_is_slower_than_the_audio_does_not_stop_the_call(app: App) -> None:
    heard = 0

    def plays(stream: AudioWire) -> None:
        stream.begin()
        stream.send(TONE * 500)  # ten seconds
        assert stream.until_closed() == 1000

    def takes_longer_than_a_frame_lasts(pcm: bytes) -> None:
        nonlocal heard
        heard += 1
        end = time.monotonic() + 0.03
        wait_for(lambda: time.monotonic() >= end, "the end of the work")

    app.calls.append(listens(**BOTH_WAYS))
    app.streams.append(plays)
    call = placed(app.ws, timeout=1, on_audio=takes_longer_than_a_frame_lasts)
    transcript = call.run()
    assert transcript.end_reason == "timeout"
    assert 0 < heard < 400


def test_an_app_that_floods_the_stream_does_not_stop_the_clock(app: App) -> None:
    sent = threading.Event()

    def floods(stream: AudioWire) -> None:
        for _ in range(5000):
            stream.send(bytes(320))
        stream.command("disconnect")
        sent.set()

    def lets_messages_pile_up(pcm: bytes) -> None:
        sent.wait(20)
        wait_for(lambda: time.monotonic() > begun + 1, "the end of the call's time")

    app.calls.append(listens(**BOTH_WAYS))
    app.streams.append(floods)
    limits, begun = CallLimits(handshake=20), time.monotonic()
    transcript = Call(app.ws, caller=LiveCaller(), limits=limits, timeout=1, on_audio=lets_messages_pile_up).run()
    assert transcript.end_reason == "timeout"
    assert "the app ends the audio stream" not in transcript.lines("event")  # its last message was still to come
    wait_for_no_threads()


def hung_up(app: App, raw: RawApp, **options: Any) -> Transcript:
    """A call whose caller hangs up when ``raw`` has got so far."""
    call = Call(app.ws, caller=LiveCaller(), limits=CallLimits(handshake=20), **options)
    waiter = threading.Thread(target=lambda: raw.begun.wait(30) and call.hang_up())
    waiter.start()
    try:
        return call.run()
    finally:
        waiter.join(30)


@pytest.mark.parametrize("serve", [lambda connection: None, shakes_hands], ids=["no handshake", "no close"])
def test_an_app_that_answers_nothing_holds_nothing_up(app: App, serve: Callable[[socket.socket], None]) -> None:
    with raw_app(serve) as raw:
        app.calls.append(listens(url=raw.url))
        begun = time.monotonic()
        assert hung_up(app, raw).ended_by == "caller"
        assert time.monotonic() - begun < 15
        wait_for_no_threads()


def test_an_app_that_never_reads_loses_audio_and_holds_nothing_up(app: App) -> None:
    with raw_app(shakes_hands) as raw:
        app.calls.append(listens(url=raw.url, sampleRate=64000, mixType="stereo", maxLength=2))
        begun = time.monotonic()
        transcript = Call(app.ws, caller=LiveCaller(), limits=CallLimits(handshake=20)).run()
        assert transcript.heard("After.")
        assert time.monotonic() - begun < 15
        wait_for_no_threads()
