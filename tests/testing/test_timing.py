"""What a test does in the call's own time: cut in, let time pass, drop the connection."""

from __future__ import annotations

import time
from typing import Any

import pytest

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import GatherEvent
from jambonz_sync.testing import PlaceCall

from .apps import app

LONG = "Our opening hours are from nine to five, Monday to Friday, and on Saturdays from ten to two."

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def hours(session: Session) -> None:
    @session.on("/heard")
    def heard(evt: GatherEvent) -> None:
        session.say(text=f"Because of {evt.reason}: {evt.transcript}").hangup().reply()

    session.gather(
        say={"text": LONG}, input=["speech"], bargein=True, min_bargein_word_count=1, timeout=10, action_hook="/heard"
    ).send()


@endpoint.service("/pauses").on("session:new")
def pauses(session: Session) -> None:
    session.say("One.").pause(5).say("Two.").hangup().send()


def cut_off(call: Any) -> list[str]:
    return [line for line in call.transcript.lines("event") if line.startswith("cut off")]


def test_a_caller_cuts_in_on_what_they_have_just_heard(jambonz_call: PlaceCall) -> None:
    for _ in range(10):
        call = jambonz_call(endpoint)
        call.heard("Our opening hours")
        call.interrupts("stop", after=1.0)
        answer = call.heard("Because of speechDetected: stop")
        assert call.ended == "completed"
        (line,) = cut_off(call)
        assert line == f"cut off after 1.3 s: {LONG}"
        assert answer.at < 3


def test_the_time_of_a_call_stands_still_until_the_test_waits(
    jambonz_call: PlaceCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.testing.caller._HOLD", 60)
    first = jambonz_call(endpoint, "/pauses")
    for _ in range(3):
        assert jambonz_call(endpoint, "/pauses").ended
    assert first.transcript.lines("app") == ["One."]
    first.heard("Two.")


def test_a_caller_cuts_in_on_the_next_utterance(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.interrupts("stop", after=0.5)
    call.heard("Because of speechDetected: stop")
    (line,) = cut_off(call)
    assert line.startswith("cut off after 0.8 s: ")


def test_words_come_after_all_has_been_heard_if_nobody_cuts_in(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.heard("Our opening hours")
    call.says("stop")
    call.heard("Because of speechDetected: stop")
    assert cut_off(call) == []


def test_time_passes_for_a_caller_who_does_nothing(jambonz_call: PlaceCall) -> None:
    began = time.monotonic()
    call = jambonz_call(endpoint)
    call.heard("Our opening hours")
    call.advance(10)
    call.not_heard("Because", timeout=0.1)
    call.advance(10)
    assert call.heard("Because of timeout").at >= 10
    assert time.monotonic() - began < 8


def test_a_connection_that_drops_comes_back_and_the_call_goes_on(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.heard("Our opening hours")
    call.drops_connection()
    assert call.hook("session:reconnect").seconds is not None
    call.says("hello")
    call.heard("Because of speechDetected: hello")
    assert call.ended == "completed"


def test_webhooks_have_no_connection_to_drop(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(app, "/incoming")
    with pytest.raises(ValueError, match="called by webhooks"):
        call.drops_connection()
