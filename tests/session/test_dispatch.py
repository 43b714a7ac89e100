from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import Service, Session
from jambonz_sync.session import dispatcher_of
from tests.peer import CALL, Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]


Call = tuple[Peer, Session]


@pytest.fixture
def svc(serve: Serve) -> Service:
    return serve()


@pytest.fixture
def call(svc: Service, dial: Dial) -> Call:
    """A call that jambonz listens to, which answers /hook with its number."""
    sessions: list[Session] = []

    @svc.on("session:new")
    def begin(session: Session) -> None:
        session.on("/hook", lambda evt: session.say(text=str(evt["n"])))
        session.say(text="hi").send()
        sessions.append(session)

    peer = dial(svc)
    peer.begin()
    peer.ask("/hook", n=0)
    wait_for(lambda: sessions)
    return peer, sessions[0]


@pytest.fixture
def back(svc: Service, dial: Dial, call: Call) -> tuple[Peer, Any]:
    """jambonz has lost the connection of that call, and has connected again; and the connection that it lost."""
    peer, session = call
    earlier = dispatcher_of(session).outbox.connection
    peer.vanish()
    again = dial(svc, call_sid=peer.call_sid)
    again.ack_of(again.open("session:reconnect"))
    return again, earlier


def test_the_verbs_for_a_hook_of_an_earlier_connection_follow_as_a_command_because_its_ack_would_be_discarded(
    call: Call, back: tuple[Peer, Any]
) -> None:
    (peer, session), (again, earlier) = call, back
    # read from the earlier connection, and handled after jambonz has come back
    hook = {"type": "verb:hook", "msgid": "stale", "call_sid": peer.call_sid, "hook": "/hook", "data": {"n": 7}}
    dispatcher_of(session).on_message(hook, earlier)
    notice = {**hook, "msgid": "notice", "data": {"n": 8, "event": "join"}}
    session.off("/hook")
    dispatcher_of(session).on_message(notice, earlier)
    assert again.recv() == {"type": "command", "command": "redirect", "data": [{"verb": "say", "text": "7"}]}
    assert again.ask("/nobody") == []


def test_a_hook_of_an_earlier_connection_that_nobody_listens_to_is_not_acked(
    call: Call, back: tuple[Peer, Any]
) -> None:
    (_, session), (again, earlier) = call, back
    dispatcher_of(session).on_message({"type": "verb:hook", "msgid": "stale", "hook": "/x", "data": {}}, earlier)
    assert again.ask("/nobody") == []


def test_an_opening_that_is_read_from_an_earlier_connection_does_not_begin_the_call_again(
    call: Call, back: tuple[Peer, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (peer, session), (again, earlier) = call, back
    opening = {"type": "session:new", "msgid": "stale", "call_sid": peer.call_sid, "data": {**CALL, "from": "other"}}
    dispatcher_of(session).on_message(opening, earlier)
    assert again.ask("/hook", n=1) == [{"verb": "say", "text": "1"}]
    assert session.from_ == CALL["from"]
    assert f"call {peer.call_sid}: a session:new came too late" in caplog.text


@pytest.mark.usefixtures("slow_to_settle")
def test_a_message_of_an_earlier_connection_does_not_prove_that_jambonz_listens_by_the_new_one(
    call: Call, back: tuple[Peer, Any]
) -> None:
    (_, session), (again, earlier) = call, back
    session.inject_tag({"a": 1})
    dispatcher_of(session).on_message({"type": "verb:status", "data": {"event": "starting"}}, earlier)
    again.send_frame(9, b"nothing but this has left")
    assert again.recv_frame() == (10, b"nothing but this has left")
    again.tell("verb:status", {"event": "starting"})
    assert again.recv()["command"] == "tag"


def test_of_the_legs_of_a_call_the_last_hundred_are_kept(call: Call) -> None:
    peer, session = call
    for n in range(1000):
        peer.tell("call:status", {"call_sid": f"leg-{n}", "direction": "outbound", "call_status": "ringing"})
    peer.tell("call:status", {"call_sid": "leg-950", "direction": "outbound", "call_status": "completed"})
    peer.ask("/hook", n=1)
    assert list(session.legs) == [f"leg-{n}" for n in range(900, 1000)]
    assert session.legs["leg-950"].call_status == "completed"


def test_the_legs_that_a_thread_looks_at_do_not_change_meanwhile(call: Call) -> None:
    peer, session = call
    failures: list[Exception] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            try:
                list(session.legs.items())
            except RuntimeError as exc:
                failures.append(exc)

    thread = threading.Thread(target=look)
    thread.start()
    for n in range(500):
        peer.tell("call:status", {"call_sid": f"leg-{n}", "direction": "outbound", "call_status": "ringing"})
    peer.ask("/hook", n=1)
    ended.set()
    thread.join(15)
    assert failures == []
