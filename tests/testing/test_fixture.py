"""The fixture for people who test their apps."""

from __future__ import annotations

from pathlib import Path

import flask
import pytest

from jambonz_sync import AudioStream, Jambonz, Session, WebhookResponse, create_endpoint
from jambonz_sync.audio import WavWriter
from jambonz_sync.simulator import CallFailed, Scenario
from jambonz_sync.testing import PlaceCall, TestCall
from jambonz_sync.testing import jambonz_call as jambonz_call

#: 20 ms
TONE = b"\x10\x20" * 160

endpoint = create_endpoint()
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session: Session) -> None:
    @session.on("/heard")
    def heard(evt: object) -> None:
        transcript = getattr(evt, "transcript", "")
        session.say(text=f"You said: {transcript}" if transcript else "Are you there?").hangup().reply()

    session.say(text="Hello! Say something.").gather(input=["speech"], action_hook="/heard", timeout=10).hangup().send()


@endpoint.service("/<what>").on("session:new")
def listens(session: Session) -> None:
    session.listen(
        url=f"/audio/{session.url_vars['what']}",
        pass_dtmf=True,
        bidirectional_audio={"enabled": True, "streaming": True, "sample_rate": 8000},
    ).say(text="That was it.").hangup().send()


@endpoint.audio("/audio/<what>").on("connection")
def stream(stream: AudioStream) -> None:
    @stream.on("dtmf")
    def pressed(evt: dict[str, str]) -> None:
        stream.kill_audio() if evt["digit"] == "*" else stream.disconnect()

    if stream.url_vars["what"] == "music":
        stream.send_audio(TONE * 1000)
    for pcm in stream:
        if stream.url_vars["what"] == "echo":
            stream.send_audio(pcm)


app = flask.Flask(__name__)
jambonz = Jambonz(app)


@jambonz.webhook("/incoming")
def incoming(call: object) -> WebhookResponse:
    return WebhookResponse().say(text="Hello!").gather(num_digits=1, action_hook="/pressed")


@jambonz.webhook("/pressed")
def pressed(evt: object) -> WebhookResponse:
    return WebhookResponse().say(text=f"You pressed {getattr(evt, 'digits', None)}.")


@jambonz.webhook("/broken")
def broken(call: object) -> list[dict[str, str]]:
    return []


def test_echo(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, path="/")
    assert call.heard("Say something")
    call.says("hello")
    assert call.heard("You said: hello")
    assert call.ended
    assert call.end_reason == "completed"
    assert [verb["verb"] for verb in call.verbs] == ["say", "gather", "say", "hangup"]
    assert call.errors == []


def test_a_webhook_app_and_what_it_does_with_keys(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(app, path="/incoming")
    call.presses("7")
    assert call.heard("you pressed 7")
    assert call.ended


def test_a_caller_who_keeps_silent(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.is_silent()
    assert call.heard("Are you there?")


def test_a_caller_who_hangs_up(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    assert call.heard("Hello")
    call.hangs_up()
    assert call.ended
    assert call.transcript.ended_by == "caller"


def test_what_was_not_said_was_not_heard(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.says("one")
    assert not call.hears("You said: two")
    call.not_heard("You said: two")
    assert not jambonz_call(endpoint, timeout=0.2).hears("Something else")


def test_several_calls_at_once_are_calls_of_their_own(jambonz_call: PlaceCall) -> None:
    calls = [jambonz_call(endpoint) for _ in range(5)]
    for number, call in enumerate(calls):
        call.says(f"number {number}")
    for number, call in enumerate(calls):
        assert call.heard(f"You said: number {number}")
        assert not call.hears(f"You said: number {number + 1}")


def test_words_are_sound_on_an_audio_stream(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, path="/echo")
    call.says("hello there")
    assert len(call.heard_audio(seconds=0.5)) >= 8000
    call.presses("#")
    assert call.heard("That was it.")
    assert call.heard("[audio: 0.")
    assert call.ended
    assert call.errors == []


def test_an_audio_stream_hears_what_a_test_plays(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    pcm = TONE * 20
    with WavWriter(tmp_path / "hello.wav", 8000, 1) as file:
        file.write(pcm)
    for audio in (pcm, tmp_path / "hello.wav", str(tmp_path / "hello.wav"), (tmp_path / "hello.wav").read_bytes()):
        call = jambonz_call(endpoint, path="/echo")
        call.plays(audio)
        assert call.heard(pcm)
        assert pcm in call.heard_audio()
        call.hangs_up()
        assert call.ended
        assert call.transcript.lines("caller") == ["[audio: 0.4 s]"]


def test_a_caller_cuts_in_on_audio(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, path="/music")
    call.heard_audio(seconds=0.1)
    call.presses("*")
    call.presses("#")
    assert call.heard("That was it.")
    assert 0 < len(call.heard_audio()) < 160_000


def test_audio_that_is_not_played_is_not_heard(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, path="/echo", timeout=0.3)
    assert not call.hears(TONE)
    with pytest.raises(ValueError, match="WAV"):
        call.plays(b"RIFFnonsense")


@pytest.mark.jambonz(allow=["answer-empty", "answer-void"])
def test_a_call_that_is_rejected_has_ended_and_says_why(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(app, path="/broken", scenario=Scenario())
    assert call.ended
    assert call.end_reason == "rejected (480)"
    assert call.errors


def test_a_call_that_cannot_be_placed_fails_the_test() -> None:
    call = TestCall("ws://127.0.0.1:1/", timeout=10)
    with pytest.raises(CallFailed, match="cannot be reached"):
        call.heard("anything")
