from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import ReplyError, Session
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]


def test_a_hook_is_acked_before_its_time_runs_out_and_its_reply_follows_as_a_command(
    serve: Serve, dial: Dial, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve(hook_ack_deadline=0.5)

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/slow")
        def slow(evt: Any) -> None:
            assert gate.wait(15)
            session.say(text="at last").reply()

        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/slow") == []
    gate.set()
    assert peer.recv() == {"type": "command", "command": "redirect", "data": [{"verb": "say", "text": "at last"}]}
    wait_for(lambda: f"call {peer.call_sid}: /slow took over 0.5 s" in caplog.text)


def test_a_hook_that_waits_long_is_warned_about_by_name(
    serve: Serve, dial: Dial, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve(hook_warning_after=0.05, hook_ack_deadline=60)

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/slow", lambda evt: gate.wait(30) and None)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    msgid = peer.hook("/slow")
    wait_for(lambda: f"call {peer.call_sid}: /slow has been waiting for its reply" in caplog.text)
    gate.set()
    assert peer.ack_of(msgid) == []


def test_a_late_session_new_gets_a_pause_so_that_the_call_is_not_rejected(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve(hook_ack_deadline=0.5)

    @svc.on("session:new")
    def call(session: Session) -> None:
        assert gate.wait(15)
        session.say(text="hello").send()

    peer = dial(svc)
    assert peer.begin() == [{"verb": "pause", "length": 60}]
    gate.set()
    assert peer.recv()["data"] == [{"verb": "say", "text": "hello"}]


def test_a_late_session_new_without_verbs_hangs_up_what_the_pause_holds(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve(hook_ack_deadline=0.5)
    svc.on("session:new", lambda session: gate.wait(15) and None)
    peer = dial(svc)
    assert peer.begin() == [{"verb": "pause", "length": 60}]
    gate.set()
    assert peer.recv()["data"] == [{"verb": "hangup"}]


def test_a_callback_that_never_returns_harms_neither_its_call_nor_another(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve(hook_ack_deadline=0.5)

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/stuck", lambda evt: gate.wait(30) and None)
        session.on("/quick", lambda evt: session.say(text="quick"))
        session.say(text="hi").send()

    stuck, other = dial(svc), dial(svc)
    stuck.begin()
    other.begin()
    assert stuck.ask("/stuck") == []
    assert other.ask("/quick") == [{"verb": "say", "text": "quick"}]
    assert stuck.ask("/quick") == []  # waits behind the one that is stuck, and is acked in time
    stuck.send_frame(9, b"still there?")
    assert stuck.recv_frame() == (10, b"still there?")


def test_hooks_that_wait_in_line_are_acked_in_time_too(serve: Serve, dial: Dial, gate: threading.Event) -> None:
    svc = serve(hook_ack_deadline=0.5)
    ran: list[int] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/hook")
        def hook(evt: Any) -> None:
            assert gate.wait(15)
            ran.append(evt["n"])

        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    msgids = {peer.hook("/hook", n=n) for n in range(5)}
    assert {peer.recv()["msgid"] for _ in range(5)} == msgids
    assert ran == []
    gate.set()
    wait_for(lambda: ran == [0, 1, 2, 3, 4])


def test_a_dial_confirm_that_is_answered_too_late_says_so(serve: Serve, dial: Dial, gate: threading.Event) -> None:
    svc = serve(hook_ack_deadline=0.5)
    caught: list[Exception] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/confirm")
        def confirm(evt: Any) -> None:
            assert gate.wait(15)
            try:
                session.say(text="press 1").reply()
            except ReplyError as exc:
                caught.append(exc)
                session.clear()

        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ack_of(peer.tell("dial:confirm", {}, hook="/confirm")) == []
    gate.set()
    wait_for(lambda: caught)
    assert "too late" in str(caught[0])


def test_two_hooks_of_one_msgid_are_both_acked_in_time(serve: Serve, dial: Dial, gate: threading.Event) -> None:
    svc = serve(hook_ack_deadline=0.5)

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/stuck", lambda evt: gate.wait(30) and None)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    for _ in range(2):
        peer.send({"type": "verb:hook", "msgid": "twice", "call_sid": peer.call_sid, "hook": "/stuck", "data": {}})
    assert [peer.ack_of("twice"), peer.ack_of("twice")] == [[], []]
