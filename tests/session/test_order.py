from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import Session
from jambonz_sync.session import dispatcher_of
from tests.peer import Peer
from tests.session.conftest import Serve, narrow
from tests.waiting import wait_for

Dial = Callable[..., Peer]


@pytest.mark.usefixtures("slow_to_settle")
def test_a_command_does_not_overtake_those_that_were_held(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        narrow(session)  # here, because what is held leaves a moment after the ack
        session.say(text="hi").reply()
        for n in range(200):
            session.inject_tag({"n": n, "filler": "x" * 20_000})
        sessions.append(session)

    peer = dial(svc)
    peer.begin()
    wait_for(lambda: sessions)
    peer.tell("verb:status", {"event": "starting"})  # what is held leaves, as far as a peer takes it that does not read
    wait_for(lambda: dispatcher_of(sessions[0]).outbox.connection.out.queued, "the peer to take no more")
    last = threading.Thread(target=lambda: sessions[0].inject_tag({"n": 200}))
    last.start()
    assert [peer.recv()["data"]["n"] for _ in range(201)] == list(range(201))
    last.join(15)


def test_a_callback_that_fails_keeps_no_other_of_its_event_from_running(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    ran: list[Any] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("error", lambda exc: ran.append(type(exc)))
        session.on("error", lambda exc: 1 / 0)
        session.on("error", lambda exc: ran.append("second error callback"))
        for name in ("verb:status", "close"):
            session.on(name, lambda: session.say(text="left over") and 1 / 0)
            session.on(name, lambda name=name: ran.append(name))
        session.on("verb:status", lambda: session.say(text="now").send())
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    peer.tell("verb:status", {"event": "starting"})
    assert peer.recv()["data"] == [{"verb": "say", "text": "now"}]  # without what the first one left
    wait_for(lambda: len(ran) == 3)
    assert ran == ["verb:status", ZeroDivisionError, "second error callback"]
    peer.close()
    wait_for(lambda: len(ran) == 6)
    assert ran[3:] == ["close", ZeroDivisionError, "second error callback"]
    failures = [r for r in caplog.records if r.exc_info]
    assert len(failures) == 4
    assert all(peer.call_sid in r.getMessage() for r in failures)


def test_the_first_callback_of_a_hook_that_fails_decides_its_answer(serve: Serve, dial: Dial) -> None:
    svc = serve(on_error=[{"verb": "say", "text": "sorry"}])
    ran: list[str] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/h", lambda evt: session.say(text="half"))
        session.on("/h", lambda evt: 1 / 0)
        session.on("/h", lambda evt: ran.append("third"))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/h") == [{"verb": "say", "text": "sorry"}]
    assert peer.ask("/nobody") == []
    assert ran == []


@pytest.mark.parametrize("concurrent_first", [True, False])
def test_a_concurrent_callback_takes_the_order_from_no_other_of_its_event(
    serve: Serve, dial: Dial, gate: threading.Event, concurrent_first: bool
) -> None:
    svc = serve()
    inside = threading.Lock()
    order: list[int] = []
    beside = threading.Semaphore(0)

    def ordered(evt: Any) -> None:
        assert inside.acquire(blocking=False)
        threading.Event().wait(0.005)  # long enough for the next one to come
        order.append(evt["id"])
        inside.release()

    def concurrent(evt: Any) -> None:
        beside.release()
        assert gate.wait(15)

    @svc.on("session:new")
    def call(session: Session) -> None:
        for fn in (concurrent, ordered) if concurrent_first else (ordered, concurrent):
            session.on("verb:status", fn, concurrent=fn is concurrent)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    for number in range(10):
        peer.tell("verb:status", {"id": number})
    wait_for(lambda: order == list(range(10)))
    for _ in range(10):  # all of them at once, and none has ended
        assert beside.acquire(timeout=15)


@pytest.mark.parametrize("concurrent_first", [True, False])
def test_a_hook_is_answered_by_its_ordered_callbacks_if_there_are_any(
    serve: Serve, dial: Dial, gate: threading.Event, concurrent_first: bool
) -> None:
    svc = serve()
    beside = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        def concurrent(evt: Any) -> None:
            beside.set()
            assert gate.wait(15)

        def ordered(evt: Any) -> Any:
            return session.say(text="answer")

        for fn in (concurrent, ordered) if concurrent_first else (ordered, concurrent):
            session.on("/h", fn, concurrent=fn is concurrent)
        session.on("/c", lambda evt: session.say(text="one"), concurrent=True)
        session.on("/c", lambda evt: session.say(text="two"), concurrent=True)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/h") == [{"verb": "say", "text": "answer"}]
    assert beside.wait(15)
    assert [verb["text"] for verb in peer.ask("/c")] == ["one", "two"]
