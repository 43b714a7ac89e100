from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import Session
from jambonz_sync.events import VerbStatus
from jambonz_sync.runtime.handlers import Handlers, run
from jambonz_sync.session.conversation.events import MAX_WAITING, EventStream
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import in_thread, wait_for

Dial = Callable[..., Peer]


def tell(handlers: Handlers, name: str, *args: Any) -> None:
    for handler in handlers.take(name):
        run(handler, args, None)


def stream_of(handlers: Handlers, *names: str, timeout: float | None = None) -> EventStream[Any]:
    return EventStream(handlers, names, "CA1", timeout)


def test_events_come_in_their_order_and_the_end_of_the_call_ends_them() -> None:
    handlers = Handlers()
    stream = stream_of(handlers, "verb:status", "call:status")
    tell(handlers, "verb:status", 1)
    tell(handlers, "call:status", 2)
    tell(handlers, "close", 1000, "")
    assert list(stream) == [1, 2]


def test_its_time_is_counted_from_when_it_was_made() -> None:
    handlers = Handlers()
    stream = stream_of(handlers, "verb:status", timeout=0.01)
    assert list(stream) == []
    assert handlers.names() == []


def test_what_is_closed_hears_no_more_but_gives_what_it_has() -> None:
    handlers = Handlers()
    with stream_of(handlers, "verb:status") as stream:
        tell(handlers, "verb:status", 1)
    assert handlers.names() == []
    assert list(stream) == [1]


def test_what_is_collected_while_its_thread_registers_a_function_stops_nobody() -> None:
    handlers = Handlers()
    streams = [stream_of(handlers, "verb:status")]

    def drops(fn: Callable[..., Any]) -> bool:  # called with the lock, as the collector of garbage may be
        streams.clear()
        return False

    thread, outcome = in_thread(lambda: handlers.replace("verb:status", print, drops))
    thread.join(10)
    assert not thread.is_alive(), "it waits for a lock of its own"
    assert outcome == [None]


def test_what_is_dropped_hears_no_more() -> None:
    handlers = Handlers()
    stream = stream_of(handlers, "verb:status")
    del stream
    gc.collect()
    assert handlers.names() == []


def test_of_too_many_events_the_oldest_are_dropped_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    handlers = Handlers()
    stream = stream_of(handlers, "verb:status")
    for number in range(MAX_WAITING + 5):
        tell(handlers, "verb:status", number)
    stream.close()
    assert next(stream) == 5
    assert caplog.text.count("the oldest are dropped") == 1


def test_a_call_is_followed_by_iterating_over_its_events(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        with session.events("verb:status") as statuses:
            session.say(text="x", id="greeting").send()
            for status in statuses:
                if status.event == "finished" and status.id == "greeting":
                    break
        session.say(text="Spoken.").send()

    peer = dial(svc)
    peer.begin()
    peer.tell("verb:status", {"event": "starting", "id": "greeting"})
    peer.tell("verb:status", {"event": "finished", "id": "greeting"})
    assert peer.recv()["data"] == [{"verb": "say", "text": "Spoken."}]


def test_the_end_of_the_call_ends_an_iteration_that_waits(serve: Serve, dial: Dial) -> None:
    svc = serve()
    heard: list[list[VerbStatus]] = []

    @svc.call
    def call(session: Session) -> None:
        events = session.events("verb:status")
        session.pause(length=9).send()
        heard.append(list(events))

    peer = dial(svc)
    peer.begin()
    peer.tell("verb:status", {"event": "starting"})
    peer.close(1000)
    wait_for(lambda: heard, "the end of the iteration")
    assert [status.event for status in heard[0]] == ["starting"]


def test_events_of_a_call_that_is_over_are_none(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []
    over = threading.Event()
    svc.on("session:new", lambda session: sessions.append(session) or session.pause(length=9))
    svc.on("close", lambda session: over.set())
    peer = dial(svc)
    peer.begin()
    peer.close(1000)
    assert over.wait(15)
    assert list(sessions[0].events("verb:status")) == []


def test_a_call_that_begins_anew_ends_the_iterations_of_the_one_before(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []
    svc.on("session:new", lambda session: sessions.append(session) or session.pause(length=9))
    peer = dial(svc)
    peer.begin()
    thread, outcome = in_thread(lambda: list(sessions[0].events("verb:status")))
    wait_for(lambda: "verb:status" in sessions[0]._handlers, "the iteration")
    peer.ack_of(peer.tell("session:redirect", {"call_sid": peer.call_sid}, hook="/start"))
    thread.join(15)
    assert outcome == [[]]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), "'' is not the name of a notification"),
        (("verb:stauts",), "did you mean verb:status"),
        (("/hook",), "'/hook' is not the name"),
        (("session:new",), "not the name"),
        (("verb:hook",), "not the name"),
    ],
)
def test_only_notifications_can_be_iterated_over(serve: Serve, dial: Dial, names: tuple[str, ...], said: str) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        with pytest.raises(ValueError, match=said):
            session.events(*names)
        session.hangup()

    assert dial(svc).begin() == [{"verb": "hangup"}]
