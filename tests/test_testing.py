"""The fixture for people who test their apps."""

from __future__ import annotations

import flask
import pytest

from jambonz_sync import Jambonz, Session, WebhookResponse, create_endpoint
from jambonz_sync.simulator import CallFailed, World
from jambonz_sync.testing import PlaceCall, TestCall
from jambonz_sync.testing import jambonz_call as jambonz_call

endpoint = create_endpoint()
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session: Session) -> None:
    @session.on("/heard")
    def heard(evt: object) -> None:
        transcript = getattr(evt, "transcript", "")
        session.say(text=f"You said: {transcript}" if transcript else "Are you there?").hangup().reply()

    session.say(text="Hello! Say something.").gather(input=["speech"], action_hook="/heard", timeout=10).hangup().send()


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
    assert not call.heard("You said: two")
    assert not jambonz_call(endpoint, timeout=0.2).heard("Something else")


def test_several_calls_at_once_are_calls_of_their_own(jambonz_call: PlaceCall) -> None:
    calls = [jambonz_call(endpoint) for _ in range(5)]
    for number, call in enumerate(calls):
        call.says(f"number {number}")
    for number, call in enumerate(calls):
        assert call.heard(f"You said: number {number}")
        assert not call.heard(f"You said: number {number + 1}")


def test_a_call_that_is_rejected_has_ended_and_says_why(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(app, path="/broken", world=World())
    assert call.ended
    assert call.end_reason == "rejected (480)"
    assert call.errors


def test_a_call_that_cannot_be_placed_fails_the_test() -> None:
    call = TestCall("ws://127.0.0.1:1/", timeout=10)
    with pytest.raises(CallFailed, match="cannot be reached"):
        call.heard("anything")
