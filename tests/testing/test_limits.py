"""The limits of an app that waits, and its estimates of what was heard, are times of the call, which jump with it."""

from __future__ import annotations

import re
import threading
from time import monotonic

import pytest

from jambonz_sync import HookTimeout, Session, create_endpoint
from jambonz_sync.testing import PlaceCall, PlaceCalls

STORY = "Once upon a time there was a telephone that never rang, and it stood by the window. " * 4
endpoint = create_endpoint()


@endpoint.call("/queue")
def queue(session: Session) -> None:
    """Gives up a verb that takes too long, then listens to events for a while."""
    try:
        session.say("One moment.").pause(600).wait(timeout=20)
    except HookTimeout as exc:
        session.say(f"Nobody is free: {exc.timeout:g}.").wait()
    session.say("Goodbye.").pause(60).send()
    events = [status.call_status for status in session.events("call:status", timeout=5)]
    session.say(f"{len(events)} events.").hangup().send()


@endpoint.call("/ask")
def ask(session: Session) -> None:
    """Listens without an end of its own."""
    listening = session.say("What is it?").gather(input=["speech"], timeout=0).start()
    try:
        session.say(f"You said {listening.wait(timeout=15).transcript}.")
    except TimeoutError:
        session.say("You said nothing.")
    session.hangup().send()


@endpoint.call("/story")
def story(session: Session) -> None:
    """Streams a text, until the caller cuts in or it has been spoken, and tells how much of it was heard."""
    session.config(tts_stream={"enable": True}).say("Now.").wait()
    listening = session.gather(input=["speech"], bargein=True, timeout=0).start()
    result = session.stream_tts(re.findall(r"\S+\s*", STORY), until_spoken=True)
    if result.interrupted:
        listening.wait()
    session.say(f"Heard {len(result.text_spoken)} in {result.duration:.1f} s.").hangup().send()


@endpoint.call("/threads")
def threads(session: Session) -> None:
    """Has a thread of its own listen to events for a while, and one that waits for the end of the call."""
    took: list[float] = []
    session.pause(120).send()

    def listens() -> None:
        assert not list(session.events("jambonz:error", timeout=7))
        took.append(7)

    def waits() -> None:
        assert not session.wait_closed(timeout=2)
        took.append(2)

    for act in (waits, listens):
        thread = threading.Thread(target=act)
        thread.start()
        while thread.is_alive():
            list(session.events("jambonz:error", timeout=0.5))
    session.say(f"It took {sum(took):.1f} s.").wait()


@endpoint.call("/works")
def works(session: Session) -> None:
    """Gives up a verb while a callback works."""
    over = threading.Event()
    session.on("call:status", lambda status: over.wait(5))
    try:
        session.say("One moment.").pause(600).wait(timeout=1)
    except HookTimeout:
        session.say("While it works." if not over.is_set() else "Afterwards.").send()
        over.set()
    session.wait_closed(timeout=1)
    session.hangup().send()


def test_a_limit_passes_in_the_time_of_the_call(jambonz_call: PlaceCall) -> None:
    began = monotonic()
    call = jambonz_call(endpoint, "/queue")
    assert call.heard("Nobody is free: 20.").at == pytest.approx(20, abs=0.5)
    goodbye = call.heard("Goodbye.").at
    assert call.heard("0 events.").at == pytest.approx(goodbye + 5, abs=0.5)
    assert monotonic() - began < 15


def test_a_limit_that_waits_for_the_caller_is_held_up_until_the_test_has_decided(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/ask")
    assert call.listens()
    assert not call.hears("You said")  # ends at once: nothing can happen before the caller does something
    call.says("nothing much")
    assert call.heard("You said nothing much.").at < 5
    assert call.ended
    call = jambonz_call(endpoint, "/ask")
    call.heard("What is it?")
    call.advance(14)
    assert not call.hears("You said")
    call.is_silent()
    assert call.heard("You said nothing.").at == pytest.approx(15, abs=0.5)


def test_what_was_heard_of_a_text_is_estimated_in_the_time_of_the_call(jambonz_call: PlaceCall) -> None:
    began = monotonic()
    call = jambonz_call(endpoint, "/story")
    call.heard("Once upon a time")
    call.interrupts("stop", after=4)
    said = call.heard(re.compile(r"Heard (\d+) in 4\.\d s")).text
    assert 60 <= int(said.split()[1]) <= 70
    assert call.ended
    call = jambonz_call(endpoint, "/story")
    spoken = call.heard(f"Heard {len(STORY)} in 22").at
    assert spoken == pytest.approx(call.heard("Once upon a time").at + 22.4, abs=0.5)
    assert monotonic() - began < 15


def test_threads_of_the_app_itself_wait_in_the_time_of_the_call(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/threads")
    assert 9 <= call.heard("It took 9.0 s.").at <= 11
    call.hangs_up()
    assert call.ended


def test_calls_that_meet_have_their_limits_in_the_time_that_they_share(jambonz_calls: PlaceCalls) -> None:
    began = monotonic()
    calls = jambonz_calls(endpoint)
    first, second = calls.call(path="/queue"), calls.call(path="/queue")
    for call in (second, first):
        assert call.heard("Nobody is free: 20.").at == pytest.approx(20, abs=0.5)
    assert (first.ended, second.ended) == ("completed", "completed")
    assert monotonic() - began < 15


def test_a_limit_passes_while_another_thread_of_the_app_works(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/works")
    assert call.heard("While it works.")
    assert call.ended
